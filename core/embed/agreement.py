"""How well clusters that are found without labels agree with the labels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.embed.methods import Array, one_thread


class Purity(NamedTuple):
    """value : from about `floor`, what shuffled labels score on the same clusters, to 1."""

    value: float
    floor: float


def purity(points: Array, labels: NDArray[np.integer[Any]], seed: int = 0) -> Purity:
    """The share of points whose label is the most frequent one in their k-means cluster.

    There are as many clusters as there are classes; the labels are not used to find them. 1 : each
    cluster holds one class only (Manning, Raghavan and Schuetze 2008, section 16.3).
    points : (n, d). labels : (n,), whole numbers from 0. Raises ValueError if they do not match.
    """
    if len(points) != len(labels) or not len(labels):
        raise ValueError(f"purity needs a label for each point, not {len(labels)}.")
    rng = np.random.default_rng(seed)
    k = len(np.unique(labels))
    with one_thread():
        at = clusters(points, k, rng)

    def share(of: NDArray[np.integer[Any]]) -> float:
        counts = np.zeros((k, int(labels.max()) + 1), int)
        np.add.at(counts, (at, of), 1)
        return float(counts.max(1).sum() / len(of))

    floor = np.mean([share(rng.permutation(labels)) for _ in range(20)])
    return Purity(share(labels), float(floor))


def clusters(points: Array, k: int, rng: np.random.Generator, tries: int = 5) -> NDArray[np.int64]:
    """The cluster of each point, (n,), from 0 to k - 1: the best of several runs of k-means.

    Lloyd's iteration from starts that lie far apart (Arthur and Vassilvitskii 2007).
    """
    x = np.asarray(points, np.float32)
    x = x - x.mean(0)
    squares = (x**2).sum(1)

    def distances(centres: Array) -> Array:
        d: Array = squares[:, None] - 2 * x @ centres.T + (centres**2).sum(1)
        return np.maximum(d, 0, out=d)

    best, kept = np.inf, np.zeros(len(x), np.int64)
    for _ in range(tries):
        centres = x[[rng.integers(len(x))]]
        while len(centres) < k:
            near = distances(centres).min(1).astype(np.float64)
            chance = near / near.sum() if near.sum() > 0 else None
            centres = np.vstack([centres, x[rng.choice(len(x), p=chance)]])
        at, d = np.full(len(x), -1), distances(centres)
        for _ in range(100):
            if (d.argmin(1) == at).all():
                break
            at = d.argmin(1)
            member = np.eye(k, dtype=np.float32)[at]
            size = member.sum(0)[:, None]
            # a cluster that has lost all its points stays where it is
            centres = np.where(size > 0, member.T @ x / np.maximum(size, 1), centres)
            d = distances(centres)
        if (cost := float(d.min(1).sum())) < best:
            best, kept = cost, at
    return kept
