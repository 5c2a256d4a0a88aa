"""What an autoencoder is trained on."""

import dataclasses
from collections import Counter

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from torch.nn.functional import binary_cross_entropy

from core.autoencoder import Config, build
from core.autoencoder.bench import corrupt, given, mask
from core.autoencoder.config import KINDS
from core.autoencoder.model import look, losses, vary
from core.data import images
from core.layers import pixels
from core.recipe import shown

X = torch.from_numpy(pixels(images.load("digits").x[:20]))
SMALL = {"hidden": 16, "bottleneck": 6}


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("kind", KINDS)
def test_the_loss_is_the_crossentropy_with_the_clean_picture(kind):
    config = Config(kind=kind, **SMALL)
    model = build(config)
    loss = losses(config, model, X, rng(3))["loss"]
    corrupted = corrupt(config, X.numpy(), rng(3))
    p = model.decoder(model.encoder(torch.from_numpy(given(config, corrupted)))).sigmoid()
    entropy = binary_cross_entropy(p, X, reduction="none")
    if kind == "masked":
        entropy = entropy[torch.from_numpy(corrupted.hidden) == 1]
    torch.testing.assert_close(loss, entropy.sum() / 20)


def test_only_hidden_pixels_count_for_a_masked_one():
    """The encoder is made deaf, so that the target acts through the loss alone."""
    config = Config(kind="masked", masked=0.5, patch=7, **SMALL)
    model = build(config)
    with torch.no_grad():
        model.encoder[0].weight.zero_()
    hidden = torch.from_numpy(mask(20, 0.5, 7, rng(3))) == 1

    def loss(x):
        return losses(config, model, x, rng(3))["loss"].item()

    assert loss(torch.where(hidden, X, 1 - X)) == loss(X)  # every visible pixel is another
    at = int(hidden[4].nonzero()[0])
    changed = X.clone()
    changed[4, at] = 1 - changed[4, at]
    model.decoder[2].bias.data.normal_(generator=torch.Generator().manual_seed(0))
    assert loss(changed) != loss(X)
    slopes = torch.autograd.grad(losses(config, model, X, rng(3))["loss"], model.decoder[2].bias)
    assert_array_equal(slopes[0].numpy() != 0, hidden.any(dim=0))


def test_with_fixed_settings_nothing_varies():
    config = Config(kind="masked", **SMALL)
    generator = rng()
    before = generator.bit_generator.state
    assert vary(config, generator) == (config, 6)
    assert generator.bit_generator.state == before


def test_for_every_setting_it_stays_within_the_settings_and_reaches_them_all():
    config = Config(every=True, bottleneck=64, noise=0.8, masked=0.9, patch=7)
    generator = rng()
    varied = [vary(config, generator) for _ in range(6000)]
    noise = np.array([c.noise for c, _ in varied])
    masked = np.array([c.masked for c, _ in varied])
    widths = np.array([width for _, width in varied])
    # noise is uniform from nothing to the value; of masks, the square is
    for values, most, mean in ((noise, 0.8, 1 / 2), (masked, 0.9, 2 / 3)):
        assert 0 <= values.min() < 0.03 * most
        assert 0.99 * most < values.max() <= most
        assert_allclose(values.mean(), most * mean, rtol=0.03)
    patch = Counter(c.patch for c, _ in varied)
    assert patch.keys() == {1, 2, 4, 7}
    assert min(patch.values()) > 1300
    assert set(widths) == set(range(1, 65))
    # log(width) / log(64) is the root of a uniform number
    assert_allclose((widths <= 8).mean(), (np.log(8.5) / np.log(64)) ** 2, atol=0.02)
    rest = {dataclasses.replace(c, noise=0.8, masked=0.9, patch=7) for c, _ in varied}
    assert rest == {config}


def test_the_code_of_a_batch_is_cut_off_at_its_width():
    config = Config(every=True, **SMALL)
    model = build(config)
    for seed in range(30):
        _, width = vary(config, rng(seed))
        loss = losses(config, model, X, rng(seed))["loss"]
        codes = model.encoder(X) * (torch.arange(6) < width)
        p = model.decoder(codes).sigmoid()
        torch.testing.assert_close(loss, binary_cross_entropy(p, X, reduction="sum") / 20)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_looked_at_is_the_model_as_it_is_now(kind):
    config = Config(kind=kind, **SMALL)
    model = build(config)
    view = look(config, model)
    corrupted = corrupt(config, pixels(shown("digits")), rng())
    with torch.no_grad():
        codes = model.encoder(torch.from_numpy(given(config, corrupted)))
        rebuilt = model.decoder(codes).sigmoid().reshape(10, 28, 28)
    assert_allclose(view.rebuilt, 255 * rebuilt, atol=0.51)
    assert_allclose(view.seen.reshape(10, -1), 255 * corrupted.x, atol=0.51)
    assert_array_equal(view.hidden.reshape(10, -1), corrupted.hidden == 1)
    again = look(config, model)  # the same corruption each time
    assert_array_equal(again.seen, view.seen)


def test_a_model_that_left_the_finite_numbers_is_not_shown():
    config = Config(**SMALL)
    model = build(config)
    with torch.no_grad():
        model.decoder[0].bias[0] = float("nan")
    with pytest.raises(FloatingPointError):
        look(config, model)
