"""What one picture of a training shows, computed from the weights of its step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from core.data.law import Z, pushforward
from core.data.mixture import Mixture
from core.diffusion.config import Config
from core.diffusion.denoiser import exact, learned
from core.diffusion.measure import JUMPS, Errors, drawn, errors
from core.diffusion.process import Array, score
from core.diffusion.samplers import heun, times
from core.layers import Array as Weights

PARTICLES = 300
GRID = 9  # arrows a side
BINS = 140  # of a density on the line


@dataclass(frozen=True)
class Moment:
    """number : of the update. points : (n, d), generated. at, arrows : (m, d), places and what the
    learned score says there, at time t. best : (m, d), the exact score. density : of the
    generated, (BINS,), on the line only. errors : the loss by t."""

    number: int
    t: int
    points: Array
    at: Array
    arrows: Array
    best: Array
    density: Array
    errors: Errors


def middle(config: Config) -> int:
    """The t at which there is as much noise as data: where the field has most to say."""
    return int(np.argmin(np.abs(config.process.log_snr[1:]))) + 1


def reach(data: Mixture) -> float:
    """Half the width of what is shown: all of the target, and nearly all of the noise."""
    far = np.abs(data.mean).max(axis=1) + 2.5 * data.std
    return float(np.clip(far[data.weight > 1e-4].max() * 1.06, 2.3, 4.5))


def edges(data: Mixture) -> Array:
    """Of the bins of a density on the line."""
    return np.linspace(-reach(data), reach(data), BINS + 1)


@lru_cache(maxsize=32)
def _places(data: Mixture) -> Array:
    side = np.linspace(-1, 1, GRID) * 0.94 * reach(data)
    if data.d == 1:
        return np.linspace(-1, 1, 97)[:, None] * reach(data)
    x, y = np.meshgrid(side, side)
    return np.column_stack([x.ravel(), y.ravel()])


@lru_cache(maxsize=32)
def _best(config: Config) -> Array:
    s, t = config.process, middle(config)
    at = _places(config.data)
    return score(exact(config.data, s)(at, t), t, s)


def moment(config: Config, number: int, weights: Sequence[Weights]) -> Moment:
    """The picture of a step."""
    s, t, data = config.process, middle(config), config.data
    denoise = learned(config, weights)
    at = _places(data)
    if config.d == 1:
        points, density = _pushed(config, weights)
    else:
        points, density = drawn(denoise, s, PARTICLES, config.d), np.empty(0)
    return Moment(
        number, t, points, at, score(denoise(at, t), t, s), _best(config), density,
        errors(denoise, data, s),
    )  # fmt: skip


def _pushed(config: Config, weights: Sequence[Weights]) -> tuple[Array, Array]:
    """Generated points, and their exact density: on the line the ODE is a map from noise to data,
    so the law of what it makes follows from it, without a histogram."""
    s = config.process
    z = ndtri((np.arange(401) + 0.5) / 401).astype(np.float32)[:, None]
    x: Array = z
    for step in heun(learned(config, weights), z, s, times(s, JUMPS), np.random.default_rng(0)):
        x = step.x
    law = pushforward(np.interp(Z, z[:, 0], x[:, 0]))
    return x[::4], law.density(edges(config.data))
