"""Samplers with the exact denoiser: they reach the target, and each other."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.data.mixture import Mixture
from core.diffusion.denoiser import exact
from core.diffusion.process import Prediction
from core.diffusion.samplers import SAMPLERS, ancestral, ddim, heun, sampler, times
from core.diffusion.schedule import schedule
from core.metrics import wasserstein_1

S = schedule("cosine", 200)
TWO = Mixture(np.array([0.3, 0.7]), np.array([[-1.5], [0.6]]), np.array([0.2, 0.3])).standard()
GAUSS = Mixture(np.ones(1), np.array([[0.4]]), np.array([0.5]))
EVERY = pytest.mark.parametrize("name", SAMPLERS)


def noise(n=4000, d=1, seed=0):
    return np.random.default_rng(seed).standard_normal((n, d), dtype=np.float32)


def run(method, at=None, data=TWO, x=None, eta=0.0, seed=1):
    rng = np.random.default_rng(seed)
    x = noise() if x is None else x
    return list(method(exact(data, S), x, S, at or times(S, 200), rng, eta))


@EVERY
def test_every_sampler_reaches_the_target(name):
    last = run(SAMPLERS[name])[-1]
    target = TWO.law.quantile((np.arange(4000) + 0.5) / 4000)
    assert last.r == 0
    assert wasserstein_1(last.x[:, 0], target) < 0.06  # as many true samples score 0.01 to 0.04


def test_ddim_with_eta_1_is_ddpm_bit_for_bit_but_for_rounding():
    for at in (times(S, 200), times(S, 20)):
        one, other = run(ancestral, at), run(ddim, at, eta=1.0)
        for a, b in zip(one, other, strict=True):
            assert_allclose(a.mean, b.mean, atol=2e-4)
            assert_allclose(a.std, b.std, atol=1e-7)
        assert_allclose(one[-1].x, other[-1].x, atol=2e-3)


def test_without_fresh_noise_the_generator_is_not_touched():
    for method in (ddim, heun):
        rng = np.random.default_rng(3)
        before = rng.bit_generator.state
        list(method(exact(TWO, S), noise(10), S, times(S, 5), rng, 0.0))
        assert rng.bit_generator.state == before


def gauss_map(x):
    """Where the probability-flow ODE takes x_T when the data is one Gaussian: quantile to
    quantile."""
    a = S.alpha_bar[-1]
    start = GAUSS.noised(a)
    return GAUSS.mean[0] + GAUSS.std[0] * (x - start.mean[0]) / start.std[0]


def test_the_ode_takes_quantiles_to_quantiles():
    x = noise(50)
    assert_allclose(run(heun, data=GAUSS, x=x)[-1].x, gauss_map(x), atol=5e-3)


def test_heun_is_nearer_than_ddim_with_as_many_calls():
    x = noise(200)
    fine = gauss_map(x)
    by_heun = run(heun, times(S, 10), GAUSS, x)
    by_ddim = run(ddim, times(S, 19), GAUSS, x)
    assert by_heun[-1].calls == by_ddim[-1].calls == 19
    error = [np.abs(jumps[-1].x - fine).mean() for jumps in (by_heun, by_ddim)]
    assert error[0] < error[1]


def test_the_error_of_ddim_falls_with_the_steps():
    x = noise(200)
    errors = [
        np.abs(run(ddim, times(S, n), GAUSS, x)[-1].x - gauss_map(x)).mean()
        for n in (10, 20, 40, 80)
    ]
    assert (np.diff(errors) < 0).all()


@EVERY
def test_a_jump_says_what_it_did(name):
    at = times(S, 8)
    jumps = run(SAMPLERS[name], at, x=noise(6), eta=0.5)
    assert [(j.t, j.r) for j in jumps] == list(pairwise(at))
    for a, b in pairwise(jumps):
        assert_allclose(a.x, b.before)
    assert_allclose(jumps[-1].x, jumps[-1].mean)  # nothing is added at the very end
    calls = [j.calls for j in jumps]
    assert calls == ([2, 4, 6, 8, 10, 12, 14, 15] if "Heun" in name else list(range(1, 9)))
    assert {j.x.dtype for j in jumps} == {np.dtype(np.float32)}


@EVERY
def test_the_same_seed_takes_the_same_path(name):
    a, b = (run(SAMPLERS[name], times(S, 10), eta=1.0) for _ in range(2))
    assert all((i.x == j.x).all() for i, j in zip(a, b, strict=True))


def test_a_denoiser_that_knows_the_picture_ends_there():
    goal = np.float32([[[0.5, -1], [1, 0]]])

    def knows(x, t):
        a = S.alpha_bar[t]
        return Prediction(goal, (x - np.sqrt(a) * goal) / np.sqrt(1 - a))

    x = np.random.default_rng(0).standard_normal((1, 2, 2), dtype=np.float32)
    for method in SAMPLERS.values():
        *_, last = method(knows, x, S, times(S, 20), np.random.default_rng(0), 0.0)
        assert_allclose(last.x, goal, atol=1e-5)


@pytest.mark.parametrize(("steps", "start"), [(1, None), (7, None), (200, None), (999, None),
                                              (10, 50), (50, 3)])  # fmt: skip
def test_times_fall_from_the_start_to_0_without_a_repeat(steps, start):
    at = times(S, steps, start)
    top = 200 if start is None else start
    assert (at[0], at[-1]) == (top, 0)
    assert (np.diff(at) < 0).all()
    assert len(at) == min(steps, top) + 1


def test_an_unknown_sampler_names_the_known_ones():
    with pytest.raises(ValueError, match="known are DDPM, DDIM, ODE"):
        sampler("Euler")
