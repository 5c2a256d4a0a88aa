"""Mixtures against autograd, against sampling, and against the laws of a single Gaussian."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.stats import norm

from core.data.mixture import Mixture, even

RNG = np.random.default_rng(0)
PLANE = Mixture(
    np.array([0.2, 0.5, 0.3]), np.array([[0.0, 1], [-1, 0.5], [2, -1]]), np.array([0.3, 0.7, 0.1])
)
LINE = Mixture(np.array([0.25, 0.75]), np.array([[-2.0], [1.0]]), np.array([0.5, 1.5]))
BOTH = pytest.mark.parametrize("m", [PLANE, LINE], ids=["plane", "line"])


def reference(m, x):
    """The same law by torch.distributions."""
    d = torch.distributions
    mean, std = torch.from_numpy(m.mean), torch.from_numpy(m.std)[:, None].expand(-1, m.d)
    parts = d.Independent(d.Normal(mean, std), 1)
    return d.MixtureSameFamily(d.Categorical(torch.from_numpy(m.weight)), parts).log_prob(x)


@BOTH
def test_density_and_score_are_those_of_torch_and_autograd(m):
    x = torch.from_numpy(RNG.normal(0, 1.5, (50, m.d))).requires_grad_()
    log_p = reference(m, x)
    (slope,) = torch.autograd.grad(log_p.sum(), x)
    at = x.detach().numpy()
    assert_allclose(m.log_density(at), log_p.detach().numpy(), rtol=1e-9)
    assert_allclose(m.density(at), np.exp(m.log_density(at)))
    assert_allclose(m.score(at), slope.numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("weight", "mean", "std"),
    [
        ((0.5, 0.5), (-1, 1), (4e-4, 4e-4)),
        ((1 - 1e-9, 1e-9), (0, 5000), (1, 1e-3)),
        ((1,), (9,), (1,)),
    ],
)
def test_the_law_of_parts_far_apart_and_narrow_is_scipys(weight, mean, std):
    law = Mixture(np.array(weight), np.array(mean, float)[:, None], np.array(std)).law
    for w, m, s in zip(weight, mean, std, strict=True):
        before = sum(v for v, n in zip(weight, mean, strict=True) if n < m)
        x = m + s * np.linspace(-4, 4, 81)
        assert_allclose(law.cdf(x), before + w * norm.cdf(x, m, s), atol=1e-5 * w + 1e-9)


@BOTH
def test_the_density_of_a_noised_mixture_is_that_of_noised_samples(m):
    a = 0.6
    x_0 = m.sample(200_000, np.random.default_rng(1)).astype(np.float64)
    eps = np.random.default_rng(2).standard_normal(x_0.shape)
    x_t = np.sqrt(a) * x_0 + np.sqrt(1 - a) * eps
    noised = m.noised(a)
    drawn = noised.sample(200_000, np.random.default_rng(3))
    assert_allclose(x_t.mean(0), drawn.mean(0), atol=0.02)
    assert_allclose(np.cov(x_t.T), np.cov(drawn.T), atol=0.03)


@BOTH
@pytest.mark.parametrize("alpha_bar", [0.999, 0.5, 1e-3])
def test_tweedie_joins_score_and_posterior_mean(m, alpha_bar):
    """E[x_0 | x] = (x + (1 - alpha_bar) score(x)) / sqrt(alpha_bar) (Efron 2011, eq. 1.4)."""
    x = RNG.normal(0, 1.5, (40, m.d))
    by_score = (x + (1 - alpha_bar) * m.noised(alpha_bar).score(x)) / np.sqrt(alpha_bar)
    assert_allclose(m.posterior_mean(x, alpha_bar), by_score, rtol=1e-6, atol=1e-6)


def test_the_posterior_mean_is_the_best_guess():
    rng = np.random.default_rng(4)
    x_0 = PLANE.sample(50_000, rng)
    x_t = np.sqrt(0.7) * x_0 + np.sqrt(0.3) * rng.standard_normal(x_0.shape)
    best = PLANE.posterior_mean(x_t, 0.7)
    error = ((x_0 - best) ** 2).mean()
    for other in (best * 1.05, best + 0.05, x_t / np.sqrt(0.7)):
        assert ((x_0 - other) ** 2).mean() > error
    # what is left of x_0 is told by no function of x_t
    assert abs(((x_0 - best) * best).mean()) < 5e-3


def test_without_noise_nothing_changes():
    x = PLANE.sample(20, np.random.default_rng(5))
    assert_allclose(PLANE.noised(1.0).mean, PLANE.mean)
    assert_allclose(PLANE.noised(1.0).std, PLANE.std)
    assert_allclose(PLANE.posterior_mean(x, 1.0), x, atol=1e-6)


def test_all_noise_is_the_normal_law():
    noised = PLANE.noised(0.0)
    assert_allclose(noised.mean, 0)
    assert_allclose(noised.std, 1)


@BOTH
def test_samples_follow_the_weights(m):
    x = m.sample(100_000, np.random.default_rng(6))
    assert (x.shape, x.dtype) == ((100_000, m.d), np.float32)
    assert_allclose(x.mean(0), m.weight @ m.mean, atol=0.02)
    assert_allclose((x.astype(np.float64) ** 2).sum(1).mean(), m.square, rtol=0.02)


@BOTH
def test_the_standard_form_has_mean_0_and_variance_1(m):
    s = m.standard()
    assert_allclose(s.weight @ s.mean, 0, atol=1e-12)
    assert_allclose(s.square, s.d)


def test_the_law_on_the_line_integrates_the_density():
    edges = np.linspace(-6, 6, 401)
    middle = (edges[1:] + edges[:-1]) / 2
    assert_allclose(LINE.law.density(edges), LINE.density(middle[:, None]), atol=2e-3)
    assert_allclose(LINE.law.cdf(LINE.law.quantile(np.array([0.1, 0.9]))), [0.1, 0.9], atol=1e-3)


def test_an_even_mixture_scales_its_weights():
    m = even([[0.0], [1.0], [2.0]], 0.5, weight=[1, 1, 2])
    assert_allclose(m.weight, [0.25, 0.25, 0.5])
    assert_allclose(m.std, 0.5)
