"""The curves of the picture, as plain trace dicts. `meta` "moving" marks what a replay changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.data.law import Array
from core.figures.gan_1d.moment import Losses, Moment
from core.figures.history import marker, smooth, thin
from core.figures.theme import Theme, tint
from core.gan_1d.config import Config
from core.gan_1d.curves import Curves

# the slope of G's loss, per unit of x, that an arrow of full length stands for
FULL_PUSH = 0.5


def maps(config: Config, m: Moment, theme: Theme) -> list[dict[str, Any]]:
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


def densities(m: Moment, theme: Theme, arrows: bool) -> list[dict[str, Any]]:
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
    # one scale for all epochs, so that arrows shrink when D has nothing to say; the root, so that
    # a hundredth of a push can still be told from none
    strength = np.sqrt(np.minimum(np.abs(c.push) / FULL_PUSH, 1.0))
    length = 0.12 * (c.x[-1] - c.x[0]) * np.sign(c.push) * strength
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


def history(
    losses: Losses, other: Losses | None, epoch: int, theme: Theme, names: tuple[str, str],
    span: tuple[float, float],
) -> list[dict[str, Any]]:  # fmt: skip
    """Both recorded numbers, raw and smoothed, the other future's smoothed, and where we are."""
    traces: list[dict[str, Any]] = []
    for name, colour in zip(names, (theme.judge, theme.generated), strict=True):
        values = np.asarray(losses.get(name, ()), np.float32)
        raw, smoothed = thin(values), thin(smooth(values))
        traces.append({**raw, "opacity": 0.3, "line": {"color": colour, "width": 1},
                       "hoverinfo": "skip"})  # fmt: skip
        traces.append({**smoothed, "line": {"color": colour, "width": 2.2}, "name": name})
        if other is not None:
            rest = thin(smooth(np.asarray(other.get(name, ()), np.float32)))
            traces.append({**rest, "line": {"color": colour, "width": 2, "dash": "dot"},
                           "name": f"the other {name}"})  # fmt: skip
    return [*traces, marker(epoch, theme, span)]
