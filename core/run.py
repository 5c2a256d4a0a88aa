"""One training in one session: its lock, its status, its bounded history, its forks."""

from __future__ import annotations

import threading
import time
from array import array
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import Generic, TypeVar

from core.config import acts_at_once
from core.history import Family, History, Losses, Record
from core.machine import SLOTS
from core.memory import give_back
from core.step import GONE, Diverged, Step, hold, release

C = TypeVar("C")


class Run(Generic[C]):
    """Owns one training. Every method may be called from any thread.

    status : "ready", "running", "paused", "done" or "failed"; one word, never three booleans.
    history : the recorded steps, which can be replayed, resumed and forked; `room` for so many.
    behind : while a step whose state was let go is trained again, the step reached so far.
    """

    def __init__(self, family: Family[C], config: C, room: int = 400) -> None:
        self._family = family
        self._lock = threading.RLock()
        self._trained, self._seconds = 0, 0.0
        self._until, self._part = float("inf"), "both"
        self._stop = threading.Event()
        self.config = config
        self.status = "ready"
        self.why = ""
        self.behind: int | None = None
        self._losses = Losses()
        self.history = History(family, config, room)
        self.step = self.records[0].step
        self._steps = self._onwards()

    @property
    def records(self) -> list[Record[C]]:
        """The recorded steps; see History."""
        return self.history.records

    @property
    def losses(self) -> dict[str, array[float]]:
        """name -> one value for every step since 1, never thinned. A copy."""
        return self._losses.read()

    @property
    def total(self) -> int:
        """The step at which this training is done."""
        return self._family.total(self.config)

    @property
    def rate(self) -> float | None:
        """Steps a second under the present settings, drawing and waiting left out; None before."""
        return self._trained / self._seconds if self._trained else None

    @property
    def pausing(self) -> bool:
        """Whether a slice under way in another thread has yet to end, for a pause."""
        return self.status == "running" and self._stop.is_set()

    def play(self, steps: float = float("inf"), part: str = "both") -> None:
        """Let `advance` train from now on, or for so many steps; all of the model or one part."""
        with self._lock:
            if self.status in ("ready", "paused") and self.step.number < self.total:
                self._stop.clear()
                self.status, self._until = "running", self.step.number + steps
                if part != self._part:  # a step of the other that is half done is let go of
                    self._part, self._steps, self.behind = part, self._onwards(), None

    def pause(self, wait: float = -1) -> None:
        """Stop training; a slice under way in another thread ends after its present part of a step.
        wait : seconds for which that is waited for at most, below 0 for ever; see `pausing`."""
        self._stop.set()
        if self._lock.acquire(timeout=wait):
            if self.status == "running":
                self.status = "paused"
            self._lock.release()

    def advance(self, seconds: float = float("inf"), steps: int | None = None) -> Step:
        """Train for about `seconds`, or exactly `steps` steps, whichever ends first; the last step.
        A step that takes longer may be left half done; the next call goes on with it.

        Stops early when the training is done, paused from another thread, or no longer finite; then
        `status` says so and `why` holds the sentence. What was trained before stays.
        """
        # The slot first: whoever waits for one must not keep the others from this run.
        with SLOTS, self._lock:
            begun = time.perf_counter()
            end, before = begun + seconds, self.step.number
            goal = min(self.total, self._until, float("inf") if steps is None else before + steps)
            try:
                while self.status == "running" and not self.pausing and self.step.number < goal:
                    behind = self.behind
                    step = next(self._steps)
                    if step is not None:
                        self._record(step, pinned=self._part != "both")
                    elif behind is not None or self.behind is not None:
                        begun = time.perf_counter()  # training again is no measure of the rate
                    if time.perf_counter() >= end:
                        break
            except (Diverged, StopIteration) as stop:
                self._end(stop)
            self._trained += self.step.number - before
            self._seconds += time.perf_counter() - begun
            if self.status == "running" and self.step.number >= self.total:
                self.status = "done"
            elif self.pausing or self.step.number >= self._until:
                self.status = "paused"
            return self.step

    def nudge(self, part: str = "both") -> Step:
        """Exactly one step by hand, of one part of the model only where the family has parts."""
        self.play(1, part)
        while self.status == "running":
            self.advance(seconds=0)  # the slot anew for each part of a step that takes long
        return self.step

    def change(self, config: C) -> None:
        """Go on under other settings, from the very next step.

        Raises ValueError where the new settings would need a training from the start.
        """
        with self._lock:
            if config == self.config:
                return
            if not acts_at_once(self.config, config):
                raise ValueError("These settings start the training anew.")
            self.config = config
            self._trained, self._seconds = 0, 0.0
            self.step = hold(self.step)
            self.history.turn(self.step, config)
            self._steps, self.behind = self._onwards(), None
            if self.step.number >= self.total and self.status != "failed":
                self.status = "done"
            elif self.status in ("done", "failed"):
                self.status, self.why = "paused", ""

    def before(self, number: int) -> Step:
        """The newest recorded step at or before step `number`."""
        return self.records[self.history.place(number)].step

    def at(self, number: int) -> Step:
        """Step `number`, trained again from the nearest record before it where it was thinned out.

        The same numbers as the first time, bit for bit. Raises ValueError where it lies ahead.
        """
        self._check(number)
        with self._lock:
            if number == self.step.number and self.step.state is not GONE:
                return hold(self.step)
            steps = filter(None, self.history.again(number))
            return hold(next(s for s in steps if s.number == number))

    def held(self, report: Callable[[float], object] = lambda share: None) -> Step:
        """The present step with its state; `report` hears the share of it that is trained again."""
        while True:
            with SLOTS, self._lock:
                if self.step.state is not GONE:
                    return hold(self.step)
                next(self._steps)
                share = (self.behind or 0) / self.step.number
            report(share)

    def rest(self) -> None:
        """Let go of what is large and can be trained again. For a run that nobody looks at."""
        self.pause()
        with self._lock:
            if self.history.large and self.step.number:  # the state of step 0 is none
                self.step = replace(self.step, state=GONE)
            self._steps, self.behind = self._onwards(), None

    def fork(self, number: int, config: C) -> Run[C]:
        """Another future: a new Run with the past up to step `number`, going on under `config`.

        Raises ValueError where `number` lies ahead or `config` needs a training from the start.
        """
        with self._lock:
            if not acts_at_once(self.config, config):
                raise ValueError("A fork keeps the architecture, the target and the seed.")
            start = self._start(number)
            other = Run.__new__(Run)
            other.__dict__.update(self.__dict__)
            other._lock, other._stop = threading.RLock(), threading.Event()
            other.config, other.status, other.why = config, "paused", ""
            other._trained, other._seconds, other.behind = 0, 0.0, None
            other.history = self.history.until(start, config)
            other._losses = self._losses.until(number)
            other.step = start
            other._steps = other._onwards()
            if number >= other.total:
                other.status = "done"
            return other

    def _check(self, number: int) -> None:
        if not 0 <= number <= self.step.number:
            raise ValueError(f"step {number} was not reached; allowed are 0 to {self.step.number}.")

    def _start(self, number: int) -> Step:
        """Where a fork begins. Its own training makes up for a state that is large, or far away."""
        self._check(number)
        past = self.before(number)
        if past.number == number and past.state is not GONE:
            return past
        far = number - past.number > (self.rate or float("inf"))  # more than a second
        if not (self.history.large or far) or self.total <= number < self.step.number:
            return self.at(number)
        if number == self.step.number:
            return hold(self.step)
        losses = {name: values[number - 1] for name, values in self.losses.items()}
        return Step(number, losses, past.view, GONE)

    def _onwards(self) -> Generator[Step | None, None, str | None]:
        """Train on from the present step; first again up to it, None for each step, if need be."""
        if self.step.state is GONE:
            yield from self._regain()
        try:
            ending: str | None = yield from self._family.resume(self.config, self.step, self._part)
        finally:  # also where this training is let go of: by then its networks are
            give_back()
        return ending

    def _regain(self) -> Iterator[None]:  # apart, so that no frame keeps its networks
        for step in self.history.again(self.step.number):
            if step is not None:
                self.behind, newest = step.number, step
            yield
        self.step, self.behind = hold(newest), None
        self.history.replace(newest)
        yield

    def _end(self, stop: Diverged | StopIteration) -> None:
        if isinstance(stop, StopIteration):
            self.status, self.why = "done", stop.value or ""
            return
        self.status, self.why = "failed", str(stop)
        self.step = release(self.step)  # what was trained before stays, networks that failed do not
        self._steps = self._onwards()

    def _record(self, step: Step, pinned: bool = False) -> None:
        self.step = step
        self._losses.add(step.losses)
        self.history.add(step, self.config, pinned)
