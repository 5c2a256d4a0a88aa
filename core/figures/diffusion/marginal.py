"""The exact density of x_t on the line as a curve, and particles as a rug below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.data.mixture import Mixture
from core.diffusion.moment import reach
from core.diffusion.process import Array
from core.diffusion.schedule import Schedule
from core.figures.diffusion.trails import trace
from core.figures.theme import Theme, axis, tint

POINTS = 240
HIGHEST = 1.6  # a narrow peak is cut off


def marginal(
    data: Mixture, s: Schedule, t: int, theme: Theme, number: int, box: tuple[float, ...],
    rugs: Sequence[tuple[Array, str]], paint: str, dash: str = "solid",
) -> tuple[list[dict[str, Any]], dict[str, Any]]:  # fmt: skip
    """The traces of panel `number`, and its axes. box : x0, x1, y0, y1 in paper coordinates.

    rugs : places, (n, 1), and their colours, one below the other. paint, dash : of the curve.
    """
    far = reach(data)
    x = np.linspace(-far, far, POINTS)
    p = data.noised(float(s.alpha_bar[t])).density(x[:, None])
    top = float(np.clip(1.1 * p.max(), 0.45, HIGHEST))
    on = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
    traces = [
        trace({"x": x, "y": p}, "lines", name="density", fill="tozeroy", **on,
              fillcolor=tint(paint, 0.2), line={"color": paint, "width": 2, "dash": dash})
    ]  # fmt: skip
    for k, (at, colour) in enumerate(rugs):
        y = np.full(len(at), -(0.045 + 0.07 * k) * top, np.float32)
        tick = {"symbol": "line-ns-open", "size": 8, "color": colour, "opacity": 0.33}
        traces.append(trace({"x": at[:, 0], "y": y}, "markers", name="rug", marker=tick, **on))
    low = -(0.09 + 0.07 * (len(rugs) - 1)) * top
    return traces, {
        f"xaxis{number}": axis(theme, domain=box[:2], anchor=f"y{number}", range=[-far, far],
                               nticks=6),
        f"yaxis{number}": axis(theme, domain=box[2:], anchor=f"x{number}", range=[low, top],
                               nticks=4),
    }  # fmt: skip
