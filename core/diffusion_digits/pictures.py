"""Pictures as a diffusion sees them: numbers from -1 to 1, and back to grey values. No torch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.diffusion.process import Array

Pixels = NDArray[np.uint8]


def shrunk(pictures: Pixels, side: int) -> Pixels:
    """Pictures at `side` pixels a side: blocks averaged. (n, H, H) to (n, side, side), H a multiple
    of side."""
    n, high, _ = pictures.shape
    k = high // side
    blocks = pictures.reshape(n, side, k, side, k)
    return np.rint(blocks.mean(axis=(2, 4))).astype(np.uint8) if k > 1 else pictures


def signed(pictures: Pixels) -> Array:
    """Grey values 0 to 255 as -1 to 1. (n, H, W), float32."""
    return np.asarray(pictures, np.float32) / np.float32(127.5) - 1


def grey(x: Array) -> Pixels:
    """The inverse of `signed`, cut off beyond."""
    return np.asarray(np.rint(np.clip((x + 1) * 127.5, 0, 255)), np.uint8)
