"""Two films: the forward process, mixed at each of 1,000 steps, and a few stored frames.

The second slider goes from 1 to 5 in steps of a tenth, and its last frame belongs to 4.
"""

from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.images import rasterize
from core.figures.theme import DARK, LIGHT
from ui.live import Mix, Reel, live_film

CSS = Path(__file__).parents[2] / "assets" / "app.css"
DIGITS = {
    "three": [[(0.2, 0.2), (0.6, 0.1), (0.7, 0.3), (0.4, 0.45), (0.75, 0.65), (0.6, 0.9),
               (0.2, 0.8)]],
    "seven": [[(0.25, 0.2), (0.75, 0.2), (0.45, 0.9)]],
}  # fmt: skip
ALPHA_BAR = np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))
START, STEP, FRAMES = 1.0, 0.1, 31


def forward(digit: str) -> Mix:
    """Of a digit in -1 to 1, with fixed noise."""
    x_0 = (rasterize(DIGITS[digit]) / 127.5 - 1).astype(np.float32)
    eps = np.random.default_rng(0).standard_normal(x_0.shape).astype(np.float32)
    a, b = np.sqrt(ALPHA_BAR).astype(np.float32), np.sqrt(1 - ALPHA_BAR).astype(np.float32)
    return Mix(x_0, eps, a, b)


def stored(digit: str) -> NDArray[np.uint8]:
    """From the digit to its mirror image, as (31, 28, 28) uint8."""
    x, share = rasterize(DIGITS[digit]).astype(float), np.linspace(0, 1, FRAMES)[:, None, None]
    return np.rint((1 - share) * x + share * x[:, ::-1]).astype(np.uint8)


def main() -> None:
    theme = DARK if st.context.theme.type == "dark" else LIGHT
    st.set_page_config(layout="wide")
    st.html(f"<style>{CSS.read_text(encoding='utf-8')}</style>")
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    name = st.radio("Digit", list(DIGITS), key="digit", horizontal=True)
    if st.checkbox("Hide all", key="hide_all"):
        return
    hide = st.checkbox("Hide the sliders", key="hide")
    noised, frames = forward(name), stored(name)
    t = 300 if hide else st.slider("Step t", 0, 999, 300, key="film.t")
    live_film(
        "film.forward", "film.t",
        [
            Reel("$x_0$, a real digit", "real", noised.frame(0), noised.first[None] / 2 + 0.5),
            Reel("$x_t$, noised", "latent", noised.frame(t), noised),
            Reel("$\\epsilon$, the noise", "theory", noised.second / 2 + 0.5,
                 noised.second[None] / 2 + 0.5),
        ],
        theme,
    )  # fmt: skip
    turn = 2.0 if hide else st.slider("Turn", 1.0, 5.0, 2.0, STEP, key="film.turn")
    k = min(round((turn - START) / STEP), FRAMES - 1)
    reels = [Reel("Turned", "generated", frames[k], frames)]
    live_film("film.turned", "film.turn", reels, theme, start=START, step=STEP, size=150)
    st.text(f"knows t {t} turn {turn:.1f}")
    st.text(f"finished {st.session_state['runs']}")


if __name__ == "__main__":
    main()
