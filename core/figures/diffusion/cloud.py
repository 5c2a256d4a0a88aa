"""What the browser needs to move particles by itself: places, densities and colours at stations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.mixture import Mixture
from core.diffusion.moment import reach
from core.diffusion.process import Array
from core.diffusion.schedule import Schedule
from core.figures.diffusion.panels import noise_share
from core.figures.diffusion.shade import between, opacity, plane
from core.figures.diffusion.trails import thin
from core.figures.images import grey

STATIONS = 61  # between them the browser goes straight
SIDE = 40  # of a density


@dataclass(frozen=True, eq=False)
class Cloud:
    """Particles at some times, in the order of the process, and what lies behind them.

    times : (S,), rising or falling. x : (S, n, d). shades : (S, SIDE, SIDE), opacities from 0 to
    255 over the square from -reach to reach, its upper row first; on the line there are none.
    colours, inks : '#rrggbb' at each time, of the particles and of the shades. few : so many of the
    particles have trails.
    """

    times: Sequence[int]
    x: Array
    shades: NDArray[np.uint8]
    reach: float
    colours: Sequence[str]
    inks: Sequence[str]
    few: int


def cloud(
    data: Mixture, s: Schedule, x: Array, times: Sequence[int], ends: tuple[str, str, str],
    few: int,
) -> Cloud:  # fmt: skip
    """x : (K, n, d), at `times`, (K,), of which some are kept. ends : '#rrggbb' of particles
    without noise, of the density without noise, and of pure noise."""
    keep = thin(len(x), STATIONS)
    kept = [times[k] for k in keep]
    far = reach(data)
    shades = np.zeros((len(kept), 0, 0), np.uint8)
    if data.d == 2:
        laws = (plane(data, float(s.alpha_bar[t]), far, SIDE) for t in kept)
        shades = np.stack([grey(opacity(p, float(p.max()))) for p in laws])
    made, law, noise = ends
    colours, inks = ([between(end, noise, noise_share(s, t)) for t in kept] for end in (made, law))
    return Cloud(kept, x[keep], shades, far, colours, inks, few)
