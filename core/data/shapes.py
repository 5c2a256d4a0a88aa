"""Targets for diffusion: densities on the line and shapes in the plane, all Gaussian mixtures.

A curve is a row of narrow Gaussians, close enough that no gap is seen; so every target has its
exact density, score and posterior mean at every noise level. All have mean 0 and variance 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.config import shown
from core.data import toy
from core.data.mixture import Mixture, even
from core.data.written import LEVELS, parse_mixture

Floats = NDArray[np.float64]
SLICES = 400  # of a law on the line that is not a mixture already
POINTS = 120  # of a drawing, at most
HEART = "ukvjwfAbF9LaRdUjUpRvLBFGALwPvSuTuStPpLkGeB8v5p5j8deak9pbtfujuk"


def _ring(text: str) -> Mixture:
    angle = np.arange(8) * np.pi / 4
    return even(np.column_stack([np.cos(angle), np.sin(angle)]), 0.08)


def _moons(text: str) -> Mixture:
    a = (np.arange(60) + 0.5) / 60 * np.pi
    upper = np.column_stack([np.cos(a), np.sin(a)])
    lower = np.column_stack([1 - np.cos(a), 0.5 - np.sin(a)])
    return even(np.concatenate([upper, lower]), 0.07)


def _spiral(text: str) -> Mixture:
    r = np.sqrt(np.linspace(0.02, 1, 140))  # evenly along the arm
    angle = 3.5 * np.pi * r
    return even(np.column_stack([r * np.cos(angle), r * np.sin(angle)]), 0.03)


def _checkerboard(text: str) -> Mixture:
    inside = (np.arange(6) + 0.5) / 6
    x, y = np.meshgrid(inside, inside)
    cell = np.column_stack([x.ravel(), y.ravel()])
    corners = [(i, j) for i in range(4) for j in range(4) if (i + j) % 2 == 0]
    return even(np.concatenate([cell + corner for corner in corners]), 0.08)


def _smiley(text: str) -> Mixture:
    face = _arc(0, 0, 1, 0, 2 * np.pi, 72)
    mouth = _arc(0, 0, 0.55, 1.15 * np.pi, 1.85 * np.pi, 24)
    eyes = [_arc(x, 0.33, 0.06, 0, 2 * np.pi, 6) for x in (-0.36, 0.36)]
    return even(np.concatenate([face, mouth, *eyes]), 0.035)


def _arc(x: float, y: float, r: float, begin: float, end: float, n: int) -> Floats:
    a = begin + (np.arange(n) + 0.5) / n * (end - begin)
    return np.column_stack([x + r * np.cos(a), y + r * np.sin(a)])


def _drawn(text: str) -> Mixture:
    """Evenly along the lines of a drawing, y upwards."""
    pieces = []
    for line in parse_lines(text):
        points = np.array(line) * (1, -1)
        length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
        at = np.linspace(0, length[-1], max(int(length[-1] / 0.015), 1))
        pieces.append(np.column_stack([np.interp(at, length, points[:, k]) for k in (0, 1)]))
    every = np.concatenate(pieces)
    return even(every[:: max(len(every) // 300, 1)], 0.018)


def parse_lines(text: str) -> list[list[tuple[float, float]]]:
    """A drawing as lines of points (x, y) in 0 to 1, y downwards.

    text : two characters of 0-9a-zA-Z a point, lines parted by "-". Raises ValueError with the
    sentence for the screen.
    """
    lines = [line for line in text.split("-") if line]
    if not lines:
        raise ValueError("The drawing is empty: draw a shape with the pointer or a finger.")
    if set("".join(lines)) - set(LEVELS) or any(len(line) % 2 for line in lines):
        raise ValueError("A drawing is two characters of 0-9a-zA-Z a point, lines parted by '-'.")
    if sum(map(len, lines)) > 2 * POINTS:
        raise ValueError(f"A drawing has at most {POINTS} points.")
    most = len(LEVELS) - 1
    at = [[LEVELS.index(c) / most for c in line] for line in lines]
    drawing = [list(zip(line[::2], line[1::2], strict=True)) for line in at]
    every = np.concatenate([np.array(line) for line in drawing])
    if np.ptp(every, axis=0).max() < 0.05:
        raise ValueError("The drawing is only a dot: draw a shape with the pointer or a finger.")
    return drawing


def write_lines(lines: Sequence[Sequence[tuple[float, float]]]) -> str:
    """The inverse of `parse_lines`, to its precision. Of more than fits into a link, points are
    left out evenly, and lines after the 30th."""
    drawn = [line for line in lines if line][: POINTS // 4]
    stride = -(-sum(map(len, drawn)) // (POINTS - 2 * len(drawn)))
    most = len(LEVELS) - 1
    kept = [[*line[:-1:stride], line[-1]] for line in drawn]
    words = ["".join(LEVELS[round(v * most)] for p in line for v in p) for line in kept]
    return "-".join(words)


def _line(name: str) -> Callable[[str], Mixture]:
    """A target of the 1-D GAN lesson, cut into slices of equal mass."""

    def make(text: str) -> Mixture:
        law = toy.target(name).law
        at = np.asarray(law.quantile(np.linspace(0, 1, 2 * SLICES + 1)[1::2]), np.float64)
        width = np.gradient(at)
        return Mixture(np.full(SLICES, 1 / SLICES), at[:, None], np.maximum(width, 1e-3))

    return make


def _mixture(text: str) -> Mixture:
    rows = parse_mixture(text)
    weight, mean, std = rows[rows[:, 0] > 0].T  # a part of weight 0 is nowhere
    return Mixture(weight, mean[:, None], std)


LINES: dict[str, Callable[[str], Mixture]] = {
    **{name: _line(name) for name in toy.MAPS},
    "mixture": _mixture,
}
PLANE: dict[str, Callable[[str], Mixture]] = {
    "ring of eight": _ring,
    "two moons": _moons,
    "spiral": _spiral,
    "checkerboard": _checkerboard,
    "smiley": _smiley,
    "drawn": _drawn,
}
SHAPES = {**PLANE, **LINES}


@lru_cache(maxsize=64)
def shape(name: str, text: str = "") -> Mixture:
    """The target `name`; `text` holds the mixture or the drawing where it is one.

    Raises ValueError with a sentence for the screen: an unknown name, or a text that means nothing.
    """
    if name not in SHAPES:
        raise ValueError(f"There is no target {shown(name)}; known are {', '.join(SHAPES)}.")
    return SHAPES[name](text).standard()
