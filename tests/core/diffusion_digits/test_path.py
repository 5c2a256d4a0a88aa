"""The way there in single steps, and the way back: identities, and pictures of one batch."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.diffusion.process import from_x_0, jump
from core.diffusion.samplers import SAMPLERS, times
from core.diffusion.schedule import schedule
from core.diffusion_digits import path
from core.diffusion_digits.forward import walk
from core.diffusion_digits.path import Settings, jumps, noise, record, together

S = schedule("cosine", 50)
X_0 = np.linspace(-1, 1, 28 * 28, dtype=np.float32).reshape(28, 28)


def oracle(x, t):
    """A denoiser that knows the only picture there is."""
    return from_x_0(x, np.broadcast_to(X_0, x.shape), t, S)


def doubtful(x, t):
    """A denoiser whose answer depends on what it is shown."""
    return from_x_0(x, np.clip(0.9 * x + 0.05, -1, 1), t, S)


@pytest.mark.parametrize("t", [1, 7, 50])
@pytest.mark.parametrize("name", ["cosine", "linear", "constant"])
def test_the_jump_with_the_summed_noise_lands_where_the_single_steps_did(name, t):
    s = schedule(name, 50)
    walked = walk(X_0, s, np.random.default_rng(0))
    assert_array_equal(walked.x[0], X_0)
    assert_allclose(jump(X_0, t, walked.total(t), s), walked.x[t], atol=2e-5)


def test_the_summed_noise_is_standard_normal():
    walks = [walk(X_0, S, np.random.default_rng(k)) for k in range(20)]
    total = np.stack([w.total(50) for w in walks])
    assert_allclose(total.mean(), 0, atol=0.03)
    assert_allclose(total.std(), 1, atol=0.03)


def test_impossible_settings_are_refused_by_name():
    for name, value in {"label": "10", "guidance": 9.0, "sampler": "?", "steps": 0}.items():
        with pytest.raises(ValueError, match=name):
            Settings(**{name: value})


def test_labels_are_counted_as_the_network_does():
    assert Settings(label="7").labels(3) == [7, 7, 7]
    assert Settings(label=path.NONE).labels(1) == [10]


@pytest.mark.parametrize("name", SAMPLERS)
def test_every_sampler_ends_at_the_only_picture_there_is(name):
    now = Settings(sampler=name, steps=12)
    found = record(jumps(oracle, noise(now, 1), S, now))
    assert found.at == tuple(times(S, 12))
    assert_allclose(found.x[-1], X_0, atol=1e-5)
    assert_array_equal(found.x[0], noise(now, 1)[0])
    assert found.x.shape == found.x_0.shape == found.eps.shape == (13, 28, 28)
    assert len(found.std) == 12
    assert found.calls[0] == 0
    assert found.calls[-1] == (23 if name == "ODE (Heun)" else 12)
    assert_array_equal(found.x_0[-1], found.x[-1])
    assert not found.eps[-1].any()


def test_at_each_time_the_prediction_makes_up_what_it_is_of():
    now = Settings(sampler="DDPM", steps=9)
    found = record(jumps(doubtful, noise(now, 1), S, now))
    for k, t in enumerate(found.at[:-1]):
        assert_allclose(jump(found.x_0[k], t, found.eps[k], S), found.x[k], atol=1e-5)


def test_the_same_number_is_the_same_noise_however_many_are_drawn():
    now = Settings(noise_seed=4)
    assert_array_equal(noise(now, 1)[0], noise(now, 16)[0])
    assert not np.array_equal(noise(now, 1), noise(Settings(noise_seed=5), 1))


def test_two_halves_at_the_same_time_are_the_whole():
    now = Settings(steps=6)
    x = noise(now, 4)
    whole = list(jumps(doubtful, x, S, now))
    halves = list(together([jumps(doubtful, part, S, now) for part in np.split(x, 2)]))
    assert len(halves) == len(whole) == 6
    for a, b in zip(whole, halves, strict=True):
        assert (a.t, a.r, a.std, a.calls) == (b.t, b.r, b.std, b.calls)
        assert_array_equal(a.x, b.x)
        assert_array_equal(a.before, b.before)
        assert_array_equal(a.prediction.eps, b.prediction.eps)


def test_fresh_noise_is_of_each_half_its_own():
    now = Settings(sampler="DDPM", steps=3)
    x = np.repeat(noise(now, 1), 2, axis=0)
    parts = [jumps(doubtful, part, S, now, part=k) for k, part in enumerate(np.split(x, 2))]
    first = next(together(parts))
    assert not np.array_equal(first.x[0], first.x[1])


def test_a_path_may_begin_in_the_middle_with_jumps_as_long():
    now = Settings(steps=10).shortened(0.4)
    assert now.steps == 4
    found = record(jumps(oracle, noise(now, 1), S, now, start=20))
    assert found.at == (20, 15, 10, 5, 0)
    assert Settings(steps=10).shortened(0.001).steps == 1
