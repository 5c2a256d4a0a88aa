"""Distances, against SciPy and closed forms."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import linalg
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

from core.metrics import (
    Gaussian,
    frechet,
    gaussian,
    jensen_shannon,
    shares,
    wasserstein_1,
)


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


def rotation(d, rng):
    return np.linalg.qr(rng.standard_normal((d, d)))[0]


def test_a_gaussian_is_the_mean_and_the_covariance():
    x = np.random.default_rng(0).normal(3, 2, (50, 4)).astype(np.float32)
    g = gaussian(x)
    assert_allclose(g.mean, x.mean(axis=0), rtol=1e-6)
    assert_allclose(g.covariance, np.cov(x.astype(np.float64), rowvar=False))
    assert g.covariance.dtype == np.float64


def test_the_frechet_distance_of_a_set_from_itself_is_0():
    g = gaussian(np.random.default_rng(0).standard_normal((100, 8)))
    assert frechet(g, g) < 1e-12


def test_the_frechet_distance_of_gaussians_is_the_closed_form():
    """With common axes it is |m_p - m_q|^2 + |s_p - s_q|^2 (Dowson and Landau 1982)."""
    rng = np.random.default_rng(1)
    m_p, m_q, s_p, s_q = rng.uniform(0, 2, (4, 5))
    turn = rotation(5, rng)
    p = Gaussian(m_p, (turn * s_p**2) @ turn.T)
    q = Gaussian(m_q, (turn * s_q**2) @ turn.T)
    expected = ((m_p - m_q) ** 2).sum() + ((s_p - s_q) ** 2).sum()
    assert_allclose(frechet(p, q), expected)
    assert_allclose(frechet(q, p), expected)


def test_the_frechet_distance_agrees_with_the_square_root_of_the_product():
    """Without common axes, against scipy's root of C_p C_q (Heusel et al. 2017, eq. 6)."""
    rng = np.random.default_rng(2)
    a, b = rng.standard_normal((2, 6, 9))
    p, q = Gaussian(rng.standard_normal(6), a @ a.T), Gaussian(np.zeros(6), b @ b.T)
    root = linalg.sqrtm(p.covariance @ q.covariance).real
    expected = (p.mean**2).sum() + np.trace(p.covariance + q.covariance - 2 * root)
    assert_allclose(frechet(p, q), expected)


def test_the_frechet_distance_allows_features_that_never_vary():
    p = Gaussian(np.zeros(2), np.diag([4.0, 0.0]))
    q = Gaussian(np.zeros(2), np.diag([1.0, 0.0]))
    assert_allclose(frechet(p, q), 1.0)
