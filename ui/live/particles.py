"""Live particles: a cloud that follows the slider of its time while its thumb moves."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.figures.diffusion.cloud import Cloud
from core.figures.theme import Theme
from ui.live.asset import asset

LARGEST = 32_000  # of an int16

_live_particles = st.components.v2.component(
    "live_particles",
    html='<canvas class="particles" aria-hidden="true" hidden></canvas>',
    css=asset("live_particles.css"),
    js=asset("code.js", "live_particles.js"),
    isolate_styles=False,
)


def live_particles(
    key: str, slider: str, cloud: Cloud, theme: Theme, *, trail: str, marks: Sequence[int] = (),
    waits: Sequence[int] = (),
) -> None:  # fmt: skip
    """Let the particles of the chart in the same container follow a slider in the browser.

    Streamlit's slider tells the server its value only when it is let go. Until the chart has been
    drawn for the place of the thumb, which it says by its `layout.meta`, a canvas over its first
    panel shows the cloud for that place; between two times, it lies between the two::

        with st.container(key="diffusion_stage"):
            st.plotly_chart(figure, ...)
            live_particles("diffusion.live", "diffusion.t", cloud, theme, trail=theme.ink)

    Parameters
    ----------
    key : unique on the page. slider : key of the slider.
    cloud : sent once, and again when it changes. trail : colour of the trails, as CSS.
    marks : numbers of the chart's panels through which goes an upright line at the slider's value.
    waits : of those that only the server can draw: they fade meanwhile.

    Raises
    ------
    ValueError
        If the cloud has fewer than two times, or its parts do not fit together.
    """
    stations, n, d = cloud.x.shape
    if stations < 2 or not stations == len(cloud.times) == len(cloud.colours):
        raise ValueError(f"particles {cloud.x.shape} at {len(cloud.times)} times.")
    scale = float(np.abs(cloud.x).max()) / LARGEST
    # no word of where the slider is: what does not change is not sent again
    _live_particles(
        key=key,
        data={
            "slider": slider, "times": list(cloud.times), "n": n, "d": d, "scale": scale,
            "x": _base64(np.rint(cloud.x / scale).astype("<i2")), "shades": _base64(cloud.shades),
            "side": cloud.shades.shape[-1], "reach": cloud.reach,
            "colours": list(cloud.colours), "inks": list(cloud.inks),
            "few": cloud.few, "trail": trail, "ink": theme.ink,
            "marks": ["" if k == 1 else str(k) for k in marks], "waits": list(waits),
        },
    )  # fmt: skip


def _base64(values: NDArray[Any]) -> str:
    return b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")
