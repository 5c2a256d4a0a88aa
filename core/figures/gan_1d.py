"""The picture of the 1-D GAN: both maps, densities and D on one axis, losses, accuracies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.data.law import Array
from core.figures.replay import REPLAY_HEIGHT, replay
from core.figures.theme import Theme, axis, heading, layout, tint, word
from core.gan_1d.config import Config
from core.gan_1d.curves import Curves

LOG2 = float(np.log(2))


@dataclass(frozen=True)
class Moment:
    """What one picture shows. epoch : of `curves`. other : of the other future, if any."""

    epoch: int
    curves: Curves
    other: Curves | None = None


Losses = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Style:
    """How it is drawn. arrows : also the generator's samples, and where D pushes them.
    narrow : one column, for a phone. height : in pixels, of the wide one.
    """

    theme: Theme
    arrows: bool = False
    narrow: bool = False
    height: int = 440


def spec(
    config: Config, now: Moment, losses: Losses, style: Style, other: Losses | None = None
) -> dict[str, Any]:
    """The picture of one moment as plain dicts, "data" and "layout": quick, for a live redraw.

    losses, other : name -> one value per epoch, of this future and of the other one.
    """
    theme, narrow = style.theme, style.narrow
    panels = (
        _maps(config, now, theme),
        _densities(now, theme, style.arrows),
        _history(losses, other, now.epoch, theme, ("d_loss", "g_loss"), _loss_range(losses)),
        _history(losses, other, now.epoch, theme, ("d_acc", "g_acc"), (0.0, 1.02)),
    )
    data = [
        {"type": "scatter", "mode": "lines", "xaxis": f"x{k}", "yaxis": f"y{k}", **trace}
        for k, panel in enumerate(panels, start=1)
        for trace in panel
    ]
    lay = layout(theme, 1060 if narrow else style.height, annotations=[], shapes=[])
    lay["margin"]["b"] = REPLAY_HEIGHT  # also without one: nothing moves when it appears
    titles = _titles(config, theme)
    for k, (box, title) in enumerate(zip(_boxes(narrow), titles, strict=True), start=1):
        lay[f"xaxis{k}"] = axis(theme, domain=box[:2], anchor=f"y{k}")
        lay[f"yaxis{k}"] = axis(theme, domain=box[2:], anchor=f"x{k}")
        lay["annotations"].append(heading(theme, title, box[0], box[3] + 0.008))
    _scales(lay, config, now, losses, style.arrows)
    _references(lay, config, theme)
    return {"data": data, "layout": lay}


def figure(
    config: Config,
    moments: Sequence[Moment],
    losses: Losses,
    style: Style,
    other: Losses | None = None,
) -> go.Figure:
    """The last of the moments; where there are several, also a slider and a play button for all.

    losses, other : as for `spec`.
    """
    last = spec(config, moments[-1], losses, style, other)
    fig = go.Figure(**last)
    if len(moments) > 1:
        moving = [k for k, trace in enumerate(last["data"]) if trace.get("meta") == "moving"]
        frames = {m.epoch: _moving(config, m, losses, style) for m in moments}
        replay(fig, frames, moving, style.theme, "epoch")
    return fig


def _boxes(narrow: bool) -> list[tuple[float, float, float, float]]:
    if narrow:
        return [(0, 1, 0.74, 1), (0, 1, 0.40, 0.65), (0, 1, 0.205, 0.32), (0, 1, 0, 0.115)]
    return [(0, 0.45, 0.41, 1), (0.54, 1, 0.41, 1), (0, 0.45, 0, 0.22), (0.54, 1, 0, 0.22)]


def _titles(config: Config, theme: Theme) -> list[str]:
    d, g = word(theme, "judge", "D"), word(theme, "generated", "G")
    critic = config.loss == "wgan-gp"
    judge = "D(x), critic, squashed" if critic else "D(x)"
    best = "" if critic else "  " + word(theme, "judge", "┄ D*(x)")
    return [
        f"x = {word(theme, 'generated', 'G(z)')} and {word(theme, 'real', 'f(z)')},"
        f"  noise {word(theme, 'latent', 'p(z)')}",
        f"{word(theme, 'real', 'p<sub>data</sub>(x)')}  "
        f"{word(theme, 'generated', 'p<sub>G</sub>(x)')}  {word(theme, 'judge', judge)}{best}",
        f"loss of {d} and {g}",
        "accuracy: a critic has none" if critic else f"accuracy of {d}, and of {g} in fooling it",
    ]


def _moving(config: Config, m: Moment, losses: Losses, style: Style) -> list[Any]:
    """The traces that change from frame to frame, data only, in the order of the figure."""
    theme, arrows = style.theme, style.arrows
    panels = [
        *_maps(config, m, theme), *_densities(m, theme, arrows),
        *_history(losses, None, m.epoch, theme, ("d_loss", "g_loss"), _loss_range(losses)),
        *_history(losses, None, m.epoch, theme, ("d_acc", "g_acc"), (0.0, 1.02)),
    ]  # fmt: skip
    return [{"x": t["x"], "y": t["y"]} for t in panels if t.get("meta") == "moving"]


def _maps(config: Config, m: Moment, theme: Theme) -> list[dict[str, Any]]:
    c = m.curves
    low, high = config.data.span
    # the noise density stands on the floor of the panel, a quarter of its height
    noise = low + c.noise / c.noise.max() * 0.24 * (high - low)
    traces = [
        {"x": c.z, "y": np.full_like(c.z, low), "line": {"width": 0}, "hoverinfo": "skip"},
        {
            "x": c.z, "y": noise, "fill": "tonexty", "fillcolor": tint(theme.latent, 0.35),
            "line": {"color": theme.latent, "width": 1.5}, "name": "p(z)", "hoverinfo": "skip",
        },
        {"x": c.z, "y": c.true, "line": {"color": theme.real, "width": 5}, "name": "f(z)",
         "opacity": 0.55},
    ]  # fmt: skip
    if m.other is not None:
        traces.append(
            _moves(c.z, m.other.generated, theme.generated, "the other G(z)", dash="dot", width=2)
        )
    return [*traces, _moves(c.z, c.generated, theme.generated, "G(z)")]


def _densities(m: Moment, theme: Theme, arrows: bool) -> list[dict[str, Any]]:
    c = m.curves
    traces: list[dict[str, Any]] = [
        {
            "x": c.x, "y": c.p_data, "fill": "tozeroy", "fillcolor": tint(theme.real, 0.22),
            "line": {"color": theme.real, "width": 2}, "name": "p_data",
        },
        _moves(c.x, c.p_g, theme.generated, "p_G") | {
            "fill": "tozeroy", "fillcolor": tint(theme.generated, 0.22),
        },
    ]  # fmt: skip
    if m.other is not None:
        traces.append(_moves(c.x, m.other.p_g, theme.generated, "the other p_G", dash="dot"))
    traces += [
        _moves(c.x, c.d_star, theme.judge, "D*", dash="dash", width=1.5),
        _moves(c.x, c.d, theme.judge, "D"),
    ]
    if arrows:
        traces += _arrows(c, theme)
    return traces


def _arrows(c: Curves, theme: Theme) -> list[dict[str, Any]]:
    """Samples in a strip below the axis, each with an arrow along the slope of G's loss."""
    reach = 0.12 * (c.x[-1] - c.x[0])
    largest = max(float(np.abs(c.push).max()), 1e-9)
    # a hundredth of the strongest push must still be told from none
    length = reach * np.sign(c.push) * (np.abs(c.push) / largest) ** 0.5 if largest > 1e-6 else 0
    tip = c.at + length
    y = -0.05 - 0.10 * (np.arange(len(c.at)) % 6) / 6
    gap = np.full_like(c.at, np.nan)
    x_line = np.column_stack([c.at, tip, gap]).ravel()
    y_line = np.column_stack([y, y, gap]).ravel()
    return [
        {"meta": "moving", "x": x_line, "y": y_line, "hoverinfo": "skip",
         "line": {"color": theme.generated, "width": 1.5}},
        {"meta": "moving", "x": c.at, "y": y, "mode": "markers", "hoverinfo": "skip",
         "marker": {"color": theme.generated, "size": 6}},
        {"meta": "moving", "x": tip, "y": y, "mode": "markers", "hoverinfo": "skip",
         "marker": {"color": theme.generated, "size": 3}},
    ]  # fmt: skip


