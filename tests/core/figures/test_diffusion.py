"""The pictures of both processes, tested on their data."""

from __future__ import annotations

from base64 import b64decode

import numpy as np
import pytest
from numpy.testing import assert_allclose
from plotly.basedatatypes import BaseFigure

from core.diffusion import Config
from core.diffusion.denoiser import exact, first, learned
from core.diffusion.forward import walk
from core.diffusion.moment import reach
from core.diffusion.path import Settings, moved, record
from core.figures.diffusion import forward, reverse
from core.figures.diffusion.cloud import SIDE, STATIONS, cloud
from core.figures.diffusion.field import arrows, error, places, scaled
from core.figures.diffusion.forward import Style
from core.figures.diffusion.reverse import FEW, Moment
from core.figures.diffusion.shade import COLUMNS, between, over_time, plane, stripes
from core.figures.diffusion.trails import lines
from core.figures.theme import LIGHT

PLANE, LINE = Config(), Config(target="two modes", T=60)
BOTH = pytest.mark.parametrize("config", [PLANE, LINE], ids=["plane", "line"])


def values(figure: BaseFigure, name: str, axis: str = "x") -> np.ndarray:
    (trace,) = (t for t in figure.to_dict()["data"] if t.get("name") == name)
    return np.frombuffer(b64decode(trace[axis]["bdata"]), np.float32)


def names(figure: BaseFigure) -> list[str]:
    return [trace.name for trace in figure.data]


def moment(config: Config, **more: object) -> Moment:
    s, best = config.process, exact(config.data, config.process)
    made = record(best, s, Settings(steps=10), config.d)
    at, k = places(config.data), 6
    t = made.at[k]
    known: dict[str, object] = {
        "path": made, "k": k, "picked": 3, "moved": None, "before": None,
        "learned": scaled(learned(config, first(config)), at, t, s), "best": scaled(best, at, t, s),
    }  # fmt: skip
    return Moment(**{**known, **more})  # type: ignore[arg-type]


def test_the_shade_of_the_plane_is_the_density() -> None:
    far, a = reach(PLANE.data), float(PLANE.process.alpha_bar[50])
    p = plane(PLANE.data, a, far, 24)
    at = (np.arange(24) + 0.5) / 24 * 2 * far - far
    x, y = np.meshgrid(at, at[::-1])
    exactly = PLANE.data.noised(a).density(np.column_stack([x.ravel(), y.ravel()]))
    assert_allclose(p.ravel(), exactly, rtol=1e-9)


def test_the_shade_over_time_is_the_density_at_each_t() -> None:
    far = reach(LINE.data)
    t, p = stripes(LINE.data, LINE.process, far)
    assert p.shape[1] == len(t) == COLUMNS
    a = np.interp(t[30], np.arange(61), LINE.process.alpha_bar)
    x = far - (np.arange(len(p)) + 0.5) / len(p) * 2 * far
    assert_allclose(p[:, 30], LINE.data.noised(a).density(x[:, None]), rtol=2e-4, atol=1e-6)


def test_time_that_runs_backwards_mirrors_the_shade() -> None:
    far = reach(LINE.data)
    there, back = (
        over_time(LINE.data, LINE.process, far, ("#000000", "#ffffff"), backwards=way)
        for way in (False, True)
    )
    assert (there[0]["x"], back[0]["x"]) == (0, 60)
    assert there[0]["source"] != back[0]["source"]
    # plotly draws only one of two pictures with the same place and size
    assert there[0]["sizey"] != there[1]["sizey"]


@BOTH
def test_forward_shows_the_particles_at_t(config: Config) -> None:
    x = walk(config.data, config.process, 0)
    figure = forward.figure(config.data, config.process, x, 20, Style(LIGHT))
    assert figure.layout.meta == 20
    assert_allclose(values(figure, "particles", "y"), x[20, :, -1])
    if config.d == 1:
        assert_allclose(values(figure, "particles"), 20)
        p = config.data.noised(float(config.process.alpha_bar[20]))
        at = values(figure, "density")
        assert_allclose(values(figure, "density", "y"), p.density(at[:, None]), rtol=1e-4)
    assert len(figure.layout.images) == (1 if config.d == 2 else 2)


