"""Large states: let go, trained again, and nobody can tell, but for the memory and the time."""

import threading

import numpy as np
import pytest

from core.run import Run
from core.step import GONE, hold, release
from tests.walk import Config, Large, Walk

ROOM = 10


def walk(family=Large, steps=100, room=400, **settings):
    run = Run(
        family() if isinstance(family, type) else family, Config(steps=steps, **settings), room
    )
    run.play()
    return run


def held(run):
    """The numbers of the records that hold a state; the first always does."""
    return [r.step.number for r in run.records if r.step.state is not GONE]


def same(large, small):
    """Two runs that nobody can tell apart."""
    assert large.step.number == small.step.number
    assert (large.losses, large.config) == (small.losses, small.config)
    assert (large.status, large.why) == (small.status, small.why)
    assert [r.step.number for r in large.records] == [r.step.number for r in small.records]


def same_step(a, b):
    assert (a.number, a.view, a.losses, a.state) == (b.number, b.view, b.losses, b.state)


# --- the state of a step ------------------------------------------------------------------------


def test_a_state_is_held_or_let_go():
    run = walk()
    step = run.advance(steps=3)
    assert callable(step.state)
    assert hold(step).state == step.state()
    assert hold(hold(step)).state == step.state()
    assert release(step).state is GONE
    assert release(hold(step)).state == step.state()  # what is held already costs nothing more
    assert hold(release(step)).state is GONE


# --- as good as small ones ----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_done_to_it_a_run_with_large_states_is_one_with_small_ones(seed):
    rng = np.random.default_rng(seed)
    pairs = [[walk(family, steps=200, room=ROOM, seed=3) for family in (Large, Walk)]]

    def some(run):
        return int(rng.integers(run.step.number + 1))

    for _ in range(40):
        pair = pairs[rng.integers(len(pairs))]
        large, small = pair
        match rng.integers(10):
            case 0 | 1 | 2:
                n = int(rng.integers(1, 20))
                a, b = hold(large.advance(steps=n)), small.advance(steps=n)
                if a.state is not GONE:  # one that is done stays as it is
                    same_step(a, b)
            case 3:
                config = Config(rate=float(rng.integers(4)), steps=200 + some(small), seed=3)
                for run in pair:
                    run.change(config)
            case 4:
                number = some(small)
                same_step(large.at(number), small.at(number))
            case 5:
                number = (some(small), 0, small.step.number)[rng.integers(3)]
                config = (small.config, Config(rate=2.5, steps=200, seed=3))[rng.integers(2)]
                pairs.append([run.fork(number, config) for run in pair])
            case 6:
                large.rest()
                small.pause()
            case 7:
                same_step(large.held(), small.step)
            case 8:
                for run in pair:
                    run.pause()
                    run.nudge()
            case 9:
                blow_up = Config(rate=9.0, steps=400, seed=3)
                now = small.config
                for run in pair:
                    run.change(blow_up)
                    run.play()
                    run.advance(steps=1)
                    run.change(now)
        for run in pair:
            run.play()
        for large, small in pairs:
            same(large, small)
            assert held(large) == [0]
            assert not any(callable(r.step.state) for r in large.records)
    for large, small in pairs:
        for number in {0, *range(1, small.step.number, 23), small.step.number}:
            same_step(large.at(number), small.at(number))


# --- one by one ---------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, 37, 64, 99, 100])
def test_any_step_of_a_thinned_history_can_be_had_again(number):
    large, small = walk(room=ROOM), walk(Walk)
    large.advance()
    small.advance()
    same_step(large.at(number), small.at(number))
    same_step(large.held(), small.held())  # and the present one was not disturbed


@pytest.mark.parametrize("number", [0, 1, 37, 99, 100])
def test_a_fork_with_the_same_settings_is_the_trunk(number):
    run = walk(room=ROOM)
    run.advance()
    fork = run.fork(number, run.config)
    assert (fork.step.number, fork.status) == (number, "done" if number == 100 else "paused")
    fork.play()
    fork.advance()
    assert fork.losses == run.losses
    same_step(fork.held(), run.held())


def test_what_stood_in_for_a_step_is_replaced_once_that_was_trained_again():
    run, small = walk(room=ROOM), walk(Walk)
    run.advance()
    small.advance()
    fork = run.fork(77, run.config)
    fork.play()
    fork.advance(steps=1)
    assert 77 in [r.step.number for r in fork.records]
    for record in fork.records:
        true = small.at(record.step.number)
        assert (record.step.view, record.step.losses) == (true.view, true.losses)


