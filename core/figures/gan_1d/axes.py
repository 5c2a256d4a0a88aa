"""The frame of the picture: where its panels are, their titles, ranges and reference lines."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.figures.gan_1d.moment import Losses, Moment
from core.figures.theme import Theme, word
from core.gan_1d.config import Config

LOG2 = float(np.log(2))


def boxes(narrow: bool) -> list[tuple[float, float, float, float]]:
    if narrow:
        return [(0, 1, 0.74, 1), (0, 1, 0.40, 0.65), (0, 1, 0.205, 0.32), (0, 1, 0, 0.115)]
    return [(0, 0.44, 0.41, 1), (0.56, 1, 0.41, 1), (0, 0.44, 0, 0.22), (0.56, 1, 0, 0.22)]


def titles(config: Config, theme: Theme, forked: bool) -> list[str]:
    d, g = word(theme, "judge", "D"), word(theme, "generated", "G")
    critic = config.loss == "wgan-gp"
    judge = "critic, from 0 to 1" if critic else "D(x)"
    best = "" if critic else "  " + word(theme, "judge", "┄ D*(x)")
    return [
        f"x = {word(theme, 'generated', 'G(z)')} and {word(theme, 'real', 'f(z)')},"
        f"  noise {word(theme, 'latent', 'p(z)')}",
        f"{word(theme, 'real', 'p<sub>data</sub>(x)')}  "
        f"{word(theme, 'generated', 'p<sub>G</sub>(x)')}  {word(theme, 'judge', judge)}{best}",
        f"loss of {d} and {g}" + (",  ⋯ the other future" if forked else ""),
        "accuracy: a critic has none" if critic else f"accuracy of {d}; {g} fools it",
    ]


def loss_range(losses: Losses) -> tuple[float, float]:
    values = np.concatenate([np.asarray(losses.get(n, ()), float) for n in ("d_loss", "g_loss")])
    if not len(values):
        return 0.0, 1.6
    low, high = np.quantile(values, [0.005, 0.995])
    pad = 0.08 * (max(high, 1.5) - min(low, 0))
    # in steps, so that the axis stands still while a training runs
    return min(float(np.floor(2 * (low - pad)) / 2), 0.0), max(
        float(np.ceil(2 * (high + pad)) / 2), 1.6
    )


def scales(
    spec: dict[str, Any], config: Config, m: Moment, losses: tuple[float, float], arrows: bool
) -> None:
    """Ranges and ticks of all axes. losses : the range of the loss panel, from `loss_range`."""
    low, high = config.data.span
    top = max(1.06, min(1.08 * float(m.curves.p_data.max()), 2.5))
    spec["xaxis1"] |= {"range": [-3.5, 3.5]}
    spec["yaxis1"] |= {"range": [low, high]}
    spec["xaxis2"] |= {"range": [low, high]}
    spec["yaxis2"] |= {"range": [-0.17 if arrows else 0, top], "tickvals": [0, 0.5, 1, 1.5, 2]}
    for k in (3, 4):
        spec[f"xaxis{k}"] |= {
            "range": [0, max(config.epochs, m.epoch)], "nticks": 5, "tickformat": "~s",
        }  # fmt: skip
    spec["yaxis3"] |= {"range": list(losses), "nticks": 4}
    spec["yaxis4"] |= {"range": [0, 1.02], "tickvals": [0, 0.5, 1], "tickformat": ".0%"}


def axis_names(spec: dict[str, Any], theme: Theme) -> None:
    """z and x inside the panels, at the ends of their axes, where they cost no height."""
    for k, text, x, y, xanchor, yanchor in (
        (1, "z", 1, 0, "right", "bottom"), (1, "x", 0, 1, "left", "top"),
        (2, "x", 1, 0, "right", "bottom"),
    ):  # fmt: skip
        spec["annotations"].append(
            {"text": f"<i>{text}</i>", "x": x, "y": y, "xref": f"{_axis('x', k)} domain",
             "yref": f"{_axis('y', k)} domain", "xanchor": xanchor, "yanchor": yanchor,
             "showarrow": False, "font": {"size": theme.size, "color": theme.words["theory"]}}
        )  # fmt: skip


def references(spec: dict[str, Any], config: Config, theme: Theme) -> None:
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


def _axis(letter: str, k: int) -> str:
    """The name of panel k's axis, as plotly has it: x, x2, x3."""
    return letter if k == 1 else f"{letter}{k}"