def _moves(x: Array, y: Array, colour: str, name: str, *, dash: str = "solid", width: float = 2.5
           ) -> dict[str, Any]:  # fmt: skip
    return {
        "meta": "moving", "x": x.astype(np.float32), "y": y.astype(np.float32), "name": name,
        "line": {"color": colour, "width": width, "dash": dash},
    }  # fmt: skip


def _history(
    losses: Losses, other: Losses | None, epoch: int, theme: Theme, names: tuple[str, str],
    span: tuple[float, float],
) -> list[dict[str, Any]]:  # fmt: skip
    """Both recorded numbers, raw and smoothed, the other future's smoothed, and where we are."""
    traces: list[dict[str, Any]] = []
    for name, colour in zip(names, (theme.judge, theme.generated), strict=True):
        values = np.asarray(losses.get(name, ()), np.float32)
        raw, smooth = _thin(values), _thin(_smooth(values))
        traces.append({**raw, "opacity": 0.3, "line": {"color": colour, "width": 1},
                       "hoverinfo": "skip"})  # fmt: skip
        traces.append({**smooth, "line": {"color": colour, "width": 2.2}, "name": name})
        if other is not None:
            rest = _thin(_smooth(np.asarray(other.get(name, ()), np.float32)))
            traces.append({**rest, "line": {"color": colour, "width": 2, "dash": "dot"},
                           "name": f"the other {name}"})  # fmt: skip
    here = np.array([epoch, epoch], np.float32)
    traces.append({"meta": "moving", "x": here, "y": np.array(span, np.float32),
                   "hoverinfo": "skip", "line": {"color": theme.ink, "width": 1}})  # fmt: skip
    return traces


