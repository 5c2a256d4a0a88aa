"""The picture of a training: what is generated and the learned field, the loss, the loss by t."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.diffusion.config import Config
from core.diffusion.moment import Moment, edges, reach
from core.diffusion.process import Array
from core.figures.history import marker, smooth, thin
from core.figures.replay import REPLAY_HEIGHT, Replayed, replay
from core.figures.theme import Theme, axis, heading, layout, tint, word

Losses = Mapping[str, Sequence[float]]
TARGETED = 250  # points of the target, behind the generated ones


@dataclass(frozen=True)
class Style:
    """theme : palette and type. narrow : one column, a phone. height : in pixels, if wide. arrows :
    the learned score, and the exact one."""

    theme: Theme
    narrow: bool = False
    height: int = 432
    arrows: bool = True


def spec(
    config: Config, now: Moment, losses: Losses, total: int, style: Style,
    other: Losses | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The picture of one moment as plain dicts, "data" and "layout": quick, for a live redraw.

    losses, other : name -> one value per update, of this future and of the other one. total : the
    update at which the training is done.
    """
    theme, panel = style.theme, _plane if config.d == 2 else _line
    lay = layout(theme, 900 if style.narrow else style.height, annotations=[], hovermode="closest")
    lay["margin"] |= {"t": 24, "b": REPLAY_HEIGHT, "l": 40}
    curve = smooth(np.asarray(losses.get("loss", ()), np.float32))
    span = _span(curve)
    traces = {
        1: panel(config, now, style),
        2: _losses(curve, other, now.number, span, theme),
        3: _errors(now, theme),
    }
    for k, box in enumerate(_boxes(style.narrow), start=1):
        lay[f"xaxis{k}"] = axis(theme, domain=box[:2], anchor=f"y{k}", nticks=5)
        lay[f"yaxis{k}"] = axis(theme, domain=box[2:], anchor=f"x{k}", nticks=5)
        text = _titles(now, style, other is not None)[k - 1]
        lay["annotations"].append(heading(theme, text, box[0], box[3] + 0.01))
    r = reach(config.data)
    lay["xaxis1"] |= {"range": [-r, r]}
    if config.d == 2:
        lay["yaxis1"] |= {"range": [-r, r], "scaleanchor": "x", "constrain": "domain"}
        lay["xaxis1"] |= {"constrain": "domain"}
    else:
        lay["yaxis1"] |= {"range": [-1.15, 1.15], "visible": False}
    lay["xaxis2"] |= {"range": [0, max(total, now.number)], "tickformat": "~s", "nticks": 4}
    lay["yaxis2"] |= {"range": span, "nticks": 4}
    lay["xaxis3"] |= {"range": [0, config.T], "nticks": 4}
    lay["yaxis3"] |= {"range": [0, 1.05], "tickvals": [0, 0.5, 1]}
    data = [
        {"type": "scatter", "xaxis": f"x{k}", "yaxis": f"y{k}", "hoverinfo": "skip", **trace}
        for k, panel_traces in traces.items()
        for trace in panel_traces
    ]
    return {"data": data, "layout": lay}


def figure(
    config: Config, moments: Sequence[Moment], losses: Losses, total: int, style: Style,
    other: Losses | None = None,
) -> go.Figure:  # fmt: skip
    """The last of the moments; where there are several, also a slider and a play button for all."""
    last = spec(config, moments[-1], losses, total, style, other)
    fig = Replayed(**last)
    if len(moments) > 1:
        moving = [k for k, trace in enumerate(last["data"]) if trace.get("meta") == "moving"]
        panel = _plane if config.d == 2 else _line
        span = last["layout"]["yaxis2"]["range"]
        frames = {
            m.number: [
                {"x": t["x"], "y": t["y"]}
                for t in (
                    *panel(config, m, style), marker(m.number, style.theme, span),
                    *_errors(m, style.theme),
                )
                if t.get("meta") == "moving"
            ]
            for m in moments
        }  # fmt: skip
        replay(fig, frames, moving, style.theme, "update")
    return fig


def _boxes(narrow: bool) -> list[tuple[float, float, float, float]]:
    if narrow:
        return [(0, 1, 0.5, 1), (0, 1, 0.26, 0.41), (0, 1, 0, 0.15)]
    return [(0, 0.6, 0, 1), (0.68, 1, 0.6, 1), (0.68, 1, 0, 0.4)]


def _titles(now: Moment, style: Style, forked: bool) -> tuple[str, str, str]:
    theme = style.theme
    tight = style.narrow or theme.size > 15  # a phone, or a presenter's type
    real = word(theme, "real", "target")
    made = word(theme, "generated", "generated")
    learned = word(theme, "judge", "learned")
    best = word(theme, "theory", "┄ exact")
    field = f",  score{'' if tight else f' at t = {now.t}'}: {learned}, {best}"
    return (
        f"{real}{',' if tight else ' and'} {made}{field if style.arrows else ''}",
        "loss" + (",  ⋯ the other future" if forked else ""),
        "error by t" if tight else f"error of ε by t: {learned}, {best}",
    )


