"""The formulas of both processes with the numbers of the moment filled in, as LaTeX.

words : colours by meaning: real for x_0, latent for noise and x_t, generated and judge for what the
network says of them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.diffusion.schedule import Schedule

Words = Mapping[str, str]


def _in(words: Words, meaning: str, text: str) -> str:
    return rf"\textcolor{{{words[meaning]}}}{{{text}}}"


def forward(s: Schedule, t: int, words: Words) -> str:
    """x_t from x_0 in one jump, Ho et al. 2020, eq. 4."""
    a = s.alpha_bar[t]
    x_0, eps = _in(words, "real", "x_0"), _in(words, "latent", r"\varepsilon")
    return (
        rf"{_in(words, 'latent', f'x_{{{t}}}')} = \sqrt{{\bar\alpha_{{{t}}}}}\,{x_0} + "
        rf"\sqrt{{1 - \bar\alpha_{{{t}}}}}\,{eps} = {np.sqrt(a):.3f}\,{x_0} + "
        rf"{np.sqrt(1 - a):.3f}\,{eps}, \qquad \varepsilon \sim \mathcal N(0, I)"
    )


def guided(guidance: float, label: str, words: Words) -> str:
    """What the network says under guidance, Ho and Salimans 2022, eq. 6, there with w - 1."""
    said = _in(words, "judge", "v")
    x, guided = _in(words, "latent", "x_t"), _in(words, "judge", r"\hat v")
    return (
        rf"{guided} = {said}({x}) + {guidance:g}\,\bigl({said}({x}, "
        rf"\text{{{label}}}) - {said}({x})\bigr)"
    )


def painted(s: Schedule, t: int, words: Words) -> str:
    """What x_t becomes under ink or paper; see `core.diffusion_digits.surgery.painted`."""
    a = s.alpha_bar[t]
    eps = _in(words, "judge", r"\hat\varepsilon")
    paint, size = _in(words, "real", r"(\pm 1)"), _in(words, "real", rf"\pm {np.sqrt(a):.3f}")
    return (
        rf"{_in(words, 'latent', f'x_{{{t}}}')} \leftarrow \sqrt{{\bar\alpha_{{{t}}}}}\,"
        rf"{paint} + \sqrt{{1 - \bar\alpha_{{{t}}}}}\,{eps} = "
        rf"{size} + {np.sqrt(1 - a):.3f}\,{eps} "
        r"\quad \text{where it is painted}"
    )


def filled(half: str, words: Words) -> str:
    """A jump of RePaint, Lugmayr et al. 2022, eq. 8."""
    x_0, eps = _in(words, "real", "x_0"), _in(words, "latent", r"\varepsilon")
    return (
        rf"{_in(words, 'latent', 'x_r')} = m\,\bigl(\sqrt{{\bar\alpha_r}}\,{x_0} + "
        rf"\sqrt{{1 - \bar\alpha_r}}\,{eps}\bigr) + (1 - m)\,{_in(words, 'generated', 'x_r')}, "
        rf"\qquad m = 1 \text{{ in the {half} half}}"
    )


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
