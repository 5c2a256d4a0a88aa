"""Distances on the line, against SciPy."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

from core.metrics import jensen_shannon, shares, wasserstein_1


@pytest.mark.parametrize("n", [1, 2, 999])
def test_wasserstein_1_is_scipys(n):
    rng = np.random.default_rng(n)
    x, y = rng.normal(size=n), rng.exponential(2.0, size=n)
    assert_allclose(wasserstein_1(x, y), wasserstein_distance(x, y), rtol=1e-12)


def test_wasserstein_1_of_a_shift_is_the_shift():
    x = np.random.default_rng(0).normal(size=1000)
    assert_allclose(wasserstein_1(np.random.default_rng(1).permutation(x) + 3.0, x), 3.0)


def test_wasserstein_1_needs_equal_sizes():
    with pytest.raises(ValueError, match=r"\(3,\) and \(2,\)"):
        wasserstein_1(np.zeros(3), np.zeros(2))


@pytest.mark.parametrize("seed", range(3))
def test_jensen_shannon_is_scipys_squared(seed):
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.full(50, 0.3), size=2)
    p[:5] = 0.0
    p /= p.sum()
    assert_allclose(jensen_shannon(p, q), jensenshannon(p, q) ** 2, rtol=1e-10)
    assert_allclose(jensen_shannon(p, q), jensen_shannon(q, p), rtol=1e-12)


def test_jensen_shannon_is_0_for_equals_and_log_2_for_strangers():
    p = np.array([0.25, 0.75, 0.0, 0.0])
    assert jensen_shannon(p, p) == 0.0
    assert_allclose(jensen_shannon(p, p[::-1]), np.log(2))


def test_shares_are_the_masses_between_the_bounds():
    x = np.array([-9.0, -1.0, 0.0, 0.5, 2.0])
    assert_allclose(shares(x, np.array([-1.0, 1.0])), [0.4, 0.4, 0.2])
    assert_allclose(shares(x, np.array([])), [1.0])


def test_shares_are_numpys_histogram():
    x = np.random.default_rng(0).normal(size=1000)
    bounds = np.linspace(-1, 1, 9)
    expected, _ = np.histogram(x, [-np.inf, *bounds, np.inf])
    assert_allclose(shares(x, bounds), expected / 1000)
