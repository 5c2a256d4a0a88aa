"""The processes against Bayes' rule, against each other, and against what they are made of."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.stats import norm

from core.data.mixture import Mixture
from core.diffusion.fit import target
from core.diffusion.process import (
    PREDICTIONS,
    from_x_0,
    jump,
    posterior,
    score,
    step,
    velocity,
)
from core.diffusion.schedule import schedule

S = schedule("linear", 50)
RNG = np.random.default_rng(0)
X_0, EPS = RNG.normal(size=(2, 30, 3))


def test_many_single_steps_are_one_jump():
    """With the noise that the steps add up to, bit for bit but for rounding."""
    x, noise = X_0, np.zeros_like(X_0)
    for t in range(1, 31):
        eps = RNG.normal(size=X_0.shape)
        x = step(x, t, eps, S)
        noise = np.sqrt(1 - S.beta[t]) * noise + np.sqrt(S.beta[t]) * eps
    assert_allclose(x, jump(X_0, 30, noise / np.sqrt(1 - S.alpha_bar[30]), S), rtol=1e-9)


def test_the_noise_of_many_steps_has_the_variance_of_one_jump():
    variance = 0.0
    for t in range(1, 51):
        variance = (1 - S.beta[t]) * variance + S.beta[t]
        assert_allclose(variance, 1 - S.alpha_bar[t])


def test_no_step_is_no_jump():
    assert_allclose(jump(X_0, 0, EPS, S), X_0)


@pytest.mark.parametrize(("t", "r"), [(1, 0), (2, 1), (30, 29), (50, 49), (40, 10), (50, 0)])
def test_the_posterior_is_bayes_rule(t, r):
    """q(x_r | x_t, x_0) on a grid: prior q(x_r | x_0) times likelihood q(x_t | x_r)."""
    x_0, x_t = 0.7, -0.4
    mean, variance = posterior(np.array([x_t]), np.array([x_0]), t, r, S)
    if r == 0:
        assert_allclose(mean, x_0)
        assert variance == pytest.approx(0, abs=1e-12)
        return
    x = np.linspace(-8, 8, 200_001)
    alpha = S.alpha_bar[t] / S.alpha_bar[r]
    prior = norm(np.sqrt(S.alpha_bar[r]) * x_0, np.sqrt(1 - S.alpha_bar[r])).pdf(x)
    p = prior * norm(np.sqrt(alpha) * x, np.sqrt(1 - alpha)).pdf(x_t)
    p /= p.sum()
    assert_allclose(mean, p @ x, atol=1e-5)
    assert_allclose(variance, p @ x**2 - (p @ x) ** 2, rtol=1e-4)


def test_the_posterior_of_one_step_is_ho_et_al_equation_7():
    t = 20
    a, b, beta = S.alpha_bar[t], S.alpha_bar[t - 1], S.beta[t]
    mean, variance = posterior(EPS, X_0, t, t - 1, S)
    assert_allclose(
        mean,
        np.sqrt(b) * beta / (1 - a) * X_0 + np.sqrt(1 - beta) * (1 - b) / (1 - a) * EPS,
    )
    assert_allclose(variance, (1 - b) / (1 - a) * beta)


@pytest.mark.parametrize("name", PREDICTIONS)
@pytest.mark.parametrize("t", [1, 25, 50])
def test_every_prediction_that_is_right_says_x_0_and_the_noise(name, t):
    x_t = jump(X_0, t, EPS, S)
    wanted = target(
        name, torch.from_numpy(X_0), torch.from_numpy(EPS), torch.tensor(S.alpha_bar[t])
    )
    said = PREDICTIONS[name](x_t, wanted.numpy(), t, S)
    assert_allclose(said.x_0, X_0, atol=1e-8)
    assert_allclose(said.eps, EPS, atol=1e-8)


def test_an_unknown_prediction_names_the_known_ones():
    x = torch.zeros(1)
    with pytest.raises(ValueError, match="known are eps, x_0, v"):
        target("score", x, x, x)


@pytest.mark.parametrize("t", [1, 10, 50])
def test_the_score_of_the_exact_prediction_is_the_exact_score(t):
    m = Mixture(np.array([0.4, 0.6]), np.array([[0.0, 1.0], [-1.0, 0.0]]), np.array([0.2, 0.5]))
    x = RNG.normal(size=(20, 2))
    best = from_x_0(x, m.posterior_mean(x, S.alpha_bar[t]), t, S)
    assert_allclose(score(best, t, S), m.noised(S.alpha_bar[t]).score(x), rtol=1e-7, atol=1e-7)


def test_single_precision_stays_single():
    x, e = X_0.astype(np.float32), EPS.astype(np.float32)
    results = [step(x, 3, e, S), jump(x, 3, e, S), posterior(x, e, 3, 2, S)[0]]
    results += [v for p in PREDICTIONS.values() for v in vars(p(x, e, 3, S)).values()]
    assert {r.dtype for r in results} == {np.dtype(np.float32)}


@pytest.mark.parametrize("t", [1, 25, 50])
def test_velocity_gives_v_back(t):
    v, x_t = X_0, EPS
    assert_allclose(velocity(PREDICTIONS["v"](x_t, v, t, S), t, S), v, atol=1e-9)
