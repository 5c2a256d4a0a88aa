"""Bringing pictures into the shape of MNIST: 28 x 28, bright ink on black, centred by its mass.

LeCun et al. 1998: the longer side of the ink is 20 pixels, its centre of mass in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core.data.images.base import BadInput

Floats = NDArray[np.float32]

SIZE = 28
MIDDLE = 14.5  # from the edge: MNIST's mass lies in the middle of pixel (14, 14), counted from 0
SIDE = 20.0  # the longer side of the ink, in pixels
BRUSH = 2.6  # thickness of a drawn stroke in the result: as in MNIST, by ink over outline
FAINT = 1 / 16  # of the brightest: darker than this does not count as ink when it is measured
FINE = 8  # a drawing is made this many times finer, which is what smooths its edges
POINTS = 20_000


def centred(grey: NDArray[np.number], side: float = SIDE) -> NDArray[np.uint8]:
    """A grey picture with bright ink on black, shape (H, W) -> shape (28, 28), as MNIST is.

    The longer side of the ink becomes `side` pixels, the brightest pixel 255, and the centre of
    mass lies in pixel (14, 14), or as near to it as possible without cutting off ink. Black stays
    black. Raises BadInput unless the picture is a plane of finite numbers.
    """
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused
        ink = np.asarray(grey, np.float32)
    if ink.ndim != 2 or ink.size == 0 or not np.isfinite(ink).all():
        raise BadInput("A grey picture must be a table of finite numbers, height by width.")
    out: NDArray[np.uint8] = centred_all(ink[None], side)[0]
    return out


def centred_all(grey: Floats, side: float = SIDE) -> NDArray[np.uint8]:
    """`centred` for many pictures of one size, shape (N, H, W) -> (N, 28, 28)."""
    peak = np.maximum(grey.max((1, 2), keepdims=True), 1e-12)
    ink = np.clip(grey / peak, 0.0, 1.0)
    rows, columns = _span(ink.max(2)), _span(ink.max(1))
    scale = side / np.maximum(rows[1] - rows[0], columns[1] - columns[0])
    across = _resampling(_middle(ink.sum(2), rows, scale), scale, ink.shape[1])
    along = _resampling(_middle(ink.sum(1), columns, scale), scale, ink.shape[2])
    out: Floats = np.clip(across @ ink @ along.transpose(0, 2, 1), 0.0, 1.0)  # the cubic overshoots
    out *= 255.0 / np.maximum(out.max((1, 2), keepdims=True), 1e-6)
    return np.asarray(np.rint(out), np.uint8)


def _span(profile: Floats) -> tuple[Floats, Floats]:
    """Where the ink begins and ends, in pixel edges: profile (N, n) -> two of shape (N,)."""
    ink = profile > FAINT
    n = ink.shape[1]
    begin = np.where(ink.any(1), ink.argmax(1), 0)
    end = np.where(ink.any(1), n - ink[:, ::-1].argmax(1), n)
    return begin.astype(np.float32), end.astype(np.float32)


def _middle(mass: Floats, span: tuple[Floats, Floats], scale: Floats) -> Floats:
    """The place, in pixel edges, that belongs in the middle of the picture. Shape (N,)."""
    places = np.arange(mass.shape[1], dtype=np.float32) + 0.5
    centre = mass @ places / np.maximum(mass.sum(1), 1e-12)
    # the clip moves only what would otherwise lose ink
    low, high = span[1] - (SIZE - MIDDLE) / scale, span[0] + MIDDLE / scale
    return np.asarray(np.clip(centre, low, high), np.float32)


def _resampling(middle: Floats, scale: Floats, n: int) -> Floats:
    """Weights that take n pixels to 28, shape (N, 28, n): Catmull and Rom's cubic (1974).

    scale : new pixels per old one, shape (N,); below 1 the kernel widens, so that nothing of the
    old picture falls between the new pixels. Beyond its edge, the old picture is black.
    """
    new = np.arange(SIZE, dtype=np.float32) + 0.5 - MIDDLE
    old = np.arange(n, dtype=np.float32) + 0.5
    shrink = np.minimum(scale, 1.0)[:, None, None]
    places = middle[:, None] + new / scale[:, None]
    return cubic((places[:, :, None] - old) * shrink) * shrink


def cubic(d: Floats) -> Floats:
    """Catmull and Rom's kernel at a distance of d pixels: 1 at 0, and 0 at every other integer."""
    d = np.abs(d)
    near = (1.5 * d - 2.5) * d * d + 1.0
    far = ((-0.5 * d + 2.5) * d - 4.0) * d + 2.0
    return np.where(d < 1.0, near, np.where(d < 2.0, far, 0.0)).astype(np.float32)


def rasterize(strokes: Sequence[Sequence[tuple[float, float]]]) -> NDArray[np.uint8]:
    """A drawing as MNIST would show it, shape (28, 28); no strokes give a black picture.

    strokes : points (x, y) from 0 to 1, y downwards; those outside are moved to the edge. The
    brush is as thick as MNIST's *after* centring, however large the drawing was; one far smaller
    than the pad, such as a dot, stays small. Raises BadInput for what is not a drawing.
    """
    lines = [_points(stroke) for stroke in strokes if len(stroke)]
    if not lines:
        return np.zeros((SIZE, SIZE), np.uint8)
    points = np.concatenate(lines)
    if len(points) > POINTS:
        raise BadInput(f"The drawing has {len(points):,} points; the limit is {POINTS:,}.")
    low = points.min(0)
    extent = float((points.max(0) - low).max())
    side = BRUSH + (SIDE - BRUSH) * min(extent / 0.1, 1.0)
    zoom = FINE * (side - BRUSH) / max(extent, 1e-9)
    radius = FINE * BRUSH / 2
    size = int(FINE * SIDE) + 2 * FINE
    canvas = Image.new("L", (size, size))
    pen = ImageDraw.Draw(canvas)
    for line in lines:
        path = [(float(x), float(y)) for x, y in (line - low) * zoom + radius + FINE]
        pen.line(path, fill=255, width=round(2 * radius))
        for x, y in path:  # round ends and joints
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return centred(np.asarray(canvas), side)


def _points(stroke: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    try:
        points = np.asarray(stroke, np.float64)
    except (TypeError, ValueError):
        points = np.full((1, 2), np.nan)
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise BadInput("A stroke must be a list of points (x, y), each a number from 0 to 1.")
    return np.clip(points, 0.0, 1.0)
