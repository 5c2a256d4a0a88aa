"""The picture of the 1-D GAN: both maps, densities and D on one axis, losses, accuracies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from core.figures.gan_1d.axes import (
    axis_names,
    boxes,
    loss_range,
    references,
    scales,
    titles,
)
from core.figures.gan_1d.moment import Losses, Moment, Style
from core.figures.gan_1d.traces import densities, history, maps
from core.figures.history import marker
from core.figures.replay import REPLAY_HEIGHT, Replayed, replay
from core.figures.theme import axis, heading, layout
from core.gan_1d.config import Config

ACCURACIES = (0.0, 1.02)


def spec(
    config: Config, now: Moment, losses: Losses, style: Style, other: Losses | None = None
) -> dict[str, Any]:
    """The picture of one moment as plain dicts, "data" and "layout": quick, for a live redraw.

    losses, other : name -> one value per epoch, of this future and of the other one.
    """
    theme, narrow = style.theme, style.narrow
    span = loss_range(losses)
    panels = (
        maps(config, now, theme),
        densities(now, theme, style.arrows),
        history(losses, other, now.epoch, theme, ("d_loss", "g_loss"), span),
        history(losses, other, now.epoch, theme, ("d_acc", "g_acc"), ACCURACIES),
    )
    data = [
        {"type": "scatter", "mode": "lines", "xaxis": f"x{k}", "yaxis": f"y{k}", **trace}
        for k, panel in enumerate(panels, start=1)
        for trace in panel
    ]
    lay = layout(theme, 1060 if narrow else style.height, annotations=[], shapes=[])
    lay["margin"]["b"] = REPLAY_HEIGHT  # also without one: nothing moves when it appears
    named = titles(config, theme, forked=now.other is not None)
    for k, (box, title) in enumerate(zip(boxes(narrow), named, strict=True), start=1):
        lay[f"xaxis{k}"] = axis(theme, domain=box[:2], anchor=f"y{k}")
        lay[f"yaxis{k}"] = axis(theme, domain=box[2:], anchor=f"x{k}")
        lay["annotations"].append(heading(theme, title, box[0], box[3] + 0.008))
    scales(lay, config, now, span, style.arrows)
    axis_names(lay, theme)
    references(lay, config, theme)
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
    fig = Replayed(**last)
    if len(moments) > 1:
        moving = [k for k, trace in enumerate(last["data"]) if trace.get("meta") == "moving"]
        span = loss_range(losses)
        frames = {m.epoch: _moving(config, m, span, style) for m in moments}
        replay(fig, frames, moving, style.theme, "epoch")
    return fig


def _moving(
    config: Config, m: Moment, span: tuple[float, float], style: Style
) -> list[dict[str, Any]]:
    """The traces that change from frame to frame, data only, in the order of the figure."""
    theme, arrows = style.theme, style.arrows
    traces = [
        *maps(config, m, theme), *densities(m, theme, arrows),
        marker(m.epoch, theme, span), marker(m.epoch, theme, ACCURACIES),
    ]  # fmt: skip
    return [{"x": t["x"], "y": t["y"]} for t in traces if t.get("meta") == "moving"]
