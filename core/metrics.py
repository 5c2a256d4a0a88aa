"""Distances between distributions on the line: pure functions of arrays."""

from __future__ import annotations

import numpy as np

from core.data.law import Array


def wasserstein_1(x: Array, y: Array) -> float:
    """W1 between two samples of the same size, in the unit of x: the mean gap of sorted values.

    On the line the optimal transport plan matches equal ranks (Villani 2003, section 2.2).
    x, y : shape (n,). Raises ValueError where the sizes differ.
    """
    if x.shape != y.shape:
        raise ValueError(f"samples of equal size are needed, not {x.shape} and {y.shape}.")
    return float(np.abs(np.sort(x) - np.sort(y)).mean())


def jensen_shannon(p: Array, q: Array) -> float:
    """The Jensen-Shannon divergence of two histograms, in nats: 0 if equal, log 2 if disjoint.

    p, q : masses, shape (bins,), each summing to 1 (Lin 1991, eq. 4.1).
    """
    m = (p + q) / 2

    def kl(a: Array) -> float:
        on = a > 0
        return float((a[on] * np.log(a[on] / m[on])).sum())

    return max((kl(p) + kl(q)) / 2, 0.0)


def shares(x: Array, bounds: Array) -> Array:
    """The share of the samples in each of the intervals that `bounds` cut the line into.

    x : shape (n,). bounds : ascending, shape (k,). Returns shape (k + 1,).
    """
    counts = np.bincount(np.searchsorted(bounds, x), minlength=len(bounds) + 1)
    return counts / len(x)
