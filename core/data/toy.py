"""1-D targets: laws of x = f(z), z ~ N(0, 1), given by a map, a mixture, a formula or a drawing.

Every target is a map f, so that the true map can be drawn beside the generator's, and everything
about its law (density, quantiles, mass) is computed from f exactly, never from a histogram.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy.special import expit

from core.config import shown
from core.data.law import Array, Law, Z, pushforward
from core.data.written import WRITTEN, Map


@dataclass(frozen=True, eq=False)  # compared by identity: `target` makes each only once
class Target:
    """A distribution to imitate.

    f : the true map. law : the exact law of f(z). bounds : the x that separate its modes,
    ascending, shape (modes - 1,). mass : the share of each mode, shape (modes,). centers : where
    each is highest. span : the x to show.
    """

    name: str
    f: Map
    law: Law
    bounds: Array
    mass: Array
    centers: Array
    span: tuple[float, float]

    @property
    def edges(self) -> Array:
        """Bin edges over `span` for densities on the screen: 280 bins."""
        return np.linspace(*self.span, 281)


def _shifted(z: Array) -> Array:
    return 0.5 * z + 1.0


def _long_tail(z: Array) -> Array:
    return np.abs(z) ** 1.2


def _two_modes(z: Array) -> Array:
    return np.asarray((0.5 * z - 2.0) * expit(-10.0 * z) + (z + 2.0) * expit(10.0 * z))


def _far_modes(z: Array) -> Array:
    return np.asarray(z * expit(-30.0 * z) + (z + 15.0) * expit(30.0 * z))


MAPS: dict[str, Map] = {
    "shifted": _shifted,
    "long tail": _long_tail,
    "two modes": _two_modes,
    "far modes": _far_modes,
}

NAMES = (*MAPS, *WRITTEN)


@lru_cache(maxsize=64)
def target(name: str, text: str = "") -> Target:
    """The target `name`; `text` holds the mixture, the formula or the drawing where it is one.

    Raises ValueError with a sentence for the screen: an unknown name, or a text that means nothing.
    """
    if name in MAPS:
        f = MAPS[name]
    elif name in WRITTEN:
        f = WRITTEN[name](text)
    else:
        raise ValueError(f"There is no target {shown(name)}; known are {', '.join(NAMES)}.")
    law = pushforward(f(Z))
    low, high = law.quantile(np.array([1e-4, 1 - 1e-4]))
    pad = 0.12 * (high - low)
    bounds, mass, centers = _modes(law, low - pad, high + pad)
    # an untrained generator begins between -2 and 2, and has to be seen there too
    span = (min(low - pad, -2.0), max(high + pad, 2.0))
    return Target(name, f, law, bounds, mass, centers, span)


def _modes(law: Law, low: float, high: float) -> tuple[Array, Array, Array]:
    """Split the line at the valleys of the density: bounds, mass and highest point of each mode.

    A valley counts if it is below half of the lower of its two hills and each side holds 2 %.
    """
    edges = np.linspace(low, high, 161)
    middle = (edges[:-1] + edges[1:]) / 2
    p = np.convolve(law.density(edges), np.ones(5) / 5, "same")
    bounds: list[float] = []
    while True:
        # add the deepest valley that still separates two real hills
        cuts = np.searchsorted(middle, [low, *bounds, high])
        best, at = 0.5, None
        for a, b in pairwise(cuts):
            left = np.maximum.accumulate(p[a:b])
            right = np.maximum.accumulate(p[a:b][::-1])[::-1]
            depth = p[a:b] / np.maximum(np.minimum(left, right), 1e-12)
            depth[np.minimum(left, right) < 0.02 * p.max()] = 1.0
            mass = law.cdf(middle[a:b])
            start, stop = law.cdf(np.array([edges[a], edges[b]]))
            depth[(mass - start < 0.02) | (stop - mass < 0.02)] = 1.0
            if b > a and depth.min() < best:
                # the middle of the valley's floor, not its first point
                floor = np.flatnonzero(depth <= depth.min() + 1e-9)
                best, at = depth.min(), float(middle[a + floor[len(floor) // 2]])
        if at is None or len(bounds) == 11:
            break
        bounds = sorted([*bounds, at])
    limits = np.array([-np.inf, *bounds, np.inf])
    mass = np.diff(np.concatenate([[0.0], law.cdf(np.array(bounds)), [1.0]]))
    centers = [
        middle[np.argmax(np.where((middle > a) & (middle <= b), p, -1.0))]
        for a, b in pairwise(limits)
    ]
    return np.array(bounds), mass, np.array(centers)
