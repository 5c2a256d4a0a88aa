"""Run: history, rewinding, forks, threads, divergence: on a tiny family, then on the 1-D GAN."""

import dataclasses
import sys
import threading
import time

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import core.gan_1d as gan_1d
from core.history import snapshot
from core.run import Run
from tests.walk import Config, Slow, SlowLarge, Walk


def walk(steps=100, room=400, **settings):
    run = Run(Walk(), Config(steps=steps, **settings), room)
    run.play()
    return run


def loose(run):
    return [r for r in run.records if not r.pinned]


# --- life ---------------------------------------------------------------------------------------


def test_a_run_lives_from_ready_to_done():
    run = Run(Walk(), Config())
    assert (run.status, run.step.number, run.losses) == ("ready", 0, {})
    run.advance()
    assert run.step.number == 0  # not before play
    run.play()
    run.advance(steps=30)
    assert (run.status, run.step.number) == ("running", 30)
    run.pause()
    run.advance()
    assert (run.status, run.step.number) == ("paused", 30)
    run.play()
    run.advance()
    assert (run.status, run.step.number, len(run.losses["x"])) == ("done", 100, 100)
    run.play()
    run.pause()
    assert run.status == "done"


def test_a_slice_of_no_time_still_makes_one_step():
    run = walk()
    run.advance(seconds=0.0)
    assert run.step.number == 1


def test_same_seed_same_curve_however_it_is_sliced():
    once, often = walk(), walk()
    once.advance()
    for n in (1, 2, 3, 50, 44):
        often.advance(steps=n)
    assert once.losses == often.losses
    other = walk(seed=1)
    other.advance()
    assert other.losses != once.losses


# --- history ------------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [0, 3, 37, 400])
def test_history_stays_bounded_even_and_keeps_what_is_pinned(settings):
    run = walk(steps=5000, room=50)
    pinned = [0]
    for k in range(settings):
        run.advance(steps=37)
        run.change(Config(steps=5000, rate=float(k % 2)))
        pinned.append(run.step.number)
        assert len(loose(run)) <= 50
    run.advance()
    pinned = [p for p in dict.fromkeys(pinned) if p <= 5000]
    assert len(loose(run)) <= 50
    assert [r.step.number for r in run.records if r.pinned] == pinned
    numbers = [r.step.number for r in run.records]
    assert numbers == sorted(set(numbers))
    assert np.diff(numbers).max() <= 5000 / 25
    assert len(run.losses["x"]) == 5000


def test_a_snapshot_holds_the_first_and_the_newest():
    run = walk(steps=777, room=50)
    run.advance()
    for most in (2, 10, 1000):
        steps = snapshot(run, most)
        assert len(steps) <= most
        assert (steps[0].number, steps[-1].number) == (0, 777)


def test_every_step_can_be_had_again_after_all_that_a_user_can_do():
    run, seen = walk(steps=900, room=20), {}

    def note(step):
        seen[step.number] = step

    for k in range(60):
        for step in (run.advance(steps=1) for _ in range(9)):
            note(step)
        run.pause()
        note(run.nudge(("up", "down", "both")[k % 3]))
        if k % 4 == 0:
            run.change(Config(steps=900, rate=1.0 + k % 3))
        run.play()
    assert len(seen) == run.step.number == 600
    assert len(loose(run)) <= 20
    for number, step in seen.items():
        again = run.at(number)
        assert (again.view, again.losses, again.state) == (step.view, step.losses, step.state)
    assert list(run.losses["x"]) == [seen[k].losses["x"] for k in range(1, 601)]


def test_the_newest_record_before_a_step():
    run = walk(steps=900, room=20)
    run.advance()
    numbers = [r.step.number for r in run.records]
    for number in (0, 1, 450, 899, 900, 5000):
        assert run.before(number).number == max(n for n in numbers if n <= number)


@pytest.mark.parametrize("number", [-1, 41])
def test_a_step_that_was_never_reached_cannot_be_had(number):
    run = walk()
    run.advance(steps=40)
    with pytest.raises(ValueError, match="allowed are 0 to 40"):
        run.at(number)


