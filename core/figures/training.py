"""The picture of a training on pictures: what it makes of them, its losses, its code.

Families say which rows of pictures and which panels there are; here they are laid out, and recorded
ones are made to play.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.history import marker, smooth, thin
from core.figures.images import Pixels, placed, sheet
from core.figures.replay import REPLAY_HEIGHT, Replayed, replay
from core.figures.theme import Theme, axis, heading, layout

Losses = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Curve:
    """A recorded number. meaning : of its colour. dash : such as "dash" for the validation part."""

    name: str
    label: str
    meaning: str
    dash: str = "solid"


@dataclass(frozen=True)
class Panel:
    """A panel below the pictures: curves over the updates, or bars of this moment.

    title : with coloured words in place of a legend. share : of the width. unit : of the bars.
    least : height of their axis; it grows with them.
    """

    title: str
    curves: tuple[Curve, ...] = ()
    bars: str = ""
    share: float = 1.0
    unit: str = "nats"
    least: float = 3.0


@dataclass(frozen=True)
class Moment:
    """What one picture shows. number : of its update.

    rows : label, pictures (n, H, W) and the meaning of their colour, from the top. A row that never
    changes has the same pictures in each moment. bars : heights, and their names.
    """

    number: int
    rows: tuple[tuple[str, Pixels, str], ...]
    bars: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Style:
    """theme : palette and type. narrow : one column, a phone. height : in pixels, if wide."""

    theme: Theme
    narrow: bool = False
    height: int = 432


def spec(
    panels: Sequence[Panel], now: Moment, losses: Losses, total: int, style: Style,
    other: Losses | None = None, known: dict[int, dict[str, Any]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The picture of one moment as plain dicts, "data" and "layout": quick, for a live redraw.

    losses, other : name -> one value per update, of this future and of the other one. total : the
    update at which the training is done. known : rows drawn before, by the identity of their
    pictures; new ones are added.
    """
    theme = style.theme
    height = 300 + 190 * len(panels) if style.narrow else style.height
    lay = layout(theme, height, annotations=[], hovermode="x")
    lay["margin"] |= {"t": 6, "b": REPLAY_HEIGHT, "l": 46}
    top, boxes = _places(panels, len(now.rows), style, height)
    lay["images"], words = _rows(now, top, theme, {} if known is None else known)
    lay["annotations"] += words
    data: list[dict[str, Any]] = []
    for k, (panel, box) in enumerate(zip(panels, boxes, strict=True), start=1):
        lay[f"xaxis{k}"] = axis(theme, domain=box[:2], anchor=f"y{k}", nticks=4)
        lay[f"yaxis{k}"] = axis(theme, domain=box[2:], anchor=f"x{k}", nticks=4)
        lay["annotations"].append(heading(theme, panel.title, box[0], box[3] + 0.01))
        if panel.bars:
            traces = [_bars(panel, now, theme.latent)]
            highest = max(filter(isfinite, now.bars.values()), default=0.0)
            lay[f"yaxis{k}"] |= {"range": [0, max(panel.least, 1.1 * highest)]}
            lay[f"xaxis{k}"] |= {"type": "category", "nticks": len(now.bars)}
        else:
            traces, span = _curves(panel, losses, other, now.number, theme)
            lay[f"yaxis{k}"] |= {"range": span}
            lay[f"xaxis{k}"] |= {"range": [0, max(total, now.number)], "tickformat": "~s"}
        data += [{"xaxis": f"x{k}", "yaxis": f"y{k}", "type": "scatter", **t} for t in traces]
    return {"data": data, "layout": lay}


def figure(
    panels: Sequence[Panel], moments: Sequence[Moment], losses: Losses, total: int, style: Style,
    other: Losses | None = None,
) -> go.Figure:  # fmt: skip
    """The last of the moments; where there are several, also a slider and a play button for all."""
    last = spec(panels, moments[-1], losses, total, style, other)
    fig = Replayed(**last)
    if len(moments) > 1:
        moving = [k for k, trace in enumerate(last["data"]) if trace.get("meta") == "moving"]
        frames, layouts = {}, {}
        known: dict[int, dict[str, Any]] = {}
        for m in moments:
            one = spec(panels, m, losses, total, style, other, known)
            frames[m.number] = [
                {key: trace[key] for key in ("type", "x", "y")}
                for trace in one["data"]
                if trace.get("meta") == "moving"
            ]
            layouts[m.number] = {"images": one["layout"]["images"]}
        replay(fig, frames, moving, style.theme, "update", layouts)
    return fig


