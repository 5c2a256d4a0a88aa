"""The exact law of f(z), against closed forms."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from core.data.law import SLICE, Law, Z, pushforward
from core.data.toy import MAPS, target

BINS = np.linspace(-8.0, 8.0, 401)
FOLD = 1 / 1.2  # |z|^1.2 <= x where |z| <= x^FOLD


def long_tail(x):
    """P(|z|^1.2 <= x), by change of variables."""
    return 2 * stats.norm.cdf(np.maximum(x, 0) ** FOLD) - 1


CLOSED = {
    "normal": (Z, stats.norm.cdf),
    "shifted": (0.5 * Z + 1.0, stats.norm(1.0, 0.5).cdf),
    "falling": (-2.0 * Z, stats.norm(0.0, 2.0).cdf),
    "lognormal": (np.exp(Z), stats.lognorm(1.0).cdf),
    "long tail": (np.abs(Z) ** 1.2, long_tail),
    "uniform": (8 * stats.norm.cdf(Z) - 4, stats.uniform(-4, 8).cdf),
}


def test_the_slices_of_the_normal_law_sum_to_one():
    assert_allclose(SLICE.sum(), 1.0, rtol=1e-12)


@pytest.mark.parametrize("name", CLOSED)
def test_cdf_and_bin_density_are_the_closed_form(name):
    x, cdf = CLOSED[name]
    law = pushforward(x)
    assert_allclose(law.cdf(BINS), cdf(BINS), atol=1e-5)
    assert_allclose(law.density(BINS), np.diff(cdf(BINS)) / np.diff(BINS), atol=3e-4)


def test_the_density_of_the_long_tail_by_change_of_variables():
    x = np.linspace(0.3, 5.0, 95)
    expected = 2 * stats.norm.pdf(x**FOLD) * FOLD * x ** (FOLD - 1)
    middle = np.linspace(0.275, 5.025, 96)
    assert_allclose(target("long tail").law.density(middle), expected, rtol=5e-3)


@pytest.mark.parametrize("name", MAPS)
def test_the_law_of_each_map_is_that_of_its_samples(name):
    data = target(name)
    x = data.f(np.random.default_rng(0).standard_normal(100_000))
    # the 99.9 % quantile of the Kolmogorov-Smirnov statistic
    assert stats.ks_1samp(x, data.law.cdf).statistic < 1.95 / np.sqrt(len(x))


@pytest.mark.parametrize("name", MAPS)
def test_quantile_inverts_cdf(name):
    law = target(name).law
    u = np.linspace(0.001, 0.999, 1999)
    assert_allclose(law.cdf(law.quantile(u)), u, atol=1e-12)
    x = law.quantile(u)
    assert_allclose(law.quantile(law.cdf(x)), x, atol=1e-8)


@pytest.mark.parametrize("seed", range(5))
def test_any_map_gives_a_distribution_function(seed):
    steps = np.random.default_rng(seed).standard_cauchy(len(Z))
    law = pushforward(np.cumsum(np.where(np.abs(steps) < 1, 0.0, steps)))
    assert np.isfinite(law.F).all()
    assert (np.diff(law.x) >= 0).all()
    assert (np.diff(law.F) >= 0).all()
    assert (law.F[0], law.F[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("c", [0.0, -3.0, 40.0])
def test_a_constant_is_an_atom(c):
    law = pushforward(np.full(len(Z), c))
    assert_allclose(law.cdf(np.array([c - 1e-6, c + 1e-6])), [0.0, 1.0])
    assert_allclose(law.quantile(np.array([0.1, 0.5, 0.9])), c, atol=1e-6)


def test_a_flat_half_is_an_atom_of_one_half():
    law = pushforward(np.maximum(Z, 0.0))
    assert_allclose(law.cdf(np.array([-1e-3, 1e-4, 1.0])), [0, 0.5, stats.norm.cdf(1)], atol=1e-4)


def test_outside_its_knots_a_law_has_no_mass():
    law = Law(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    assert_allclose(law.cdf(np.array([-5.0, 0.25, 5.0])), [0.0, 0.25, 1.0])
    assert_allclose(law.density(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])), [0.0, 1.0, 1.0, 0.0])
