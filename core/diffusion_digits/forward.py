"""From a picture to noise, in single steps: what one jump does at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.diffusion.process import Array, step
from core.diffusion.schedule import Schedule


@dataclass(frozen=True, eq=False)
class Walk:
    """One picture walked from t = 0 to T, with fresh small noise at each step.

    x : (T + 1, H, W), x_0 to x_T. noise : (T + 1, H, W), what the same small noises make of a
    picture of zeros: all of x_t that is not x_0.
    """

    x: Array
    noise: Array
    schedule: Schedule

    def total(self, t: int) -> Array:
        """The t small noises as the one standard normal picture that they add up to. (H, W), t from
        1."""
        return np.asarray(self.noise[t] / np.sqrt(1 - self.schedule.alpha_bar[t]), np.float32)


def walk(x_0: Array, s: Schedule, rng: np.random.Generator) -> Walk:
    """All T steps of q(x_t | x_{t-1}), one by one. x_0 : (H, W)."""
    both = np.empty((s.T + 1, 2, *x_0.shape), np.float32)
    both[0] = x_0, np.zeros_like(x_0)
    for t in range(1, s.T + 1):
        both[t] = step(both[t - 1], t, rng.standard_normal(x_0.shape, dtype=np.float32), s)
    return Walk(both[:, 0], both[:, 1], s)
