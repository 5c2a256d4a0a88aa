"""Planes of codes: places and codes, and the two numbers that say whether draws are of use."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core import autoencoder, vae
from core.autoencoder import bench, hole
from core.autoencoder.train import first
from core.data import images
from core.layers import forward
from core.vae.latent import parts as vae_parts
from core.vae.train import first as vae_first
from core.weights import Checkpoint

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def untrained(monkeypatch):
    """Networks of random weights in place of the shipped ones: nothing here depends on training."""
    a, v = autoencoder.Config(bottleneck=2, hidden=16), vae.Config(latent=2, hidden=16)
    known = {
        "autoencoder_plain_2d": Checkpoint("autoencoder", a, bench.parts(a, first(a)), {}, {}),
        "vae_dense_2d": Checkpoint("vae", v, vae_parts(v, vae_first(v)), {}, {}),
    }
    monkeypatch.setattr(hole, "shipped", lambda name, family: known[name])
    for cached in (hole.planes, hole.measured):
        cached.cache_clear()
    yield
    for cached in (hole.planes, hole.measured):
        cached.cache_clear()


@pytest.mark.parametrize("which", [0, 1])
def test_places_are_standard_deviations_from_the_mean(which):
    plane = hole.planes()[which]
    places = plane.place(plane.codes)
    assert plane.codes.shape == (1797, 2)
    assert_allclose(places.mean(axis=0), 0, atol=1e-4)
    assert_allclose(places.std(axis=0), 1, atol=1e-4)
    assert_allclose(plane.at(places), plane.codes, atol=1e-5)


@pytest.mark.parametrize("which", [0, 1])
def test_the_decoder_of_places_decodes_what_the_plane_does(which):
    plane, places = hole.planes()[which], RNG.normal(size=(5, 2)).astype(np.float32)
    there = forward(plane.decoder, plane.from_place(), places).reshape(-1, 28, 28)
    assert_allclose(there, plane.decode(plane.at(places)), atol=1e-5)


def test_nearest_is_that_of_the_plain_table_of_distances():
    a, b = RNG.normal(size=(20, 3)), RNG.normal(size=(30, 3))
    table = np.linalg.norm(a[:, None] - b, axis=2)
    distance, at = hole.nearest(a, b)
    assert (at == table.argmin(axis=1)).all()
    assert_allclose(distance, table.min(axis=1))


def test_nearest_sees_small_distances_far_from_the_origin():
    a = np.array([[1e4, 1e4]], np.float32)
    assert_allclose(hole.nearest(a, a + np.float32(0.5))[0], 0.5**0.5, rtol=1e-3)


def test_the_effective_number_of_kinds():
    assert hole.kinds(np.repeat(np.arange(10), 7)) == pytest.approx(10)
    assert hole.kinds(np.zeros(5, int)) == pytest.approx(1)
    # a fair coin among rarities: between 2 and 3
    assert 2 < hole.kinds(np.array([0] * 49 + [1] * 49 + [2] * 2)) < 3


def test_a_perfect_law_scores_what_held_out_digits_do():
    """Codes that do come from a normal law: nearly 95 % of its draws are near one."""
    plane = hole.planes()[0]
    plane.codes[:] = RNG.normal(3.0, 2.0, plane.codes.shape)
    assert hole.measured(0).near > 0.9


def test_a_plane_with_a_hole_scores_less():
    plane = hole.planes()[0]
    angle = RNG.uniform(0, 2 * np.pi, len(plane.codes))
    plane.codes[:] = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    plane.codes[:] += RNG.normal(0, 0.02, plane.codes.shape)
    assert hole.measured(0).near < 0.3


def test_the_grid_covers_the_frame_from_the_upper_left():
    grid = hole.grid(5)
    assert grid.shape == (25, 2)
    assert grid[0, 0] < 0 < grid[0, 1]
    assert_allclose(np.abs(grid).max(), hole.FRAME * 0.8, rtol=1e-6)


def test_the_table_has_a_row_for_each_digit():
    table = hole.table()
    assert list(table) == ["class", "autoencoder_z1", "autoencoder_z2", "VAE_z1", "VAE_z2"]
    assert {len(column) for column in table.values()} == {len(images.load("digits"))}
