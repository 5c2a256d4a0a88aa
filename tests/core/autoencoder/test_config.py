"""The autoencoders' networks and settings."""

import pytest

from core.autoencoder import Config
from core.autoencoder.config import KINDS, decoder, encoder, networks
from core.layers import count, table


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("plain", (401_920 + 16_416, 16_896 + 402_192)),
        ("denoising", (401_920 + 16_416, 16_896 + 402_192)),
        ("masked", (803_328 + 16_416, 16_896 + 402_192)),  # it is told the mask as well
        ("convolutional", (1_904 + 4_128, 4_224 + 2_481)),
    ],
)
def test_parameters_are_counted(kind, expected):
    config = Config(kind=kind)
    assert (count(encoder(config)), count(decoder(config))) == expected
    assert list(networks(config)) == ["encoder", "decoder"]


@pytest.mark.parametrize("bottleneck", [1, 2, 64])
@pytest.mark.parametrize("kind", KINDS)
def test_the_code_is_as_narrow_as_it_is_said_to_be(kind, bottleneck):
    config = Config(kind=kind, bottleneck=bottleneck)
    inputs = 1568 if kind == "masked" else 784
    assert table(encoder(config), (inputs,))[-1].shape == (bottleneck,)
    assert table(decoder(config), (bottleneck,))[-1].shape == (784,)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("patch", 3, "patch = 3: allowed are 1, 2, 4, 7, 14"),
        ("masked", 1.0, "masked = 1.0: allowed are 0 to 0.95"),
        ("noise", -1.0, "noise = -1.0: allowed are 0 to 1"),
        ("bottleneck", 65, "bottleneck = 65: allowed are whole numbers 1 to 64"),
        ("kind", "sparse", "allowed are plain, convolutional, denoising, masked"),
        ("every", 1, "every = 1: must be of type bool"),
    ],
)
def test_impossible_settings_are_refused(name, value, says):
    with pytest.raises(ValueError, match=r"\.$") as caught:
        Config(**{name: value})
    assert says in str(caught.value)
