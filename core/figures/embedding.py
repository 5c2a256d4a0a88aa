"""Codes in the plane: one point for each picture, in the colour of its class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.classes import colours
from core.figures.theme import Theme, layout, typed

# Beyond ten classes the colours repeat, with the next of these shapes.
SHAPES = ("circle", "square", "diamond", "cross")
NAMED = 12  # so many classes have their name written at their points
SVG = 2000  # so many points a browser draws smoothly without WebGL


def figure(
    points: NDArray[np.floating[Any]],
    labels: NDArray[np.integer[Any]],
    names: Sequence[str],
    theme: Theme,
    *,
    height: int = 460,
    axes: tuple[str, str] = ("", ""),
    picked: int | None = None,
) -> go.Figure:
    """A scatter plot with one trace for each class that occurs, and its name at its median.

    points : (n, 2). labels : (n,), an index into `names`. axes : what is written along the axes.
    picked : a point with a ring around it. `customdata` of a point is its index among the n, so
    that a click finds it. One unit is equally long in both directions.
    Raises ValueError if points and labels do not match.
    """
    if points.shape != (len(labels), 2):
        raise ValueError(f"{len(labels)} labels need as many points, not {points.shape}.")
    kind = "scatter" if len(points) <= SVG else "scattergl"
    paint = colours(theme, len(names))
    data = []
    for k in np.unique(labels):
        at = np.flatnonzero(labels == k)
        colour, shape = paint[k], SHAPES[k // 10 % len(SHAPES)]
        data.append({
            "type": kind, "mode": "markers", "name": names[k], "x": points[at, 0],
            "y": points[at, 1], "customdata": at.tolist(),
            "hovertemplate": f"{names[k]} · no. %{{customdata}}<extra></extra>",
            "marker": {"color": colour, "size": 6, "opacity": 0.75, "symbol": shape},
            # a click must not fade all others
            "unselected": {"marker": {"opacity": 0.75}}, "selected": {"marker": {"opacity": 0.75}},
        })  # fmt: skip
    if picked is not None:
        x, y = points[picked]
        data.append({
            "type": kind, "mode": "markers", "name": "picked", "hoverinfo": "skip",
            "x": [float(x)], "y": [float(y)],
            "marker": {"symbol": "circle-open", "size": 17, "color": theme.ink,
                       "line": {"width": 2.5}},
        })  # fmt: skip
    words = _names(points, labels, names, theme, height) if len(names) <= NAMED else []
    bare = {
        "showgrid": False, "zeroline": False, "showticklabels": False, "fixedrange": True,
        "constrain": "domain",
    }  # fmt: skip
    titles = [{"text": text, "standoff": 4, "font": {"color": theme.theory}} for text in axes]
    below, left = (24 if text else 6 for text in axes)
    return go.Figure(
        data=[typed(trace) for trace in data],
        layout=layout(
            theme, height, annotations=words, hovermode="closest", dragmode=False,
            margin={"l": left, "r": 6, "t": 6, "b": below},
            xaxis={**bare, "title": titles[0]},
            yaxis={**bare, "title": titles[1], "scaleanchor": "x"},
        ),
    )  # fmt: skip


def _names(
    points: NDArray[np.floating[Any]], labels: NDArray[np.integer[Any]], names: Sequence[str],
    theme: Theme, height: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Each class's name at the median of its points, or as near to it as the others leave room."""
    found, size = np.unique(labels), theme.size + 5
    at = np.array([np.median(points[labels == k], axis=0) for k in found], np.float64)
    # the picture may be a little narrower than it is high
    pixel = max(float(np.ptp(points, axis=0).max()), 1e-9) / (0.75 * height)
    half = np.array([[0.32 * size * len(names[k]), 0.56 * size] for k in found]) * pixel
    for _ in range(50):
        gap = at[:, None] - at
        over = half[:, None] + half - np.abs(gap)
        hit = (over > 0).all(2) & ~np.eye(len(at), dtype=bool)
        if not hit.any():
            break
        # two that overlap go apart upwards and downwards, where less is needed; equals by number
        order = np.arange(len(at))[:, None] - np.arange(len(at))
        way = np.where(gap[..., 1] == 0, np.sign(order), np.sign(gap[..., 1]))
        at[:, 1] += 0.35 * (hit * way * over[..., 1]).sum(1)
    halo = ", ".join(f"{x}px {y}px 2px {theme.paper}" for x in (-1, 1) for y in (-1, 1))
    return [
        {
            "text": f"<b>{names[k]}</b>", "x": float(x), "y": float(y), "showarrow": False,
            "font": {"size": size, "color": theme.ink, "shadow": f"{halo}, {halo}"},
            # what lies below a name can still be clicked
            "captureevents": False,
        }
        for k, (x, y) in zip(found, at, strict=True)
    ]  # fmt: skip
