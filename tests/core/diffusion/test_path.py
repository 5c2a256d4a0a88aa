"""Paths of particles: forward in single steps, back by a sampler, and moved on the way."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.diffusion import Config
from core.diffusion.denoiser import exact
from core.diffusion.formulas import forward as formula
from core.diffusion.formulas import posterior
from core.diffusion.forward import N, agreement, walk
from core.diffusion.measure import distance, floor
from core.diffusion.path import Path, Settings, moved, noise, record
from core.diffusion.samplers import SAMPLERS
from core.diffusion.ways import FORWARD, REVERSE, forward
from core.figures.theme import LIGHT

PLANE, LINE = Config(), Config(target="two modes", T=50)


def path(config: Config, **settings: object) -> tuple[Path, Settings]:
    now = Settings(**settings)  # type: ignore[arg-type]
    return record(exact(config.data, config.process), config.process, now, config.d), now


@pytest.mark.parametrize("config", [PLANE, LINE, Config(noise="by hand", T=20)])
def test_single_steps_have_the_law_of_one_jump(config: Config) -> None:
    s = config.process
    for t in (1, s.T // 4, s.T // 2, s.T):
        found = agreement(config.data, s, 0, t)
        assert_allclose(found.kept, np.sqrt(s.alpha_bar[t]), atol=0.08)
        assert_allclose(found.noise, np.sqrt(1 - s.alpha_bar[t]), rtol=0.08)
        assert found.apart < 2 * found.floor


def test_a_walk_begins_at_the_target_and_is_shared_read_only() -> None:
    x = walk(LINE.data, LINE.process, 0)
    assert x.shape == (51, N, 1)
    assert distance(x[0], LINE.data) < 3 * floor(LINE.data, N)
    assert walk(LINE.data, LINE.process, 0) is x
    with pytest.raises(ValueError, match="read-only"):
        x[0] = 0


def test_no_step_changes_nothing() -> None:
    found = agreement(PLANE.data, PLANE.process, 0, 0)
    assert found.kept == 1
    assert found.noise == 0


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_exact_denoiser_ends_at_the_target(sampler: str) -> None:
    made, _ = path(PLANE, sampler=sampler, steps=60)
    assert distance(made.x[-1], PLANE.data) < 1.6 * floor(PLANE.data, len(made.x[-1]))


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("config", [PLANE, LINE])
def test_a_path_says_where_each_stop_was_drawn_from(config: Config, sampler: str) -> None:
    made, now = path(config, sampler=sampler, steps=10, eta=0.5)
    assert made.at[0] == config.T
    assert made.at[-1] == 0
    assert_array_equal(made.x[0], noise(now, config.d))
    assert_array_equal(made.x_0[-1], made.x[-1])
    assert made.calls[-1] == {"ODE (Heun)": 19}.get(sampler, 10)
    gap = made.x[1:] - made.mean
    for k, std in enumerate(made.std):
        assert_allclose(gap[k].std(), std, rtol=0.1, atol=1e-7)


def test_every_sampler_begins_with_the_same_noise_and_a_seed_repeats() -> None:
    first = [path(PLANE, sampler=name, steps=3)[0].x for name in SAMPLERS]
    assert all((x[0] == first[0][0]).all() for x in first)
    a, b, c = (path(PLANE, sampler="DDPM", steps=5, noise_seed=k)[0].x for k in (3, 3, 4))
    assert_array_equal(a, b)
    assert np.abs(a - c).max() > 0.1


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("config", [PLANE, LINE])
def test_moved_by_nothing_a_particle_goes_its_way_again(config: Config, sampler: str) -> None:
    made, now = path(config, sampler=sampler, steps=12, eta=0.7)
    denoise = exact(config.data, config.process)
    for k in (0, 5, 12):
        way = moved(denoise, config.process, now, made, k, 7, np.zeros(config.d))
        assert_allclose(way.x[:, 0], made.x[k:, 7], atol=2e-5)
        assert_allclose(way.x_0[:, 0], made.x_0[k:, 7], atol=2e-4)


def test_a_particle_that_is_moved_early_may_end_in_another_mode_and_late_does_not() -> None:
    made, now = path(PLANE, steps=50)
    denoise, s = exact(PLANE.data, PLANE.process), PLANE.process
    i = int(np.argmax(made.x[-1, :, 0]))  # it ends in the rightmost mode
    by = np.array([-0.3, 0.0], np.float32)
    end = made.x[-1, i]
    for t, other in ((2, False), (150, True)):
        k = made.stop(t)
        across = by if not other else np.array([-2 * made.x[k, i, 0] - 1, 0], np.float32)
        way = moved(denoise, s, now, made, k, i, across).x[:, 0]
        assert_allclose(way[0], made.x[k, i] + across, rtol=1e-5)
        assert bool(np.linalg.norm(way[-1] - end) > 0.5) is other


def test_the_state_at_t_is_that_of_the_last_stop_not_below_it() -> None:
    made, _ = path(PLANE, steps=4)
    assert made.at == (200, 150, 100, 50, 0)
    stops = [made.at[made.stop(t)] for t in (200, 151, 150, 149, 1, 0)]
    assert stops == [200, 200, 150, 150, 50, 0]


def test_the_share_that_is_done_is_told() -> None:
    told: list[float] = []
    record(exact(PLANE.data, PLANE.process), PLANE.process, Settings(steps=4), 2, told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_formulas_hold_the_numbers_of_the_moment() -> None:
    s = PLANE.process
    text = formula(s, 40, LIGHT.words)
    for value in (np.sqrt(1 - s.beta[40]), np.sqrt(s.beta[40]), np.sqrt(s.alpha_bar[40])):
        assert f"{value:.4f}" in text
    assert "no step yet" in formula(s, 0, LIGHT.words)
    text = posterior(s, 40, 39, np.array([1.0, 2.0]), np.array([0.5, -1.5]), LIGHT.words)
    assert f"{s.beta[40]:.4f}" in text  # 1 - alpha_bar_t / alpha_bar_r, where r = t - 1
    assert r"(0.50,\,-1.50)" in text


def test_set_ups_are_possible_and_keep_what_they_do_not_speak_of() -> None:
    made = forward(Config(lr=0.25, target="smiley"))
    assert tuple(made) == FORWARD
    assert {scene.config.lr for scene in made.values()} == {0.25}
    assert made["Too little noise"].config.process.alpha_bar[-1] > 0.2
    assert len({scene.config for scene in REVERSE.values()}) == len(REVERSE)


def test_an_impossible_setting_is_refused() -> None:
    with pytest.raises(ValueError, match="sampler = 'teleport'"):
        Settings(sampler="teleport")
