"""The score as arrows on a grid, learned over exact; on the line as curves."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from core.data.mixture import Mixture
from core.diffusion.moment import reach
from core.diffusion.process import Array, Denoiser, score
from core.diffusion.schedule import Schedule

GRID = 12  # arrows a side
LINE = 161  # places on the line
HEAD = 0.34  # of an arrow, as a share of its length


@lru_cache(maxsize=32)
def places(data: Mixture) -> Array:
    """Where the score is shown, (m, d)."""
    far = reach(data)
    if data.d == 1:
        return np.linspace(-far, far, LINE, dtype=np.float32)[:, None]
    side = (np.arange(GRID) + 0.5) / GRID * 2 * far - far
    x, y = np.meshgrid(side, side)
    return np.column_stack([x.ravel(), y.ravel()]).astype(np.float32)


def scaled(denoise: Denoiser, at: Array, t: int, s: Schedule) -> Array:
    """sqrt(1 - alpha_bar) times the score at t, so that its size is about the same at every t:
    minus the noise that the denoiser sees. at : (m, d). t from 1."""
    return np.asarray(score(denoise(at, t), t, s) * np.sqrt(1 - s.alpha_bar[t]), np.float32)


def arrows(at: Array, pull: Array, room: float) -> dict[str, Array]:
    """Arrows as "x" and "y" of one trace, NaN between them, each beginning at its place.

    at, pull : (m, 2). room : the length that none reaches, however strong it is.
    """
    size = np.linalg.norm(pull, axis=1, keepdims=True)
    along = pull / np.maximum(size, 1e-9) * room * size / (size + 1)
    tip = at + along
    side = np.column_stack([-along[:, 1], along[:, 0]]) * 0.6
    left, right = tip - HEAD * (along - side), tip - HEAD * (along + side)
    gap = np.full_like(at, np.nan)
    flat = np.stack([at, tip, left, tip, right, gap], axis=1).reshape(-1, 2)
    return {"x": flat[:, 0], "y": flat[:, 1]}


def error(learned: Array, best: Array) -> float:
    """The size of the difference as a share of the size of the exact score, root mean squares.

    learned, best : (n, d), at the same places.
    """
    return float(np.sqrt(((learned - best) ** 2).mean() / (best**2).mean()))
