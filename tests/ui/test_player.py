"""The player without a page: no click loses a training, and figures are made only when needed."""

import gc
import threading
import weakref
from dataclasses import replace

import plotly.graph_objects as go
import pytest

from tests.walk import Config, Slow, Walk
from ui import player as stage
from ui.player import Slot, live, progress, while_shown
from ui.training import KEPT, Clock, Player, player


def trained(steps=30, **settings):
    p = Player(Walk(), Config(**settings))
    train(p, steps)
    return p


def train(p, steps):
    p.run.play()
    p.run.advance(steps=steps)
    p.run.pause()


# --- settings -----------------------------------------------------------------------------------


def test_the_same_settings_change_nothing():
    p = trained()
    before = p.now
    p.use(Config())
    assert p.now is before
    assert (p.run.step.number, p.shelf) == (30, [])


def test_live_settings_act_on_the_training_at_hand():
    p = trained()
    run = p.run
    p.use(Config(rate=2.0))
    assert p.run is run
    assert (run.config.rate, run.step.number, p.shelf, p.said) == (2.0, 30, [], "")


def test_other_settings_start_anew_and_keep_what_was_trained():
    p = trained()
    old = p.now
    p.use(Config(seed=1))
    assert (p.run.step.number, p.run.status) == (0, "ready")
    assert p.shelf == [old]
    assert "is kept" in p.said


def test_an_untrained_start_is_not_worth_keeping():
    p = Player(Walk(), Config())
    p.use(Config(seed=1))
    assert (p.shelf, p.said, p.run.config.seed) == ([], "", 1)


@pytest.mark.parametrize(("running", "status"), [(True, "running"), (False, "ready")])
def test_new_settings_go_on_running_if_it_ran(running, status):
    p = Player(Walk(), Config())
    p.run.play()
    p.run.advance(steps=5)
    if not running:
        p.run.pause()
    old = p.run
    p.use(Config(seed=1))
    assert p.run.status == status
    assert old.status == "paused"


# --- reset, shelf -------------------------------------------------------------------------------


def test_reset_begins_again_and_a_second_one_does_nothing():
    p = trained()
    old = p.now
    p.reset()
    p.reset()
    assert (p.run.step.number, p.run.config, p.shelf) == (0, Config(), [old])


def test_what_was_set_aside_comes_back_as_it_was_and_goes_on():
    p = trained()
    losses = dict(p.run.losses)
    p.use(Config(seed=1))
    p.bring_back()
    assert (p.run.config, p.run.step.number, p.said) == (Config(), 30, "")
    assert (p.run.losses, p.shelf) == (losses, [])
    train(p, 10)
    assert p.run.losses == trained(40).run.losses


def test_bringing_back_walks_through_all_that_is_kept():
    p = trained()
    for seed in (1, 2):
        p.use(Config(seed=seed))
        train(p, 7 + seed)
    seen = []
    for _ in range(6):
        p.bring_back()
        seen.append(p.run.step.number)
    assert seen == [8, 30, 9, 8, 30, 9]
    assert len(p.shelf) == 2


def test_the_shelf_is_bounded_and_drops_the_oldest():
    p = trained()
    for seed in range(1, 8):
        p.use(Config(seed=seed))
        train(p, seed)
    assert [f.run.step.number for f in p.shelf] == [4, 5, 6][-KEPT:]
    assert len(p.shelf) <= KEPT


def test_a_reset_of_two_futures_keeps_both():
    p = trained()
    p.fork(10)
    both = p.now
    p.reset()
    assert p.now.other is None
    p.bring_back()
    assert p.now is both


# --- steps by hand, forks -----------------------------------------------------------------------


def test_a_step_by_hand():
    p = Player(Walk(), Config())
    p.nudge()
    assert p.run.losses == trained(1).run.losses
    p.nudge("down")
    assert (p.run.step.number, p.run.status) == (2, "paused")


def test_a_long_step_by_hand_goes_on_beside_a_pause_button(monkeypatch):
    monkeypatch.setattr("ui.training.AT_ONCE", 0)
    p = Player(Slow(), Config())
    p.nudge("up")
    assert (p.run.step.number, p.run.status) == (0, "running")
    p.pause()
    assert (p.run.step.number, p.run.status) == (0, "paused")
    p.nudge("up")
    p.run.advance()
    assert (p.run.step.number, p.run.status) == (1, "paused")