# --- forks and changes --------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, 33, 100])
def test_a_fork_with_the_same_settings_is_the_trunk(number):
    run = walk(room=20)
    run.advance()
    fork = run.fork(number, run.config)
    assert fork.status == ("done" if number == 100 else "paused")
    assert fork.step.view == run.at(number).view
    fork.play()
    fork.advance()
    assert fork.losses == run.losses
    assert fork.step.state == run.step.state


def test_a_fork_with_other_settings_shares_the_past_only():
    run = walk(room=20)
    run.advance()
    trunk = run.losses["x"][:]
    fork = run.fork(33, Config(rate=2.0, steps=120))
    fork.play()
    fork.advance()
    assert fork.step.number == 120
    assert fork.losses["x"][:33] == trunk[:33]
    assert fork.losses["x"][33] != trunk[33]
    for number in (10, 33, 34, 100):
        assert fork.at(number).losses.get("x") == fork.losses["x"][number - 1]
    assert (run.losses["x"], run.step.number, run.config.rate) == (trunk, 100, 1.0)


def test_a_fork_of_a_fork_still_knows_its_past():
    run = walk(room=20)
    run.advance()
    second = run.fork(60, Config(rate=2.0)).fork(50, Config(rate=3.0))
    second.play()
    second.advance()
    assert second.losses["x"][:50] == run.losses["x"][:50]
    assert second.at(70).losses["x"] == second.losses["x"][69]


def test_a_change_acts_from_the_next_step():
    run = walk()
    run.advance(steps=10)
    before = run.step.view
    run.change(Config(rate=0.0))
    run.advance(steps=5)
    assert list(run.losses["x"][10:]) == [before] * 5
    assert run.status == "running"


@pytest.mark.parametrize("act", [Run.change, lambda run, config: run.fork(5, config)])
def test_what_needs_a_new_training_is_refused_and_nothing_is_lost(act):
    run = walk()
    run.advance(steps=10)
    with pytest.raises(ValueError, match=r"\.$"):
        act(run, Config(seed=1))
    run.advance()
    assert (run.status, run.config) == ("done", Config())


def test_more_steps_open_a_done_run_again_and_fewer_close_it():
    run = walk()
    run.advance()
    run.change(Config(steps=150))
    assert run.status == "paused"
    run.play()
    run.advance(steps=20)
    run.change(Config(steps=110))
    assert (run.status, run.step.number) == ("done", 120)


# --- threads ------------------------------------------------------------------------------------


def together(*work):
    """Run each callable in its own thread, all starting at once; raise what one of them raised."""
    barrier, raised = threading.Barrier(len(work)), []

    def go(f):
        barrier.wait(timeout=10)
        try:
            f()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=go, args=(f,), daemon=True) for f in work]
    for t in threads:
        t.start()
    for t in threads:
        t.join(timeout=30)
    assert not any(t.is_alive() for t in threads)
    assert raised == []


def test_threads_that_advance_at_once_take_turns():
    alone, shared = walk(steps=2000), walk(steps=2000)
    alone.advance()

    def visit():
        while shared.status == "running":
            shared.advance(steps=7)

    together(visit, visit, visit)
    assert shared.losses == alone.losses
    assert shared.status == "done"


def test_reading_and_forking_from_another_thread_corrupts_nothing():
    run = walk(steps=2000, room=20)

    def read():
        while run.status == "running":
            assert snapshot(run, 10)[-1].number <= run.step.number
            number = run.step.number
            assert run.fork(number, run.config).step.number == number

    together(run.advance, read)
    alone = walk(steps=2000)
    alone.advance()
    assert run.losses == alone.losses


class Many(Walk):
    """The same walk with twelve recorded numbers."""

    def resume(self, config, step, part="both"):
        for new in super().resume(config, step, part):
            yield dataclasses.replace(new, losses={f"x_{k}": new.view for k in range(12)})


