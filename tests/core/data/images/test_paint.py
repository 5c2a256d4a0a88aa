"""Painting over a picture: where the ink lies, and what the eraser leaves."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.data.images.paint import coverage

LINE = [(0.25, 0.5), (0.75, 0.5)]
HOOK = [(0.2, 0.2), (0.7, 0.3), (0.4, 0.8)]


def ink(points):
    return {"points": points, "ink": True}


def paper(points):
    return {"points": points, "ink": False}


def sampled(points, size, width, fine=8):
    """The share of each pixel within half a width of the line: by many samples, one by one."""
    at = (np.arange(size * fine) + 0.5) / (size * fine)
    x, y = np.meshgrid(at, at)
    path = np.array(points)
    line = [a + t * (b - a) for a, b in pairwise(path)
            for t in np.linspace(0, 1, 150)]  # fmt: skip
    near = np.zeros(x.shape, bool)
    for px, py in line:
        near |= (x - px) ** 2 + (y - py) ** 2 <= (width / 2) ** 2
    return near.reshape(size, fine, size, fine).mean((1, 3))


@pytest.mark.parametrize("width", [0.05, 0.075, 0.15])
def test_a_stroke_covers_what_the_brush_went_over(width):
    got, rest = coverage([ink(HOOK)], 28, width)
    assert got.shape == (28, 28)
    assert got.dtype == rest.dtype == np.float32
    assert_allclose(got, sampled(HOOK, 28, width), atol=0.2)  # at edges and joints
    assert got.sum() == pytest.approx(sampled(HOOK, 28, width).sum(), rel=0.02)
    assert_array_equal(rest, 0)


@pytest.mark.parametrize("width", [0.004, 0.01, 1 / 28, 0.1, 0.25])
def test_a_straight_line_is_as_thick_as_the_brush(width):
    row = coverage([ink([(0.0, 0.5 + 1 / 56), (1.0, 0.5 + 1 / 56)])], 28, width)[0][:, 14]
    assert row.sum() == pytest.approx(28 * width, rel=1e-5)


def test_x_is_to_the_right_and_y_down():
    mask, _ = coverage([ink([(0.8, 0.1)])], 10, 0.1)
    assert np.unravel_index(mask.argmax(), mask.shape) in [(0, 7), (0, 8), (1, 7), (1, 8)]
    corner, _ = coverage([ink([(0.85, 0.15)])], 10, 0.1)
    assert np.unravel_index(corner.argmax(), corner.shape) == (1, 8)


def test_a_dot_is_round_and_a_stroke_of_no_length_is_a_dot():
    dot, _ = coverage([ink([(0.5, 0.5)])], 40, 0.4)
    assert dot.sum() == pytest.approx(np.pi * 8**2, rel=0.01)
    assert_allclose(dot, dot.T, atol=1e-6)
    assert_allclose(dot, dot[::-1], atol=1e-6)
    assert_array_equal(coverage([ink([(0.5, 0.5)] * 3)], 40, 0.4)[0], dot)


def test_the_last_stroke_wins():
    for first, last, wins in ((ink, paper, 1), (paper, ink, 0)):
        masks = coverage([first(LINE), last([(0.5, 0.1), (0.5, 0.9)])], 28, 0.15)
        assert masks[wins][14, 14] == 1
        assert masks[1 - wins][14, 14] == 0
        assert masks[1 - wins][14, 8] == 1


def test_the_same_stroke_of_the_other_brush_leaves_only_its_edge():
    alone, _ = coverage([ink(HOOK)], 28, 0.1)
    rest, bare = coverage([ink(HOOK), paper(HOOK)], 28, 0.1)
    assert_allclose(bare, alone, atol=1e-6)
    assert_allclose(rest, alone * (1 - alone), atol=1e-6)


def test_both_together_never_cover_more_than_all():
    rng = np.random.default_rng(0)
    strokes = [
        {"points": rng.uniform(0, 1, (4, 2)).tolist(), "ink": bool(k % 2)} for k in range(30)
    ]
    masks = np.stack(coverage(strokes, 28, 0.08))
    assert masks.min() >= 0
    assert masks.sum(0).max() <= 1 + 1e-6


def test_without_strokes_nothing_is_covered():
    for nothing in [], [ink([])], [paper([])]:
        assert_array_equal(np.stack(coverage(nothing, 28, 0.1)), 0)


@pytest.mark.parametrize(("size", "width"), [(0, 0.1), (28, 0), (28, -0.1), (28, np.nan)])
def test_a_brush_or_a_picture_without_size_is_refused(size, width):
    with pytest.raises(ValueError, match="must be positive"):
        coverage([ink(LINE)], size, width)
