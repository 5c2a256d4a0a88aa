"""The reverse process: particles and their trails, and the learned score beside the exact one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.data.mixture import Mixture
from core.diffusion.moment import reach
from core.diffusion.path import Path
from core.diffusion.process import Array
from core.diffusion.schedule import Schedule
from core.figures.diffusion.field import GRID, arrows, places
from core.figures.diffusion.forward import Style
from core.figures.diffusion.marginal import marginal
from core.figures.diffusion.panels import axes, axis_name, colour, mark, shades
from core.figures.diffusion.trails import lines, points, trace
from core.figures.theme import Theme, axis, heading, layout, typed, word

FEW = 12  # particles with trails
PULL = 4.0  # of the axis of the scaled score on the line, either way


@dataclass(frozen=True, eq=False)
class Moment:
    """What one picture shows. path : at its stop k. picked : the number of a particle.

    moved : its other path from here on, or None. before : the path of the sampler
    before, or None. learned, best : the scaled scores at `field.places`, the first None where
    nothing is learned.
    """

    path: Path
    k: int
    picked: int
    moved: Path | None
    before: Path | None
    learned: Array | None
    best: Array

    @property
    def t(self) -> int:
        return self.path.at[self.k]

    @property
    def here(self) -> tuple[Path, int, int]:
        """The path that the picked particle is on, its stop there, and its number there."""
        return (self.path, self.k, self.picked) if self.moved is None else (self.moved, 0, 0)


def figure(
    data: Mixture, s: Schedule, m: Moment, style: Style, shown: int | None = None
) -> go.Figure:
    """Left the particles, right the score field; on the line the score, and the density of x_t.

    shown : the value of the slider, for `layout.meta`; the time of the stop if there is none.
    """
    theme, d = style.theme, data.d
    boxes = _boxes(d, style)
    lay = layout(
        theme, 800 if style.narrow else style.height, hovermode="closest", dragmode=False,
        shapes=[], images=shades(data, s, m.t, theme, backwards=True),
        annotations=_titles(theme, m, d, boxes), margin={"l": 34, "r": 12, "t": 26, "b": 34},
        clickmode="event+select", meta=m.t if shown is None else shown,
    )  # fmt: skip
    lay |= axes(data, s, theme, 1, boxes[0], backwards=True)
    traces = [*_trails(s, m, theme), *_picked(m, theme)]
    if d == 2:
        lay |= axes(data, s, theme, 2, boxes[1])
        lay["images"] += shades(data, s, m.t, theme, 2)
        traces += _field(data, m, theme)
    else:
        lay["annotations"].append(axis_name(theme, "t"))
        lay["shapes"].append(mark(theme, m.t))
        more, its = _line_panels(data, s, m, theme, boxes[1:])
        traces += more
        lay |= its
    return go.Figure(data=[typed(one) for one in traces], layout=lay)


def _boxes(d: int, style: Style) -> list[tuple[float, ...]]:
    if style.narrow:
        if d == 2:
            return [(0.0, 1.0, 0.54, 1.0), (0.0, 1.0, 0.0, 0.46)]
        return [(0.0, 1.0, 0.58, 1.0), (0.0, 1.0, 0.3, 0.48), (0.0, 1.0, 0.0, 0.2)]
    if d == 2:
        return [(0.0, 0.475, 0.0, 1.0), (0.525, 1.0, 0.0, 1.0)]
    return [(0.0, 0.56, 0.0, 1.0), (0.64, 1.0, 0.6, 1.0), (0.64, 1.0, 0.0, 0.4)]


def _titles(
    theme: Theme, m: Moment, d: int, boxes: list[tuple[float, ...]]
) -> list[dict[str, Any]]:
    both = word(theme, "judge", "learned") + ", " if m.learned is not None else ""
    titles = [
        f"{word(theme, 'latent', 'noise')} to {word(theme, 'generated', 'samples')}, "
        f"{word(theme, 'judge', 'x̂<sub>0</sub>')}, {word(theme, 'generated', '◆')} next",
        f"score × √(1 − ᾱ): {both}{word(theme, 'theory', 'exact')}",
        f"p<sub>{m.t}</sub>(x): {word(theme, 'theory', '┄ exact')}; particles",
    ]
    return [
        heading(theme, text, box[0], box[3] + 0.01)
        for text, box in zip(titles, boxes, strict=False)
    ]


def _trails(s: Schedule, m: Moment, theme: Theme) -> list[dict[str, Any]]:
    """All particles, a few with the way that they have come and where they seem to go."""
    path, k, t = m.path, m.k, m.t
    paint = colour(theme, s, t, "generated")
    x, few = path.x[k], path.x[k, :FEW]
    traces = [
        trace(points(x, t), "markers", name="particles", hoverinfo="none",
              customdata=list(range(len(x))),
              marker={"color": paint, "size": 5 if x.shape[1] == 2 else 4, "opacity": 0.6},
              selected={"marker": {"opacity": 0.6}}, unselected={"marker": {"opacity": 0.6}}),
    ]  # fmt: skip
    if m.before is not None:
        until = m.before.stop(t) + 1
        traces.append(
            trace(lines(m.before.x[:until, :FEW], m.before.at[:until]), "lines", name="before",
                  line={"color": theme.ink, "width": 1.1, "dash": "dot"}, opacity=0.6)
        )  # fmt: skip
    to = np.stack([few, path.x_0[k, :FEW]])
    ends = 0.0 if x.shape[1] == 1 else float(t)
    return [
        *traces,
        trace(lines(path.x[: k + 1, :FEW], path.at[: k + 1]), "lines", name="trails",
              line={"color": theme.latent, "width": 1.2}, opacity=0.65),
        trace(lines(to, (t, ends)), "lines", name="to x_0",
              line={"color": theme.judge, "width": 0.8}, opacity=0.7),
        trace(points(path.x_0[k, :FEW], ends), "markers", name="x_0",
              marker={"color": theme.judge, "size": 6, "symbol": "circle-open",
                      "line": {"width": 1.6}}),
        trace(points(few, t), "markers", name="few", hoverinfo="none",
              customdata=list(range(FEW)),
              marker={"color": paint, "size": 7, "line": {"color": theme.ink, "width": 1}}),
    ]  # fmt: skip


def _picked(m: Moment, theme: Theme) -> list[dict[str, Any]]:
    """The picked particle: its own way, the other one if it was moved, and where it goes next."""
    i, k, at = m.picked, m.k, m.path.at
    whole = m.path.x[:, i : i + 1]
    path, stop, j = m.here
    ends = 0.0 if whole.shape[2] == 1 else float(m.t)
    said = {"color": theme.judge, "size": 11, "symbol": "circle-open", "line": {"width": 2.6}}
    ring = {"symbol": "circle-open", "size": 15, "color": theme.ink, "line": {"width": 2.6}}
    traces = [
        trace(lines(whole[: k + 1], at[: k + 1]), "lines", name="its way",
              line={"color": theme.ink, "width": 1.4}),
        trace(lines(whole[k:], at[k:]), "lines", name="its way on",
              line={"color": theme.ink, "width": 1.6, "dash": "dash"}),
        trace(points(path.x_0[stop, j : j + 1], ends), "markers", name="its x_0", marker=said),
    ]  # fmt: skip
    if m.moved is not None:
        end = {"color": theme.generated, "size": 11, "symbol": "x"}
        traces += [
            trace(lines(m.moved.x, m.moved.at), "lines", name="moved",
                  line={"color": theme.generated, "width": 2.6}),
            trace(points(m.moved.x[-1], 0), "markers", name="its new end", marker=end),
        ]  # fmt: skip
    here = trace(points(path.x[stop, j : j + 1], m.t), "markers", name="picked", marker=ring)
    return [*traces, *_next(m, theme), here]


def _next(m: Moment, theme: Theme) -> list[dict[str, Any]]:
    """What the picked particle's next stop is drawn from: the mean, and one standard deviation
    around it."""
    path, stop, j = m.here
    if stop == len(path.at) - 1:
        return []
    mean, std, r = path.mean[stop, j], path.std[stop], path.at[stop + 1]
    angle = np.linspace(0, 2 * np.pi, 41)
    around = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    if len(mean) == 1:
        around = np.array([[-1.0], [1.0]])
    ring = points((mean + std * around).astype(np.float32), r)
    return [
        trace(ring, "lines", name="std", line={"color": theme.generated, "width": 2.4}),
        trace(points(mean[None], r), "markers", name="mean",
              marker={"color": theme.generated, "size": 8, "symbol": "diamond"}),
    ]  # fmt: skip


def _field(data: Mixture, m: Moment, theme: Theme) -> list[dict[str, Any]]:
    at, room = places(data), 2 * reach(data) / GRID * 0.95
    on = {"xaxis": "x2", "yaxis": "y2"}
    fields = [
        ("exact", m.best, theme.theory, 3.6, 0.55),
        ("learned", m.learned, theme.judge, 1.6, 1),
    ]
    traces = [
        trace(arrows(at, pull, room), "lines", name=name, opacity=opacity, **on,
              line={"color": paint, "width": width})
        for name, pull, paint, width, opacity in fields
        if pull is not None
    ]  # fmt: skip
    path, stop, j = m.here
    ring = {"symbol": "circle-open", "size": 13, "color": theme.ink, "line": {"width": 2.4}}
    here = points(path.x[stop, j : j + 1], 0)
    return [*traces, trace(here, "markers", name="here", marker=ring, **on)]


def _scores(data: Mixture, m: Moment, theme: Theme) -> list[dict[str, Any]]:
    """Both scores over x."""
    at, on = places(data)[:, 0], {"xaxis": "x2", "yaxis": "y2"}
    looks = (
        ("learned", m.learned, {"color": theme.judge, "width": 2.4}),
        ("exact", m.best, {"color": theme.theory, "width": 2, "dash": "dash"}),
    )
    return [
        trace({"x": at, "y": pull[:, 0]}, "lines", name=name, line=line, **on)
        for name, pull, line in looks
        if pull is not None
    ]


def _line_panels(
    data: Mixture, s: Schedule, m: Moment, theme: Theme, boxes: list[tuple[float, ...]]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The score, and below it the density of x_t over the particles and their predicted x_0."""
    upper, far = boxes[0], reach(data)
    rugs = [
        (m.path.x[m.k], colour(theme, s, m.t, "generated")),
        (m.path.x_0[m.k], theme.judge),
    ]
    traces, lay = marginal(data, s, m.t, theme, 3, boxes[1], rugs, theme.theory, "dash")
    lay |= {
        "xaxis2": axis(theme, domain=upper[:2], anchor="y2", range=[-far, far], nticks=6),
        "yaxis2": axis(theme, domain=upper[2:], anchor="x2", range=[-PULL, PULL], nticks=5),
    }
    return [*_scores(data, m, theme), *traces], lay
