"""The nearest training face."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from core.diffusion_digits.nearest import nearest

RNG = np.random.default_rng(0)
KNOWN = RNG.integers(256, size=(20, 8, 8)).astype(np.uint8)


def test_a_face_that_was_learned_by_heart_is_found_at_distance_0_either_way_round():
    found = nearest(np.stack([KNOWN[3], KNOWN[7][:, ::-1]]), KNOWN)
    assert_array_equal(found.faces, [KNOWN[3], KNOWN[7][:, ::-1]])
    assert_array_equal(found.distance, [0, 0])


def test_the_distance_is_the_root_of_the_mean_squared_difference():
    drawn = RNG.integers(256, size=(5, 8, 8)).astype(np.uint8)
    both = np.concatenate([KNOWN, KNOWN[:, :, ::-1]]).astype(float)
    squares = ((drawn[:, None].astype(float) - both) ** 2).mean(axis=(2, 3))
    found = nearest(drawn, KNOWN)
    assert_allclose(found.distance, np.sqrt(squares.min(axis=1)) / 255, rtol=1e-4)
    assert_array_equal(found.faces, both[squares.argmin(axis=1)])
