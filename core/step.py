"""What a training hands out: one frozen record after each update."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

# In place of a state that was too large to be kept: the step can only be reached by training again.
GONE: Final = object()


@dataclass(frozen=True, slots=True)
class Step:
    """The world after one update.

    number : updates so far in the family's own unit (epochs for the 1-D GAN); 0 is untrained.
    losses : the recorded numbers of this update, by name.
    view : numpy copies of what the pictures need. Nothing in it changes afterwards.
    state : what the family needs, beyond the view, to go on from here bit for bit: optimizer
        moments and the state of the random generator. Opaque to everyone but the family. One of
        many megabytes is handed out as a function that copies it, to be called, if at all, before
        the next step is made; it may be under way.
    """

    number: int
    losses: Mapping[str, float]
    view: Any
    state: Any


def hold(step: Step) -> Step:
    """The step with its state in hand. Only for the newest step of its training."""
    return replace(step, state=step.state()) if callable(step.state) else step


def release(step: Step) -> Step:
    """The step without a state that stands and falls with the training that made it."""
    return replace(step, state=GONE) if callable(step.state) else step


class Diverged(ArithmeticError):
    """Training left the finite numbers. Says in a sentence at which step, and what to try."""
