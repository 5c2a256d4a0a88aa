"""The forward process: particles over the exact density of x_t, and the schedule beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.data.mixture import Mixture
from core.diffusion.process import Array
from core.diffusion.schedule import Schedule
from core.figures.diffusion.marginal import marginal
from core.figures.diffusion.panels import axes, axis_name, colour, mark, shades
from core.figures.diffusion.trails import lines, points, thin, trace
from core.figures.theme import Theme, axis, heading, layout, tint, typed, word

FEW = {1: 12, 2: 5}  # particles whose whole path is drawn, by the number of dimensions
END = 10.0  # of the axis of the log-SNR, either way


@dataclass(frozen=True)
class Style:
    """theme : palette and type. narrow : one column, a phone. height : in pixels, if wide."""

    theme: Theme
    narrow: bool = False
    height: int = 430


def figure(data: Mixture, s: Schedule, x: Array, t: int, style: Style) -> go.Figure:
    """x : (T + 1, n, d), particles on their way, shown at t, which is also the `layout.meta`."""
    theme, d = style.theme, data.d
    left, *rest = _boxes(d, style)
    traces = particles(s, x, t, theme)
    lay = layout(
        theme, 760 if style.narrow else style.height, hovermode="x", dragmode=False, shapes=[],
        images=shades(data, s, t, theme), annotations=[_title(theme, t, d, left)],
        margin={"l": 34, "r": 12, "t": 26, "b": 34}, meta=t,
    )  # fmt: skip
    lay |= axes(data, s, theme, 1, left)
    if d == 1:
        lay["annotations"].append(axis_name(theme, "t"))
        lay["shapes"].append(mark(theme, t))
        paint = colour(theme, s, t)
        more, its = marginal(data, s, t, theme, 2, rest[0], [(x[t], paint)], paint)
        traces += more
        lay |= its
        title = f"{word(theme, 'latent', f'p<sub>{t}</sub>(x)')}, the particles below"
        lay["annotations"].append(heading(theme, title, rest[0][0], rest[0][3] + 0.01))
        rest = rest[1:]
    first = 3 if d == 1 else 2
    for number, box in enumerate(rest, start=first):
        _schedule(traces, lay, s, t, theme, number, box, number - first)
    return go.Figure(data=[typed(one) for one in traces], layout=lay)


def particles(s: Schedule, x: Array, t: int, theme: Theme) -> list[dict[str, Any]]:
    """The particles at t, and a few of them with the way that they have come."""
    d, few = x.shape[2], FEW[x.shape[2]]
    paint = colour(theme, s, t)
    all_, start, end = (
        {"color": paint, "size": 2 + d, "opacity": 0.25 + 0.25 * d},
        {"color": theme.real, "size": 8, "line": {"color": theme.paper, "width": 1.5}},
        {"color": paint, "size": 9, "line": {"color": theme.ink, "width": 1.5}},
    )  # fmt: skip
    return [
        trace(points(x[t], t), "markers", name="particles", marker=all_),
        trace(lines(x[: t + 1, :few], range(t + 1)), "lines", name="paths",
              line={"color": trail(theme, d), "width": 0.9}),
        trace(points(x[0, :few], 0), "markers", name="starts", marker=start),
        trace(points(x[t, :few], t), "markers", name="ends", marker=end),
    ]  # fmt: skip


def marks(d: int) -> list[int]:
    """The panels with a line at t."""
    return [1, 3] if d == 1 else [2, 3, 4]


def trail(theme: Theme, d: int) -> str:
    """The colour of the few paths, fainter where there are more."""
    return tint(theme.ink, 0.45 if d == 1 else 1)


def _title(theme: Theme, t: int, d: int, box: tuple[float, ...]) -> dict[str, Any]:
    text = f"{word(theme, 'latent', f'x<sub>{t}</sub>')} in {t} single steps"
    if d == 2:
        text += ", shaded: its density"
    return heading(theme, text, box[0], box[3] + 0.01)


def _boxes(d: int, style: Style) -> list[tuple[float, ...]]:
    """The panels: particles, on the line their density, and three of the schedule."""
    if style.narrow:
        rows: list[tuple[float, ...]] = [
            (0.0, 1.0, 0.52, 1.0),
            (0.0, 1.0, 0.27, 0.43),
            (0.0, 1.0, 0.0, 0.18),
        ]
        return rows if d == 2 else [(0.0, 1.0, 0.6, 1.0), (0.0, 1.0, 0.33, 0.5), rows[2]]
    if d == 2:
        return [(0.0, 0.56, 0.0, 1.0), (0.645, 1.0, 0.72, 1.0), (0.645, 1.0, 0.36, 0.61),
                (0.645, 1.0, 0.0, 0.25)]  # fmt: skip
    return [(0.0, 0.56, 0.0, 1.0), (0.63, 1.0, 0.6, 1.0), (0.63, 1.0, 0.0, 0.4)]


def _schedule(
    traces: list[dict[str, Any]], lay: dict[str, Any], s: Schedule, t: int, theme: Theme,
    number: int, box: tuple[float, ...], which: int,
) -> None:  # fmt: skip
    """A panel of the schedule: what is left of the data and what is noise; the log-SNR; beta."""
    at = np.array(thin(s.T + 1))
    root, rest = np.sqrt(s.alpha_bar), np.sqrt(1 - s.alpha_bar)
    panels = (
        (f"{word(theme, 'real', '√ᾱ')} {root[t]:.2f}  {word(theme, 'latent', '√(1−ᾱ)')} "
         f"{rest[t]:.2f}  {word(theme, 'theory', '┄ ᾱ')}",
         (("√ᾱ", root, theme.real, "solid"), ("√(1 − ᾱ)", rest, theme.latent, "solid"),
          ("ᾱ", s.alpha_bar, theme.theory, "dash")), [0, 1.03]),
        (f"log SNR = {s.log_snr[t]:.1f}" if t else "log SNR",
         (("log SNR", s.log_snr, theme.ink, "solid"),), [-END - 1, END]),
        (f"β = {s.beta[t]:.4f}" if t else "β: what one step adds",
         (("β", s.beta, theme.ink, "solid"),), [0, 1.05 * float(np.quantile(s.beta, 0.97))]),
    )  # fmt: skip
    title, curves, span = panels[which]
    for name, values, paint, dash in curves:
        traces.append({
            "type": "scatter", "mode": "lines", "name": name, "x": at[1:], "y": values[at[1:]],
            "xaxis": f"x{number}", "yaxis": f"y{number}", "hovertemplate": "%{y:.3g}",
            "line": {"color": paint, "width": 2.2, "dash": dash},
        })  # fmt: skip
    lay[f"xaxis{number}"] = axis(
        theme, domain=box[:2], anchor=f"y{number}", range=[0, s.T], nticks=5,
        showticklabels=box[2] == 0,
    )  # fmt: skip
    lay[f"yaxis{number}"] = axis(theme, domain=box[2:], anchor=f"x{number}", range=span, nticks=3)
    lay["shapes"].append(mark(theme, t, number))
    lay["annotations"].append(heading(theme, title, box[0], box[3] + 0.01))
