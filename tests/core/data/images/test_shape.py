"""The shape of MNIST: what is centred and what is drawn."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.data.images import BadInput, centred, load, rasterize
from core.data.images.shape import BRUSH, cubic

RING = [(0.5 + 0.2 * np.cos(t), 0.5 + 0.3 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 60)]
SEVEN = [(0.25, 0.2), (0.7, 0.2), (0.45, 0.85)]


def mass(x):
    """The centre of mass, row and column, in pixels counted from 0."""
    x = np.asarray(x, float)
    at = np.arange(len(x))
    return np.array([x.sum(1) @ at, x.sum(0) @ at]) / x.sum()


def box(x, above=127):
    """Height and width of what is brighter than `above`."""
    rows, columns = np.nonzero(x > above)
    return np.array([np.ptp(rows), np.ptp(columns)]) + 1


def blob(height, width, seed):
    """Random discs, partly one over the other, somewhere on a black page."""
    rng = np.random.default_rng(seed)
    at = rng.uniform(0.35, 0.65, (6, 2)) * (height, width)
    y, x = np.mgrid[:height, :width]
    r = 0.08 * max(height, width)
    return 1.0 * np.any([(y - a) ** 2 + (x - b) ** 2 < r * r for a, b in at], 0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("height", "width"), [(28, 28), (64, 64), (200, 131), (57, 400)])
def test_the_mass_is_central_and_the_longer_side_20(height, width, seed):
    x = centred(blob(height, width, seed))
    assert x.shape == (28, 28)
    assert x.dtype == np.uint8
    assert x.max() == 255
    assert_allclose(mass(x), 14, atol=0.5)
    assert box(x).max() == pytest.approx(20, abs=1)


def test_moving_and_dimming_a_picture_changes_nothing():
    page = np.zeros((90, 90), np.uint8)
    digit = load("digits").x[5]
    page[10:38, 50:78] = digit
    moved = np.roll(page, (43, -39), (0, 1))
    assert_array_equal(centred(moved), centred(page))
    assert_allclose(centred(page / 1000).astype(float), centred(page), atol=1)


def test_turning_it_by_half_turns_the_result_about_pixel_14_14():
    page = np.pad(load("digits").x[7], 3)
    turned = centred(page[::-1, ::-1])[::-1, ::-1]
    assert_allclose(turned[:-1, :-1].astype(float), centred(page)[1:, 1:], atol=2)


def test_a_centred_picture_stays_nearly_what_it_is():
    x = load("digits").x[:200]
    again = np.stack([centred(a) for a in x])
    assert np.corrcoef(again.ravel(), x.ravel())[0, 1] > 0.96


def test_ink_is_not_cut_off_to_have_its_mass_in_the_middle():
    page = np.zeros((100, 100))
    page[10:30, 10:90] = 1  # a heavy bar, and a foot so long that the mass is far from the middle
    page[30:90, 12] = 0.4
    page[5:35, 10:14] = 1
    x = centred(page)
    assert box(x, 30).max() >= 19
    assert mass(x)[0] < 13.5


def test_few_pixels_become_smooth_and_many_are_averaged():
    one = centred(np.pad([[1.0]], 3)).astype(int)
    assert (np.diff(one[14, 14:28]) <= 0).all()
    assert len(np.unique(one[14])) > 8
    stripes = np.zeros((200, 200))
    stripes[20:180, 20:180:2] = 1  # finer than the new pixels: an even grey, then made white
    assert centred(stripes)[8:20, 8:20].min() > 230


def test_black_stays_black():
    assert_array_equal(centred(np.zeros((40, 30))), np.zeros((28, 28)))
    assert_array_equal(centred(np.full((4, 4), -3.0)), np.zeros((28, 28)))


@pytest.mark.parametrize(
    "grey", [np.zeros(9), np.zeros((2, 2, 3)), np.zeros((0, 4)), [[np.nan]], [[1e300]]]
)
def test_what_is_no_picture_is_refused(grey):
    with pytest.raises(BadInput, match="a table of finite numbers"):
        centred(np.asarray(grey))


def test_the_cubic_is_an_interpolation_that_keeps_straight_lines():
    assert_allclose(cubic(np.arange(-3, 4, dtype=np.float32)), [0, 0, 0, 1, 0, 0, 0], atol=1e-6)
    at = np.linspace(0, 1, 11, dtype=np.float32)[:, None]
    knots = np.arange(-2, 4, dtype=np.float32)
    assert_allclose(cubic(at - knots).sum(1), 1, atol=1e-6)
    assert_allclose(cubic(at - knots) @ knots, at[:, 0], atol=1e-6)


@pytest.mark.parametrize("strokes", [[RING], [SEVEN], [[(0.1, 0.1), (0.9, 0.9)], [(0.9, 0.1)]]])
def test_a_drawing_is_central_smooth_and_20_pixels_long(strokes):
    x = rasterize(strokes)
    assert x.shape == (28, 28)
    assert x.dtype == np.uint8
    assert_allclose(mass(x), 14, atol=0.5)
    assert box(x).max() == pytest.approx(20, abs=1)
    assert 0.02 < ((x > 20) & (x < 235)).mean() < 0.2  # smooth edges


@pytest.mark.parametrize("zoom", [0.2, 0.5, 1.0])
def test_the_brush_is_as_thick_however_large_the_drawing(zoom):
    x = rasterize([[(zoom * a, zoom * b) for a, b in [(0.0, 0.0), (1.0, 0.0)]]])
    assert x[:, 14].sum() / 255 == pytest.approx(BRUSH, abs=0.35)
    ring = rasterize([[(zoom * a, zoom * b) for a, b in RING]])
    assert_allclose(ring.mean(), rasterize([RING]).mean(), rtol=0.03)


def test_y_points_down_and_x_to_the_right():
    x = rasterize([[(0.2, 0.1), (0.8, 0.1)], [(0.2, 0.1), (0.2, 0.9)]])  # a Γ
    rows, columns = x.sum(1).argmax(), x.sum(0).argmax()
    assert rows < 12
    assert columns < 12


def test_no_strokes_are_black_and_a_dot_is_a_dot():
    for nothing in [], [[]], [[], []]:
        assert_array_equal(rasterize(nothing), np.zeros((28, 28)))
    dot = rasterize([[(0.3, 0.8)]])
    assert_allclose(mass(dot), 14, atol=0.5)
    assert box(dot).max() <= 4


def test_points_outside_the_pad_are_moved_to_its_edge():
    assert_array_equal(
        rasterize([[(-5.0, 0.5), (2.0, 0.9)]]), rasterize([[(0.0, 0.5), (1.0, 0.9)]])
    )


@pytest.mark.parametrize(
    ("strokes", "says"),
    [
        ([[(0.1, np.nan)]], "a list of points"),
        ([[(0.1, 0.2, 0.3)]], "a list of points"),
        ([[0.1, 0.2]], "a list of points"),
        ([["ab"]], "a list of points"),
        ([[(0.1, 0.2), (0.3,)]], "a list of points"),
        ([[(0.5, 0.5)] * 20_001], "20,001 points; the limit is 20,000"),
    ],
)
def test_what_is_no_drawing_is_refused(strokes, says):
    with pytest.raises(BadInput, match=says):
        rasterize(strokes)
