"""The bound never undercuts the truth, and is the truth where it can be."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.data.mixture import Mixture
from core.diffusion.bound import bound, entropy
from core.diffusion.denoiser import exact
from core.diffusion.process import from_eps, from_x_0
from core.diffusion.schedule import schedule

GAUSS = Mixture(np.ones(1), np.array([[0.3, -0.2]]), np.array([0.8]))
TRUTH = 2 * (0.5 + 0.5 * np.log(2 * np.pi) + np.log(0.8))  # entropy of N(., 0.8^2 I_2), in nats


def rng():
    return np.random.default_rng(0)


def gaussian_terms(s):
    """Each L_{t-1} of the exact denoiser on GAUSS, in closed form: its x_0 misses by the posterior
    variance."""
    a = s.alpha_bar[1:]
    v = 0.8**2
    left = v * (1 - a) / (a * v + 1 - a)  # of x_0 given x_t, each dimension
    terms = (s.snr[:-1][1:] - s.snr[1:][1:]) / 2 * 2 * left[1:]
    first = np.log(2 * np.pi * s.beta[1]) + 2 * left[0] / (2 * s.beta[1])
    return np.concatenate([[first], terms])


@pytest.mark.parametrize("name", ["linear", "cosine", "constant"])
@pytest.mark.parametrize("T", [10, 100])
def test_each_term_is_its_closed_form_on_a_gaussian(name, T):
    s = schedule(name, T)
    b = bound(exact(GAUSS, s), GAUSS, s, rng(), points=300_000)
    wanted = gaussian_terms(s)
    assert_allclose(b.steps, wanted, atol=5 * b.error, rtol=0.5)
    assert abs(b.steps.sum() - wanted.sum()) < 4 * b.error
    a = s.alpha_bar[-1]
    square = 2 * 0.8**2 + 0.3**2 + 0.2**2
    assert_allclose(b.L_T, (a * square - 2 * a - 2 * np.log1p(-a)) / 2)


@pytest.mark.parametrize("name", ["linear", "cosine", "constant"])
@pytest.mark.parametrize("T", [10, 100, 1000])
def test_the_bound_does_not_undercut_the_exact_negative_log_likelihood(name, T):
    s = schedule(name, T)
    total = gaussian_terms(s).sum() + bound(exact(GAUSS, s), GAUSS, s, rng(), points=100).L_T
    assert total > TRUTH
    b = bound(exact(GAUSS, s), GAUSS, s, rng(), points=100_000)
    assert b.total > TRUTH - 4 * b.error


def test_with_more_steps_it_comes_nearer():
    gaps = [gaussian_terms(schedule("linear", T)).sum() - TRUTH for T in (10, 100, 1000)]
    assert gaps[0] > gaps[1] > gaps[2] > 0


def test_a_worse_denoiser_has_a_higher_bound():
    s = schedule("cosine", 50)
    best = exact(GAUSS, s)

    def off(x, t):
        return from_x_0(x, (best(x, t).x_0 + 0.2).astype(np.float32), t, s)

    def blind(x, t):
        return from_eps(x, np.zeros_like(x), t, s)

    least, *others = [bound(d, GAUSS, s, rng(), points=20_000) for d in (best, off, blind)]
    for other in others:
        assert least.total + 3 * least.error < other.total - 3 * other.error


def test_the_standard_error_is_that_of_repeats():
    s = schedule("cosine", 30)
    repeats = [
        bound(exact(GAUSS, s), GAUSS, s, np.random.default_rng(k), points=3000) for k in range(60)
    ]
    spread = np.std([b.total for b in repeats])
    assert_allclose(np.mean([b.error for b in repeats]), spread, rtol=0.35)


def test_entropy_is_exact_on_a_gaussian():
    assert entropy(GAUSS, rng(), 200_000) == pytest.approx(TRUTH, abs=0.01)
