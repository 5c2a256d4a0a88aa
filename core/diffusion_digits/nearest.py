"""Has it learned faces by heart? The nearest training face of each drawn one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.diffusion_digits.pictures import Pixels
from core.layers import pixels


@dataclass(frozen=True, eq=False)
class Nearest:
    """faces : (n, H, W), the nearest ones, mirrored where that is nearer, as they were learned.
    distance : (n,), the root of the mean squared difference of pixels from 0 to 1."""

    faces: Pixels
    distance: NDArray[np.float32]


def nearest(drawn: Pixels, known: Pixels) -> Nearest:
    """Of each drawn picture, (n, H, W), the nearest of the known ones, (m, H, W)."""
    both = np.concatenate([known, known[:, :, ::-1]])
    x, y = pixels(drawn), pixels(both)
    squares = (x**2).sum(axis=1)[:, None] - 2 * x @ y.T + (y**2).sum(axis=1)
    at = squares.argmin(axis=1)
    distance = np.sqrt(((x - y[at]) ** 2).mean(axis=1))  # exact where it is 0
    return Nearest(both[at], distance)
