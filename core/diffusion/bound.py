"""The variational bound on -log p(x_0), its terms apart, in nats (Ho et al. 2020, eq. 5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.mixture import Mixture
from core.diffusion.process import Denoiser, jump
from core.diffusion.schedule import Schedule

BUDGET = 40_000  # points that are denoised, all t together
LEAST = 8  # at each t


@dataclass(frozen=True)
class Bound:
    """Means over points, in nats. L_T : KL(q(x_T | x_0) || N(0, I)), exactly. steps : (T,): first
    L_0 = -log p(x_0 | x_1), then steps[t - 1] is L_{t-1} = KL(q(x_{t-1} | x_t, x_0) ||
    p(x_{t-1} | x_t)). error : the standard error of `total`."""

    L_T: float
    steps: NDArray[np.float64]
    error: float

    @property
    def total(self) -> float:
        """The bound: an upper one on the mean of -log p(x_0)."""
        return self.L_T + float(self.steps.sum())


def bound(
    denoise: Denoiser, data: Mixture, s: Schedule, rng: np.random.Generator, points: int = BUDGET
) -> Bound:
    """The bound of a denoiser on fresh points of `data`, `points` of them over all t.

    The reverse steps have the variance of q(x_{t-1} | x_t, x_0), so each KL is the squared distance
    of the means alone; the last one, p(x_0 | x_1), has the variance beta_1. A t gets the more
    points the more its term varies, which is about as its SNR falls.
    """
    fall = np.concatenate([[1.0], s.snr[1:-1] / s.snr[2:] - 1])
    counts = np.maximum(points * fall / fall.sum(), LEAST).astype(int)
    steps, variance = np.empty(s.T), 0.0
    for t, n in enumerate(counts, start=1):
        x_0 = data.sample(int(n), rng)
        noise = rng.standard_normal(x_0.shape, dtype=np.float32)
        said = denoise(jump(x_0, t, noise, s), t).x_0
        square = ((x_0 - said).astype(np.float64) ** 2).sum(axis=1)
        if t == 1:
            each = data.d / 2 * np.log(2 * np.pi * s.beta[1]) + square / (2 * s.beta[1])
        else:
            each = (s.snr[t - 1] - s.snr[t]) / 2 * square
        steps[t - 1] = each.mean()
        variance += each.var() / n
    a = s.alpha_bar[-1]
    return Bound(
        float(a * (data.square - data.d) - data.d * np.log1p(-a)) / 2, steps, variance**0.5
    )


def entropy(data: Mixture, rng: np.random.Generator, n: int = 30_000) -> float:
    """The mean of -log p(x) under the target itself, in nats: what no bound can undercut.

    An integral on the line; in the plane a mean over n points, to about 0.01.
    """
    if data.d == 1:
        x = np.linspace(data.law.x[0], data.law.x[-1], n)
        log_p = data.log_density(x[:, None])
        return float(-(np.exp(log_p) * log_p).sum() * (x[1] - x[0]))
    return float(-data.log_density(data.sample(n, rng)).mean())
