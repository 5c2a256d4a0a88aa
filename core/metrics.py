"""Distances between distributions: pure functions of arrays."""

from __future__ import annotations

from dataclasses import dataclass

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


def sliced_wasserstein_1(x: Array, y: Array, slices: int = 64) -> float:
    """The mean of W1 over projections of the plane onto lines in evenly spread directions, in the
    unit of x (Bonneel et al. 2015, definition 1).

    x, y : shape (n, 2). Raises ValueError where the sizes differ.
    """
    if x.shape != y.shape:
        raise ValueError(f"samples of equal size are needed, not {x.shape} and {y.shape}.")
    angle = np.arange(slices) * np.pi / slices
    directions = np.stack([np.cos(angle), np.sin(angle)])
    gaps = np.sort(x @ directions, axis=0) - np.sort(y @ directions, axis=0)
    return float(np.abs(gaps).mean())


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


@dataclass(frozen=True, eq=False)
class Gaussian:
    """mean : (d,). covariance : (d, d)."""

    mean: Array
    covariance: Array


def gaussian(x: Array) -> Gaussian:
    """The mean and the covariance of samples, in float64. x : (n, d), n at least 2."""
    x = np.asarray(x, np.float64)
    mean = x.mean(axis=0)
    return Gaussian(mean, (x - mean).T @ (x - mean) / (len(x) - 1))


def frechet(p: Gaussian, q: Gaussian) -> float:
    """The squared Frechet distance of two Gaussians, which is their squared W2: |m_p - m_q|^2 +
    tr(C_p + C_q - 2 (C_p C_q)^(1/2)) (Dowson and Landau 1982; of features, Heusel et al. 2017, eq.
    6), in the squared unit of the samples."""
    # tr (C_p C_q)^(1/2) is the sum of the singular values of C_p^(1/2) C_q^(1/2)
    both = np.linalg.svd(_root(p.covariance) @ _root(q.covariance), compute_uv=False).sum()
    gap = float(((p.mean - q.mean) ** 2).sum())
    spread = float(np.trace(p.covariance) + np.trace(q.covariance) - 2 * both)
    return max(gap + spread, 0.0)


def _root(covariance: Array) -> Array:
    """The symmetric square root; eigenvalues that rounding made negative count as 0."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)
