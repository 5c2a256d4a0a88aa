"""What one picture shows, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.figures.theme import Theme
from core.gan_1d.config import Config
from core.gan_1d.curves import Curves, curves
from core.history import snapshot
from core.run import Run

Losses = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Moment:
    """What one picture shows. epoch : of `curves`. other : of the other future, if any."""

    epoch: int
    curves: Curves
    other: Curves | None = None


@dataclass(frozen=True)
class Style:
    """How it is drawn. arrows : also the generator's samples, and where D pushes them.
    narrow : one column, for a phone. height : in pixels, of the wide one.
    """

    theme: Theme
    arrows: bool = False
    narrow: bool = False
    height: int = 432


def moments(run: Run[Config], other: Run[Config] | None, most: int) -> list[Moment]:
    """At most `most` recorded epochs, each beside the other future's at the same time."""
    shown = []
    for step in snapshot(run, most):
        past = other.before(step.number) if other else None
        theirs = curves(other.config, past.view) if other and past else None
        shown.append(Moment(step.number, curves(run.config, step.view), theirs))
    return shown
