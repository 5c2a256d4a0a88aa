"""The lecture's networks, counted."""

import pytest

from core.layers import table
from core.vae import Config
from core.vae.config import decoder, head, networks, trunk
from core.vae.latent import parameters


def test_the_lectures_dense_networks_have_407050_and_407824_parameters():
    count = parameters(Config())
    # the lecture's summary counts the encoder as the way from the picture to mu
    assert count["trunk"] == 401_920
    assert count["trunk"] + count["mu"] == 407_050
    assert count["log_var"] == 5_130
    assert count["decoder"] == 407_824


def test_the_lectures_convolutional_networks_have_8373_parameters():
    count = parameters(Config(network="convolutional"))
    assert count["trunk"] + count["mu"] + count["log_var"] == 4_484
    assert count["decoder"] == 3_889
    assert sum(count.values()) == 8_373


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ("dense", {"trunk": 401_920, "mu": 1_026, "log_var": 1_026, "decoder": 403_728}),
        ("convolutional", {"trunk": 1_904, "mu": 258, "log_var": 258, "decoder": 2_865}),
    ],
)
def test_in_two_dimensions_they_have_fewer(network, expected):
    assert parameters(Config(network=network, latent=2)) == expected


@pytest.mark.parametrize("latent", [2, 10])
@pytest.mark.parametrize("network", ["dense", "convolutional"])
def test_each_part_fits_the_next(network, latent):
    config = Config(network=network, latent=latent)
    hidden = table(trunk(config), (784,))[-1].shape
    assert table(head(config), hidden)[-1].shape == (latent,)
    assert table(decoder(config), (latent,))[-1].shape == (784,)
    assert list(networks(config)) == ["trunk", "mu", "log_var", "decoder"]


def test_the_convolutional_network_has_16_8_and_8_filters_and_a_code_from_128():
    config = Config(network="convolutional")
    assert [row.shape for row in table(trunk(config), (784,))] == [
        (1, 28, 28), (16, 28, 28), (16, 14, 14), (8, 14, 14), (8, 7, 7), (8, 7, 7), (8, 4, 4),
        (128,),
    ]  # fmt: skip
    assert [row.shape for row in table(decoder(config), (10,))] == [
        (128,), (8, 4, 4), (8, 4, 4), (8, 8, 8), (8, 8, 8), (8, 16, 16), (16, 14, 14),
        (16, 28, 28), (1, 28, 28), (784,),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "weight"),
    [
        ({}, 1.0),
        ({"beta": 4.0}, 4.0),
        ({"reduction": "mean"}, 78.4),  # the lecture's
        ({"reduction": "mean", "latent": 2, "beta": 0.5}, 196.0),
    ],
)
def test_the_weight_of_the_summed_kl(settings, weight):
    assert Config(**settings).weight == pytest.approx(weight)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("latent", 1, "latent = 1: allowed are whole numbers 2 to 10"),
        ("beta", float("nan"), "beta = nan: allowed are 0 to 1000"),
        ("noise", -0.1, "noise = -0.1: allowed are 0 to 2"),
        ("network", "deep", "network = 'deep': allowed are dense, convolutional"),
        ("data", "olivetti", "data = 'olivetti': allowed are digits, mnist, fashion_mnist"),
        ("lr", 2.0, "lr = 2.0: allowed are 0 to 1"),
    ],
)
def test_impossible_settings_are_refused(name, value, says):
    with pytest.raises(ValueError, match=r"\.$") as caught:
        Config(**{name: value})
    assert says in str(caught.value)