def test_a_fork_goes_on_beside_what_was_there_with_the_same_numbers():
    p = trained()
    old = p.run
    p.fork(10)
    assert p.now.other is old
    assert (p.run.step.number, p.run.status) == (10, "running")
    p.run.advance(steps=20)
    assert p.run.losses == old.losses
    assert old.step.number == 30


def test_a_running_training_is_paused_by_its_fork():
    p = trained()
    p.run.play()
    p.fork(10)
    assert p.now.other.status == "paused"


def test_swapping_twice_is_nothing():
    p = trained()
    p.fork(10)
    run, other = p.run, p.now.other
    p.swap()
    assert (p.run, p.now.other) == (other, run)
    assert "running" not in (p.run.status, p.now.other.status)
    p.swap()
    assert (p.run, p.now.other) == (run, other)


def test_a_dropped_future_is_on_the_shelf():
    p = trained()
    old = p.run
    p.fork(10)
    run = p.run
    p.drop()
    assert (p.run, p.now.other) == (run, None)
    p.bring_back()
    assert (p.run, p.now.other) == (old, None)


@pytest.mark.parametrize("click", ["swap", "drop"])
def test_without_a_second_future_there_is_nothing_to(click):
    p = trained()
    before = p.now
    getattr(p, click)()
    assert (p.now, p.shelf) == (before, [])


def test_a_fork_of_a_fork_loses_no_training():
    p = trained()
    first = p.run
    p.fork(10)
    second = p.run
    p.run.advance(steps=5)
    p.fork(12)
    assert p.now.other is second
    p.bring_back()
    assert p.run is first


def test_new_settings_beside_an_untrained_fork_keep_the_other_future():
    p = trained()
    first = p.run
    p.fork(0)
    p.use(Config(seed=1))
    p.bring_back()
    assert p.now.other is first


# --- hasty clicks -------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["play", "reset", "swap", "drop", "bring_back", "fork"])
def test_a_second_click_from_the_same_screen_changes_nothing_more(act):
    p = trained()
    for seed in (1, 2):
        p.use(Config(seed=seed))
        train(p, 20)
    p.fork(10)
    p.run.pause()
    press = while_shown(p, (lambda: p.fork(5)) if act == "fork" else getattr(p, act))
    press()
    once = (p.now, list(p.shelf), p.run.status)
    press()
    assert (p.now, p.shelf, p.run.status) == once


def test_nothing_is_brought_back_from_an_empty_shelf():
    p = trained()
    before = p.now
    p.bring_back()
    assert (p.now, p.run.step.number) == (before, 30)


def test_pause_stops_what_is_on_the_screen_by_now():
    p = trained()
    p.fork(10)
    p.pause()
    assert p.run.status == "paused"


def test_a_long_step_is_waited_for_only_when_the_page_says_so(monkeypatch):
    inside, go_on, reruns = threading.Event(), threading.Event(), []

    def before(number):
        if number == 3:
            inside.set()
            assert go_on.wait(timeout=10)

    monkeypatch.setattr(stage.st, "rerun", lambda: reruns.append(p.run.status))
    p = Player(Walk(before), Config())
    p.play()
    worker = threading.Thread(target=p.run.advance, daemon=True)
    worker.start()
    assert inside.wait(timeout=10)
    p.pause()
    assert said(p).startswith("Pausing")
    threading.Timer(0.05, go_on.set).start()
    live(p, "running", lambda: None, lambda: None, None, None, None)
    assert (reruns, p.run.step.number, said(p).strip()) == (["paused"], 3, "Paused at 3.")
    worker.join(timeout=10)


@pytest.mark.parametrize(("drawn", "again"), [("running", True), ("done", False)])
def test_buttons_of_a_training_that_has_ended_meanwhile_are_drawn_anew(monkeypatch, drawn, again):
    """A thread that the click has overtaken may bring it to its end while the page is drawn."""
    p, reruns = trained(100), []
    monkeypatch.setattr(stage.st, "rerun", lambda: reruns.append(1))
    live(p, drawn, lambda: None, lambda: None, None, None, None)
    assert bool(reruns) == again


# --- what is said -------------------------------------------------------------------------------


def said(p):
    seen = []
    progress(lambda kind, share, text: seen.append(text), p)
    return seen[0]


