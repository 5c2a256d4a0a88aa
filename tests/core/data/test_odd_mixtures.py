"""Whatever mixture the parser accepts is a target that works, for both lessons that take one."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.data.shapes import shape
from core.data.toy import target
from core.data.written import parse_mixture

MIXTURES = (
    "1 N(50, 0.02) + 1 N(-50, 0.02)",
    "1e-300 N(50, 0.02) + 1 N(-50, 0.02)",
    "1e-320 N(50, 0.02) + 1 N(0, 20)",
    "1e-17 N(-50, 1) + 1 N(50, 0.02)",
    "1 N(0, 0.02) + 1e-9 N(50, 20)",
    "0 N(-50, 20) + 1 N(50, 0.02)",
    "-0 N(-50, 20) + 1e-6 N(-0, 1)",
    "1e6 N(0, 20) + 1e-6 N(0, 0.02)",
    " + ".join(f"1 N({9 * k - 50}, 0.02)" for k in range(12)),
    " + ".join(["1 N(0, 1)"] * 12),
    "\uff11 N(\u0663, 1.)",
)


@pytest.mark.parametrize("text", MIXTURES)
def test_it_has_the_moments_that_it_was_given(text):
    weight, mean, std = parse_mixture(text).T
    assert_allclose(weight.sum(), 1)
    centre = weight @ mean
    variance = weight @ (std**2 + (mean - centre) ** 2)

    data = target("mixture", text)
    law = data.law
    middle = (law.x[:-1] + law.x[1:]) / 2
    assert_allclose(np.diff(law.F) @ middle, centre, atol=0.02 + 1e-3 * np.sqrt(variance))
    assert_allclose(data.mass.sum(), 1)
    assert np.isfinite([*data.centers, *data.bounds, *data.span]).all()
    assert np.isfinite(data.f(np.array([-40.0, -6, 0, 6, 40]))).all()

    m = shape("mixture", text)
    assert_allclose([m.weight @ m.mean[:, 0], m.square], [0, 1], atol=1e-6)
    assert np.diff(m.law.x).min() > 0
    assert np.isfinite(m.score(np.linspace(-5, 5, 11)[:, None])).all()
    middle = (m.law.x[:-1] + m.law.x[1:]) / 2
    assert_allclose(np.diff(m.law.F) @ middle, 0, atol=1e-3)
    assert_allclose(np.diff(m.law.F) @ middle**2, 1, atol=1e-2)
