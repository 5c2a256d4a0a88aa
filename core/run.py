"""One training in one session: its lock, its status, its bounded history, its forks."""

from __future__ import annotations

import bisect
import os
import threading
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from core.config import acts_at_once
from core.step import Diverged, Step

C = TypeVar("C")
C_in = TypeVar("C_in", contravariant=True)

# Thirty visitors share the cores fairly: a slice of training waits here for its turn.
SLOTS = threading.BoundedSemaphore(os.cpu_count() or 1)


class Family(Protocol[C_in]):
    """A family of models as a Run sees it. A module such as `core.gan_1d` is one.

    begin : step 0. resume : train on from a step, for ever. total : the step at which to stop.
    """

    def begin(self, config: C_in) -> Step: ...
    def resume(self, config: C_in, step: Step, part: str = "both") -> Iterator[Step]: ...
    def total(self, config: C_in) -> int: ...


@dataclass(frozen=True, slots=True)
class Record(Generic[C]):
    """A recorded step, with the settings under which training goes on from it.

    pinned : never thinned out, because what follows cannot be recomputed from an earlier record.
    """

    step: Step
    config: C
    pinned: bool = False


class Run(Generic[C]):
    """Owns one training. Every method may be called from any thread.

    status : "ready", "running", "paused", "done" or "failed"; one word, never three booleans.
    records : steps that can be replayed, resumed and forked, thinned evenly to about `room`.
        The first, and every one at which settings or the trained part changed, is pinned.
    losses : name -> array with one value for every step since 1, never thinned.
    """

    def __init__(self, family: Family[C], config: C, room: int = 400) -> None:
        self._family, self._room = family, room
        self._lock = threading.RLock()
        self._stride = 1
        self._trained, self._seconds = 0, 0.0
        self._stop = threading.Event()
        self.config = config
        self.status = "ready"
        self.why = ""
        self.losses: dict[str, array[float]] = {}
        self.step = family.begin(config)
        self.records: list[Record[C]] = [Record(self.step, config, pinned=True)]
        self._steps = family.resume(config, self.step)

    @property
    def total(self) -> int:
        """The step at which this training is done."""
        return self._family.total(self.config)

    @property
    def rate(self) -> float | None:
        """Steps a second under the present settings, drawing and waiting left out; None before."""
        return self._trained / self._seconds if self._trained else None

    def play(self) -> None:
        """Let `advance` train from now on."""
        with self._lock:
            if self.status in ("ready", "paused") and self.step.number < self.total:
                self.status = "running"

    def pause(self) -> None:
        """Stop training; a slice under way in another thread ends after its present step."""
        self._stop.set()
        with self._lock:
            self._stop.clear()
            if self.status == "running":
                self.status = "paused"

    def advance(self, seconds: float = float("inf"), steps: int | None = None) -> Step:
        """Train for about `seconds`, or exactly `steps` steps, whichever ends first; the last step.

        Stops early when the training is done, paused from another thread, or no longer finite; then
        `status` says so and `why` holds the sentence. What was trained before stays.
        """
        # The slot first: whoever waits for one must not keep the others from this run.
        with SLOTS, self._lock:
            begun = time.perf_counter()
            end, before = begun + seconds, self.step.number
            goal = self.total if steps is None else min(self.total, before + steps)
            try:
                while self.status == "running" and self.step.number < goal:
                    self._record(next(self._steps))
                    if self._stop.is_set() or time.perf_counter() >= end:
                        break
            except Diverged as stop:
                self.status, self.why = "failed", str(stop)
                self._resume()
            self._trained += self.step.number - before
            self._seconds += time.perf_counter() - begun
            if self.status == "running" and self.step.number >= self.total:
                self.status = "done"
            return self.step

    def nudge(self, part: str = "both") -> Step:
        """Exactly one step by hand, of one part of the model only where the family has parts."""
        with SLOTS, self._lock:
            if self.status not in ("ready", "paused"):
                return self.step
            try:
                step = next(self._family.resume(self.config, self.step, part))
            except Diverged as stop:
                self.status, self.why = "failed", str(stop)
                return self.step
            self._record(step, pinned=part != "both")
            self._resume()
            self.status = "done" if self.step.number >= self.total else "paused"
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
            if self.records[-1].step is self.step:
                self.records.pop()
            self.records.append(Record(self.step, config, pinned=True))
            self._resume()
            finished = self.step.number >= self.total
            if finished and self.status != "failed":
                self.status = "done"
            elif self.status in ("done", "failed"):
                self.status, self.why = "paused", ""

    def before(self, number: int) -> Step:
        """The newest recorded step at or before step `number`."""
        return self._record_before(number).step

    def _record_before(self, number: int) -> Record[C]:
        k = bisect.bisect_right([r.step.number for r in self.records], number)
        return self.records[max(k - 1, 0)]

    def at(self, number: int) -> Step:
        """Step `number`, trained again from the nearest record before it where it was thinned out.

        The same numbers as the first time, bit for bit. Raises ValueError where it lies ahead.
        """
        if not 0 <= number <= self.step.number:
            raise ValueError(f"step {number} was not reached; allowed are 0 to {self.step.number}.")
        with self._lock:
            record = self._record_before(number)
            step, steps = record.step, self._family.resume(record.config, record.step)
            while step.number < number:
                step = next(steps)
            return step

    def fork(self, number: int, config: C) -> Run[C]:
        """Another future: a new Run with the past up to step `number`, going on under `config`.

        Raises ValueError where `number` lies ahead or `config` needs a training from the start.
        """
        with self._lock:
            if not acts_at_once(self.config, config):
                raise ValueError("A fork keeps the architecture, the target and the seed.")
            start = self.at(number)
            other = Run.__new__(Run)
            other.__dict__.update(self.__dict__)
            other._lock, other._stop = threading.RLock(), threading.Event()
            other.config, other.status, other.why = config, "paused", ""
            other._trained, other._seconds = 0, 0.0
            other.records = [r for r in self.records if r.step.number < number]
            other.records.append(Record(start, config, pinned=True))
            other.losses = {name: values[:number] for name, values in self.losses.items()}
            other.step = start
            other._resume()
            if number >= other.total:
                other.status = "done"
            return other

    def _resume(self) -> None:
        """Restart the generator at the current step: after a change, a hand-made one, a failure."""
        self._steps = self._family.resume(self.config, self.step)

    def _record(self, step: Step, pinned: bool = False) -> None:
        self.step = step
        for name, value in step.losses.items():
            self.losses.setdefault(name, array("d")).append(value)
        if not pinned and step.number % self._stride:
            return
        self.records.append(Record(step, self.config, pinned))
        if sum(not r.pinned for r in self.records) >= self._room:
            self._stride *= 2
            self.records = [
                r for r in self.records if r.pinned or r.step.number % self._stride == 0
            ]


def snapshot(run: Run[Any], most: int) -> list[Step]:
    """At most `most` recorded steps, the newest always, and denser early on, when more happens."""
    steps = [r.step for r in run.records]
    if steps[-1] is not run.step:
        steps.append(run.step)
    last = len(steps) - 1
    if last < most:
        return steps
    places = {last} if most == 1 else {round(last * (i / (most - 1)) ** 1.5) for i in range(most)}
    return [steps[k] for k in sorted(places)]