def test_losses_read_while_another_thread_trains_are_of_equal_length():
    run = Run(Many(), Config(steps=5000))
    run.play()

    def read():
        while run.status == "running":
            columns = [list(values) for values in run.losses.values()]
            assert len({len(column) for column in columns}) <= 1
            assert len(columns) in (0, 12)

    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        together(run.advance, read)
    finally:
        sys.setswitchinterval(often)
    assert len(run.losses["x_0"]) == 5000


def test_a_pause_ends_the_slice_under_way_after_its_present_step():
    inside = threading.Event()

    def before(number):
        if number == 50:
            inside.set()
            assert run._stop.wait(timeout=10)  # until the pause has been asked for

    run = Run(Walk(before), Config())
    run.play()
    worker = threading.Thread(target=run.advance, daemon=True)
    worker.start()
    assert inside.wait(timeout=10)
    run.pause()  # the worker holds the lock, in the middle of step 50
    worker.join(timeout=10)
    assert (run.status, run.step.number) == ("paused", 50)
    run.play()
    run.advance()
    alone = walk()
    alone.advance()
    assert run.losses == alone.losses


def test_a_pause_that_does_not_wait_is_under_way_until_the_slice_ends():
    inside, go_on = threading.Event(), threading.Event()

    def before(number):
        if number == 50:
            inside.set()
            assert go_on.wait(timeout=10)

    run = Run(Walk(before), Config())
    assert not run.pausing
    run.play()
    worker = threading.Thread(target=run.advance, daemon=True)
    worker.start()
    assert inside.wait(timeout=10)
    run.pause(wait=0)
    assert (run.status, run.pausing, run.step.number) == ("running", True, 49)
    go_on.set()
    worker.join(timeout=10)
    assert (run.status, run.pausing, run.step.number) == ("paused", False, 50)
    run.play()
    assert (run.advance().number, run.status) == (100, "done")


# --- steps in parts -----------------------------------------------------------------------------


def test_a_slice_ends_between_two_parts_of_a_step_and_the_next_one_goes_on():
    run = Run(Slow(), Config(steps=9))
    run.play()
    numbers = [run.advance(seconds=0).number for _ in range(9)]
    assert numbers == [0, 0, 1, 1, 1, 2, 2, 2, 3]
    run.advance()
    whole = walk(steps=9)
    whole.advance()
    assert (run.status, run.losses) == ("done", whole.losses)
    for number in range(10):
        assert run.at(number).view == whole.at(number).view


def test_the_time_of_all_parts_counts_for_the_rate_and_that_of_training_again_does_not(monkeypatch):
    now = [0.0]

    class Clocked(SlowLarge):
        def resume(self, config, step, part="both"):
            for new in super().resume(config, step, part):
                now[0] += 1  # a second for each part
                yield new

    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    run = Run(Clocked(), Config())
    run.play()
    rates = []
    for _ in range(6):
        run.advance(seconds=0)
        rates.append(run.rate)
    assert rates == [None, None, 1 / 3, 1 / 4, 1 / 5, 1 / 3]
    run.rest()
    run.play()
    run.advance(seconds=0)
    while run.behind is not None:
        run.advance(seconds=0)
        assert run.rate == 1 / 3
    assert run.step.number == 2
    assert run.advance(steps=1).number == 3
    assert run.rate == 1 / 3


@pytest.mark.parametrize("part", ["both", "up"])
def test_one_step_by_hand_is_all_of_its_parts_and_others_have_their_turn_between(part, monkeypatch):
    class Slots:
        taken = 0

        def __enter__(self):
            self.taken += 1

        def __exit__(self, *error):
            pass

    monkeypatch.setattr("core.run.SLOTS", slots := Slots())
    run = Run(Slow(), Config())
    assert [run.nudge(part).number for _ in range(3)] == [1, 2, 3]
    assert slots.taken == 9
    assert run.status == "paused"
    assert len(run.losses["x"]) == 3


