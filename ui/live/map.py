"""The latent map: a plane of codes to drag on, over the codes of many pictures."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ui.live.asset import asset

Codes = NDArray[np.floating[Any]]

_latent_map = st.components.v2.component(
    "latent_map",
    html="""
    <div class="map" role="slider" tabindex="0" aria-roledescription="map of codes">
      <canvas class="points" aria-hidden="true"></canvas>
      <div class="cross" aria-hidden="true">
        <i class="across"></i><i class="down"></i><i class="handle"></i>
      </div>
    </div>
    """,
    css=asset("latent_map.css"),
    js=asset("code.js", "latent_map.js"),
)


class Plane(NamedTuple):
    """Which codes a map shows: centre + x directions[0] + y directions[1].

    directions : (2, d), orthonormal rows. centre : (d,).
    """

    directions: Codes
    centre: Codes


def latent_map(
    key: str,
    points: Codes,
    labels: NDArray[Any],
    code: Mapping[str, float],
    *,
    label: str,
    classes: Mapping[str, str],
    limits: tuple[float, float],
    step: float = 0.01,
    plane: Plane | None = None,
    axes: tuple[str, str] = ("", ""),
    on_pick: Callable[[dict[str, float]], object] | None = None,
) -> None:
    """Show codes as dots, and the present one as a handle that mouse, finger and arrow keys move.

    While it is dragged, a `live_decoder` with the same sliders follows in the browser. When it is
    let go, the new code is written to the sliders, before the script runs; while a slider is
    dragged, the handle follows::

        latent_map("vae.map", mu, digits, {"vae.z0": z[0], "vae.z1": z[1]}, label="Latent space",
                   classes={"0": "#0072B2", "1": "#D55E00"}, limits=(-3, 3), step=0.05)

    Parameters
    ----------
    key : of the component, unique on the page.
    points, labels : (n, 2) places on the map, and n numbers: to which of `classes` each belongs.
    code : the present code, by the keys of its sliders.
    label : what the map shows, for screen readers.
    classes : '#rrggbb' of each class by its name, which stands at its median.
    limits, step : of the sliders: what is picked keeps to them.
    plane : the plane of the map in the space of codes, through `centre`; a drag moves the code
        along the plane and keeps the rest. None: the code has two numbers, they are the place.
    axes : names of the two axes.
    on_pick : called with the new code instead of writing it to `st.session_state`.

    Raises
    ------
    ValueError
        If the shapes do not fit together.
    """
    points, d = np.asarray(points, np.float32), len(code)
    if plane is None:
        plane = Plane(np.eye(2), np.zeros(2))
    if np.shape(plane.directions) != (2, d) or np.shape(plane.centre) != (d,):
        raise ValueError(f"The plane does not lie in the space of codes of {d} numbers.")
    if points.shape != (len(labels), 2):
        raise ValueError(f"points of shape {points.shape} for {len(labels)} labels.")
    names, seen_key = list(code), f"{key}.seen"

    def take() -> None:
        picked = (st.session_state.get(key) or {}).get("picked")
        if not isinstance(picked, dict) or picked.get("stamp") == st.session_state.get(seen_key):
            return
        st.session_state[seen_key] = picked.get("stamp")
        z = read_code(picked.get("z"), d, limits, step)
        if z is not None:
            new = dict(zip(names, z, strict=True))
            (on_pick or _write)(new)

    _latent_map(
        key=key,
        data={
            "label": label, "axes": list(axes), "sliders": names, "z": list(code.values()),
            "points": _base64(points), "labels": _base64(np.asarray(labels, np.uint8)),
            "names": list(classes), "colours": list(classes.values()), "frame": frame(points),
            "directions": np.asarray(plane.directions, float).tolist(),
            "centre": np.asarray(plane.centre, float).tolist(),
            "limits": list(limits), "step": step, "seen": st.session_state.get(seen_key),
        },
        on_picked_change=take,
    )  # fmt: skip


def _write(code: dict[str, float]) -> None:
    for name, value in code.items():
        st.session_state[name] = value


def _base64(values: NDArray[Any]) -> str:
    return b64encode(values.tobytes()).decode("ascii")


def read_code(
    value: object, d: int, limits: tuple[float, float], step: float
) -> list[float] | None:
    """What the browser sent as d numbers within the limits, in steps; None if it is no code."""
    if not isinstance(value, Sequence) or len(value) != d:
        return None
    if not all(type(v) in (int, float) and abs(v) < inf for v in value):
        return None
    low, high = limits
    steps = (round((float(np.clip(v, low, high)) - low) / step) for v in value)
    return [min(round(low + n * step, 9), high) for n in steps]


def frame(points: Codes) -> list[float]:
    """The square that holds all but the most remote dots, with a margin: [x0, y0, side]."""
    finite = points[np.isfinite(points).all(axis=1)]
    if not len(finite):
        return [-1.0, -1.0, 2.0]
    low, high = np.quantile(finite, [0.002, 0.998], axis=0)
    side = float(max(1.12 * (high - low).max(), 1e-3))
    x, y = ((low + high - side) / 2).tolist()
    return [x, y, side]
