"""The training in words and numbers: the formulas of this very moment, and tables to take along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import expit

from core.data.law import Array
from core.gan_1d.config import Config
from core.gan_1d.curves import SAMPLES, Curves, Distances, Lost, curves
from core.gan_1d.networks import View, generate, logit
from core.step import Step

Columns = dict[str, list[float]]


def formula(config: Config, step: Step, c: Curves, colours: Mapping[str, str]) -> str:
    """Both losses and the best discriminator with the numbers of this step, as LaTeX.

    colours : meaning -> '#rrggbb', of the symbols.
    """
    real, fake, judge, latent = (
        rf"\textcolor{{{colours[name]}}}{{{text}}}"
        for name, text in (
            ("real", "x"), ("generated", "G"), ("judge", "D"), ("latent", "z")
        )
    )  # fmt: skip
    p_d = rf"\textcolor{{{colours['real']}}}{{p_\text{{data}}}}"
    p_g = rf"\textcolor{{{colours['generated']}}}{{p_G}}"
    made = rf"{judge}({fake}({latent}))"
    mean = r"\operatorname{mean}"
    d_loss, g_loss = (_number(step.losses.get(name)) for name in ("d_loss", "g_loss"))
    if config.loss == "wgan-gp":
        return rf"""\begin{{aligned}}
L_{{{judge}}} &= {mean}\,{made} - {mean}\,{judge}({real})
  + {config.gp:g}\,{mean}\,(|{{{judge}}}'| - 1)^2 = {d_loss} \\
L_{{{fake}}} &= -\,{mean}\,{made} = {g_loss}
\end{{aligned}}"""
    g = rf"{mean}\log(1 - {made})" if config.loss == "minimax" else rf"-\,{mean}\log {made}"
    penalty = rf"+ \tfrac{{{config.r1:g}}}{{2}}\,{mean}\,|{{{judge}}}'|^2" if config.r1 else ""
    k = int(np.argmax(c.p_data))
    at, power = f"({c.x[k]:.2f})", f"^{{{config.pac}}}" if config.pac > 1 else ""
    a, b = f"{c.p_data[k]:.2f}{power}", f"{c.p_g[k]:.2f}{power}"
    best = (
        r"\text{– : with instance noise it belongs to the blurred densities}"
        if config.instance_noise
        else rf"\frac{{{p_d}{power}}}{{{p_d}{power} + {p_g}{power}}} = \frac{{{a}}}{{{a} + {b}}}"
        rf" = {_number(float(c.d_star[k]))}"
    )
    return rf"""\begin{{aligned}}
L_{{{judge}}} &= -\tfrac12\,{mean}\log {judge}({real})
  - \tfrac12\,{mean}\log(1 - {made}) {penalty} = {d_loss} \qquad (\log 2 = 0.693) \\
L_{{{fake}}} &= {g} = {g_loss} \\
{{{judge}}}^*{at} &= {best}, \qquad {judge}{at} = {c.d[k]:.3f}
\end{{aligned}}"""


def _number(value: float | None) -> str:
    return "–" if value is None or not np.isfinite(value) else f"{value:.3f}"


def numbers(
    config: Config, step: Step, total: int, rate: float | None, d: Distances, floor: Distances
) -> list[tuple[str, str, str, str]]:
    """The figures above the picture: label, value, what stands beside it, and its definition."""
    speed = f"{rate * (config.d_steps + 1):,.0f}" if rate else "–"
    engine = "fused kernel" if config.fused else "PyTorch"
    return [
        ("Epoch", f"{step.number:,}", f"of {total:,}", "One epoch: the D steps, then one G step."),
        (
            "W1 to target", f"{d.w1:.3f}", f"floor {floor.w1:.3f}",
            "Wasserstein-1: the mean distance by which mass has to move, in the unit of x, "
            "on 20,000 samples. The floor is what 20,000 samples of the target itself score.",
        ),
        (
            "JS, nats", f"{d.js:.4f}", f"floor {floor.js:.4f}",
            "Jensen-Shannon divergence in nats, on histograms of 20,000 samples: 0 if equal, "
            "0.693 if disjoint. The floor is what the target itself scores.",
        ),
        (
            "Mass by mode", _shares(d.mass), f"target {_shares(floor.mass)}",
            "Share of the generated samples on each side of the valleys of the true density.",
        ),
        (
            "Updates / s", speed, engine,
            "Gradient steps of D and G in a second of training, drawing left out.",
        ),
    ]  # fmt: skip


def _shares(mass: Array) -> str:
    return " · ".join(f"{100 * m:.0f}" for m in mass) + " %"


def verdict(lost: list[Lost], epoch: int, c: Curves) -> str:
    """What the picture does not show by itself: missing modes, and mass beyond its edges.

    Nothing on missing modes for untrained networks, which know none.
    """
    parts: list[str] = []
    if c.outside > 0.05:
        parts.append(
            f"{c.outside:.0%} of what G makes is outside the picture; its median is {c.median:.1f}"
        )
    if not epoch:
        lost = []
    for mode in lost:
        when = f"has collapsed since epoch {mode.since:,}" if mode.since else "was never found"
        parts.append(f"the mode at x = {mode.center:.1f} ({mode.share:.0%} of the target) {when}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "." if text else ""


def sample_table(config: Config, view: View) -> Columns:
    """20,000 noise values, what G makes of them and D says of it, and samples of the target."""
    rng = np.random.default_rng(config.seed)
    z, other = (rng.standard_normal(SAMPLES, dtype=np.float32) for _ in range(2))
    x = generate(config, view, z)
    return {
        "z": z.tolist(), "G(z)": x.tolist(), "D(G(z))": expit(logit(config, view, x)).tolist(),
        "x_data": config.data.f(other).tolist(),
    }  # fmt: skip


def curve_table(config: Config, view: View) -> Columns:
    """The densities and both discriminators on the bins of the picture."""
    c = curves(config, view)
    return {
        "x": c.x.tolist(), "p_data": c.p_data.tolist(), "p_G": c.p_g.tolist(),
        "D": c.d.tolist(), "D_star": c.d_star.tolist(),
    }  # fmt: skip


def loss_table(losses: Mapping[str, Sequence[float]]) -> Columns:
    """Every recorded number of every epoch, which are counted from 1."""
    n = len(next(iter(losses.values()), ()))
    return {
        "epoch": [float(k) for k in range(1, n + 1)],
        **{name: list(v) for name, v in losses.items()},
    }
