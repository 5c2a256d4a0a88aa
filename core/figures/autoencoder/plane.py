"""A latent plane: the codes of real digits, and what the decoder makes of every place."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.autoencoder.hole import FRAME, Plane, grid
from core.figures.classes import colours
from core.figures.images import png, sheet
from core.figures.theme import Theme, axis, layout, tint, typed

SIDE = 15  # decoded pictures along each side of the plane
MOST = 2.4477  # within this radius lie 95 % of N(0, 1) in two dimensions: sqrt(-2 log 0.05)
Place = NDArray[np.floating[Any]]


def plane(
    p: Plane, labels: NDArray[np.integer[Any]], theme: Theme, *, probe: Place, walk: Place,
    draws: Place, behind: bool, height: int = 340,
) -> go.Figure:  # fmt: skip
    """The plane as far as 3.25 standard deviations of its codes, with its own numbers on the axes.

    labels : (n,), classes of the codes. probe : (2,), a code that is marked. walk : (steps, 2),
    codes on a straight line. draws : (m, 2), codes drawn from N(0, 1). behind : whether the decoded
    pictures are shown behind the codes.
    """
    low, high = p.at(np.array([[-FRAME, -FRAME], [FRAME, FRAME]]))
    paint = colours(theme, 10)
    data: list[dict[str, Any]] = [
        # unseen, but it is what the pointer finds between the codes
        _dots(p.at(grid(SIDE)), "places", {"opacity": 0, "size": 20, "symbol": "square"}),
        # colours as numbers on a scale of ten steps: as names, each of 1,797 would be checked
        _dots(p.codes, "codes", {
            "color": labels.astype(np.float32), "cmin": -0.5, "cmax": 9.5, "size": 4,
            "colorscale": [[(k + e) / 10, paint[k]] for k in range(10) for e in (0, 1)],
            "opacity": 0.85,
        }),
        {"type": "scatter", "mode": "lines+markers", "name": "walk", "x": walk[:, 0],
         "y": walk[:, 1], "hoverinfo": "skip", "line": {"color": theme.ink, "width": 2},
         "marker": {"color": theme.ink, "size": 6}},
        _dots(draws, "draws", {"color": theme.latent, "size": 9, "symbol": "x",
                               "line": {"color": theme.paper, "width": 1}}),
        {"type": "scatter", "mode": "markers", "name": "probe", "x": probe[:1], "y": probe[1:],
         "hoverinfo": "skip", "marker": {"symbol": "circle-open", "size": 16, "color": theme.ink,
                                         "line": {"width": 3}}},
    ]  # fmt: skip
    pictures = [{
        "source": _decoded(p, theme.generated), "xref": "x", "yref": "y",
        "x": float(low[0]), "y": float(high[1]), "sizex": float(high[0] - low[0]),
        "sizey": float(high[1] - low[1]), "sizing": "stretch", "layer": "below", "opacity": 0.55,
    }]  # fmt: skip
    circle = {
        "type": "circle", "x0": -MOST, "x1": MOST, "y0": -MOST, "y1": MOST,
        "line": {"color": theme.words["latent"], "width": 2, "dash": "dash"},
        "fillcolor": tint(theme.latent, 0.12), "layer": "below" if behind else "above",
    }  # fmt: skip
    quiet = {"showgrid": False, "nticks": 7}
    return go.Figure(
        data=[typed(trace) for trace in data],
        layout=layout(
            theme, height, images=pictures if behind else [], shapes=[circle], dragmode=False,
            hovermode="closest", margin={"l": 38, "r": 4, "t": 4, "b": 26},
            annotations=[*_names(p, labels, theme), _prior(p, theme)],
            xaxis=axis(theme, **quiet, range=[float(low[0]), float(high[0])]),
            yaxis=axis(theme, **quiet, range=[float(low[1]), float(high[1])]),
        ),
    )  # fmt: skip


@lru_cache(maxsize=4)  # two planes, light and dark
def _decoded(p: Plane, colour: str) -> str:
    """The whole plane decoded, as a data URI."""
    pictures = p.decode(p.at(grid(SIDE)))
    return png(sheet(pictures, SIDE, 0), colour)


def _dots(codes: Place, name: str, marker: dict[str, Any]) -> dict[str, Any]:
    looks = {"marker": {"opacity": marker.get("opacity", 1)}}
    return {
        "type": "scatter", "mode": "markers", "name": name, "x": codes[:, 0], "y": codes[:, 1],
        "hoverinfo": "none", "marker": typed(marker),
        # a click must not fade all others
        "selected": looks, "unselected": looks,
    }  # fmt: skip


def _names(p: Plane, labels: NDArray[np.integer[Any]], theme: Theme) -> list[dict[str, Any]]:
    """Each class at the median of its codes, with a halo of paper."""
    halo = ", ".join(f"{x}px {y}px 2px {theme.paper}" for x in (-1, 1) for y in (-1, 1))
    words = []
    for k in np.unique(labels):
        x, y = np.median(p.codes[labels == k], axis=0)
        words.append({
            "text": f"<b>{k}</b>", "x": float(x), "y": float(y), "showarrow": False,
            "captureevents": False,
            "font": {"size": theme.size + 4, "color": theme.ink, "shadow": f"{halo}, {halo}"},
        })  # fmt: skip
    return words


def _prior(p: Plane, theme: Theme) -> dict[str, Any]:
    """Words at the circle, which is a dot in the autoencoder's plane."""
    return {
        "text": "N(0, 1)", "x": 0, "y": MOST, "showarrow": False, "yanchor": "bottom",
        "captureevents": False, "font": {"size": theme.size, "color": theme.words["latent"]},
        "bgcolor": tint(theme.paper, 0.75),
    }  # fmt: skip
