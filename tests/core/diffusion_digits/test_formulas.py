"""The formulas on the screen: with their numbers they give what the samplers do."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.diffusion.formulas import jump
from core.diffusion.process import from_x_0, velocity
from core.diffusion.samplers import SAMPLERS
from core.diffusion.schedule import schedule
from core.diffusion_digits import formulas
from core.figures.theme import LIGHT

S = schedule("cosine", 100)
X = np.random.default_rng(0).standard_normal((1, 8, 8)).astype(np.float32)
SYMBOLS = {"x_0": r"\\hat x_0", "eps": r"\\hat\\varepsilon(?:_\{\d+\})?", "x_t": r"x_\{60\}"}


def denoise(x, t):
    return from_x_0(x, np.tanh(x), t, S)


def factor(formula: str, symbol: str) -> float:
    """The last number that stands before a symbol; 0 without the symbol."""
    pattern = rf"([+-]?[\d.]+)\\,\\textcolor\{{[^}}]*\}}\{{{SYMBOLS[symbol]}\}}"
    found = re.findall(pattern, formula)
    return float(found[-1]) if found else 0.0


@pytest.mark.parametrize(("name", "eta"), [("DDIM", 0.0), ("DDIM", 0.6), ("DDPM", 1.0)])
@pytest.mark.parametrize("r", [40, 0])
def test_the_mean_of_a_jump_is_what_its_formula_says(name, eta, r):
    made = next(SAMPLERS[name](denoise, X, S, [60, r], np.random.default_rng(0), eta))
    formula = jump(name, S, 60, r, made.std, LIGHT.words)
    said = made.prediction
    mean = factor(formula, "x_0") * said.x_0 + factor(formula, "eps") * said.eps
    mean += factor(formula, "x_t") * X
    assert_allclose(mean, made.mean, atol=0.004)
    if made.std:
        assert f"{made.std:.3f}" in formula


def test_a_jump_of_the_ode_is_what_its_formula_says():
    made = next(SAMPLERS["ODE (Heun)"](denoise, X, S, [60, 50, 0], np.random.default_rng(0), 0.0))
    formula = jump("ODE (Heun)", S, 60, 50, 0.0, LIGHT.words)
    turn = float(re.search(r"([-+]\d\.\d{3})", formula)[1])
    v = velocity(made.prediction, 60, S)
    ahead = denoise((X + turn * v).astype(np.float32), 50)
    assert_allclose(X + turn * (v + velocity(ahead, 50, S)) / 2, made.x, atol=0.004)
    assert r"\hat x_0" in jump("ODE (Heun)", S, 50, 0, 0.0, LIGHT.words)


def test_forward_and_paint_hold_the_coefficients_of_t():
    a = S.alpha_bar[30]
    for formula in (formulas.forward(S, 30, LIGHT.words), formulas.painted(S, 30, LIGHT.words)):
        assert f"{np.sqrt(a):.3f}" in formula
        assert f"{np.sqrt(1 - a):.3f}" in formula


@pytest.mark.parametrize("text", [
    formulas.forward(S, 30, LIGHT.words), formulas.painted(S, 30, LIGHT.words),
    formulas.filled("upper", LIGHT.words), formulas.guided(2.5, "7", LIGHT.words),
    *(jump(name, S, 60, 40, 0.1, LIGHT.words) for name in SAMPLERS),
])  # fmt: skip
def test_braces_and_brackets_match(text):
    assert text.count("{") == text.count("}")
    assert text.count(r"\bigl") == text.count(r"\bigr")
    assert text.count(r"\Bigl") == text.count(r"\Bigr")
