"""The training of a lesson in this session: its run, its other future, what was set aside."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import plotly.graph_objects as go
import streamlit as st

from core.config import acts_at_once
from core.history import Family
from core.run import Run

C = TypeVar("C")
T = TypeVar("T")

KEPT = 3
AT_ONCE = 0.1  # seconds: most steps are over by then, and the page is drawn but once
MEASURED, STEPS = 0.5, 3  # seconds and steps of training before a time left is told


class Clock:
    """How long the rest of a training takes, with all that it shares the time with."""

    def __init__(self, run: Run[Any], now: float, before: Clock | None = None) -> None:
        # weakly: a training that is dropped from the shelf meanwhile is let go of
        self._run, self._config = weakref.ref(run), run.config
        self._begun, self._from = now, run.step.number
        self._left = before.left(run) if before else None

    def left(self, run: Run[Any]) -> float | None:
        """Seconds; None for another training, or for other settings, than were measured."""
        return self._left if self._run() is run and self._config == run.config else None

    def look(self, run: Run[Any], now: float) -> None:
        """Measure; what was told before stays until enough was seen for a number to hold."""
        seconds, steps = now - self._begun, run.step.number - self._from
        if seconds >= MEASURED and steps >= STEPS:
            self._left = max(run.total - run.step.number, 0) * seconds / steps


@dataclass
class Futures(Generic[C]):
    """The training on the screen, and the one it was forked from, if any."""

    run: Run[C]
    other: Run[C] | None = None


class Player(Generic[C]):
    """One lesson's training in this session. Made by `player`, kept between reruns.

    now : what is on the screen. shelf : what resets and new settings have set aside, newest last;
    the last `KEPT` of it.
    """

    def __init__(self, family: Family[C], config: C, room: int = 400) -> None:
        self.family, self.room = family, room
        self.now: Futures[C] = Futures(Run(family, config, room))
        self.shelf: list[Futures[C]] = []
        self.said = ""
        self.clock: Clock | None = None
        self._resting: tuple[Any, go.Figure] | None = None
        self._recalled: dict[str, tuple[Any, Any]] = {}

    def recall(self, name: str, key: Any, make: Callable[[], T]) -> T:
        """What `make` returned when `key` was last the same; made anew when it has changed."""
        recalled = self._recalled.get(name)  # a download may ask meanwhile, in another thread
        if recalled is None or recalled[0] != key:
            self._recalled[name] = recalled = (key, make())
        made: T = recalled[1]
        return made

    def resting(self, key: Any, make: Callable[[], go.Figure]) -> go.Figure:
        """The figure for a training that does not run: made anew only when `key` has changed.

        While it runs, the one that was shown last. Each has its own number in `layout.meta`.
        """
        if self._resting is None or (self.run.status != "running" and self._resting[0] != key):
            number = self._resting[1].layout.meta + 1 if self._resting else 1
            self._resting = (key, make())
            self._resting[1].layout.meta = number
        return self._resting[1]

    @property
    def run(self) -> Run[C]:
        """The training on the screen."""
        return self.now.run

    def use(self, config: C) -> None:
        """Train under these settings from now on: at once where they allow it, else anew."""
        if config == self.run.config:
            return
        if acts_at_once(self.run.config, config):
            self.run.change(config)
            return
        was_running = self.run.status == "running" and not self.run.pausing
        self.begin(config)
        if was_running:
            self.play()

    def play(self) -> None:
        """Let the training on the screen go on."""
        self.said = ""
        self.run.play()

    def pause(self) -> None:
        """Stop whatever is on the screen by now. What takes longer is waited for by `live`, once
        the page says so."""
        self.run.pause(wait=AT_ONCE)

    def interrupted(self) -> None:
        """The script in which it trained was stopped from outside, and nobody pressed Pause."""
        if self.run.status == "running":
            self.run.pause()
            self.said = "The page was stopped: Train goes on from here."

    def nudge(self, part: str = "both") -> None:
        """One step by hand, of one part of the model only where the family has parts. What takes
        longer goes on in `live`, where Pause ends it."""
        self.said, self.clock = "", None
        self.run.play(1, part)
        self.run.advance(seconds=AT_ONCE)

    def reset(self) -> None:
        """Back to step 0 under the present settings."""
        if self.run.step.number:
            self.begin(self.run.config)

    def bring_back(self) -> None:
        """Show the newest training on the shelf; the present one goes to the shelf's other end.

        Pressing on thus walks through all that is kept. Nothing, where nothing is kept.
        """
        if not self.shelf:
            return
        self.run.pause()
        back = self.shelf.pop()
        if self.run.step.number or self.now.other is not None:
            self._rest(self.now)
            self.shelf.insert(0, self.now)
        self.now, self.said = back, ""

    def fork(self, number: int) -> None:
        """Another future from step `number`, under the present settings, beside the present one."""
        self.run.pause()
        fork = self.run.fork(number, self.run.config)
        if self.now.other is not None:
            self._keep(Futures(self.now.other))
        self.run.rest()
        self.now = Futures(fork, self.run)
        self.play()

    def swap(self) -> None:
        """Let the two futures change places."""
        if self.now.other is not None:
            self.run.rest()
            self.now, self.said = Futures(self.now.other, self.now.run), ""

    def drop(self) -> None:
        """Leave only the present future on the screen; the other goes to the shelf."""
        if self.now.other is not None:
            self._keep(Futures(self.now.other))
            self.now = Futures(self.run)

    def begin(self, config: C) -> None:
        """Start anew under these settings, even if the training at hand could go on with them."""
        self.run.pause()
        done = self.run.step.number
        if done or self.now.other is not None:
            self._keep(self.now)
        self.now = Futures(Run(self.family, config, self.room))
        self.said = "Started anew; what was trained is kept: see Bring back." if done else ""

    def _keep(self, futures: Futures[C]) -> None:
        self._rest(futures)
        self.shelf = [*self.shelf, futures][-KEPT:]

    def _rest(self, futures: Futures[C]) -> None:
        for run in filter(None, (futures.run, futures.other)):
            run.rest()


def player(
    lesson: str, family: Family[C], config: C | None, first: C, room: int = 400
) -> Player[C]:
    """This session's player for a lesson, brought to these settings.

    config : None, for impossible settings, keeps those it has; at the beginning `first`. room : how
    many steps a training records.
    """
    key = f"{lesson}.player"
    if key not in st.session_state:
        st.session_state[key] = Player(family, config or first, room)
    known: Player[C] = st.session_state[key]
    known.room = room
    if config is not None:
        known.use(config)
    return known


def first_update(family: Family[C], config: C) -> None:
    """One update of a training, for `player.prepare`: PyTorch loads much only when it is used."""
    next(family.resume(config, family.begin(config)))


def known(lesson: str) -> Player[Any] | None:
    """This session's player for a lesson, if there is one yet."""
    found: Player[Any] | None = st.session_state.get(f"{lesson}.player")
    return found