def test_paths_are_whole_and_parted() -> None:
    x = np.arange(12, dtype=np.float32).reshape(3, 2, 2)
    xy = lines(x, range(3))
    assert_allclose(xy["x"], [0, 4, 8, np.nan, 2, 6, 10, np.nan])
    on_the_line = lines(x[:, :, :1], (9, 5, 0))
    assert_allclose(on_the_line["x"], [9, 5, 0, np.nan] * 2)
    assert_allclose(on_the_line["y"], [0, 4, 8, np.nan, 2, 6, 10, np.nan])


@BOTH
def test_reverse_shows_particles_predictions_and_both_scores(config: Config) -> None:
    m = moment(config)
    figure = reverse.figure(config.data, config.process, m, Style(LIGHT), shown=17)
    assert figure.layout.meta == 17
    assert_allclose(values(figure, "particles", "y"), m.path.x[6, :, -1])
    assert_allclose(values(figure, "x_0", "y"), m.path.x_0[6, :FEW, -1])
    assert_allclose(values(figure, "mean", "y"), m.path.mean[6, 3, -1:])
    assert {"learned", "exact", "picked", "trails"} <= set(names(figure))
    assert not {"moved", "before"} & set(names(figure))


@BOTH
def test_what_is_not_known_is_not_drawn(config: Config) -> None:
    m = moment(config, learned=None)
    figure = reverse.figure(config.data, config.process, m, Style(LIGHT, narrow=True))
    assert "learned" not in names(figure)
    assert "learned" not in " ".join(a.text for a in figure.layout.annotations)


@BOTH
def test_another_way_and_the_sampler_before(config: Config) -> None:
    m = moment(config)
    best, s, by = exact(config.data, config.process), config.process, np.full(config.d, 0.5)
    way = moved(best, s, Settings(steps=10), m.path, 6, 3, by)
    before = record(
        exact(config.data, config.process), config.process, Settings(sampler="DDPM"), config.d
    )
    m = moment(config, moved=way, before=before)
    figure = reverse.figure(config.data, config.process, m, Style(LIGHT))
    assert_allclose(values(figure, "moved", "y")[:-1], way.x[:, 0, -1])
    assert_allclose(values(figure, "picked", "y"), way.x[0, :, -1])
    assert_allclose(values(figure, "mean", "y"), way.mean[0, :, -1])
    assert "before" in names(figure)


@BOTH
def test_the_last_stop_draws_too(config: Config) -> None:
    m = moment(config, k=10)
    figure = reverse.figure(config.data, config.process, m, Style(LIGHT))
    assert "mean" not in names(figure)


def test_arrows_point_along_the_score_and_never_leave_their_room() -> None:
    at = np.zeros((3, 2), np.float32)
    pull = np.array([[1, 0], [100, 0], [0, -1]], np.float32)
    xy = arrows(at, pull, 0.2)
    tip = np.column_stack([xy["x"], xy["y"]])[1::6]
    assert_allclose(tip, [[0.1, 0], [0.2 * 100 / 101, 0], [0, -0.1]], atol=1e-6)


def test_the_scaled_score_is_the_score_of_the_mixture() -> None:
    s, t = PLANE.process, 70
    at = places(PLANE.data)
    score = PLANE.data.noised(float(s.alpha_bar[t])).score(at)
    got = scaled(exact(PLANE.data, s), at, t, s)
    assert_allclose(got, score * np.sqrt(1 - s.alpha_bar[t]), rtol=1e-3, atol=1e-3)
    assert error(got, got) == 0


@BOTH
def test_a_cloud_keeps_some_stations_and_both_ends(config: Config) -> None:
    s = config.process
    x = walk(config.data, s, 0)
    made = cloud(config.data, s, x, range(s.T + 1), ("#0072B2", "#0072B2", "#CC79A7"), 5)
    assert (made.times[0], made.times[-1]) == (0, s.T)
    assert len(made.times) == len(made.x) == len(made.colours) == min(s.T + 1, STATIONS)
    assert made.shades.shape == ((STATIONS, SIDE, SIDE) if config.d == 2 else (s.T + 1, 0, 0))
    assert made.colours[0] == "#0072b2"
    assert_allclose(made.x[-1], x[-1])


def test_a_colour_between_two() -> None:
    assert between("#000000", "#ff8000", 0.5) == "#804000"
