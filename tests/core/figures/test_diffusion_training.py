"""The picture of a training, tested on its data."""

import dataclasses
import re
from base64 import b64decode

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.data.law import Law
from core.diffusion import Config, report
from core.diffusion.bound import Bound, bound
from core.diffusion.denoiser import exact, first
from core.diffusion.moment import GRID, PARTICLES, edges, middle, moment, reach
from core.diffusion.process import PREDICTIONS
from core.figures.diffusion.terms import terms
from core.figures.diffusion.training import Style, arrows, figure, spec
from core.figures.theme import DARK, LIGHT, tint
from core.step import Step

PLANE, LINE = Config(T=50), Config(target="two modes", T=50)
LOSSES = {"loss": np.linspace(1, 0.3, 80)}
BOTH = pytest.mark.parametrize("config", [PLANE, LINE], ids=["plane", "line"])


@pytest.fixture(scope="module")
def moments():
    return {
        config: [moment(config, k, first(dataclasses.replace(config, seed=k))) for k in (0, 40, 80)]
        for config in (PLANE, LINE)
    }


def values(typed):
    """Numbers that were written as plotly.js reads them."""
    return np.frombuffer(b64decode(typed["bdata"]), np.float32)


def traces(config, moments, **style):
    return spec(config, moments[config][-1], LOSSES, 100, Style(LIGHT, **style))["data"]


def test_in_the_plane_generated_points_lie_over_the_target(moments):
    exact_arrows, learned, target, made, *_ = traces(PLANE, moments)
    assert (made["marker"]["color"], len(made["x"])) == (LIGHT.generated, PARTICLES)
    assert_allclose(made["x"], moments[PLANE][-1].points[:, 0])
    assert len(target["x"]) == 250
    assert exact_arrows["line"]["color"] == tint(LIGHT.theory, 0.6)
    assert learned["line"]["color"] == LIGHT.judge
    assert len(learned["x"]) == 8 * GRID**2


def test_arrows_point_along_and_are_broken_between():
    at, along = np.array([[0.0, 0], [1, 1]]), np.array([[1.0, 0], [0, 2]])
    a = arrows(at, along)
    xy = np.column_stack([a["x"], a["y"]]).reshape(2, 8, 2)
    assert_allclose(xy[:, 0], at)
    assert_allclose(xy[:, 1], at + along)
    assert_allclose(xy[:, 4], at + along)  # the head ends at the tip
    assert np.isnan(xy[:, [2, 6, 7]]).all()


def test_without_the_field_there_are_no_arrows(moments):
    first_trace = traces(PLANE, moments, arrows=False)[0]
    assert first_trace["mode"] == "markers"


def test_on_the_line_the_true_density_is_that_of_its_law(moments):
    true, made, *_ = traces(LINE, moments)
    e = edges(LINE.data)
    p = LINE.data.law.density(e)
    assert_allclose(true["y"], 0.1 + 0.95 / (1.15 * p.max()) * p, rtol=1e-5)
    assert made["line"]["color"] == LIGHT.generated


def test_on_the_line_the_generated_density_is_that_of_the_generated_points(moments):
    m = moments[LINE][0]
    inside = np.diff(edges(LINE.data)) @ m.density
    points = np.sort(m.points[:, 0])
    law = Law(points, (np.arange(len(points)) + 0.5) / len(points))
    low, high = edges(LINE.data)[[0, -1]]
    assert_allclose(inside, np.diff(law.cdf(np.array([low, high])))[0], atol=0.05)


@BOTH
def test_the_exact_field_is_exact(config, moments):
    m = moments[config][0]
    t = middle(config)
    assert m.t == t
    wanted = config.data.noised(config.process.alpha_bar[t]).score(m.at)
    assert_allclose(m.best, wanted, atol=1e-4)


@BOTH
def test_no_denoiser_beats_the_exact_one(config, moments):
    for m in moments[config]:
        assert (m.errors.learned >= m.errors.best).all()
        assert_allclose(m.errors.t[[0, -1]], [1, 50])


@BOTH
def test_all_of_the_target_is_in_the_picture(config):
    x = config.data.sample(5000, np.random.default_rng(0))
    assert (np.abs(x) < reach(config.data)).mean() > 0.999


@BOTH
def test_the_replay_moves_what_changes_and_nothing_else(config, moments):
    fig = figure(config, moments[config], LOSSES, 100, Style(DARK))
    assert [f.name for f in fig.frames] == ["0", "40", "80"]
    moving = [k for k, t in enumerate(fig.data) if t.meta == "moving"]
    for frame in fig.frames:
        assert list(frame.traces) == moving
        assert len(frame.data) == len(moving)
    last = spec(config, moments[config][-1], LOSSES, 100, Style(DARK))["data"]
    for k, trace in zip(moving, fig.frames[-1].data, strict=True):
        assert_allclose(values(trace.y), last[k]["y"], rtol=1e-6)


def test_the_other_future_is_dotted(moments):
    now = moments[PLANE][-1]
    data = spec(PLANE, now, LOSSES, 100, Style(LIGHT), {"loss": LOSSES["loss"] * 2})["data"]
    dotted = [t for t in data if t.get("line", {}).get("dash") == "dot"]
    assert len(dotted) == 1
    assert_allclose(np.asarray(dotted[0]["y"])[0], 2)


@pytest.mark.parametrize("T", [10, 100, 1000])
def test_there_is_a_bar_for_each_t(T):
    s = Config(T=T).process
    best = bound(exact(PLANE.data, s), PLANE.data, s, np.random.default_rng(0), points=2000)
    other = Bound(best.L_T, best.steps + 0.01, best.error)
    fig = terms(other, best, LIGHT)
    exact_bars, learned_bars = fig.data
    assert_allclose(learned_bars.x, np.arange(2, T + 1))
    assert_allclose(learned_bars.y, other.steps[1:])
    assert_allclose(exact_bars.y, best.steps[1:])
    assert learned_bars.marker.color == LIGHT.judge


def test_numbers_that_are_not_known_are_a_dash():
    rows = report.numbers(PLANE, Step(0, {}, None, None), 100, None, 0.5, 0.04, None, 0.54)
    assert [row[1] for row in rows] == ["0", "0.500", "–", "–", "–"]
    assert rows[1][2] == "floor 0.040"


def test_the_formula_holds_the_numbers_of_the_moment(moments):
    now = moments[PLANE][-1]
    text = report.formula(PLANE, Step(80, {"loss": 0.4321}, None, None), now, LIGHT.words)
    assert "0.432" in text
    assert f"t = {now.t}" in text
    assert LIGHT.words["latent"] in text


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_the_formula_has_one_subscript_at_each_letter(moments, prediction):
    config = dataclasses.replace(PLANE, prediction=prediction)
    text = report.formula(config, Step(0, {}, None, None), moments[PLANE][-1], LIGHT.words)
    assert not re.search(r"_\w_", text)  # TeX refuses the whole line
