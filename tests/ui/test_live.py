"""What the browser components take from a browser, and what they refuse."""

from math import inf, nan
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from ui.live import Plane, latent_map, live_decoder, read_strokes
from ui.live.map import frame, read_code

APPS = Path(__file__).parents[1] / "browser"
LIMITS = (-3.0, 3.0)


def test_a_code_is_brought_into_the_sliders_range_and_steps():
    assert read_code([0.123, -9, 3, 2.99], 4, LIMITS, 0.05) == [0.1, -3.0, 3.0, 3.0]
    assert read_code([0, -(10**400)], 2, LIMITS, 0.05) == [0.0, -3.0]
    assert read_code([0.9, 0], 2, (-1.0, 0.95), 0.1) == [0.9, 0.0]


@pytest.mark.parametrize(
    "value", [None, 3, "00", [0.0], [0.0, nan], [0.0, inf], [0.0, "1"], [0.0, True]]
)
def test_what_is_no_code_is_refused(value):
    assert read_code(value, 2, LIMITS, 0.05) is None


def test_the_frame_is_square_and_forgives_what_is_remote():
    points = np.random.default_rng(0).standard_normal((2000, 2)).astype(np.float32)
    x, y, side = frame(points)
    inside = (points >= [x, y]) & (points <= [x + side, y + side])
    assert inside.all(axis=1).mean() > 0.99
    points[0] = 1000, np.nan
    points[1] = 1000, 0
    assert frame(points)[2] < 1.1 * side
    assert frame(np.zeros((5, 2)))[2] > 0
    assert frame(np.zeros((0, 2))) == [-1, -1, 2]


def test_a_map_whose_shapes_do_not_fit_is_refused():
    more = dict(label="", classes={"0": "#000000"}, limits=LIMITS)
    with pytest.raises(ValueError, match="codes of 3 numbers"):
        latent_map("m", np.zeros((4, 2)), np.zeros(4), dict(a=0, b=0, c=0), **more)
    plane = Plane(np.eye(2, 3), np.zeros(3))
    with pytest.raises(ValueError, match="for 5 labels"):
        latent_map("m", np.zeros((4, 2)), np.zeros(5), dict(a=0, b=0, c=0), plane=plane, **more)


def test_a_picture_without_a_size_is_refused():
    with pytest.raises(ValueError, match="width"):
        live_decoder("d", {}, [], go.Figure(), colour="#000000", paper="#ffffff")


def test_strokes_are_lists_of_points():
    assert read_strokes([]) == []
    assert read_strokes([[[0, 1], [0.5, 0.25]], [[1, 1]]]) == [[(0, 1), (0.5, 0.25)], [(1, 1)]]


@pytest.mark.parametrize(
    "value",
    [
        None, "strokes", {"a": 1}, [[]], [[0.5]], [[[0.5]]], [[[0.5, 1.5]]], [[[-0.1, 0]]],
        [[[nan, 0]]], [[["0", 0]]], [[[True, 0]]], [[[0, 0, 0]]], [[[0, 0]]] * 201,
        [[[0, 0]] * 5001],
    ],
)  # fmt: skip
def test_what_are_no_strokes_is_refused(value):
    assert read_strokes(value) is None


@pytest.mark.parametrize("app", ["latent_app.py", "digit_pad_app.py"])
def test_without_a_browser_the_page_runs_and_nothing_has_happened(app):
    at = AppTest.from_file(APPS / app).run()
    assert not at.exception
    at.checkbox(key="refuse").check().run()
    assert not at.exception
    assert "returned" not in at.session_state
    assert "picks" not in at.session_state
