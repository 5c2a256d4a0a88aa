"""Paths of particles as single traces: many lines with gaps between them draw as fast as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.diffusion.process import Array

POINTS = 160  # of one path: more are not seen


def thin(n: int, most: int = POINTS) -> list[int]:
    """At most so many of 0 ... n - 1, evenly, both ends among them."""
    return sorted(set(np.rint(np.linspace(0, n - 1, min(most, n))).astype(int).tolist()))


def lines(x: Array, times: Sequence[float]) -> dict[str, Array]:
    """Paths as "x" and "y" of one trace, NaN between them: in the plane as they are, on the line
    over their times.

    x : (K, n, d), one path in each column. times : (K,).
    """
    keep = thin(len(x))
    x = x[keep]
    at = np.broadcast_to(np.asarray(times, np.float32)[keep, None, None], (*x.shape[:2], 1))
    both = x if x.shape[2] == 2 else np.concatenate([at, x], axis=2)
    gap = np.full((1, *both.shape[1:]), np.nan, np.float32)
    flat = np.concatenate([both, gap]).swapaxes(0, 1).reshape(-1, 2)
    return {"x": flat[:, 0], "y": flat[:, 1]}


def points(x: Array, t: float) -> dict[str, Array]:
    """Places as "x" and "y" of one trace. x : (n, d), at time t."""
    if x.shape[1] == 2:
        return {"x": x[:, 0], "y": x[:, 1]}
    return {"x": np.full(len(x), t, np.float32), "y": x[:, 0]}


def trace(xy: dict[str, Array], mode: str, **more: Any) -> dict[str, Any]:
    """A quiet scatter trace."""
    return {"type": "scatter", "mode": mode, "hoverinfo": "skip", **xy, **more}
