"""What the browser components take from a browser, and what they refuse."""

from math import inf, nan
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from core.figures.theme import LIGHT
from ui.live import (
    Mix,
    Plane,
    Reel,
    latent_map,
    live_decoder,
    live_film,
    paint_pad,
    read_painted,
    read_strokes,
)  # fmt: skip
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


def test_painted_strokes_are_points_and_a_brush():
    assert read_painted([]) == []
    strokes = [{"points": [[0, 1], [0.5, 0.25]], "ink": True}, {"points": [[1, 1]], "ink": False}]
    assert read_painted(strokes) == [
        {"points": [(0, 1), (0.5, 0.25)], "ink": True}, {"points": [(1, 1)], "ink": False},
    ]  # fmt: skip
    more = {"points": [[0, 0]], "ink": True, "colour": "red"}
    assert read_painted([more]) == [{"points": [(0, 0)], "ink": True}]


@pytest.mark.parametrize(
    "value",
    [
        None, {"points": [[0, 0]], "ink": True}, [[[0, 0]]], [{}], [{"points": [[0, 0]]}],
        [{"ink": True}], [{"points": [[0, 0]], "ink": 1}], [{"points": [[0, 0]], "ink": None}],
        [{"points": [], "ink": True}], [{"points": [[0, 1.5]], "ink": True}],
        [{"points": [[0, nan]], "ink": True}], [{"points": [[0, 0]], "ink": True}] * 201,
        [{"points": [[0, 0]] * 5001, "ink": True}],
    ],
)  # fmt: skip
def test_what_are_no_painted_strokes_is_refused(value):
    assert read_painted(value) is None


def test_a_picture_that_cannot_be_painted_over_is_refused():
    more = dict(label="", colour="#000000", ink="#000000", width=0.1)
    for shape in (28,), (28, 20), (2, 28, 28):
        with pytest.raises(ValueError, match="must be square"):
            paint_pad("p", np.zeros(shape), [], **more)


def test_a_mix_weighs_its_two_pictures_and_shows_minus_one_as_paper():
    first, second = np.float32([[1, -1, 0.5]]), np.float32([[1, 1, -3]])
    mix = Mix(first, second, np.float32([1, 0.6]), np.float32([0, 0.8]))
    np.testing.assert_allclose(mix.frame(0), [[1, 0, 0.75]], atol=1e-6)
    np.testing.assert_allclose(mix.frame(1), [[1, 0.6, 0]], atol=1e-6)


def test_pictures_and_frames_that_do_not_fit_are_refused():
    x, n = np.zeros((4, 5), np.float32), np.ones(3, np.float32)
    with pytest.raises(ValueError, match="mix of pictures"):
        Mix(x, x.T, n, n)
    with pytest.raises(ValueError, match="coefficients"):
        Mix(x, x, n, n[:2])
    for frames in x, np.zeros((0, 4, 5)), np.zeros((3, 5, 4)), Mix(x.T, x.T, n, n):
        with pytest.raises(ValueError, match="a picture"):
            Reel("x", "real", x, frames)
    with pytest.raises(ValueError, match="real, generated, judge, latent, theory"):
        Reel("x", "blue", x, x[None])


@pytest.mark.parametrize("wrong", [{"size": 149}, {"step": 0}])
def test_a_film_without_a_size_or_a_step_is_refused(wrong):
    with pytest.raises(ValueError, match="expected 150 or more"):
        live_film("f", "t", [], LIGHT, **wrong)


@pytest.mark.parametrize("key", ["film.t", "film.turn"])
def test_without_a_browser_a_film_is_the_servers_pictures(key):
    at = AppTest.from_file(APPS / "film_app.py").run()
    at.slider(key=key).set_value(at.slider(key=key).max).run()
    assert not at.exception
    assert [text.value for text in at.markdown] == [
        ":blue[$x_0$, a real digit]", ":violet[$x_t$, noised]", ":gray[$\\epsilon$, the noise]",
        ":orange[Turned]",
    ]  # fmt: skip
    assert len(at.get("plotly_chart")) == 4


@pytest.mark.parametrize("app", ["latent_app.py", "digit_pad_app.py", "paint_app.py"])
def test_without_a_browser_the_page_runs_and_nothing_has_happened(app):
    at = AppTest.from_file(APPS / app).run()
    assert not at.exception
    at.checkbox(key="refuse").check().run()
    assert not at.exception
    assert "returned" not in at.session_state
    assert "picks" not in at.session_state
