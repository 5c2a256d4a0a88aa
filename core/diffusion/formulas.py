"""The formulas of both processes with the numbers of the moment filled in, as LaTeX.

words : colours by meaning: real for x_0, latent for noise and x_t, generated for the samples, judge
for what the denoiser says.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.diffusion.process import Array
from core.diffusion.schedule import Schedule

Words = Mapping[str, str]


def _in(words: Words, meaning: str, text: str) -> str:
    return rf"\textcolor{{{words[meaning]}}}{{{text}}}"


def forward(s: Schedule, t: int, words: Words) -> str:
    """One step, Ho et al. 2020, eq. 2, and all t of them at once, eq. 4."""
    x_0, eps = _in(words, "real", "x_0"), _in(words, "latent", r"\varepsilon")
    if t == 0:
        law = _in(words, "real", r"p_\text{data}")
        return rf"{x_0} \sim {law}, \qquad \text{{no step yet}}"
    x_t, before = (_in(words, "latent", f"x_{{{k}}}") if k else x_0 for k in (t, t - 1))
    beta, a = s.beta[t], s.alpha_bar[t]
    lines = (
        (r"\text{one step:}", before, eps + f"_{{{t}}}", rf"\beta_{{{t}}}", rf"1 - \beta_{{{t}}}",
         np.sqrt(1 - beta), np.sqrt(beta)),
        (r"\text{one jump:}", x_0, eps, rf"1 - \bar\alpha_{{{t}}}", rf"\bar\alpha_{{{t}}}",
         np.sqrt(a), np.sqrt(1 - a)),
    )  # fmt: skip
    rows = [
        rf"{name} && {x_t} &= \sqrt{{{kept}}}\,{x} + \sqrt{{{new}}}\,{noise} "
        rf"&&= {left:.4f}\,{x} + {right:.4f}\,{noise}"
        for name, x, noise, new, kept, left, right in lines
    ]
    return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"


def jump(sampler: str, s: Schedule, t: int, r: int, std: float, words: Words) -> str:
    """A sampler's jump from x_t to x_r. sampler : a name in `core.diffusion.samplers.SAMPLERS`."""
    a_t, a_r = s.alpha_bar[t], s.alpha_bar[r]
    x_0, eps = _in(words, "generated", r"\hat x_0"), _in(words, "judge", r"\hat\varepsilon")
    x_t = _in(words, "latent", f"x_{{{t}}}")
    left = _in(words, "latent", f"x_{{{r}}}")
    fresh = rf" + {std:.3f}\,{_in(words, 'latent', 'z')}" if std else ""
    if sampler == "DDPM":
        kept = a_t / a_r
        of_x_0 = np.sqrt(a_r) * (1 - kept) / (1 - a_t)
        of_x_t = np.sqrt(kept) * (1 - a_r) / (1 - a_t)
        return rf"{left} = {of_x_0:.3f}\,{x_0} + {of_x_t:.3f}\,{x_t}{fresh}"
    if sampler == "DDIM":
        along = np.sqrt(max(1 - a_r - std**2, 0.0))
        return (
            rf"{left} = \sqrt{{\bar\alpha_{{{r}}}}}\,{x_0} + \sqrt{{1 - \bar\alpha_{{{r}}} - "
            rf"\sigma^2}}\,{eps} + \sigma {_in(words, 'latent', 'z')} = {np.sqrt(a_r):.3f}\,{x_0} "
            rf"+ {along:.3f}\,{eps}{fresh}"
        )
    if not r:
        return f"{left} = {x_0}"
    v = _in(words, "judge", r"\hat v")
    turn = np.arccos(np.sqrt(a_r)) - np.arccos(np.sqrt(a_t))
    slope = rf"\tfrac12\bigl({v}_{{{t}}} + {v}_{{{r}}}\bigr)"
    return (
        rf"{left} = {x_t} + \Delta\varphi\,{slope} = {x_t} {turn:+.3f}\,{slope}, \qquad "
        r"\cos\varphi_t = \sqrt{\bar\alpha_t}"
    )


def posterior(s: Schedule, t: int, r: int, x_t: Array, x_0: Array, words: Words) -> str:
    """Where the next stop of one particle lies, if its x_0 is as predicted: Ho et al. 2020, eq. 6
    and 7, with r for t - 1. x_t, x_0 : (d,)."""
    a_t, a_r = s.alpha_bar[t], s.alpha_bar[r]
    kept = a_t / a_r
    of_x_0 = np.sqrt(a_r) * (1 - kept) / (1 - a_t)
    of_x_t = np.sqrt(kept) * (1 - a_r) / (1 - a_t)
    variance = (1 - a_r) / (1 - a_t) * (1 - kept)
    said, now = _in(words, "judge", r"\hat x_0"), _in(words, "latent", f"x_{{{t}}}")
    here, there = _in(words, "latent", point(x_t)), _in(words, "judge", point(x_0))
    mean = point(of_x_0 * x_0 + of_x_t * x_t)
    return rf"""\begin{{aligned}}
\tilde\mu &= \frac{{\sqrt{{\bar\alpha_{{{r}}}}}\,\beta}}{{1 - \bar\alpha_{{{t}}}}}\,{said}
  + \frac{{\sqrt{{1 - \beta}}\,(1 - \bar\alpha_{{{r}}})}}{{1 - \bar\alpha_{{{t}}}}}\,{now}
  = {of_x_0:.3f}\,{there} + {of_x_t:.3f}\,{here} = {_in(words, "generated", mean)} \\
\tilde\beta &= \frac{{1 - \bar\alpha_{{{r}}}}}{{1 - \bar\alpha_{{{t}}}}}\,\beta
  = {(1 - a_r) / (1 - a_t):.3f} \cdot {1 - kept:.4f} = {variance:.5f},
  \qquad \beta = 1 - \bar\alpha_{{{t}}} / \bar\alpha_{{{r}}}
\end{{aligned}}"""


def point(x: Array) -> str:
    """A place, one number or two, in brackets: it may be negative."""
    return "(" + r",\,".join(f"{v:.2f}" for v in x) + ")"
