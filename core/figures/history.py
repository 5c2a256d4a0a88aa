"""Recorded numbers as curves: thinned, smoothed, and with a line at the step that is shown."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.figures.theme import Theme

Values = NDArray[np.floating[Any]]


def marker(step: int, theme: Theme, span: tuple[float, float]) -> dict[str, Any]:
    """The upright line at the step that the rest of the picture shows."""
    return {
        "meta": "moving", "x": np.full(2, step, np.float32), "y": np.array(span, np.float32),
        "hoverinfo": "skip", "line": {"color": theme.ink, "width": 1},
    }  # fmt: skip


def smooth(values: Values) -> Values:
    """The running mean over the last fiftieth of the values."""
    n = max(len(values) // 50, 1)
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    at = np.arange(1, len(values) + 1)
    begin = np.maximum(at - n, 0)
    return np.asarray((total[at] - total[begin]) / np.maximum(at - begin, 1))


def thin(values: Values, most: int = 500) -> dict[str, Values]:
    """At most about `most` of the values, evenly spread, with their steps, which begin at 1."""
    stride = max(len(values) // most, 1)
    at = np.arange(stride - 1, len(values), stride)
    return {"x": (at + 1).astype(np.float32), "y": values[at].astype(np.float32)}