def _places(
    panels: Sequence[Panel], rows: int, style: Style, height: int
) -> tuple[tuple[float, float], list[tuple[float, float, float, float]]]:
    """The vertical extent of the pictures, and the boxes of the panels, in paper coordinates."""
    if style.narrow:
        n = len(panels)
        each = (1 - 0.32) / n
        return (0.72, 1.0), [(0, 1, k * each, (k + 1) * each - 0.1) for k in reversed(range(n))]
    whole = sum(p.share for p in panels)
    gap, x, boxes = 0.075, 0.0, []
    for panel in panels:
        width = panel.share / whole * (1 - gap * (len(panels) - 1))
        boxes.append((x, x + width, 0.0, 0.36))
        x += width + gap
    return (0.47, 1.0), boxes


def _rows(
    now: Moment, extent: tuple[float, float], theme: Theme, known: dict[int, dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of pictures, each with its label at the left, above one another."""
    low, high = extent
    each = (high - low) / len(now.rows)
    images, words = [], []
    for k, (label, pictures, meaning) in enumerate(now.rows):
        top = high - k * each
        if id(pictures) not in known:
            box = (0.12, 1.0, top - 0.94 * each, top)
            one = placed(sheet(pictures, len(pictures)), getattr(theme, meaning), box)
            known[id(pictures)] = one
        images.append(known[id(pictures)])
        words.append({
            "text": label, "x": 0, "y": top - each / 2, "xref": "paper", "yref": "paper",
            "xanchor": "left", "yanchor": "middle", "showarrow": False, "xshift": -40,
            "font": {"size": theme.size, "color": theme.words.get(meaning, theme.ink)},
        })  # fmt: skip
    return images, words


def _bars(panel: Panel, now: Moment, colour: str) -> dict[str, Any]:
    """Bars; one whose height is not known, NaN, is left out."""
    return {
        "meta": "moving", "type": "bar", "x": list(now.bars), "marker": {"color": colour},
        "y": np.array(list(now.bars.values()), np.float32),
        "hovertemplate": f"%{{y:.2f}} {panel.unit}".rstrip(),
    }  # fmt: skip


def _curves(
    panel: Panel, losses: Losses, other: Losses | None, number: int, theme: Theme
) -> tuple[list[dict[str, Any]], list[float]]:
    """The panel's curves, where we are, and the range of its values."""
    traces: list[dict[str, Any]] = []
    shown = []
    for c in panel.curves:
        colour = getattr(theme, c.meaning)
        smoothed = smooth(np.asarray(losses.get(c.name, ()), np.float32))
        shown.append(smoothed)
        line = {"color": colour, "width": 2.2, "dash": c.dash}
        traces.append({**thin(smoothed), "mode": "lines", "name": c.label, "line": line,
                       "hovertemplate": "%{y:.4~g}"})  # fmt: skip
        if other is not None:
            theirs = smooth(np.asarray(other.get(c.name, ()), np.float32))
            traces.append({**thin(theirs), "mode": "lines", "name": f"the other {c.label}",
                           "line": {**line, "width": 1.6, "dash": "dot"},
                           "hovertemplate": "%{y:.4~g}"})  # fmt: skip
    span = _span(np.concatenate(shown) if shown else np.empty(0))
    return [*traces, {**marker(number, theme, (span[0], span[1])), "mode": "lines"}], span


def _span(values: NDArray[np.floating[Any]]) -> list[float]:
    """What holds all but the highest tenth: the first updates would flatten all that follows.

    In steps, so that the axis stands still while a training runs.
    """
    if not len(values):
        return [0.0, 1.0]
    high, low = float(np.quantile(values, 0.9)), float(values.min())
    step = 10 ** np.floor(np.log10(max(high - low, abs(high) / 10, 1e-3)))
    return [float(np.floor(low / step) * step), float((np.floor(high / step) + 1) * step)]
