"""From the target to noise in single steps: particles, each on a path of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from core.data.mixture import Mixture
from core.diffusion.process import Array, jump, step
from core.diffusion.schedule import Schedule
from core.metrics import sliced_wasserstein_1, wasserstein_1

N = 600  # particles


@lru_cache(maxsize=4)  # 5 MB where T = 1000
def walk(data: Mixture, s: Schedule, seed: int = 0) -> Array:
    """N particles from the target through all T steps of q(x_t | x_{t-1}), each with noise of its
    own. Returns (T + 1, N, d), read-only: all visitors share it."""
    rng = np.random.default_rng([seed, 2])
    x = np.empty((s.T + 1, N, data.d), np.float32)
    x[0] = data.sample(N, rng)
    for t in range(1, s.T + 1):
        x[t] = step(x[t - 1], t, rng.standard_normal(x[0].shape, dtype=np.float32), s)
    x.setflags(write=False)
    return x


@dataclass(frozen=True)
class Agreement:
    """What t single steps have done to x_0; one jump, q(x_t | x_0) = N(sqrt(alpha_bar) x_0,
    (1 - alpha_bar) I), should have done the same.

    kept : the slope of x_t on x_0. noise : the standard deviation of what x_0 does not explain.
    apart : W1, sliced in the plane, between the particles and as many that jumped. floor : between
    two sets of particles that jumped, on average.
    """

    kept: float
    noise: float
    apart: float
    floor: float


@lru_cache(maxsize=256)
def agreement(data: Mixture, s: Schedule, seed: int, t: int) -> Agreement:
    """Measured on the particles of `walk` at t, from 0 to T."""
    x = walk(data, s, seed)
    x_0, x_t = x[0].astype(np.float64), x[t].astype(np.float64)
    kept = float((x_0 * x_t).sum() / (x_0**2).sum())
    rng = np.random.default_rng([seed, 3])
    sets = [_jumped(data, s, t, rng) for _ in range(5)]
    apart = np.mean([_distance(x[t], other) for other in sets])
    floor = np.mean([_distance(a, b) for a, b in pairwise(sets)])
    return Agreement(kept, float((x_t - kept * x_0).std()), float(apart), float(floor))


def _jumped(data: Mixture, s: Schedule, t: int, rng: np.random.Generator) -> Array:
    x_0 = data.sample(N, rng)
    return jump(x_0, t, rng.standard_normal(x_0.shape, dtype=np.float32), s)


def _distance(x: Array, y: Array) -> float:
    if x.shape[1] == 1:
        return wasserstein_1(x[:, 0], y[:, 0])
    return sliced_wasserstein_1(x, y, slices=16)
