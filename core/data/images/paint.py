"""Painting over a picture: strokes of ink and of bare paper, as two masks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.float32]


class Painted(TypedDict):
    """A stroke of the brush.

    points : (x, y) from 0 to 1 of the picture's sides, y downwards. ink : False for the eraser,
    which leaves bare paper.
    """

    points: list[tuple[float, float]]
    ink: bool


def coverage(strokes: Sequence[Painted], size: int, width: float) -> tuple[Mask, Mask]:
    """How much of each pixel is covered with ink, and how much with bare paper, from 0 to 1.

    A painted picture x becomes ``(1 - ink - paper) * x + ink``; where neither has been, it is what
    it was. Strokes lie over one another as the browser shows them: the last one wins.

    Parameters
    ----------
    strokes : from the first to the last. One of a single point is a dot, of none is nothing.
    size : of the masks, in pixels.
    width : of the round brush, as a share of the picture's side.

    Returns
    -------
    ink, paper : each of shape (size, size); their sum is at most 1. At its edge a stroke fades
    over one pixel, by the distance of the pixel's middle, and a brush thinner than a pixel is as
    faint as it is thin.

    Raises
    ------
    ValueError
        If `size` or `width` is not positive.
    """
    if size < 1 or not width > 0:
        raise ValueError(f"size = {size}, width = {width}: both must be positive.")
    ink, paper = np.zeros((2, size, size), np.float32)
    radius = width * size / 2
    for stroke in strokes:
        far = _distance(np.asarray(stroke["points"], np.float32).reshape(-1, 2) * size, size)
        # the part of a pixel's breadth that lies within the radius, on either side of the line
        cover = np.clip(radius + 0.5 - far, 0, 1) - np.clip(0.5 - radius - far, 0, 1)
        over, under = (ink, paper) if stroke["ink"] else (paper, ink)
        over += cover * (1 - over)
        under *= 1 - cover
    return ink, paper


def _distance(points: Mask, size: int) -> Mask:
    """From the middle of each pixel to the line through `points` (n, 2), in pixels."""
    middles = np.arange(size, dtype=np.float32) + np.float32(0.5)
    far = np.full((size, size), np.inf, np.float32)
    for start, end in pairwise([*points[:1], *points]):  # the first alone is a dot
        along = end - start
        dx, dy = middles[None, :] - start[0], middles[:, None] - start[1]
        share = np.clip((dx * along[0] + dy * along[1]) / max(along @ along, 1e-12), 0, 1)
        far = np.minimum(far, np.hypot(dx - share * along[0], dy - share * along[1]))
    return far
