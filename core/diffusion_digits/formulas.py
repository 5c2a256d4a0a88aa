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