def test_a_fork_does_not_wait_for_what_is_trained_again():
    made = []
    run = walk(Large(made.append), room=ROOM)
    run.advance()
    made.clear()
    fork = run.fork(77, Config(rate=2.0))
    assert made == []
    assert (fork.step.number, fork.step.state) == (77, GONE)
    fork.play()
    fork.advance(steps=1)
    assert made == [*range(1, 78), 78]


def test_a_fork_goes_back_to_the_beginning_through_all_settings():
    made = []
    run = walk(Large(made.append), room=ROOM)
    run.advance(steps=50)
    run.change(Config(rate=2.0))
    run.advance()
    made.clear()
    fork = run.fork(77, Config(rate=3.0))
    fork.nudge()
    assert made == [*range(1, 78), 78]


def test_while_it_trains_again_it_says_how_far_it_is_and_counts_no_step():
    run = walk()
    run.advance()
    fork = run.fork(20, Config(rate=2.0))
    fork.play()
    behind = []
    while fork.step.number == 20:
        behind.append(fork.behind)
        assert len(fork.losses["x"]) == 20
        fork.advance(seconds=0.0)
    assert behind == [None, *range(21), None]
    assert (fork.behind, fork.step.number) == (None, 21)


def test_the_present_step_needs_no_training_again():
    made = []
    run = walk(Large(made.append))
    run.advance(steps=30)
    made.clear()
    at, fork = run.at(30), run.fork(30, Config(rate=2.0))
    run.held()
    assert made == []
    fork.play()
    fork.advance(steps=1)
    assert made == [31]
    small = walk(Walk)
    same_step(at, small.advance(steps=30))


def test_a_change_in_the_middle_and_steps_before_and_after_it():
    large, small = (walk(family, room=ROOM) for family in (Large, Walk))
    for run in (large, small):
        run.advance(steps=33)
        run.change(Config(rate=2.0))
        run.advance(steps=33)
        run.change(Config(rate=0.5))
        run.advance()
    assert held(large) == [0]
    for number in (0, 12, 32, 33, 34, 65, 66, 67, 100):
        same_step(large.at(number), small.at(number))
    same(large, small)


def test_rest_lets_go_of_everything_large_and_it_still_goes_on():
    large, small = (walk(family, room=ROOM) for family in (Large, Walk))
    for run in (large, small):
        run.advance(steps=33)
        run.change(Config(rate=2.0))
        run.advance(steps=20)
    large.rest()
    assert held(large) == [0]
    assert (large.status, large.step.state) == ("paused", GONE)
    large.rest()  # twice does no harm
    large.play()
    assert hold(large.advance(steps=1)).state == small.advance(steps=1).state
    large.advance()
    small.advance()
    same(large, small)


def test_rest_in_the_middle_of_training_again():
    run = walk()
    run.advance(steps=50)
    fork = run.fork(40, Config(rate=2.0))
    fork.play()
    for _ in range(5):
        fork.advance(seconds=0.0)
    assert fork.behind == 4
    second = fork.fork(0, Config(rate=3.0))
    fork.rest()
    assert (fork.behind, second.behind) == (None, None)
    fork.play()
    fork.advance()
    small = walk(Walk)
    small.advance(steps=40)
    small.change(Config(rate=2.0))
    small.advance()
    assert fork.losses == small.losses


def test_small_states_are_never_let_go():
    run = walk(Walk)
    run.advance(steps=20)
    run.rest()
    assert len(held(run)) == 21
    assert run.step.state is not GONE


def test_a_failure_is_told_and_the_step_before_it_brought_back():
    large, small = (walk(family, room=ROOM) for family in (Large, Walk))
    for run in (large, small):
        run.advance(steps=42)
        run.change(Config(rate=9.0))
        run.advance()
        assert (run.status, run.why, run.step.number) == ("failed", "Stopped in step 43.", 42)
        run.change(Config(rate=1.0))
        assert (run.status, run.why) == ("paused", "")
        run.play()
        run.advance()
    same(large, small)
    same_step(large.held(), small.step)


class Fragile(Large):
    """Fails in step 43, once, however it gets there."""

    def resume(self, config, step, part="both"):
        for new in super().resume(config, step, part):
            if new.number == 43 and config.rate == 1.0:
                yield from super().resume(Config(rate=9.0), hold(new))
            yield new


def test_a_failure_of_a_state_that_was_never_held():
    run = walk(Fragile(), room=ROOM)
    run.advance()
    assert (run.status, run.step.number, run.step.state) == ("failed", 42, GONE)
    run.change(Config(rate=2.0))
    run.play()
    run.advance()
    small = walk(Walk)
    small.advance(steps=42)
    small.change(Config(rate=2.0))
    small.advance()
    assert run.losses == small.losses


