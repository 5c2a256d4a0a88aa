"""Schedules: the numbers of the papers, and what every schedule has to be."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.diffusion.schedule import SCHEDULES, schedule

EVERY = pytest.mark.parametrize("name", SCHEDULES)


@EVERY
@pytest.mark.parametrize("T", [1, 10, 200, 1000])
def test_alpha_bar_falls_from_1_towards_0(name, T):
    s = schedule(name, T)
    assert (s.T, len(s.beta), len(s.alpha_bar)) == (T, T + 1, T + 1)
    assert s.beta[0] == 0
    assert s.alpha_bar[0] == 1
    assert ((s.beta[1:] > 0) & (s.beta[1:] < 1)).all()
    assert (np.diff(s.alpha_bar) < 0).all()
    assert s.alpha_bar[-1] > 0


@EVERY
def test_snr_and_alpha_bar_say_the_same(name):
    s = schedule(name, 200)
    assert np.isinf(s.snr[0])
    assert_allclose(1 / (1 + 1 / s.snr[1:]), s.alpha_bar[1:])
    assert_allclose(np.exp(s.log_snr[1:]), s.snr[1:])
    assert np.isfinite(s.log_snr).all()


def test_linear_is_that_of_ho_et_al():
    s = schedule("linear", 1000)
    assert_allclose([s.beta[1], s.beta[1000]], [1e-4, 0.02])
    assert_allclose(s.beta[1:], np.linspace(1e-4, 0.02, 1000))
    # their section 4: KL(q(x_T | x_0) || N(0, I)) is about 1e-5 bits per dimension
    assert_allclose(s.alpha_bar[-1], 4.036e-5, rtol=1e-3)


@pytest.mark.parametrize("T", [10, 50, 200])
def test_linear_ends_as_noisy_at_another_length(T):
    assert_allclose(schedule("linear", T).alpha_bar[-1], 4.036e-5, rtol=0.01)


def test_cosine_is_that_of_nichol_and_dhariwal_but_for_its_end():
    t = np.arange(1001)
    f = np.cos((t / 1000 + 0.008) / 1.008 * np.pi / 2) ** 2
    assert_allclose(schedule("cosine", 1000).alpha_bar, f / f[0], atol=5e-5)


def test_constant_is_constant():
    s = schedule("constant", 100)
    assert_allclose(s.beta[1:], s.beta[1])
    assert_allclose(s.alpha_bar[-1], np.exp(-10))


def test_by_hand_goes_evenly_between_its_ends():
    s = schedule("by hand", 5, 0.1, 0.5)
    assert_allclose(s.beta[1:], [0.1, 0.2, 0.3, 0.4, 0.5])
    assert_allclose(s.alpha_bar[2], 0.9 * 0.8)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("quadratic", 10), "no schedule 'quadratic'; known are linear, cosine, constant, by hand"),
        (("linear", 0), "T = 0"),
        (("by hand", 10, 0.0, 0.1), "both must lie in 0 to 1"),
        (("by hand", 10, 0.1, 1.0), "both must lie in 0 to 1"),
        (("by hand", 10, float("nan"), 0.1), "both must lie in 0 to 1"),
    ],
)
def test_what_cannot_be_is_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        schedule(*arguments)


def test_a_schedule_is_made_once():
    assert schedule("cosine", 77) is schedule("cosine", 77)
