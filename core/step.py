"""What a training hands out: one frozen record after each update."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """The world after one update.

    number : updates so far in the family's own unit (epochs for the 1-D GAN); 0 is untrained.
    losses : the recorded numbers of this update, by name.
    view : numpy copies of what the pictures need. Nothing in it changes afterwards.
    state : what the family needs, beyond the view, to go on from here bit for bit: optimizer
        moments and the state of the random generator. Opaque to everyone but the family.
    """

    number: int
    losses: Mapping[str, float]
    view: Any
    state: Any


class Diverged(ArithmeticError):
    """Training left the finite numbers. Says in a sentence at which step, and what to try."""