def _smooth(values: Array) -> Array:
    """The running mean over the last fiftieth of the values."""
    n = max(len(values) // 50, 1)
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    at = np.arange(1, len(values) + 1)
    begin = np.maximum(at - n, 0)
    return np.asarray((total[at] - total[begin]) / np.maximum(at - begin, 1))


def _thin(values: Array, most: int = 500) -> dict[str, Array]:
    """At most about `most` of the values, evenly spread, with their epochs, which begin at 1."""
    stride = max(len(values) // most, 1)
    at = np.arange(stride - 1, len(values), stride)
    return {"x": (at + 1).astype(np.float32), "y": values[at].astype(np.float32)}


def _loss_range(losses: Losses) -> tuple[float, float]:
    values = np.concatenate([np.asarray(losses.get(n, ()), float) for n in ("d_loss", "g_loss")])
    if not len(values):
        return 0.0, 1.6
    low, high = np.quantile(values, [0.005, 0.995])
    pad = 0.08 * (max(high, 1.5) - min(low, 0))
    # in steps, so that the axis stands still while a training runs
    return min(float(np.floor(2 * (low - pad)) / 2), 0.0), max(
        float(np.ceil(2 * (high + pad)) / 2), 1.6
    )


def _scales(spec: dict[str, Any], config: Config, m: Moment, losses: Losses, arrows: bool) -> None:
    low, high = config.data.span
    top = max(1.06, min(1.08 * float(m.curves.p_data.max()), 2.5))
    spec["xaxis1"] |= {"range": [-3.5, 3.5], "title": {"text": "z", "standoff": 2}}
    spec["yaxis1"] |= {"range": [low, high], "title": {"text": "x", "standoff": 2}}
    spec["xaxis2"] |= {"range": [low, high], "title": {"text": "x", "standoff": 2}}
    spec["yaxis2"] |= {"range": [-0.17 if arrows else 0, top], "tickvals": [0, 0.5, 1, 1.5, 2]}
    for k in (3, 4):
        spec[f"xaxis{k}"] |= {
            "range": [0, max(config.epochs, m.epoch)], "nticks": 5, "tickformat": "~s",
        }  # fmt: skip
    spec["yaxis3"] |= {"range": list(_loss_range(losses)), "nticks": 4}
    spec["yaxis4"] |= {"range": [0, 1.02], "tickvals": [0, 0.5, 1], "tickformat": ".0%"}


def _references(spec: dict[str, Any], config: Config, theme: Theme) -> None:
    """Dashed grey lines: what the theory says of a game that has ended in a draw."""
    if config.loss == "wgan-gp":
        lines = [(3, 0.0, "")]
    else:
        lines = [(3, LOG2, "log 2"), (3, 2 * LOG2, "2 log 2"), (4, 0.5, "50 %")]
        if config.loss == "minimax":
            lines.append((3, -LOG2, "−log 2"))
    for k, y, text in lines:
        spec["shapes"].append(
            {"type": "line", "xref": f"x{k} domain", "yref": f"y{k}", "x0": 0, "x1": 1, "y0": y,
             "y1": y, "line": {"color": theme.theory, "width": 1.2, "dash": "dash"}}
        )  # fmt: skip
        spec["annotations"].append(
            {"text": text, "xref": f"x{k} domain", "yref": f"y{k}", "x": 1, "y": y,
             "xanchor": "right", "yanchor": "bottom", "showarrow": False,
             "font": {"size": theme.size - 1, "color": theme.words["theory"]}}
        )  # fmt: skip