def _plane(config: Config, now: Moment, style: Style) -> list[dict[str, Any]]:
    theme = style.theme
    target = config.data.sample(TARGETED, np.random.default_rng(3))
    traces: list[dict[str, Any]] = [
        {"x": target[:, 0], "y": target[:, 1], "mode": "markers",
         "marker": {"size": 5, "color": tint(theme.real, 0.32)}},
        {"meta": "moving", "x": now.points[:, 0], "y": now.points[:, 1], "mode": "markers",
         "marker": {"size": 4.5, "color": theme.generated}},
    ]  # fmt: skip
    if style.arrows:
        # the longest exact arrow is little longer than the way to its neighbour
        scale = 1.2 * (now.at[1, 0] - now.at[0, 0]) / np.linalg.norm(now.best, axis=1).max()
        exact = arrows(now.at, now.best * scale)
        learned = arrows(now.at, now.arrows * scale)
        traces = [
            {**exact, "mode": "lines", "line": {"color": tint(theme.theory, 0.6), "width": 2.4}},
            {**learned, "meta": "moving", "mode": "lines",
             "line": {"color": theme.judge, "width": 1.3}},
            *traces,
        ]  # fmt: skip
    return traces


def arrows(at: Array, along: Array) -> dict[str, Array]:
    """Arrows as one broken line. at, along : (m, 2). Each is a shaft and a head of two strokes; the
    ends of each are followed by NaN, which breaks the line. x, y : (8 m,), float32."""
    tip = at + along
    side = np.column_stack([-along[:, 1], along[:, 0]]) * 0.16
    back = tip - 0.3 * along
    gap = np.full_like(at, np.nan)
    way = np.stack([at, tip, gap, back + side, tip, back - side, gap, gap], axis=1)
    flat = way.reshape(-1, 2).astype(np.float32)
    return {"x": flat[:, 0], "y": flat[:, 1]}


def _line(config: Config, now: Moment, style: Style) -> list[dict[str, Any]]:
    """The densities above, the scores below, each scaled to fill its half."""
    theme, e = style.theme, edges(config.data)
    x = ((e[1:] + e[:-1]) / 2).astype(np.float32)
    true = config.data.law.density(e)
    high = 0.95 / (1.15 * true.max())
    traces: list[dict[str, Any]] = [
        {"x": x, "y": high * true + 0.1, "mode": "lines", "line": {"color": theme.real, "width": 2},
         "fill": "tozeroy", "fillcolor": tint(theme.real, 0.14)},
        {"meta": "moving", "x": x, "y": np.minimum(high * now.density, 1.0) + 0.1, "mode": "lines",
         "line": {"color": theme.generated, "width": 2.2}},
    ]  # fmt: skip
    if style.arrows:
        low = 0.42 / np.abs(now.best).max()
        at = now.at[:, 0].astype(np.float32)
        exact, learned = (np.clip(low * a[:, 0], -0.5, 0.5) - 0.55 for a in (now.best, now.arrows))
        line = {"color": theme.theory, "width": 2, "dash": "dash"}
        traces += [
            {"x": at, "y": exact, "mode": "lines", "line": line},
            {"meta": "moving", "x": at, "y": learned, "mode": "lines",
             "line": {"color": theme.judge, "width": 2}},
            {"x": at[[0, -1]], "y": np.full(2, -0.55), "mode": "lines",
             "line": {"color": theme.faint, "width": 1}},
        ]  # fmt: skip
    return traces


def _losses(
    curve: Array, other: Losses | None, number: int, span: list[float], theme: Theme
) -> list[dict[str, Any]]:
    line = {"color": theme.judge, "width": 2.2}
    traces: list[dict[str, Any]] = [
        {**thin(curve), "mode": "lines", "line": line, "hoverinfo": "y"}
    ]
    if other is not None:
        theirs = smooth(np.asarray(other.get("loss", ()), np.float32))
        dotted = {**line, "width": 1.6, "dash": "dot"}
        traces.append({**thin(theirs), "mode": "lines", "line": dotted})
    return [*traces, {**marker(number, theme, (span[0], span[1])), "mode": "lines"}]


def _errors(now: Moment, theme: Theme) -> list[dict[str, Any]]:
    best = {"color": theme.theory, "width": 2, "dash": "dash"}
    return [
        {"x": now.errors.t, "y": now.errors.best.astype(np.float32), "mode": "lines", "line": best},
        {"meta": "moving", "x": now.errors.t, "y": now.errors.learned.astype(np.float32),
         "mode": "lines", "line": {"color": theme.judge, "width": 2.2}},
    ]  # fmt: skip


def _span(values: Array) -> list[float]:
    """What holds all but the first values, in steps: the axis stands still while it trains."""
    if not len(values):
        return [0.0, 1.0]
    high = float(np.quantile(values, 0.98))
    step = 10 ** np.floor(np.log10(max(high, 1e-3)))
    return [0.0, float((np.floor(high / step) + 1) * step)]