def test_a_stop_from_outside_is_a_pause_that_says_so():
    p = trained()
    p.interrupted()
    assert said(p).strip() == "Paused at 30."  # nothing ran
    p.play()
    p.interrupted()
    assert said(p) == "Paused at 30. The page was stopped: Train goes on from here."
    p.play()
    p.pause()
    assert said(p).strip() == "Paused at 30."


def test_a_time_left_is_told_once_it_is_known():
    p = Player(Walk(), Config(steps=1000))
    p.run.play()
    assert said(p).strip() == "Training."
    p.clock = clock = Clock(p.run, now=100.0)
    for now, words in (
        (100.4, "Training."),  # too early
        (101.0, "Training, 99 s left."),
        (102.0, "Training, about 2 min left."),
    ):
        p.run.advance(steps=5)
        clock.look(p.run, now)
        assert said(p).strip() == words
    p.clock = Clock(p.run, 102.0, clock)
    p.clock.look(p.run, 102.1)
    assert said(p).strip() == "Training, about 2 min left."  # until there is a newer one
    p.run.change(Config(rate=2.0, steps=1000))
    assert said(p).strip() == "Training."  # nobody knows how fast these are


def test_the_clock_keeps_no_training_alive():
    p = Player(Walk(), Config())
    p.clock = Clock(p.run, 0.0)
    gone = weakref.ref(p.run)
    p.use(Config(seed=1))  # untrained, so it is not kept
    gc.collect()
    assert gone() is None


def test_a_single_slow_step_tells_no_time():
    p = Player(Walk(), Config(steps=1000))
    p.run.play()
    clock = Clock(p.run, 0.0)
    p.run.advance(steps=2)
    clock.look(p.run, 30.0)
    assert clock.left(p.run) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "1 s"), (42.4, "42 s"), (99.4, "99 s"), (200.0, "about 3 min"), (14_014.0, "about 4 h")],
)
def test_long_times_are_told_in_minutes_and_hours(seconds, words):
    assert stage._left(seconds) == f", {words} left"


# --- the figure at rest -------------------------------------------------------------------------


def test_the_resting_figure_is_made_once_for_each_key_and_its_number_grows():
    p, made = trained(), []

    def make():
        made.append(go.Figure())
        return made[-1]

    a = p.resting("a", make)
    assert p.resting("a", make) is a
    b = p.resting("b", make)
    again = p.resting("a", make)
    assert made == [a, b, again]
    assert len(made) == 3
    assert [figure.layout.meta for figure in (a, b, again)] == [1, 2, 3]


def test_while_it_runs_the_figure_stays():
    p = trained()
    before = p.resting("a", go.Figure)
    p.run.play()
    assert p.resting("b", go.Figure) is before
    p.run.pause()
    assert p.resting("b", go.Figure) is not before


def test_the_first_figure_is_made_even_for_a_running_training():
    p = Player(Walk(), Config())
    p.run.play()
    assert p.resting("a", go.Figure).layout.meta == 1


# --- the session --------------------------------------------------------------------------------


def test_a_session_has_one_player_for_a_lesson(monkeypatch):
    monkeypatch.setattr("ui.training.st.session_state", {})
    p = player("walk", Walk(), Config(), Config())
    assert player("walk", Walk(), replace(Config(), rate=2.0), Config()) is p
    assert p.run.config.rate == 2.0
    assert player("walk", Walk(), None, Config()) is p  # impossible settings leave all as it is
    assert p.run.config.rate == 2.0
    assert player("other", Walk(), Config(), Config()) is not p


def test_a_session_that_begins_with_impossible_settings_takes_the_possible_ones(monkeypatch):
    monkeypatch.setattr("ui.training.st.session_state", {})
    assert player("walk", Walk(), None, Config(rate=2.0)).run.config.rate == 2.0


def test_a_slot_shows_the_next_element_in_place_of_the_last():
    class Place:
        """What Streamlit calls an element: another one can take its place."""

        def __init__(self, seen):
            self.seen = seen

        def text(self, body, **_):
            self.seen.append(body)
            return Place([*self.seen])

    first = Place([])
    slot = Slot(first)
    slot("text", "one")
    slot("text", "two")
    assert first.seen == ["one"]  # the second went to what the first had returned
