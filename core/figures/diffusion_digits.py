"""The pictures of a diffusion on digits: how the noise grows, and a path that plays."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.diffusion.process import Array
from core.diffusion.schedule import Schedule
from core.diffusion_digits.path import Path
from core.figures.images import cells, placed, png, sheet
from core.figures.replay import REPLAY_HEIGHT, Replayed, replay
from core.figures.theme import Theme, axis, heading, layout, typed, word

POINTS = 200  # of a curve: more are not seen
END = 10  # of the axis of the log-SNR, either way
LOOKS = (("x_t", "latent"), ("predicted x_0", "generated"), ("predicted noise", "judge"))


def opacity(x: Array) -> Array:
    """Values -1 to 1 as the opacity of ink, 0 to 1, cut off beyond. Any shape."""
    return np.asarray(np.clip((x + 1) / 2, 0, 1), np.float32)


def stations(n: int, most: int) -> list[int]:
    """At most so many of 0 ... n, evenly, both ends among them."""
    return sorted(set(np.rint(np.linspace(0, n, min(most, n + 1))).astype(int).tolist()))


def course(
    s: Schedule, x_0: Array, eps: Array, t: int, theme: Theme, *, pictures: int = 9,
    height: int = 226,
) -> go.Figure:  # fmt: skip
    """How much of x_t is digit and how much noise, over t, below what x_t then looks like.

    x_0, eps : (H, W). t : is marked. pictures : above the curves, each over the t that it shows.
    """
    at = np.unique(np.rint(np.linspace(0, s.T, min(POINTS, s.T + 1))).astype(int))
    signal, rest = np.sqrt(s.alpha_bar[at]), np.sqrt(1 - s.alpha_bar[at])
    log_snr = s.log_snr[at]
    lines = (
        ("digit", "real", signal, "y", "solid"), ("noise", "latent", rest, "y", "solid"),
        ("log SNR", "theory", log_snr, "y2", "dash"),
    )  # fmt: skip
    data: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "lines", "name": name, "x": at, "y": y, "yaxis": on,
         "line": {"color": getattr(theme, meaning), "width": 2.4, "dash": dash},
         "hovertemplate": "%{y:.2f}"}
        for name, meaning, y, on, dash in lines
    ]  # fmt: skip
    shown = []
    for k in range(pictures):
        now = round((k + 0.5) * s.T / pictures)
        a = s.alpha_bar[now]
        picture = opacity(np.sqrt(a) * x_0 + np.sqrt(1 - a) * eps)
        box = (k * s.T / pictures, (k + 0.96) * s.T / pictures, 0.0, 1.0)
        shown.append(placed(picture, theme.latent, box, xref="x", yref="y3"))
    title = (
        f"{word(theme, 'real', '√ᾱ digit')}  {word(theme, 'latent', '√(1 − ᾱ) noise')}  "
        f"{word(theme, 'theory', '┄ log SNR →')}"
    )
    side = 8 + 2 * theme.size  # for the numbers on both axes
    mark = {
        "type": "line", "x0": t, "x1": t, "y0": 0, "y1": 1.02,
        "line": {"color": theme.ink, "width": 1.6},
    }  # fmt: skip
    return go.Figure(
        data=[typed(trace) for trace in data],
        layout=layout(
            theme, height, images=shown, shapes=[mark], dragmode=False,
            annotations=[heading(theme, title, 0, 0.62)],
            margin={"l": side, "r": side, "t": 2, "b": 34},
            xaxis=axis(theme, range=[0, s.T], nticks=6, title={"text": "t", "standoff": 0}),
            yaxis=axis(theme, range=[0, 1.02], nticks=3, domain=[0, 0.6]),
            yaxis2=axis(theme, range=[-END, END], tickvals=[-END, 0, END], overlaying="y",
                        side="right", showgrid=False),
            yaxis3={"visible": False, "range": [0, 1], "domain": [0.76, 1], "fixedrange": True},
        ),
    )  # fmt: skip


def file(x: Array, columns: int, colour: str) -> bytes:
    """Pictures on a sheet, (n, H, W) in -1 to 1, as a PNG four times as large."""
    return b64decode(png(sheet(opacity(x), columns), colour, 4).partition(",")[2])


def film(path: Path, theme: Theme, *, size: int = 200) -> go.Figure:
    """The path as it is walked: x_t, the predicted x_0 and the predicted noise, to play and scrub.

    size : of each of the three pictures, in pixels.
    """
    bare = {"visible": False, "fixedrange": True, "range": [0, 1]}
    boxes = cells(1, len(LOOKS))
    words = [
        {**heading(theme, word(theme, meaning, label), box[0], 1.0)}
        for (label, meaning), box in zip(LOOKS, boxes, strict=True)
    ]

    def shown(k: int) -> list[dict[str, Any]]:
        three = (path.x[k], path.x_0[k], path.eps[k])
        return [
            placed(opacity(x), getattr(theme, meaning), box)
            for x, (_, meaning), box in zip(three, LOOKS, boxes, strict=True)
        ]

    frames = stations(len(path.at) - 1, 60)
    fig = Replayed(
        layout=layout(
            theme, size + 26 + REPLAY_HEIGHT, width=3 * size, hovermode=False, images=shown(0),
            annotations=words, xaxis=bare, yaxis=bare,
            margin={"l": 1, "r": 1, "t": 26, "b": REPLAY_HEIGHT},
        )
    )  # fmt: skip
    layouts = {k: {"images": shown(k)} for k in frames}
    replay(fig, {k: [] for k in frames}, [], theme, "jump", layouts, numbers=False)
    fig.layout.sliders[0].active = 0
    return fig
