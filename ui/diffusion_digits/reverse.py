"""Reverse: from noise to a digit, jump by jump, with what the network says at each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.diffusion.formulas import jump
from core.diffusion_digits import formulas
from core.diffusion_digits.path import NONE, Path
from core.figures.diffusion_digits import film, opacity, stations
from core.figures.images import figure, strip
from ui import share
from ui.diffusion_digits import common
from ui.diffusion_digits.common import BAR, LESSON, NAMES, QUIET, Shown
from ui.live import Reel, live_film
from ui.page import Look, stage

if TYPE_CHECKING:
    from core.diffusion_digits.trained import Trained

SIZE, STATIONS = 200, 10  # pixels of a picture; pictures in the strip


def show(look: Look) -> Shown:
    """The whole view. Raises BadWeights."""
    pills, notice = st.container(key="scenes"), st.container()
    left, right, top = stage(look)
    with right:
        now = common.settings()
        common.draw_anew()
    common.scenes(pills, notice, now, look)
    pictures, work = left.container(), left.container()
    with work:
        net = common.network()
        path, seconds = common.path_of(net, now)
    n = len(path.at) - 1
    common.within("k", 0, n)
    with top:
        k = st.slider(
            "Jump, from noise to digit", 0, n, min(NAMES["k"], n), key=f"{LESSON}.k",
            bind="query-params", persist_state="session", help="Also the arrow keys.",
        )  # fmt: skip
        common.step_buttons("k", n, "Back", "On")
    with pictures:
        _pictures(path, k, look)
        with st.container(key="numbers"):
            _numbers(net, path, k, seconds)
    words = look.theme.words
    if k < n:
        s = net.config.process
        st.latex(jump(now.sampler, s, path.at[k], path.at[k + 1], path.std[k], words))
        if now.label != NONE and now.guidance != 1:
            st.latex(formulas.guided(now.guidance, now.label, words))
    return Shown({
        "Path": ("path.csv", lambda: share.table(_table(net, path))),
        "Animation": ("diffusion.html", lambda: share.animation(film(path, look.theme))),
    }, trained=net.config)  # fmt: skip


def _pictures(path: Path, k: int, look: Look) -> None:
    size = 150 if look.narrow else SIZE
    rows = (
        ("$x_t$", "latent", opacity(path.x)),
        (r"$\hat x_0$, predicted digit", "generated", opacity(path.x_0)),
        (r"$\hat\varepsilon$, predicted noise", "judge", opacity(path.eps)),
    )
    reels = [Reel(label, meaning, frames[k], frames) for label, meaning, frames in rows]
    live_film(f"{LESSON}.path", f"{LESSON}.k", reels, look.theme, size=size)
    at = stations(len(path.at) - 1, 7 if look.narrow else STATIONS)
    spec = strip(
        [("xₜ", rows[0][2][at], "latent"), ("x̂₀", rows[1][2][at], "generated")], look.theme,
        captions=[f"{path.at[i]}" for i in at],
        width=350 if look.narrow else 640,
    )  # fmt: skip
    st.plotly_chart(figure(spec), theme=None, config=BAR, key=f"{LESSON}.strip")


def _numbers(net: Trained, path: Path, k: int, seconds: float) -> None:
    s, t, n = net.config.process, path.at[k], len(path.at) - 1
    a, b, c, d = st.columns([1, 1.1, 1.1, 1.2], gap="small")
    a.metric("t", f"{t:,}", f"then {path.at[k + 1]:,}" if k < n else "the digit", **QUIET,
             help="The level of noise that the network is told. The next jump goes to the one "
             "below.")  # fmt: skip
    fresh = f"noise + {path.std[k]:.2f}" if k < n else "no noise left"
    b.metric("log SNR", f"{s.log_snr[t]:.1f}" if t else "–", fresh, **QUIET,
             help="log(alpha_bar / (1 - alpha_bar)) of x_t. Below: the standard deviation of the "
             "noise that the next jump adds.")  # fmt: skip
    c.metric("Network calls", f"{path.calls[k]}", f"of {path.calls[-1]}", **QUIET,
             help="So far. With guidance each call looks at the picture twice, with the label and "
             "without.")  # fmt: skip
    d.metric("Whole path", f"{1000 * seconds:.0f} ms", f"{1000 * seconds / n:.0f} ms a jump",
             **QUIET, help="On this computer, when the path was first drawn.")  # fmt: skip


def _table(net: Trained, path: Path) -> dict[str, list[float]]:
    """Each time as a row: its log-SNR, the fresh noise that led there, calls, spread of x_t."""
    s = net.config.process
    return {
        "t": list(path.at), "log_snr": s.log_snr[list(path.at)].tolist(),
        "fresh_noise": [float("nan"), *path.std], "calls": list(path.calls),
        "std_of_x": np.asarray(path.x.std(axis=(1, 2)), float).tolist(),
    }  # fmt: skip
