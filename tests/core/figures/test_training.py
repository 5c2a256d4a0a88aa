"""The picture of a training on pictures, tested on its data."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from core.figures.images import sheet
from core.figures.theme import DARK, LIGHT
from core.figures.training import Curve, Moment, Panel, Style, figure, spec
from tests.pictures import decoded

PANELS = (
    Panel("losses", (Curve("a", "A", "generated"), Curve("b", "B", "latent", "dash"))),
    Panel("bars", bars="kl"),
)
LOSSES = {"a": np.linspace(9, 1, 40), "b": np.full(40, 0.5)}
REAL = np.full((3, 28, 28), 200, np.uint8)


def moment(number: int) -> Moment:
    made = np.full((3, 28, 28), number, np.uint8)
    rows = (("real", REAL, "real"), ("made", made, "generated"))
    return Moment(number, rows, {"z0": 1.0, "z1": float(number)})


@pytest.fixture(params=[Style(LIGHT), Style(DARK, narrow=True)], ids=["wide", "narrow"])
def style(request: pytest.FixtureRequest) -> Style:
    return request.param


def test_each_row_of_pictures_is_there_in_its_colour(style: Style) -> None:
    images = spec(PANELS, moment(40), LOSSES, 40, style)["layout"]["images"]
    for image, pictures in zip(images, (REAL, moment(40).rows[1][1]), strict=True):
        whole = sheet(pictures, 3)
        shown = decoded(image["source"])
        zoom = shown.shape[0] // whole.shape[0]
        assert_array_equal(shown[::zoom, ::zoom], whole)


def test_curves_bars_and_the_line_at_this_moment(style: Style) -> None:
    data = spec(PANELS, moment(17), LOSSES, 40, style)["data"]
    a, b, marker, bars = data
    assert (a["name"], b["line"]["dash"]) == ("A", "dash")
    assert_array_equal(b["y"], np.full(40, 0.5, np.float32))
    assert a["y"][-1] == pytest.approx(1.0, abs=0.1)
    assert_array_equal(marker["x"], [17, 17])
    assert bars["type"] == "bar"
    assert_array_equal(bars["y"], [1, 17])


def test_the_other_future_is_dotted_beside_it(style: Style) -> None:
    data = spec(PANELS, moment(40), LOSSES, 40, style, {"a": np.ones(20)})["data"]
    dotted = [trace for trace in data if trace.get("line", {}).get("dash") == "dot"]
    assert [len(trace["y"]) for trace in dotted] == [20, 0]


def test_the_first_updates_do_not_flatten_the_rest() -> None:
    losses = {"a": np.concatenate([[1e6, 1e5], np.linspace(9, 7, 98)]), "b": np.full(100, 6.0)}
    panels = (Panel("losses", PANELS[0].curves),)
    low, high = spec(panels, moment(100), losses, 100, Style(LIGHT))["layout"]["yaxis1"]["range"]
    assert 5 < low <= 6
    assert 8.5 < high < 100


def test_untrained_it_draws_nothing_but_the_pictures(style: Style) -> None:
    data = spec(PANELS, moment(0), {}, 40, style)["data"]
    assert all(len(trace["x"]) == 0 for trace in data[:2])


def test_a_replay_changes_pictures_bars_and_line(style: Style) -> None:
    moments = [moment(n) for n in (0, 10, 40)]
    fig = figure(PANELS, moments, LOSSES, 40, style)
    assert [frame.name for frame in fig.frames] == ["0", "10", "40"]
    moving = [trace for trace in fig.data if trace.meta == "moving"]
    assert len(fig.frames[1].data) == len(moving) == 2
    real, made = ({f.layout.images[k].source for f in fig.frames} for k in (0, 1))
    assert len(real) == 1
    assert len(made) == 3


def test_a_replay_keeps_to_the_budget() -> None:
    rng = np.random.default_rng(0)

    def noisy(number: int) -> Moment:
        rows = [(n, rng.integers(0, 256, (10, 28, 28), np.uint8), "real") for n in "abc"]
        return Moment(number, tuple(rows), {f"z{k}": 1.0 for k in range(10)})

    fig = figure(PANELS, [noisy(n) for n in range(24)], LOSSES, 40, Style(LIGHT))
    assert len(json.dumps(fig.to_plotly_json(), default=str)) < 4e6
