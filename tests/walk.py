"""The smallest family that a Run can drive, for tests of what is above the models."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from core.config import check, knob
from core.step import Diverged, Step


@dataclass(frozen=True)
class Config:
    rate: float = knob(1.0, "Rate", min=0.0, max=9.0, live=True)
    steps: int = knob(100, "Steps", min=1, max=100_000, live=True)
    seed: int = knob(0, "Seed", min=0, max=9)

    def __post_init__(self) -> None:
        check(self)


class Walk:
    """A family in twelve lines: x <- x + rate * noise, each part with its own sign.

    before : called with the number of the step that is about to be made.
    """

    def __init__(self, before=lambda number: None):
        self.before = before

    def begin(self, config):
        return Step(0, {}, 0.0, np.random.default_rng(config.seed).bit_generator.state)

    def resume(self, config, step, part="both"):
        rng, x = np.random.default_rng(), step.view
        rng.bit_generator.state = step.state
        for number in range(step.number + 1, 1_000_000):
            self.before(number)
            x += config.rate * rng.normal() * {"both": 1, "up": 2, "down": -1}[part]
            if config.rate == 9.0:
                raise Diverged(f"Stopped in step {number}.")
            yield Step(number, {"x": x}, x, rng.bit_generator.state)

    def total(self, config):
        return config.steps


class Large(Walk):
    """The same walk, whose states are functions: good only until the next step is asked for."""

    def resume(self, config, step, part="both"):
        for new in super().resume(config, step, part):
            at_hand = [new.state]
            yield replace(new, state=lambda at_hand=at_hand: at_hand[0])
            at_hand.clear()


class Slow(Walk):
    """The same, each step of which takes three parts; the first draws what the others need."""

    def resume(self, config, step, part="both"):
        for new in super().resume(config, step, part):
            yield None
            yield None
            yield new


class SlowLarge(Slow):
    """Its states are functions: good until the next step is made, not until it is begun."""

    def resume(self, config, step, part="both"):
        at_hand = {}
        for new in super().resume(config, step, part):
            if new is not None:
                at_hand.clear()
                at_hand[new.number] = new.state
                new = replace(new, state=partial(at_hand.__getitem__, new.number))
            yield new