@pytest.mark.parametrize(("family", "part"), [(Slow, "both"), (Slow, "up"), (SlowLarge, "both")])
@pytest.mark.parametrize("act", [Run.pause, Run.rest])
def test_a_pause_ends_a_step_by_hand_between_two_parts(family, part, act):
    inside = threading.Event()

    class Paused(family):
        armed = False

        def resume(self, config, step, part="both"):
            for new in super().resume(config, step, part):
                if self.armed:
                    self.armed = False
                    inside.set()
                    assert run._stop.wait(timeout=10)
                yield new

    run = Run(Paused(), Config())
    run.play()
    run.advance(steps=10)
    run.rest()  # a large one trains again up to here
    run._family.armed = True
    worker = threading.Thread(target=run.nudge, args=(part,), daemon=True)
    worker.start()
    assert inside.wait(timeout=10)
    act(run)
    worker.join(timeout=10)
    assert (run.status, run.step.number) == ("paused", 10)
    run.play()
    run.advance()
    alone = walk()
    alone.advance()
    assert run.losses == alone.losses


def test_settings_that_change_in_the_middle_of_a_step_by_hand_act_on_it():
    run = Run(Slow(), Config())
    run.play(1, "up")
    run.advance(seconds=0)
    run.change(Config(rate=0.0))
    run.advance()
    assert (run.status, run.step.number, run.step.view) == ("paused", 1, 0.0)


def test_a_pause_ends_the_slice_between_two_parts():
    inside = threading.Event()

    class Paused(Slow):
        def resume(self, config, step, part="both"):
            for k, new in enumerate(super().resume(config, step, part)):
                if k == 10:
                    inside.set()
                    assert run._stop.wait(timeout=10)
                yield new

    run = Run(Paused(), Config())
    run.play()
    worker = threading.Thread(target=run.advance, daemon=True)
    worker.start()
    assert inside.wait(timeout=10)
    run.pause()
    worker.join(timeout=10)
    assert (run.status, run.step.number) == ("paused", 3)
    run.play()
    run.advance()
    alone = walk()
    alone.advance()
    assert run.losses == alone.losses


@pytest.mark.parametrize("family", [Slow, SlowLarge])
@pytest.mark.parametrize("number", [0, 3, 4])
def test_a_fork_in_the_middle_of_a_step_is_the_trunk(number, family):
    run = Run(family(), Config())
    run.play()
    for _ in range(3 * 4 + 2):
        run.advance(seconds=0)
    fork = run.fork(number, run.config)
    for one in (run, fork):
        one.play()
        one.advance()
    alone = walk()
    alone.advance()
    assert run.losses == fork.losses == alone.losses


@pytest.mark.parametrize("number", [37, 63, 99])
def test_a_fork_is_not_waited_for_where_its_past_takes_long_to_train_again(number):
    made = []
    run = Run(Walk(made.append), Config(), room=6)
    run.play()
    run.advance()
    run._seconds = 10.0 * run._trained  # as if each step took ten seconds
    made.clear()
    fork = run.fork(number, run.config)
    assert made == []
    assert (fork.step.number, fork.losses["x"][-1]) == (number, run.losses["x"][number - 1])
    fork.play()
    fork.advance(seconds=0)
    assert fork.behind is not None  # what it shows is on its way: a slice at a time
    fork.advance()
    assert fork.losses == run.losses
    assert fork.step.state == run.step.state


# --- divergence ---------------------------------------------------------------------------------


def test_a_divergence_keeps_the_last_step_and_other_settings_go_on_from_it():
    run = walk()
    run.advance(steps=10)
    run.change(Config(rate=9.0))
    kept = run.advance()
    assert (run.status, run.why, kept.number) == ("failed", "Stopped in step 11.", 10)
    assert run.nudge() is kept
    run.play()
    assert run.advance() is kept
    run.change(Config(rate=1.0))
    assert (run.status, run.why) == ("paused", "")
    run.play()
    run.advance()
    alone = walk()
    alone.advance()
    assert run.losses == alone.losses


