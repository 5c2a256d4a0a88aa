"""What one picture shows, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.figures.theme import Theme
from core.gan_1d.curves import Curves

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
    height: int = 440
