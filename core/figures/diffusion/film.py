"""A whole process as one picture that plays in the browser, to take along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from core.data.mixture import Mixture
from core.diffusion.process import Array
from core.diffusion.schedule import Schedule
from core.figures.diffusion.panels import axes, colour, shades
from core.figures.diffusion.trails import lines, points, thin, trace
from core.figures.replay import REPLAY_HEIGHT, Replayed, replay
from core.figures.theme import Theme, layout, tint, typed

STATIONS = 40
SIZE = 520  # pixels
FEW = 8  # particles with trails


def film(
    data: Mixture, s: Schedule, x: Array, times: Sequence[int], theme: Theme, end: str = "real"
) -> go.Figure:
    """x : (K, n, d), particles at `times`, (K,), in the order of the process, of which STATIONS are
    kept. end : the meaning of the colour at t = 0."""
    backwards, plane = times[0] > times[-1], data.d == 2
    keep = thin(len(x), STATIONS)

    def moving(k: int) -> list[dict[str, Any]]:
        paint = {"color": colour(theme, s, times[k], end), "size": 5, "opacity": 0.7}
        return [
            trace(lines(x[: k + 1, :FEW], times[: k + 1]), "lines",
                  line={"color": tint(theme.ink, 0.6), "width": 1}),
            trace(points(x[k], times[k]), "markers", marker=paint),
        ]  # fmt: skip

    def behind(k: int) -> list[dict[str, Any]]:
        return shades(data, s, times[k], theme, backwards=backwards)

    fig = Replayed(
        data=[typed(one) for one in moving(0)],
        layout=layout(
            theme, SIZE + REPLAY_HEIGHT, width=SIZE, images=behind(0), hovermode=False,
            margin={"l": 34, "r": 12, "t": 12, "b": REPLAY_HEIGHT + 18},
            **axes(data, s, theme, 1, (0.0, 1.0, 0.0, 1.0), backwards),
        ),
    )  # fmt: skip
    changing = {times[k]: {"images": behind(k)} for k in keep} if plane else None
    replay(fig, {times[k]: moving(k) for k in keep}, [0, 1], theme, "t", changing, numbers=False,
           begin=0.26)  # fmt: skip
    fig.layout.sliders[0].active = 0
    return fig
