"""Codes in the plane: each point where it is, in the colour of its class, with its index."""

from base64 import b64decode

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.figures.classes import ON_DARK, ON_LIGHT, colours
from core.figures.embedding import NAMED, SVG, figure
from core.figures.theme import DARK, LIGHT

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(90, 2)).astype(np.float32)
LABELS = RNG.integers(0, 4, 90)
LABELS[:4] = [0, 1, 3, 3]
NAMES = ("zero", "one", "two", "three")


def values(coordinate):
    """The numbers of a trace's x or y, which are written as the bytes of float32."""
    if isinstance(coordinate, dict):
        return np.frombuffer(b64decode(coordinate["bdata"]), "f4")
    return np.asarray(coordinate)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_each_class_is_one_trace_of_its_own_points(theme):
    fig = figure(POINTS, LABELS, NAMES, theme)
    assert [trace.name for trace in fig.data] == list(NAMES)
    for k, trace in enumerate(fig.data):
        at = [i for i, label in enumerate(LABELS) if label == k]
        assert_array_equal(trace.customdata, at)
        assert_array_equal(values(trace.x), POINTS[at, 0])
        assert_array_equal(values(trace.y), POINTS[at, 1])
        assert trace.marker.color == colours(theme, 4)[k]


def test_a_class_without_points_is_left_out():
    some = LABELS != 2
    fig = figure(POINTS[some], LABELS[some], NAMES, LIGHT)
    assert [trace.name for trace in fig.data] == ["zero", "one", "three"]
    assert fig.data[2].marker.color == ON_LIGHT[3]  # and the others keep their colours


def test_a_name_stands_at_the_median_of_its_class():
    labels = np.repeat([0, 1, 2], 30)
    points = POINTS * 0.1 + np.array([[-9, 0], [9, 0], [0, 9]])[labels]
    words = figure(points, labels, NAMES[:3], LIGHT).layout.annotations
    assert [word.text for word in words] == ["<b>zero</b>", "<b>one</b>", "<b>two</b>"]
    medians = [np.median(points[labels == k], axis=0) for k in range(3)]
    assert_allclose([(word.x, word.y) for word in words], medians, rtol=1e-6)


def test_names_that_would_overlap_are_moved_apart():
    words = figure(POINTS, LABELS, NAMES, LIGHT).layout.annotations
    pixel = np.ptp(POINTS, axis=0).max() / 460
    boxes = [(w.x, w.y, 0.3 * 18 * len(w.text[3:-4]) * pixel) for w in words]
    for k, (x, y, half) in enumerate(boxes):
        for other, at, wide in boxes[:k]:
            assert abs(x - other) > half + wide or abs(y - at) > 15 * pixel


def test_many_classes_repeat_the_colours_in_other_shapes_and_are_not_named():
    labels = np.arange(90) % 40
    fig = figure(POINTS, labels, [f"person {k}" for k in range(40)], LIGHT)
    looks = {(trace.marker.color, trace.marker.symbol) for trace in fig.data}
    assert len(looks) == len(fig.data) == 40 > NAMED
    assert not fig.layout.annotations


def test_a_ring_marks_the_picked_point():
    fig = figure(POINTS, LABELS, NAMES, LIGHT, picked=17)
    ring = fig.data[-1]
    assert_allclose((ring.x[0], ring.y[0]), POINTS[17])
    assert ring.customdata is None  # a click goes through to the point
    assert ring.marker.color == LIGHT.ink


def test_a_click_leaves_all_points_as_they_are():
    for trace in figure(POINTS, LABELS, NAMES, LIGHT).data:
        assert trace.unselected.marker.opacity == trace.marker.opacity


def test_one_unit_is_equally_long_both_ways():
    assert figure(POINTS, LABELS, NAMES, LIGHT).layout.yaxis.scaleanchor == "x"


def test_axes_are_named_where_they_mean_something():
    fig = figure(POINTS, LABELS, NAMES, LIGHT, axes=("first", "second"))
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("first", "second")


def test_many_points_are_drawn_by_the_graphics_card():
    n = SVG + 1
    fig = figure(np.zeros((n, 2)), np.zeros(n, int), NAMES, LIGHT)
    assert fig.data[0].type == "scattergl"
    assert figure(POINTS, LABELS, NAMES, LIGHT).data[0].type == "scatter"


def test_points_without_labels_are_refused():
    with pytest.raises(ValueError, match="need as many points"):
        figure(POINTS, LABELS[1:], NAMES, LIGHT)


# Machado, Oliveira and Fernandes 2009, severity 1
SIGHT = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def linear(colour):
    """'#rrggbb' as linear light."""
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def oklab(light):
    """Linear light as Oklab (Ottosson 2020)."""
    lms = light @ np.array([[0.4122214708, 0.2119034982, 0.0883024619],
                            [0.5363325363, 0.6806995451, 0.2817188376],
                            [0.0514459929, 0.1073969566, 0.6299787005]])  # fmt: skip
    return np.cbrt(lms) @ np.array([[0.2104542553, 1.9779984951, 0.0259040371],
                                    [0.7936177850, -2.4285922050, 0.7827717662],
                                    [-0.0040720468, 0.4505937099, -0.8086757660]])  # fmt: skip


@pytest.mark.parametrize("ten", [ON_LIGHT, ON_DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("sight", "least"), [
    ("normal", 0.14), ("protan", 0.09), ("deutan", 0.09), ("tritan", 0.07),
])  # fmt: skip
def test_ten_colours_can_be_told_apart(ten, sight, least):
    light = np.clip([linear(c) @ np.transpose(SIGHT[sight]) for c in ten], 0, 1)
    lab = oklab(light)
    apart = np.linalg.norm(lab[:, None] - lab, axis=2) + np.eye(10)
    assert apart.min() >= least


@pytest.mark.parametrize(("theme", "ten"), [(LIGHT, ON_LIGHT), (DARK, ON_DARK)])
def test_each_colour_stands_out_from_the_paper(theme, ten):
    paper = linear(theme.paper) @ [0.2126, 0.7152, 0.0722]
    for colour in ten:
        low, high = sorted((paper, linear(colour) @ [0.2126, 0.7152, 0.0722]))
        assert (high + 0.05) / (low + 0.05) >= 2.2
