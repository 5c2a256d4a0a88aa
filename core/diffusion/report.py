"""The training in words and numbers: the formulas of this very moment, and tables to take along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.diffusion.bound import Bound
from core.diffusion.config import Config
from core.diffusion.denoiser import learned
from core.diffusion.measure import SAMPLES, drawn
from core.diffusion.moment import Moment
from core.diffusion.train import View
from core.step import Step

Columns = dict[str, list[float]]
WANTED = {"eps": r"\varepsilon", "x_0": r"x_0", "v": r"v"}


def numbers(
    config: Config, step: Step, total: int, rate: float | None, d: float, floor: float,
    bound: Bound | None, entropy: float,
) -> list[tuple[str, str, str, str]]:  # fmt: skip
    """The figures above the picture: label, value, what stands beside it, and its definition."""
    name = "W1 to target" if config.d == 1 else "Sliced W1"
    meaning = (
        "Wasserstein-1: the mean distance by which mass has to move"
        if config.d == 1
        else "Wasserstein-1, averaged over projections onto 64 lines: about the mean distance by "
        "which mass has to move"
    )
    loss = step.losses.get("loss")
    return [
        (
            "Update", f"{step.number:,}", f"of {total:,}",
            f"One update: {config.batch:,} fresh points of the target.",
        ),
        (
            name, f"{d:.3f}", f"floor {floor:.3f}",
            f"{meaning}, on {SAMPLES:,} generated points. The floor is what as many points of the "
            "target itself score.",
        ),
        (
            "Bound, nats", "–" if bound is None else f"{bound.total:.2f}±{bound.error:.2f}",
            "at a pause" if bound is None else f"entropy {entropy:.2f}",
            "The variational bound on -log p(x), a mean over the target, and its standard error. "
            "Beside it the mean of -log p under the target itself, which no bound undercuts.",
        ),
        (
            "Loss", "–" if loss is None else f"{loss:.3f}", config.loss,
            "Of the newest update. It does not fall to 0: x_t does not tell its noise exactly.",
        ),
        (
            "Updates / s", f"{rate:,.0f}" if rate else "–", "PyTorch",
            "Updates in a second of training, drawing left out.",
        ),
    ]  # fmt: skip


def formula(config: Config, step: Step, now: Moment, words: Mapping[str, str]) -> str:
    """The loss, and the learned and exact score at one place, with this moment's numbers, as LaTeX.

    words : meaning -> '#rrggbb', of the symbols.
    """

    def colour(meaning: str, text: str) -> str:
        return rf"\textcolor{{{words[meaning]}}}{{{text}}}"

    x_0, eps = colour("real", "x_0"), colour("latent", r"\varepsilon")
    said = colour("judge", rf"{{{WANTED[config.prediction]}}}_\theta(x_t, t)")
    a, b = r"\sqrt{\bar\alpha_t}\,", r"\sqrt{1 - \bar\alpha_t}\,"
    x_t = f"x_t = {a}{x_0} + {b}{eps}"
    wanted = {"eps": eps, "x_0": x_0, "v": f"{a}{eps} - {b}{x_0}"}[config.prediction]
    weight, meaning = (r"\tfrac1d\," if config.d > 1 else ""), ""
    if config.loss == "bound":
        weight = r"\lambda_t\,"
        factor = {"x_0": "", "eps": r"\,/\,\mathrm{SNR}(t)", "v": r"\,(1 - \bar\alpha_t)"}
        meaning = r", \qquad \lambda_t = \tfrac T2\bigl(\mathrm{SNR}(t - 1) - \mathrm{SNR}(t)\bigr)"
        meaning += factor[config.prediction]
    loss = step.losses.get("loss")
    value = "–" if loss is None else f"{loss:.3f}"
    error = np.abs(now.arrows - now.best).mean() / np.abs(now.best).mean()
    return (
        rf"L = \mathbb E\,{weight}\bigl\| {said} - \bigl({wanted}\bigr)\bigr\|^2 = {value}"
        rf"{meaning}, \qquad "
        rf"{x_t}, \qquad \text{{score at }} t = {now.t}\text{{ off by }} {100 * error:.0f}\,\%"
    )


def verdict(config: Config, d: float, floor: float, number: int) -> str:
    """What has become of this training, in a sentence; "" where there is nothing to say."""
    if number < config.updates:
        return ""
    if d < 1.6 * floor:
        return f"As near to the target as {SAMPLES:,} points can tell."
    if d > 4 * floor:
        return "Far from the target: try more hidden units, more updates, or another prediction."
    return ""


def sample_table(config: Config, view: View) -> Columns:
    """Generated points and points of the target."""
    names = ("x",) if config.d == 1 else ("x", "y")
    made = drawn(learned(config, view.weights), config.process, SAMPLES, config.d)
    real = config.data.sample(SAMPLES, np.random.default_rng(config.seed))
    return {
        **{f"{n}_generated": made[:, k].tolist() for k, n in enumerate(names)},
        **{f"{n}_target": real[:, k].tolist() for k, n in enumerate(names)},
    }


def bound_table(bound: Bound) -> Columns:
    """The terms of the bound, in nats: L_0 at t = 1, then L_{t-1}."""
    return {
        "t": [float(t) for t in range(1, len(bound.steps) + 1)],
        "nats": bound.steps.tolist(),
    }


def loss_table(losses: Mapping[str, Sequence[float]]) -> Columns:
    """The loss of every update, which are counted from 1."""
    values = list(losses.get("loss", ()))
    return {"update": [float(k) for k in range(1, len(values) + 1)], "loss": values}
