"""The live film: pictures that follow a slider while its thumb moves."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.figures.images import Pixels, digit, grey
from core.figures.theme import Theme
from ui.live.asset import asset

Floats = NDArray[np.float32]

# Streamlit's names for the theme's colours; its orange, for one, is the vermillion of config.toml.
NAMED = {
    "real": "blue", "generated": "orange", "judge": "green", "latent": "violet", "theory": "gray",
}  # fmt: skip
NARROWEST = 150  # pixels: Streamlit cuts off what is smaller

_live_film = st.components.v2.component(
    "live_film",
    html='<canvas class="film" aria-hidden="true" hidden></canvas>',
    css=asset("live_film.css"),
    js=asset("code.js", "live_film.js"),
    isolate_styles=False,
)


@dataclass(frozen=True, eq=False)
class Mix:
    """Frames that the browser mixes of two pictures: frame k is ``a[k] * first + b[k] * second``.

    So is the forward process, ``x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps``: exact at
    every t, of two pictures and two tables, where a thousand frames would be most of a megabyte. A
    value v from -1 to 1 is shown as the grey (v + 1) / 2, cut off beyond.

    first, second : (H, W). a, b : (n,), the coefficients of each frame. Raises ValueError where the
    shapes do not fit together.
    """

    first: Floats
    second: Floats
    a: Floats
    b: Floats

    def __post_init__(self) -> None:
        if self.first.ndim != 2 or self.first.shape != self.second.shape:
            raise ValueError(f"a mix of pictures {self.first.shape} and {self.second.shape}.")
        if self.a.ndim != 1 or self.a.shape != self.b.shape or not len(self.a):
            raise ValueError(f"a mix with coefficients {self.a.shape} and {self.b.shape}.")

    def frame(self, k: int) -> Floats:
        """Frame k for the server's picture: (H, W), 0 to 1."""
        mixed = self.a[k] * self.first + self.b[k] * self.second
        return np.asarray(np.clip((mixed + 1) / 2, 0, 1), np.float32)


@dataclass(frozen=True, eq=False)
class Reel:
    """A picture that moves.

    label : above it, in Markdown, in the colour of its meaning. meaning : a colour of the theme:
    "real", "generated", "judge", "latent" or "theory". picture : the server's, for the value of the
    slider that it knows: (H, W), uint8 or 0 to 1. frames : what is shown at each value: (n, H, W),
    uint8 or 0 to 1, or a `Mix`. at : the value that the picture belongs to, where the frames are
    coarser than the slider: there the picture is shown, not the nearest frame. Raises ValueError
    for another meaning, or where the picture and the frames do not fit together.
    """

    label: str
    meaning: str
    picture: Pixels
    frames: Pixels | Mix
    at: float | None = None

    def __post_init__(self) -> None:
        if self.meaning not in NAMED:
            raise ValueError(f"meaning = {self.meaning!r}: expected one of {', '.join(NAMED)}.")
        frames = self.frames.first[None] if isinstance(self.frames, Mix) else self.frames
        if frames.ndim != 3 or not len(frames) or frames.shape[1:] != self.picture.shape:
            raise ValueError(f"a picture {self.picture.shape} with frames {frames.shape}.")


def live_film(
    key: str,
    slider: str,
    reels: Sequence[Reel],
    theme: Theme,
    *,
    start: float = 0,
    step: float = 1,
    size: int = 200,
) -> None:
    """Show pictures side by side, and let them follow a slider in the browser.

    Streamlit's slider tells the server its value only when it is let go. So each of the server's
    pictures is covered by another, which the browser paints for the place of the thumb at this
    moment::

        t = st.slider("Step t", 0, 999, 300, key="diffusion.t")
        noised = Mix(x_0, eps, np.sqrt(alpha_bar), np.sqrt(1 - alpha_bar))
        live_film("diffusion.film", "diffusion.t",
                  [Reel("$x_t$, noised", "latent", noised.frame(t), noised)], theme)

    A value v of the slider belongs to frame round((v - start) / step), or to the one nearest to
    that; a `select_slider` counts its options from 0. Where both know the value, a picture is to be
    that frame, or its reel says `at`: until the slider is on the page, and without a browser, there
    is only the picture.

    Parameters
    ----------
    key : unique on the page. slider : key of a slider, drawn before or after.
    reels : what is shown. Frames are sent once, and again when they change.
    start, step : the value that belongs to the first frame, and how far it is to the next.
    size : of each picture, in pixels. What does not fit beside the others wraps; two of 165 stand
        side by side on a phone.

    Raises
    ------
    ValueError
        If `size` is less than 150, or `step` is 0.
    """
    if size < NARROWEST or not step:
        raise ValueError(f"size = {size}, step = {step}: expected {NARROWEST} or more, and not 0.")
    with st.container(horizontal=True, vertical_alignment="bottom", key=key):
        for k, reel in enumerate(reels):
            picture = digit(reel.picture, reel.meaning, theme, size)
            picture.layout.meta = reel.at
            with st.container(width=size, gap="xxsmall"):
                st.markdown(f":{NAMED[reel.meaning]}[{reel.label}]")
                with st.container(key=f"{key}_{k}_stage"):
                    # with a key of its own: two films may well show the same picture
                    st.plotly_chart(picture, theme=None, config={"displayModeBar": False},
                                    key=f"{key}_{k}_chart")  # fmt: skip
                    # No word of where the slider is: what does not change is not sent again.
                    _live_film(
                        key=f"{key}_{k}",
                        data={"slider": slider, "start": start, "step": step,
                              "shape": list(reel.picture.shape), "edge": picture.layout.margin.t,
                              "colour": getattr(theme, reel.meaning), "paper": theme.paper,
                              **_sent(reel.frames)},
                    )  # fmt: skip


def _sent(frames: Pixels | Mix) -> dict[str, Any]:
    """Bytes as base64: of the frames, or of a mix's four arrays of float32."""
    if not isinstance(frames, Mix):
        return {"frames": _base64(grey(frames))}
    parts = (frames.first, frames.second, frames.a, frames.b)
    return {"mix": [_base64(np.asarray(part, "<f4")) for part in parts]}


def _base64(values: NDArray[Any]) -> str:
    return b64encode(values.tobytes()).decode("ascii")
