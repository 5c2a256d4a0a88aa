"""Networks on their way into the browser: a table of layers, and weights of half precision.

float16 halves what is sent, and keeps 3 to 4 digits of each weight. Browser and server decode alike
to the last level of grey if the server, too, uses the weights as `rounded` here.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.layers import Array, Layers, describe

LARGEST = float(np.finfo(np.float16).max)  # 65504: only a training that diverged gets beyond


def rounded(weights: Sequence[Array]) -> list[Array]:
    """The weights as the browser will have them: float32, of values that float16 can hold."""
    return [_half(w).astype(np.float32) for w in weights]


def portable(layers: Layers, weights: Sequence[Array]) -> dict[str, Any]:
    """A network as JSON can hold it; `assets/decoder.js` runs it.

    Returns "layers", as `describe` gives them, and "weights", all in one: float16, little endian,
    in base64. Raises ValueError where weights and layers do not match.
    """
    shapes = [shape for layer in layers for shape in layer.shapes]
    if [w.shape for w in weights] != shapes:
        raise ValueError(f"weights of {[w.shape for w in weights]}: expected {shapes}.")
    halves = b"".join(_half(w).tobytes() for w in weights)
    return {"layers": describe(layers), "weights": b64encode(halves).decode("ascii")}


def _half(weights: Array) -> np.ndarray[Any, np.dtype[np.float16]]:
    return np.clip(weights, -LARGEST, LARGEST).astype("<f2")
