"""The two processes: noise added step by step, and the laws by which it is taken away.

All in numpy, on arrays of any shape, the first axis being the batch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.diffusion.schedule import Schedule

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Prediction:
    """What a denoiser says of x_t: x_0 and the noise in it, each of the shape of x_t.

    Either follows from the other: x_t = sqrt(alpha_bar) x_0 + sqrt(1 - alpha_bar) eps.
    """

    x_0: Array
    eps: Array


# x_t of shape (n, ...) and its t to what is in it
Denoiser = Callable[[Array, int], Prediction]


def step(x: Array, t: int, eps: Array, s: Schedule) -> Array:
    """One step forward, x_{t-1} to x_t = sqrt(1 - beta_t) x_{t-1} + sqrt(beta_t) eps
    (Ho et al. 2020, eq. 2). x, eps : of one shape. t : 1 ... T."""
    return np.asarray(np.sqrt(1.0 - s.beta[t]) * x + np.sqrt(s.beta[t]) * eps, x.dtype)


def jump(x_0: Array, t: int, eps: Array, s: Schedule) -> Array:
    """All t steps at once: x_t ~ q(x_t | x_0) = N(sqrt(alpha_bar_t) x_0, (1 - alpha_bar_t) I)
    (Ho et al. 2020, eq. 4). x_0, eps : of one shape. t : 0 ... T."""
    a = s.alpha_bar[t]
    return np.asarray(np.sqrt(a) * x_0 + np.sqrt(1.0 - a) * eps, x_0.dtype)


def posterior(x_t: Array, x_0: Array, t: int, r: int, s: Schedule) -> tuple[Array, float]:
    """The mean, shaped as x_t, and the variance of q(x_r | x_t, x_0), r < t; r = t - 1 is Ho et
    al. 2020, eq. 6 and 7, of which this is the same for steps that are left out."""
    a_t, a_r = s.alpha_bar[t], s.alpha_bar[r]
    alpha = a_t / a_r  # 1 - beta_t where r = t - 1
    mean = (np.sqrt(a_r) * (1 - alpha) * x_0 + np.sqrt(alpha) * (1 - a_r) * x_t) / (1 - a_t)
    return np.asarray(mean, x_t.dtype), float((1 - a_r) / (1 - a_t) * (1 - alpha))


def from_x_0(x_t: Array, x_0: Array, t: int, s: Schedule) -> Prediction:
    """The prediction that holds this x_0."""
    a = s.alpha_bar[t]
    return Prediction(x_0, np.asarray((x_t - np.sqrt(a) * x_0) / np.sqrt(1 - a), x_t.dtype))


def from_eps(x_t: Array, eps: Array, t: int, s: Schedule) -> Prediction:
    """The prediction that holds this noise."""
    a = s.alpha_bar[t]
    return Prediction(np.asarray((x_t - np.sqrt(1 - a) * eps) / np.sqrt(a), x_t.dtype), eps)


def from_v(x_t: Array, v: Array, t: int, s: Schedule) -> Prediction:
    """The prediction with v = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x_0 (Salimans and Ho 2022,
    section 4)."""
    a, b = np.sqrt(s.alpha_bar[t]), np.sqrt(1 - s.alpha_bar[t])
    return Prediction(
        np.asarray(a * x_t - b * v, x_t.dtype), np.asarray(b * x_t + a * v, x_t.dtype)
    )


# what a network may be asked for; `core.diffusion.loss` has the same the other way round
PREDICTIONS: dict[str, Callable[[Array, Array, int, Schedule], Prediction]] = {
    "eps": from_eps,
    "x_0": from_x_0,
    "v": from_v,
}


def velocity(prediction: Prediction, t: int, s: Schedule) -> Array:
    """v, the inverse of `from_v`. Shaped as x_t."""
    a, b = np.sqrt(s.alpha_bar[t]), np.sqrt(1 - s.alpha_bar[t])
    return np.asarray(a * prediction.eps - b * prediction.x_0, prediction.eps.dtype)


def score(prediction: Prediction, t: int, s: Schedule) -> Array:
    """The gradient of log p_t at x_t that a prediction stands for: -eps / sqrt(1 - alpha_bar)
    (Vincent 2011; Ho et al. 2020, section 3.2). Shaped as x_t."""
    return np.asarray(-prediction.eps / np.sqrt(1.0 - s.alpha_bar[t]), prediction.eps.dtype)
