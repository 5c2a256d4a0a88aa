"""The past of one training: its recorded steps, thinned, and the way back to any of them."""

from __future__ import annotations

import bisect
from array import array
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from core.step import GONE, Step, hold, release

if TYPE_CHECKING:
    from core.run import Run

C = TypeVar("C")
C_in = TypeVar("C_in", contravariant=True)


class Family(Protocol[C_in]):
    """A family of models as a Run sees it. A module such as `core.gan_1d` is one.

    begin : step 0. resume : train on from a step, for ever, or until a `return` of the sentence
    that says why it ends early; None where a step takes long: not one yet, but a moment at which
    the training may rest. total : the step at which to stop.
    """

    def begin(self, config: C_in) -> Step: ...
    def resume(
        self, config: C_in, step: Step, part: str = "both"
    ) -> Generator[Step | None, None, str | None]: ...
    def total(self, config: C_in) -> int: ...


@dataclass(frozen=True, slots=True)
class Record(Generic[C]):
    """A recorded step, with the settings under which training goes on from it.

    pinned : never thinned out, because settings, or the part that is trained, change here.
    """

    step: Step
    config: C
    pinned: bool = False


class Losses:
    """The recorded numbers of a training: a column for each, a value for every step since 1."""

    def __init__(self, columns: Mapping[str, array[float]] | None = None) -> None:
        self._columns = dict(columns or {})

    def add(self, losses: Mapping[str, float]) -> None:
        """The numbers of the next step."""
        if not self._columns:  # all columns at once: who reads meanwhile finds none, or each
            self._columns = {name: array("d") for name in losses}
        for name, value in losses.items():
            self._columns[name].append(value)

    def read(self) -> dict[str, array[float]]:
        """A copy, its columns of equal length even while another thread adds to them."""
        now = list(self._columns.items())
        n = min((len(values) for _, values in now), default=0)
        return {name: values[:n] for name, values in now}

    def until(self, number: int) -> Losses:
        """The numbers of the first so many steps."""
        return Losses({name: values[:number] for name, values in self._columns.items()})


class History(Generic[C]):
    """records : steps that can be replayed and trained on from, thinned evenly to about `room`.

    Large states (see Step) are not kept with them: what is needed is trained again, bit for bit,
    from the beginning.
    """

    def __init__(self, family: Family[C], config: C, room: int) -> None:
        self._family, self._room, self._stride = family, room, 1
        self.large = False
        self.records: list[Record[C]] = [Record(family.begin(config), config, pinned=True)]

    def add(self, step: Step, config: C, pinned: bool = False) -> None:
        """Record a step, unless it is to be thinned out."""
        self.large = self.large or callable(step.state)
        if not pinned and step.number % self._stride:
            return
        self.records.append(Record(release(step), config, pinned))
        if sum(not r.pinned for r in self.records) >= self._room:
            self._stride *= 2
            self.records = [
                r for r in self.records if r.pinned or r.step.number % self._stride == 0
            ]

    def turn(self, step: Step, config: C) -> None:
        """From this newest step on the settings are these."""
        if self.large and step.number:  # the state of step 0 is none
            step = replace(step, state=GONE)
        past = self.records
        if past and past[-1].step.number == step.number:
            past = past[:-1]
        self.records = [*past, Record(step, config, pinned=True)]  # never empty for another thread

    def until(self, step: Step, config: C) -> History[C]:
        """The past before a step, which then goes on from it under these settings."""
        other: History[C] = History.__new__(History)
        other.__dict__.update(self.__dict__)
        other.records = [r for r in self.records if r.step.number < step.number]
        other.turn(step, config)
        return other

    def place(self, number: int) -> int:
        """The index of the newest record at or before step `number`."""
        return max(bisect.bisect_right([r.step.number for r in self.records], number) - 1, 0)

    def replace(self, step: Step) -> None:
        """Record this step where there was a stand-in for it."""
        k = self.place(step.number)
        if self.records[k].step.number == step.number:
            self.records[k] = replace(self.records[k], step=release(step))

    def again(self, number: int) -> Iterator[Step | None]:
        """Every step from the newest record that has its state up to step `number`, both included,
        and None where `resume` has it.

        Only the last one may be held, before the iterator is asked to go on.
        """
        past = self.records[: self.place(number) + 1]
        begin = max(k for k, r in enumerate(past) if r.step.state is not GONE)
        turns = {r.step.number: r.config for r in past[begin:] if r.pinned}
        step = past[begin].step
        steps = self._family.resume(past[begin].config, step)
        yield step
        while step.number < number:
            new = next(steps)
            if new is None:
                yield None
                continue
            step = new
            if step.number in turns and step.number < number:
                step = hold(step)
                steps = self._family.resume(turns[step.number], step)
            yield step


def snapshot(run: Run[Any], most: int) -> list[Step]:
    """At most `most` recorded steps, the newest always, and denser early on, when more happens."""
    steps = [r.step for r in run.records]
    if steps[-1].number != run.step.number:
        steps.append(run.step)
    last = len(steps) - 1
    if last < most:
        return steps
    at = {last} if most == 1 else {round(last * (i / (most - 1)) ** 1.5) for i in range(most)}
    return [steps[k] for k in sorted(at)]
