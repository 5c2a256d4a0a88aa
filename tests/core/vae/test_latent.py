"""A trained VAE in numpy: the bound, and ways through the latent space."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import norm
from torch.distributions import Bernoulli, Normal, kl_divergence

from core.data import images
from core.layers import pixels
from core.vae import Config, build, decode, encode, sample
from core.vae.latent import bound, kl, line, manifold, parts, sphere, square
from core.vae.train import first

X = images.load("digits").x[:100]
CONFIGS = {
    "dense": Config(hidden=16, latent=4),
    "convolutional": Config(network="convolutional", latent=4),
}


def flat(config, seed=0):
    """Weights whose posteriors are not the prior."""
    rng = np.random.default_rng(seed)
    return [w + rng.normal(0, 0.1, w.shape).astype(np.float32) for w in first(config)]


def trained(config):
    """The same weights for numpy and for torch."""
    weights = flat(config)
    return parts(config, weights), build(config, weights)


@pytest.mark.parametrize("name", CONFIGS)
def test_numpy_encodes_and_decodes_as_torch_does(name):
    config = CONFIGS[name]
    weights, model = trained(config)
    mu, log_var = encode(config, weights, X)
    z = np.random.default_rng(0).normal(size=(70, 4))
    with torch.no_grad():
        expected = model.encode(torch.from_numpy(pixels(X)))
        pictures = model.decoder(torch.from_numpy(z.astype(np.float32))).sigmoid()
    assert_allclose(mu, expected[0], rtol=1e-4, atol=1e-5)
    assert_allclose(log_var, expected[1], rtol=1e-4, atol=1e-5)
    assert_allclose(decode(config, weights, z).reshape(70, -1), pictures, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("settings", [{}, {"noise": 0.01, "beta": 9.0, "reduction": "mean"}])
def test_the_bound_is_the_textbooks_whatever_it_was_trained_on(name, settings):
    config = Config(**{**CONFIGS[name].__dict__, **settings})
    weights, model = trained(config)
    b = bound(config, weights, X, np.random.default_rng(3))

    x = torch.from_numpy(pixels(X))
    noise = np.random.default_rng(3).standard_normal((100, 4), dtype=np.float32)
    with torch.no_grad():
        mu, log_var = model.encode(x)
        q = Normal(mu, (log_var / 2).exp())
        p = Bernoulli(
            logits=model.decoder(mu + q.stddev * torch.from_numpy(noise)), validate_args=False
        )
        divergence = kl_divergence(q, Normal(0.0, 1.0))
        reconstruction = -p.log_prob(x).sum(dim=1).mean()
    assert_allclose(b.each, divergence.mean(dim=0), rtol=1e-4)
    assert_allclose(b.kl, divergence.sum(dim=1).mean(), rtol=1e-4)
    assert_allclose(b.reconstruction, reconstruction, rtol=1e-5)
    assert_allclose(b.total, reconstruction + divergence.sum(dim=1).mean(), rtol=1e-5)


def test_a_bound_is_finite_even_where_the_decoder_is_sure_and_wrong():
    config = CONFIGS["dense"]
    weights = flat(config)
    weights[-1] += 300 * (-1) ** np.arange(784)  # black and white for certain
    b = bound(config, parts(config, weights), X, np.random.default_rng(0))
    assert np.isfinite(b.total)
    assert b.reconstruction > 1000


def test_the_kl_of_each_number_is_that_of_two_normals():
    rng = np.random.default_rng(0)
    mu, log_var = rng.normal(0, 3, (2, 50, 4)).astype(np.float32)
    q = Normal(torch.from_numpy(mu), torch.from_numpy(log_var / 2).exp())
    assert_allclose(kl(mu, log_var), kl_divergence(q, Normal(0.0, 1.0)), rtol=1e-4, atol=1e-5)
    assert_array_equal(kl(np.zeros((1, 2)), np.zeros((1, 2))), [[0, 0]])


def test_samples_are_decoded_codes_of_the_prior():
    config = CONFIGS["convolutional"]
    weights = parts(config, flat(config))
    x = sample(config, weights, 7, np.random.default_rng(1))
    assert x.shape == (7, 28, 28)
    assert 0 <= x.min() < x.max() <= 1
    z = np.random.default_rng(1).standard_normal((7, 4), dtype=np.float32)
    assert_array_equal(x, decode(config, weights, z))


# --- ways ---------------------------------------------------------------------------------------

A, B = np.random.default_rng(0).normal(size=(2, 10)).astype(np.float32)


@pytest.mark.parametrize("way", [line, sphere])
def test_a_way_ends_at_its_ends(way):
    path = way(A, B, 9)
    assert path.shape == (9, 10)
    assert path.dtype == np.float32
    assert_allclose(path[[0, -1]], [A, B], atol=1e-6)


def test_a_line_goes_on_in_equal_steps():
    steps = np.diff(line(A, B, 9), axis=0)
    assert_allclose(steps, np.tile((B - A) / 8, (8, 1)), atol=1e-6)


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def test_slerp_keeps_to_the_great_circle_at_constant_speed():
    a, b = 3 * unit(A), 3 * unit(B)
    path = sphere(a, b, 13)
    assert_allclose(np.linalg.norm(path, axis=1), 3, rtol=1e-6)
    plane, _ = np.linalg.qr(np.stack([a, b], axis=1))
    assert_allclose(path @ plane @ plane.T, path, atol=1e-5)  # in the plane of both
    turns = np.arccos((unit(path)[1:] * unit(path)[:-1]).sum(axis=1))
    assert_allclose(turns, np.arccos(unit(a) @ unit(b)) / 12, rtol=1e-3)


def test_slerp_blends_the_lengths():
    path = sphere(A, 5 * B, 11)
    r_a, r_b = np.linalg.norm(A), 5 * np.linalg.norm(B)
    assert_allclose(np.linalg.norm(path, axis=1), np.linspace(r_a, r_b, 11), rtol=1e-5)


def test_slerp_of_a_quarter_turn():
    a, b = np.eye(3, dtype=np.float32)[:2]
    half = np.sqrt(0.5)
    assert_allclose(sphere(a, b, 3), [[1, 0, 0], [half, half, 0], [0, 1, 0]], atol=1e-7)


@pytest.mark.parametrize("b", [A, 2 * A, -A, 0 * A], ids=["same", "longer", "opposite", "zero"])
def test_slerp_between_parallel_codes_is_the_straight_way(b):
    assert_allclose(sphere(A, b, 5), line(A, b, 5), atol=1e-5)


def test_a_square_has_its_corners_exactly_and_its_rows_are_straight():
    corners = np.random.default_rng(1).normal(size=(4, 10)).astype(np.float32)
    sheet = square(corners, 6)
    assert sheet.shape == (36, 10)
    grid = sheet.reshape(6, 6, 10)
    # top left, top right, bottom left, bottom right
    assert_array_equal(grid[[0, 0, -1, -1], [0, -1, 0, -1]], corners)
    u, v = np.linspace(0, 1, 6)[None, :, None], np.linspace(0, 1, 6)[:, None, None]
    top, bottom = ((1 - u) * a + u * b for a, b in (corners[:2], corners[2:]))
    assert_allclose(grid, (1 - v) * top + v * bottom, atol=1e-6)


def test_the_manifold_is_a_grid_of_quantiles_first_axis_right_second_up():
    z = np.arange(4, dtype=np.float32)
    codes = manifold(z, across=2, down=0, steps=5).reshape(5, 5, 4)
    quantiles = norm.ppf([0.1, 0.3, 0.5, 0.7, 0.9])
    for row in codes:
        assert_allclose(row[:, 2], quantiles, atol=1e-6)
    for column in codes.transpose(1, 0, 2):
        assert_allclose(column[:, 0], quantiles[::-1], atol=1e-6)
    assert_array_equal(codes[:, :, [1, 3]], np.broadcast_to(z[[1, 3]], (5, 5, 2)))
    assert_array_equal(z, np.arange(4))
    assert_allclose(codes[2, 2, [2, 0]], 0, atol=1e-7)  # the middle of the prior in the middle
