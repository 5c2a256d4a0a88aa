"""Gaussian mixtures, for which all that diffusion estimates is known exactly.

Noise keeps a mixture a mixture, so density, score and posterior mean at every noise level are
closed forms: the oracle beside which a learned denoiser is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from core.data.law import Array, Law


@dataclass(frozen=True, eq=False)
class Mixture:
    """sum_k weight_k N(mean_k, std_k^2 I).

    weight : (K,), summing to 1. mean : (K, d). std : (K,).
    """

    weight: NDArray[np.float64]
    mean: NDArray[np.float64]
    std: NDArray[np.float64]

    @property
    def d(self) -> int:
        """Dimensions."""
        return int(self.mean.shape[1])

    @property
    def square(self) -> float:
        """The mean of |x|^2."""
        return float(self.weight @ ((self.mean**2).sum(axis=1) + self.d * self.std**2))

    def sample(self, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """n independent points, (n, d)."""
        k = np.searchsorted(np.cumsum(self.weight)[:-1], rng.random(n))
        noise = rng.standard_normal((n, self.d), dtype=np.float32)
        return np.asarray(self.mean[k] + self.std[k, None] * noise, np.float32)

    def standard(self) -> Mixture:
        """Moved and scaled to mean 0 and, over all axes together, variance 1: as data is given to
        diffusion."""
        mean = self.weight @ self.mean
        spread = ((self.mean - mean) ** 2).mean(axis=1) + self.std**2
        scale = np.sqrt(self.weight @ spread)
        return Mixture(self.weight, (self.mean - mean) / scale, self.std / scale)

    def noised(self, alpha_bar: float) -> Mixture:
        """The exact law of x_t when this is that of x_0."""
        return Mixture(
            self.weight,
            np.sqrt(alpha_bar) * self.mean,
            np.sqrt(alpha_bar * self.std**2 + 1 - alpha_bar),
        )

    def _log_parts(self, x: Array) -> NDArray[np.float64]:
        """log weight_k N(x; mean_k, std_k^2 I), (n, K)."""
        x = np.asarray(x, np.float64)
        square = (x**2).sum(1)[:, None] - 2 * x @ self.mean.T + (self.mean**2).sum(1)
        with np.errstate(divide="ignore"):  # a part of weight 0 is nowhere
            log = np.log(self.weight)
        log = log - self.d * np.log(self.std * np.sqrt(2 * np.pi))
        return np.asarray(log - square / (2 * self.std**2))

    def log_density(self, x: Array) -> NDArray[np.float64]:
        """log p(x) in nats. x : (n, d). Returns (n,)."""
        parts = self._log_parts(x)
        highest = parts.max(axis=1)
        # ten times as fast as scipy's logsumexp, of which only this is needed
        return np.asarray(highest + np.log(np.exp(parts - highest[:, None]).sum(axis=1)))

    def density(self, x: Array) -> NDArray[np.float64]:
        """p(x). x : (n, d). Returns (n,)."""
        return np.exp(self.log_density(x))

    def score(self, x: Array) -> NDArray[np.float64]:
        """The gradient of log p at x. x : (n, d). Returns (n, d)."""
        share = _shares(self._log_parts(x)) / self.std**2
        return np.asarray(share @ self.mean - share.sum(axis=1)[:, None] * x)

    def posterior_mean(self, x_t: Array, alpha_bar: float) -> NDArray[np.float64]:
        """E[x_0 | x_t] where this is the law of x_0: the best possible denoiser. x_t : (n, d).

        Each part's own regression, weighted by how likely x_t came from that part.
        """
        noised = self.noised(alpha_bar)
        share = _shares(noised._log_parts(x_t))
        gain = np.sqrt(alpha_bar) * self.std**2 / noised.std**2
        centre = self.mean - (gain * np.sqrt(alpha_bar))[:, None] * self.mean
        return np.asarray(share @ centre + (share @ gain)[:, None] * x_t)

    @cached_property
    def law(self) -> Law:
        """The law on the line, if d = 1."""
        # about 8,000 places in all, where the parts are: they may be far apart and narrow
        near = np.linspace(-6.5, 6.5, 2 * max(4000 // len(self.std), 10) + 1)
        x = np.unique(self.mean + self.std[:, None] * near)
        F = ndtr((x[:, None] - self.mean[:, 0]) / self.std) @ self.weight
        return Law(x, np.clip((F - F[0]) / (F[-1] - F[0]), 0, 1))


def _shares(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """How likely a point came from each part: softmax along the last axis."""
    share = np.exp(parts - parts.max(axis=1, keepdims=True))
    return np.asarray(share / share.sum(axis=1, keepdims=True))


def even(mean: Any, std: float, weight: Any = None) -> Mixture:
    """A mixture of parts of one width. mean : (K, d). weight : (K,), any sum; None: all equal."""
    mean = np.asarray(mean, np.float64)
    w = np.ones(len(mean)) if weight is None else np.asarray(weight, np.float64)
    return Mixture(w / w.sum(), mean, np.full(len(mean), float(std)))
