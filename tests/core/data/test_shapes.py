"""The targets of the diffusion lesson: standardised, as their names say, and what is refused."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import ks_1samp

from core.data import shapes, toy
from core.data.shapes import HEART, LINES, PLANE, SHAPES, parse_lines, shape, write_lines

TEXT = {"mixture": "0.3 N(-2, 0.5) + 0.7 N(2, 1)", "drawn": HEART}


@pytest.mark.parametrize("name", SHAPES)
def test_every_target_has_mean_0_and_variance_1(name):
    m = shape(name, TEXT.get(name, ""))
    assert m.d == (1 if name in LINES else 2)
    assert_allclose(m.weight.sum(), 1)
    assert_allclose(m.weight @ m.mean, 0, atol=1e-9)
    assert_allclose(m.square, m.d)


@pytest.mark.parametrize("name", toy.MAPS)
def test_a_target_of_the_gan_lesson_keeps_its_law(name):
    law = toy.target(name).law
    raw = LINES[name]("")
    x = raw.sample(4000, np.random.default_rng(0))[:, 0]
    assert ks_1samp(x, law.cdf).statistic < 0.025  # 0.026 is what 1 % of perfect samples exceed


def test_the_ring_has_eight_parts_at_equal_angles():
    m = shape("ring of eight")
    angle = np.sort(np.arctan2(*m.mean.T))
    assert_allclose(np.diff(angle), np.pi / 4)
    assert_allclose(np.hypot(*m.mean.T), np.hypot(*m.mean[0]))


def test_the_checkerboard_leaves_every_other_field_empty():
    x = PLANE["checkerboard"]("").sample(20_000, np.random.default_rng(0))
    field = np.floor(x).astype(int)
    on = field.sum(axis=1) % 2 == 0
    assert 0.85 < on.mean() < 1


def test_a_curve_has_no_gaps():
    for name in ("two moons", "spiral", "smiley", "drawn"):
        m = shape(name, TEXT.get(name, ""))
        away = np.hypot(*(m.mean[:, None] - m.mean[None]).transpose(2, 0, 1))
        np.fill_diagonal(away, np.inf)
        assert away.min(axis=1).max() < 2.5 * m.std[0]


def test_a_drawing_comes_back_as_it_was_written():
    lines = parse_lines(HEART)
    assert write_lines(lines) == HEART
    two = [[(0.0, 0.0), (0.5, 1.0)], [(1.0, 0.25), (0.75, 0.75)]]
    assert_allclose(np.array(parse_lines(write_lines(two))), two, atol=0.5 / 61)


def test_a_drawing_of_many_points_is_thinned_and_still_read():
    t = np.linspace(0, 1, 3000)
    lines = [list(zip(t, t**2, strict=True)), list(zip(t[::-1], t, strict=True))]
    text = write_lines(lines)
    read = parse_lines(text)
    assert sum(map(len, read)) <= shapes.POINTS
    assert_allclose([line[-1] for line in read], [(1, 1), (0, 1)], atol=0.01)


def test_many_short_lines_are_thinned_too():
    lines = [[(k / 200, 0.1), (k / 200, 0.9)] for k in range(200)]
    assert sum(map(len, parse_lines(write_lines(lines)))) <= shapes.POINTS


def test_a_drawing_lies_as_it_was_drawn():
    """y grows downwards on the pad, upwards in the plane."""
    m = shape("drawn", write_lines([[(0.1, 0.1), (0.9, 0.1)], [(0.5, 0.1), (0.5, 0.9)]]))
    top = m.mean[m.mean[:, 1] > 0.9 * m.mean[:, 1].max()]
    assert np.ptp(top[:, 0]) > 1.5


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The drawing is empty"),
        ("---", "The drawing is empty"),
        ("abc", "two characters"),
        ("ab!!cd", "two characters"),
        ("<script>", "two characters"),
        ("aa" * 500, "at most 120 points"),
        ("aaab", "only a dot"),
    ],
)
def test_a_bad_drawing_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        shape("drawn", text)


def test_an_unknown_target_names_the_known_ones():
    with pytest.raises(ValueError, match=r"no target 'cube'; known are ring of eight, two moons"):
        shape("cube")
