"""Exact densities of x_t as soft shades, and the colours between data and noise."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.mixture import Mixture
from core.diffusion.process import Array
from core.diffusion.schedule import Schedule
from core.figures.images import Box, png

SIDE = 96  # of a density in the plane
COLUMNS, ROWS = 120, 160  # of one over t and x
DARKEST = 0.62  # opacity where the density is highest


def between(a: str, b: str, share: float) -> str:
    """The colour at `share` of the way from a to b. '#rrggbb'."""
    ends = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (a, b)]
    mixed = (round((1 - share) * x + share * y) for x, y in zip(*ends, strict=True))
    return "#" + "".join(f"{v:02x}" for v in mixed)


def plane(data: Mixture, alpha_bar: float, reach: float, side: int = SIDE) -> NDArray[np.float64]:
    """The density of x_t on side x side places, from y = reach downwards. data : the law of x_0.

    A part is a product of one factor for x and one for y, so the whole is a product of matrices.
    """
    law = data.noised(alpha_bar)
    at = (np.arange(side) + 0.5) / side * 2 * reach - reach
    x, y = (np.exp(-((at[:, None] - law.mean[:, k]) ** 2) / (2 * law.std**2)) for k in (0, 1))
    return np.asarray((y[::-1] * (law.weight / (2 * np.pi * law.std**2))) @ x.T)


@lru_cache(maxsize=16)
def stripes(data: Mixture, s: Schedule, reach: float) -> tuple[Array, Array]:
    """The density of x_t over t and x. Returns the times of its columns, (COLUMNS,), and the
    density, (ROWS, COLUMNS), from x = reach downwards."""
    t = (np.arange(COLUMNS) + 0.5) / COLUMNS * s.T
    a = np.interp(t, np.arange(s.T + 1), s.alpha_bar)
    x = (reach - (np.arange(ROWS) + 0.5) / ROWS * 2 * reach)[:, None].astype(np.float32)
    p = np.empty((ROWS, COLUMNS), np.float32)
    for column, alpha_bar in enumerate(a):
        law = data.noised(alpha_bar)
        mean, std = law.mean[:, 0].astype(np.float32), law.std.astype(np.float32)
        parts = np.exp(-(((x - mean) / std) ** 2) / 2)
        p[:, column] = parts @ (law.weight / (std * np.sqrt(2 * np.pi)))
    return t, p


def opacity(p: NDArray[Any], top: float) -> NDArray[np.float64]:
    """Densities as opacities; those of `top` and above are darkest. By the root, so that what is
    rare is seen."""
    return DARKEST * np.sqrt(np.minimum(p / top, 1.0))


def soft(image: NDArray[Any], colour: str, box: Box, number: int = 1) -> dict[str, Any]:
    """An entry of `layout.images`: opacities that the browser smooths, behind panel `number`.

    box : x0, x1, y0, y1 of the panel's axes.
    """
    x0, x1, y0, y1 = box
    k = "" if number == 1 else str(number)
    return {
        "source": png(image, colour), "xref": f"x{k}", "yref": f"y{k}", "layer": "below",
        "x": x0, "y": y1, "xanchor": "left", "yanchor": "top", "sizex": x1 - x0,
        "sizey": y1 - y0, "sizing": "stretch",
    }  # fmt: skip


def over_time(
    data: Mixture, s: Schedule, reach: float, colours: tuple[str, str], number: int = 1,
    backwards: bool = False,
) -> list[dict[str, Any]]:  # fmt: skip
    """The density over t and x as a picture that goes from the first colour, data, to the second,
    noise: one of each, the one fading as the other grows. backwards : t runs from T to 0."""
    t, p = stripes(data, s, reach)
    share = np.interp(t, np.arange(s.T + 1), s.alpha_bar)
    dark = opacity(p, float(np.clip(p.max(), 0.4, 1.5)))
    way, begin = (-1, float(s.T)) if backwards else (1, 0.0)
    made = []
    for k, (colour, weight) in enumerate(zip(colours, (share, 1 - share), strict=True)):
        # plotly takes two pictures at the very same place for one
        box = (begin, begin + s.T, -reach, reach * (1 + 1e-6 * k))
        made.append(soft((dark * weight)[:, ::way], colour, box, number))
    return made
