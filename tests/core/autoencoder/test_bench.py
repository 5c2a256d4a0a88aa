"""What goes into an autoencoder, and what comes of it, in numpy."""

import dataclasses

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from core.autoencoder import Config, build, decode, encode
from core.autoencoder.bench import Corrupted, corrupt, given, mask, parts, rebuild
from core.autoencoder.config import KINDS, PATCHES
from core.autoencoder.train import first
from core.data import images
from core.layers import pixels

X = pixels(images.load("digits").x[:70])
SMALL = {"hidden": 16, "bottleneck": 6}


def rng(seed=0):
    return np.random.default_rng(seed)


def patches(hidden, patch):
    """Hidden or not, by patch: (n, side, side); whole patches only."""
    blocks = hidden.reshape(-1, 28 // patch, patch, 28 // patch, patch)
    assert_array_equal(blocks.min(axis=(2, 4)), blocks.max(axis=(2, 4)))
    return blocks.max(axis=(2, 4))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.75, 0.95, 1.0])
@pytest.mark.parametrize("patch", PATCHES)
def test_whole_patches_are_hidden_as_many_in_each_picture(patch, share):
    hidden = mask(50, share, patch, rng())
    assert hidden.shape == (50, 784)
    assert hidden.dtype == np.float32
    count = patches(hidden, patch).sum(axis=(1, 2))
    assert_array_equal(count, round(share * (28 // patch) ** 2))


def test_a_patch_that_does_not_fit_is_smaller_at_the_edge():
    hidden = mask(40, 0.5, 5, rng()).reshape(40, 28, 28)  # 5 * 5 + 3
    first_rows = hidden[:, :25, :25].reshape(40, 5, 5, 5, 5)
    assert_array_equal(first_rows.min(axis=(2, 4)), first_rows.max(axis=(2, 4)))
    corner = hidden[:, 25:, 25:].reshape(40, -1)
    assert_array_equal(corner.min(axis=1), corner.max(axis=1))
    assert 0 < corner.mean() < 1


def test_every_patch_is_hidden_as_often_as_any_other_and_each_picture_has_its_own():
    hidden = patches(mask(4000, 0.75, 7, rng()), 7)
    # 4,000 pictures: a share of 0.75 has a standard error of 0.007
    assert_allclose(hidden.mean(axis=0), 0.75, atol=0.03)
    assert len(np.unique(hidden.reshape(4000, -1), axis=0)) > 1000


@pytest.mark.parametrize("kind", ["plain", "convolutional"])
def test_a_plain_one_sees_the_picture_itself(kind):
    config = Config(kind=kind)
    corrupted = corrupt(config, X, rng())
    assert_array_equal(corrupted.x, X)
    assert not corrupted.hidden.any()
    assert_array_equal(given(config, corrupted), X)


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.5, 1.0])
def test_noise_has_its_standard_deviation_and_stays_between_black_and_white(noise):
    config = Config(kind="denoising", noise=noise)
    grey = np.full((100, 784), 0.5, np.float32)
    seen = corrupt(config, grey, rng()).x
    assert 0 <= seen.min() <= seen.max() <= 1
    z = np.random.default_rng(0).standard_normal((100, 784), dtype=np.float32)
    assert_allclose(seen, np.clip(0.5 + noise * z, 0, 1), atol=1e-6)
    if noise == 0.1:  # hardly ever cut off
        assert_allclose([seen.mean(), seen.std()], [0.5, 0.1], rtol=0.01)
    assert not corrupt(config, grey, rng()).hidden.any()


def test_a_masked_one_sees_black_where_it_is_hidden_and_is_told_so():
    config = Config(kind="masked", masked=0.5, patch=7)
    corrupted = corrupt(config, X + 0.25, rng())
    assert_array_equal(corrupted.hidden, mask(70, 0.5, 7, rng()))
    assert_array_equal(corrupted.x, np.where(corrupted.hidden == 1, 0, X + np.float32(0.25)))
    inputs = given(config, corrupted)
    assert_array_equal(inputs[:, :784], corrupted.x)
    assert_array_equal(inputs[:, 784:], corrupted.hidden)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_generator_gives_the_same_corruption(kind):
    config = Config(kind=kind)
    one, two = (corrupt(config, X, rng(1)) for _ in range(2))
    assert_array_equal(one.x, two.x)
    assert_array_equal(one.hidden, two.hidden)
    other = corrupt(config, X, rng(2))
    assert np.array_equal(other.x, one.x) is (kind in ("plain", "convolutional"))


@pytest.mark.parametrize("kind", KINDS)
def test_numpy_rebuilds_as_torch_does(kind):
    config = Config(kind=kind, **SMALL)
    weights = first(config)
    model, cut = build(config, weights), parts(config, weights)
    r = rebuild(config, cut, X, rng())
    inputs = given(config, Corrupted(r.seen, r.hidden))
    with torch.no_grad():
        codes = model.encoder(torch.from_numpy(inputs))
        rebuilt = model.decoder(codes).sigmoid()
    assert_allclose(encode(config, cut, inputs), codes, rtol=1e-4, atol=1e-5)
    assert_allclose(decode(config, cut, codes.numpy()), rebuilt, rtol=1e-4, atol=1e-5)
    assert_allclose(r.rebuilt, rebuilt, rtol=1e-4, atol=1e-5)
    counted = r.hidden == 1 if kind == "masked" else np.ones((70, 784), bool)
    expected = [np.mean((p - x)[c] ** 2) for p, x, c in zip(r.rebuilt, X, counted, strict=True)]
    assert_allclose(r.error, expected, rtol=1e-5)


@pytest.mark.parametrize("width", [0, 1, 5, 6])
def test_a_narrower_code_is_cut_off_at_its_end(width):
    config = Config(**SMALL)
    cut = parts(config, first(config))
    codes = encode(config, cut, X)
    kept = codes * (np.arange(6) < width)
    r = rebuild(config, cut, X, rng(), width)
    assert_allclose(r.rebuilt, decode(config, cut, kept), atol=1e-6)
    assert np.array_equal(r.rebuilt, rebuild(config, cut, X, rng()).rebuilt) is (width == 6)


def test_with_nothing_hidden_the_error_of_a_masked_one_is_nothing():
    config = dataclasses.replace(Config(kind="masked", **SMALL), masked=0.0)
    assert not rebuild(config, parts(config, first(config)), X, rng()).error.any()
