"""Surgery: where nothing is changed, nothing changes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.diffusion.process import from_x_0, jump
from core.diffusion.samplers import SAMPLERS, times
from core.diffusion.schedule import schedule
from core.diffusion_digits import surgery

S = schedule("cosine", 40)
SHAPE = (3, 28, 28)
X_0 = np.tanh(np.random.default_rng(9).standard_normal((28, 28), dtype=np.float32))
NOISE = np.random.default_rng(8).standard_normal(SHAPE, dtype=np.float32)
NONE = np.zeros((28, 28), np.float32)
ALL = np.ones((28, 28), np.float32)


def doubtful(x, t):
    return from_x_0(x, np.clip(0.9 * x + 0.05, -1, 1), t, S)


def rng():
    return np.random.default_rng(3)


def test_unpainted_stays_as_it_is_bit_for_bit():
    x = surgery.painted(NOISE, 20, doubtful(NOISE, 20), NONE, NONE, S)
    assert_array_equal(x, NOISE)
    assert x.dtype == np.float32


@pytest.mark.parametrize(("ink", "paper", "value"), [(ALL, NONE, 1.0), (NONE, ALL, -1.0)])
def test_painted_is_ink_or_paper_under_the_noise_that_was_found(ink, paper, value):
    said = doubtful(NOISE, 20)
    x = surgery.painted(NOISE, 20, said, ink, paper, S)
    assert_allclose(x, jump(np.full_like(NOISE, value), 20, said.eps, S), atol=1e-5)


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("stop", [0, 4, 9])
def test_without_paint_the_path_is_the_samplers_bit_for_bit(name, stop):
    at, sample = times(S, 10), SAMPLERS[name]
    plain = list(sample(doubtful, NOISE, S, at, rng(), 0.7))
    same = list(surgery.repainted(doubtful, NOISE, S, at, stop, NONE, NONE, sample, rng(), 0.7))
    assert [(j.t, j.r) for j in same] == [(j.t, j.r) for j in plain]
    for a, b in zip(plain, same, strict=True):
        assert_array_equal(a.x, b.x)


def test_paint_changes_only_what_comes_after_the_stop():
    at, sample = times(S, 10), SAMPLERS["DDIM"]
    plain = list(sample(doubtful, NOISE, S, at, rng(), 0.0))
    painted = list(surgery.repainted(doubtful, NOISE, S, at, 4, ALL, NONE, sample, rng()))
    assert len(painted) == len(plain)
    assert_array_equal(plain[3].x, painted[3].x)
    x, t = plain[4].before, plain[4].t
    assert_array_equal(painted[4].before, surgery.painted(x, t, doubtful(x, t), ALL, NONE, S))
    assert (painted[-1].x >= plain[-1].x).all()
    assert painted[-1].x.mean() > plain[-1].x.mean() + 0.1


def test_no_noise_is_the_drawing_itself():
    x = surgery.noised(X_0, 3, 0, S, rng())
    assert_array_equal(x, np.broadcast_to(X_0, SHAPE))


def test_the_drawing_is_noised_differently_each_time():
    x = surgery.noised(X_0, 3, 10, S, rng())
    assert x.shape == SHAPE
    assert not np.array_equal(x[0], x[1])
    rest = (x - np.sqrt(S.alpha_bar[10]) * X_0) / np.sqrt(1 - S.alpha_bar[10])
    assert_allclose(rest.std(), 1, atol=0.05)


def test_halves_complete_each_other():
    assert_array_equal(surgery.mask("upper") + surgery.mask("lower"), ALL)
    assert_array_equal(surgery.mask("left") + surgery.mask("right"), ALL)
    assert surgery.mask("upper")[0].all()
    assert surgery.mask("left")[:, 0].all()
    with pytest.raises(ValueError, match="known are upper, lower, left, right"):
        surgery.mask("middle")


def filled(known, resampled=1):
    at = times(S, 8)
    return list(surgery.fill_in(doubtful, NOISE, X_0, known, S, at, rng(), resampled))


@pytest.mark.parametrize("resampled", [1, 3])
def test_what_is_known_comes_back_exactly(resampled):
    half = surgery.mask("upper")
    end = filled(half, resampled)[-1].x
    assert_array_equal(end[:, half > 0], np.broadcast_to(X_0[half > 0], (3, 28 * 14)))
    assert_array_equal(filled(ALL, resampled)[-1].x, np.broadcast_to(X_0, SHAPE))


def test_nothing_known_and_nothing_resampled_is_ddpm():
    """The known half's noise is drawn too: so the laws are compared, not the draws."""
    jumps = filled(NONE)
    plain = next(SAMPLERS["DDPM"](doubtful, NOISE, S, times(S, 8), rng()))
    assert_array_equal(jumps[0].mean, plain.mean)
    assert jumps[0].std == plain.std
    assert_array_equal(jumps[0].x, plain.x)


def test_resampling_calls_the_network_as_often_but_for_the_last_jump():
    assert filled(NONE, 1)[-1].calls == 8
    assert filled(NONE, 3)[-1].calls == 3 * 7 + 1
    assert len(filled(NONE, 3)) == 8
