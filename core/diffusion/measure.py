"""How far a denoiser is from its target, and from the best possible denoiser, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.data.mixture import Mixture
from core.diffusion.denoiser import exact
from core.diffusion.process import Array, Denoiser, jump
from core.diffusion.samplers import heun, times
from core.diffusion.schedule import Schedule
from core.metrics import sliced_wasserstein_1, wasserstein_1

SAMPLES = 2000  # on which distances are measured
JUMPS = 12  # of Heun's method: more change neither picture nor distance
STATIONS = 20  # t at which errors are measured
POINTS, MANY = 96, 4000  # at each, for a denoiser, and once for the exact one


def distance(x: Array, data: Mixture) -> float:
    """W1 on the line, sliced W1 in the plane, of points x, (n, d), to as many of the target, always
    the same ones; in the unit of x."""
    y = _points(data, len(x))
    if data.d == 1:
        return wasserstein_1(x[:, 0], y[:, 0])
    return sliced_wasserstein_1(x, y)


@lru_cache(maxsize=64)
def floor(data: Mixture, n: int = SAMPLES) -> float:
    """What a perfect sampler scores: the mean over 16 samples of the target, of the same size."""
    rng = np.random.default_rng(20_000)
    return float(np.mean([distance(data.sample(n, rng), data) for _ in range(16)]))


@lru_cache(maxsize=64)
def _points(data: Mixture, n: int) -> Array:
    if data.d == 1:
        return data.law.quantile((np.arange(n) + 0.5) / n)[:, None]
    return data.sample(n, np.random.default_rng(9))


def drawn(denoise: Denoiser, s: Schedule, n: int, d: int, seed: int = 1) -> Array:
    """n points of a denoiser, (n, d), by the ODE from noise that is the same each time: they move
    only when the denoiser does."""
    rng = np.random.default_rng(seed)
    x: Array = rng.standard_normal((n, d), dtype=np.float32)
    for step in heun(denoise, x, s, times(s, JUMPS), rng, 0.0):
        x = step.x
    return x


@dataclass(frozen=True)
class Errors:
    """Mean squared errors of the predicted noise at some t, in units of its variance, (STATIONS,).

    best : of the exact denoiser, which no other can undercut.
    """

    t: Array
    learned: Array
    best: Array


def errors(denoise: Denoiser, data: Mixture, s: Schedule) -> Errors:
    """The loss by t, of a denoiser and of the exact one.

    What the exact one leaves unexplained is uncorrelated with everything that x_t tells. So another
    one's error is that plus its squared distance from the exact one, which takes few points.
    """
    at, best, stations = _stations(data, s)
    off = [((denoise(x_t, int(t)).eps - eps) ** 2).mean() for t, (x_t, eps) in zip(
        at, stations, strict=True)]  # fmt: skip
    return Errors(at.astype(np.float32), best + np.array(off), best)


@lru_cache(maxsize=32)
def _stations(data: Mixture, s: Schedule) -> tuple[Array, Array, list[tuple[Array, Array]]]:
    """The t; the exact denoiser's errors; and at each t some x_t, with the exact eps in them."""
    at = np.unique(np.linspace(1, s.T, STATIONS).round().astype(int))
    rng, exactly = np.random.default_rng(11), exact(data, s)
    best, stations = [], []
    for t in map(int, at):
        x_0 = data.sample(MANY, rng)
        eps = rng.standard_normal(x_0.shape, dtype=np.float32)
        x_t = jump(x_0, t, eps, s)
        said = exactly(x_t, t).eps
        best.append(float(((said - eps) ** 2).mean()))
        stations.append((x_t[:POINTS], said[:POINTS]))
    return at, np.array(best), stations