class Tired(Large):
    """Ends early at each tenth step, unless the rate is 2."""

    def resume(self, config, step, part="both"):
        for new in super().resume(config, step, part):
            yield new
            if new.number % 10 == 0 and config.rate != 2.0:
                return "Stopped early."
        return None


def test_an_early_end_is_told_and_other_settings_go_on_from_it():
    run = walk(Tired())
    assert run.why == ""
    run.advance()
    assert (run.status, run.why, run.step.number) == ("done", "Stopped early.", 10)
    run.change(Config(rate=2.0))
    assert (run.status, run.why) == ("paused", "")
    run.play()
    run.advance()
    assert (run.status, run.why, run.step.number) == ("done", "", 100)
    small = walk(Walk)
    small.advance(steps=10)
    small.change(Config(rate=2.0))
    small.advance()
    for number in (3, 10, 11, 57):  # the way back leads through the early end
        same_step(run.at(number), small.at(number))


def test_an_early_end_by_hand_is_told_as_well():
    run = walk(Tired())
    run.advance(steps=10)
    run.pause()
    assert run.nudge().number == 10
    assert (run.status, run.why) == ("done", "Stopped early.")


def test_a_fork_from_an_early_end_is_told_the_same():
    run = walk(Tired())
    run.advance()
    fork = run.fork(7, Config(rate=1.0, steps=50))
    fork.play()
    fork.advance()
    assert (fork.status, fork.why, fork.step.number) == ("done", "Stopped early.", 10)
    assert fork.losses == run.losses


# --- memory -------------------------------------------------------------------------------------


def test_no_large_state_is_held_however_often_settings_change():
    run = walk(steps=3000, room=ROOM)
    for k in range(50):
        run.advance(steps=37)
        run.change(Config(steps=3000, rate=float(k % 2)))
        assert held(run) == [0]
    run.advance()
    assert held(run) == [0]
    fork = run.fork(2000, Config(steps=3000, rate=3.0))
    assert held(fork) == [0]
    assert sum(not r.pinned for r in run.records) <= ROOM


def test_a_chain_of_forks_holds_no_large_state():
    run = walk(room=ROOM)
    run.advance()
    for k in range(1, 6):
        run = run.fork(100 - 10 * k, Config(rate=float(k)))
        run.play()
        run.advance(steps=5)
        assert held(run) == [0]


# --- threads ------------------------------------------------------------------------------------


def test_two_threads_may_pause_a_training_again():
    inside, armed = threading.Event(), threading.Event()

    def before(number):
        if armed.is_set() and number == 50:
            armed.clear()
            inside.set()
            assert fork._stop.wait(timeout=10)  # until the pause has been asked for

    run = Run(Large(before), Config())
    run.play()
    run.advance()
    fork = run.fork(90, Config(rate=2.0))
    fork.play()
    armed.set()
    worker = threading.Thread(target=fork.advance, daemon=True)
    worker.start()
    assert inside.wait(timeout=10)
    pauses = [threading.Thread(target=fork.pause, daemon=True) for _ in range(2)]
    for t in pauses:
        t.start()
    for t in (worker, *pauses):
        t.join(timeout=10)
        assert not t.is_alive()
    assert (fork.status, fork.step.number, fork.behind) == ("paused", 90, 50)
    assert len(fork.losses["x"]) == 90
    fork.play()
    fork.advance()
    small = walk(Walk)
    small.advance(steps=90)
    small.change(Config(rate=2.0))
    small.advance()
    same_step(fork.held(), small.step)
    assert fork.losses == small.losses


def test_a_run_that_another_thread_trains_is_put_to_rest_at_once():
    inside = threading.Event()

    def before(number):
        if number == 50 and not inside.is_set():
            inside.set()
            assert run._stop.wait(timeout=10)

    run = Run(Large(before), Config())
    run.play()
    worker = threading.Thread(target=run.advance, daemon=True)
    worker.start()
    assert inside.wait(timeout=10)
    run.rest()
    worker.join(timeout=10)
    assert not worker.is_alive()
    assert (run.status, run.step.number, run.step.state) == ("paused", 50, GONE)


def test_threads_that_read_fork_and_train_do_not_disturb_each_other():
    run, seen, raised = walk(steps=300, room=ROOM), [], []

    def read():
        try:
            while run.status == "running":
                number = run.step.number // 2
                seen.append(run.at(number))
                fork = run.fork(number, run.config)
                fork.play()
                seen.append(hold(fork.advance(steps=1)))
        except BaseException as error:
            raised.append(error)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    while run.status == "running":
        run.advance(steps=3)
    reader.join(timeout=30)
    assert not reader.is_alive()
    assert raised == []
    small = walk(Walk, steps=300)
    small.advance()
    for step in seen:
        same_step(step, small.at(step.number))
    assert run.losses == small.losses
