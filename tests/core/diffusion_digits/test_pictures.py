"""Pictures as numbers from -1 to 1."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from core.diffusion_digits.pictures import grey, shrunk, signed


def test_every_grey_value_comes_back():
    levels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    assert signed(levels).dtype == np.float32
    assert (signed(levels).min(), signed(levels).max()) == (-1, 1)
    assert_array_equal(grey(signed(levels)), levels)


def test_what_lies_beyond_is_cut_off():
    assert_array_equal(grey(np.array([-7.0, 7.0], np.float32)), [0, 255])


def test_a_shrunk_picture_holds_the_means_of_its_blocks():
    x = np.random.default_rng(0).integers(256, size=(3, 64, 64)).astype(np.uint8)
    small = shrunk(x, 32)
    assert small.dtype == np.uint8
    assert small.shape == (3, 32, 32)
    assert_allclose(small[1, 4, 7], x[1, 8:10, 14:16].mean(), atol=0.5)
    assert shrunk(x, 64) is x
