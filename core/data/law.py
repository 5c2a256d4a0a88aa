"""Laws on the line, and the exact law of x = f(z) with z ~ N(0, 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Array = NDArray[np.floating[Any]]

# The normal law as 4,000 slices, fine enough that straight lines between them cannot be seen.
Z = np.linspace(-6.0, 6.0, 4001)
SLICE = np.diff(ndtr(Z)) / (ndtr(Z[-1]) - ndtr(Z[0]))


@dataclass(frozen=True)
class Law:
    """A distribution on the line: a cumulative distribution function, straight between knots.

    x : knots, ascending, shape (K,).   F : P(X <= x) at the knots, shape (K,), from 0 to 1.
    """

    x: Array
    F: Array

    def cdf(self, x: Array) -> Array:
        """P(X <= x)."""
        return np.interp(x, self.x, self.F, left=0.0, right=1.0)

    def density(self, edges: Array) -> Array:
        """The mean density within each bin: exact mass over width. Shape (len(edges) - 1,)."""
        return np.diff(self.cdf(edges)) / np.diff(edges)

    def quantile(self, u: Array) -> Array:
        """The smallest x with P(X <= x) >= u."""
        return np.interp(u, self.F, self.x)


def pushforward(x: Array) -> Law:
    """The law of x = f(z), z ~ N(0, 1), from the values of f on the grid `Z`.

    f is taken as straight within each slice of `Z`: there, its mass is spread evenly between the
    slice's two ends, and slices that overlap (branches of f) add up. A flat piece is an atom; it
    becomes a very narrow box.

    x : shape (len(Z),).
    """
    x = np.asarray(x, np.float64)
    low, high = np.minimum(x[:-1], x[1:]), np.maximum(x[:-1], x[1:])
    box = 1e-6 * max(float(np.ptp(x)), 1e-3)
    thin = np.maximum(box - (high - low), 0.0) / 2
    low, high = low - thin, high + thin
    slope = SLICE / (high - low)
    knots = np.concatenate([low, high])
    order = np.argsort(knots, kind="stable")
    knots = knots[order]
    slopes = np.cumsum(np.concatenate([slope, -slope])[order])
    F = np.concatenate([[0.0], np.cumsum(slopes[:-1] * np.diff(knots))])
    # rounding leaves F at 1 within 1e-9; make it a distribution function to the last bit
    return Law(knots, np.maximum.accumulate(np.clip(F / F[-1], 0.0, 1.0)))