def test_a_divergence_by_hand_is_told_as_well():
    run = Run(Walk(), Config(rate=9.0))
    run.nudge("up")
    assert (run.status, run.why, run.step.number) == ("failed", "Stopped in step 1.", 0)


# --- the 1-D GAN --------------------------------------------------------------------------------

CURE = {"d_steps": 2, "batch": 20, "epochs": 60, "target": "far modes"}
GANS = {
    "kernel": gan_1d.Config(epochs=60),
    "adam": gan_1d.Config(optimizer="adam", **CURE),
    "wgan-gp": gan_1d.Config(optimizer="adam", loss="wgan-gp", instance_noise=0.1, **CURE),
}


def same(a, b):
    assert a.number == b.number
    assert_array_equal(a.view.g, b.view.g)
    assert_array_equal(a.view.d, b.view.d)
    assert_array_equal([*a.losses.values()], [*b.losses.values()])
    assert a.state.random == b.state.random


@pytest.mark.parametrize("name", GANS)
def test_a_gan_rewinds_and_forks_bit_for_bit(name):
    config = GANS[name]
    run = Run(gan_1d, config, room=8)
    seen = [run.nudge(part) for part in ("both", "discriminator", "generator", "discriminator")]
    run.play()
    seen.extend(run.advance(steps=1) for _ in range(20))
    run.change(dataclasses.replace(config, lr_g=0.02, lr_d=0.005, d_steps=3))
    seen.extend(run.advance(steps=1) for _ in range(20))
    assert len(loose(run)) <= 8
    for step in seen[::-1]:
        same(run.at(step.number), step)
    fork = run.fork(30, run.config)
    fork.play()
    fork.advance(steps=len(seen) - 30)
    same(fork.step, run.step)
    run.pause()
    same(run.at(len(seen)), seen[-1])


def test_a_gan_may_change_its_optimizer_and_engine_while_it_trains():
    run, config = (
        Run(gan_1d, gan_1d.Config(d_steps=2, epochs=40)),
        gan_1d.Config(d_steps=2, epochs=40),
    )
    run.play()
    seen = []
    for change in (
        {},
        {"optimizer": "adam"},
        {"loss": "wgan-gp"},
        {"optimizer": "sgd"},
        {"r1": 1.0},
    ):
        config = dataclasses.replace(config, **change)
        run.change(config)
        seen.extend(run.advance(steps=1) for _ in range(6))
    for step in seen:
        same(run.at(step.number), step)


BLOW_UP = {"lr_d": 10.0, "lr_g": 10.0}
SOFT = gan_1d.Config("far modes", g_activation="softplus", d_activation="softplus", loss="minimax")


@pytest.mark.parametrize("cure", [{}, {"r1": 1.0}], ids=["kernel", "reference"])
def test_a_gan_that_diverges_says_at_which_epoch_and_why_and_can_go_on(cure):
    config = dataclasses.replace(SOFT, **cure)
    run = Run(gan_1d, config)
    run.play()
    run.advance(steps=5)
    run.change(dataclasses.replace(config, **BLOW_UP))
    last = run.advance(steps=500)
    assert run.status == "failed"
    assert 5 <= last.number < 505
    assert f"in epoch {last.number + 1} the discriminator left the finite numbers" in run.why
    assert "Its learning rate of 10 is too large" in run.why
    assert run.why.endswith(f"epoch {last.number} is kept.")
    assert np.isfinite(last.view.g).all()
    assert np.isfinite(last.view.d).all()
    assert all(np.isfinite(v).all() for v in run.losses.values())
    assert len(run.losses["d_loss"]) == last.number

    # back to before, and on from there as if nothing had happened
    fork = run.fork(5, config)
    fork.play()
    fork.advance(steps=5)
    assert (fork.status, fork.step.number) == ("running", 10)
    # or on from the last finite epoch
    run.change(dataclasses.replace(config, lr_d=0.0, lr_g=0.0))
    run.play()
    run.advance(steps=5)
    assert (run.status, run.why, run.step.number) == ("running", "", last.number + 5)
