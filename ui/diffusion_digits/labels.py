"""One label, many pictures: sixteen digits of one label from sixteen noises."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.data import images
from core.diffusion.process import Array
from core.diffusion.samplers import times
from core.diffusion_digits import formulas
from core.diffusion_digits.path import NONE, Settings, jumps, noise, together
from core.diffusion_digits.pictures import signed
from core.figures.diffusion_digits import file, opacity
from core.figures.images import digit
from core.figures.walk import grid
from ui.diffusion_digits import common
from ui.diffusion_digits.common import BAR, LESSON, QUIET, Shown
from ui.live import LiveFigure
from ui.page import Look, stage
from ui.player import Slot

if TYPE_CHECKING:
    from core.diffusion_digits.trained import Trained

COUNT, COLUMNS, PARTS = 16, 4, 2  # pictures; and so many threads
MANY = (
    "One label, many pictures: a network trained to answer a label with *the* picture would answer "
    "with the mean of all of them, which is none. Here the noise decides which one it is, and each "
    "noise leads to another."
)


@dataclass(frozen=True, eq=False)
class Sheet:
    """What was drawn. x : (16, H, W). number : of the sheets so far."""

    settings: Settings
    x: Array
    seconds: float
    number: int


def show(look: Look) -> Shown:
    """The whole view. Raises BadWeights."""
    pills, notice = st.container(key="scenes"), st.container()
    left, right, top = stage(look)
    with top:
        common.draw_anew(primary=True)
        progress = Slot(st.container())
    with right:
        now = common.settings()
        numbers = st.container()
    common.scenes(pills, notice, now, look)
    place, work = left.container(), left.container()
    with work:
        net = common.network()
    with place:
        drawn: Sheet | None = st.session_state.get(f"{LESSON}.sheet")
        begun = noise(now, COUNT, net.config.side)
        done = drawn is not None and drawn.settings == now
        size = 350 if look.narrow else 452
        shown = drawn or Sheet(now, begun, 0.0, 0)
        with st.container(horizontal=True, gap="small"):
            with st.container(width=size):
                chart = LiveFigure(f"{LESSON}.sheet", _figure(shown, look, size), running=not done)
            with st.container(width=316 if look.narrow else 150, horizontal=look.narrow):
                _means(drawn if done else None, now, look)
    with numbers:
        _numbers(drawn if done else None, len(times(net.config.process, now.steps)) - 1)
    if not look.presenter:
        with right:
            st.caption(MANY)
    if now.label != NONE and now.guidance != 1:
        st.latex(formulas.guided(now.guidance, now.label, look.theme.words))
    files = (
        {"Pictures": ("digits.png", lambda: file(shown.x, COLUMNS, look.theme.generated))}
        if drawn
        else {}
    )

    def later() -> None:
        if not done:
            _draw(net, now, chart, progress, shown, look, size)

    return Shown(files, later, trained=net.config)


def _figure(drawn: Sheet, look: Look, size: int) -> go.Figure:
    fig = grid(opacity(drawn.x), COLUMNS, look.theme, height=size)
    fig.layout.meta = drawn.number
    return fig


def _draw(
    net: Trained, now: Settings, chart: LiveFigure, progress: Slot, shown: Sheet, look: Look,
    size: int,
) -> None:  # fmt: skip
    """Denoise all sixteen, on the screen. Ends with a rerun."""
    from core.diffusion_digits.model import denoiser

    begun, s = time.perf_counter(), net.config.process
    each = COUNT // PARTS
    denoise = denoiser(net.config, net.model, now.labels(each), now.guidance)
    noises = np.split(noise(now, COUNT, net.config.side), PARTS)
    parts = [jumps(denoise, x, s, now, part=k) for k, x in enumerate(noises)]
    n = len(times(s, now.steps)) - 1
    for k, jump in enumerate(together(parts), start=1):
        progress("progress", k / n, f"Denoising sixteen: jump {k} of {n}.")
        picture = grid(opacity(jump.x), COLUMNS, look.theme, height=size).to_plotly_json()
        chart.draw({"data": [], "layout": picture["layout"]})
    took = time.perf_counter() - begun
    st.session_state[f"{LESSON}.sheet"] = Sheet(now, jump.x, took, shown.number + 1)
    st.rerun()


def _means(drawn: Sheet | None, now: Settings, look: Look) -> None:
    """What a network would draw that answers with the mean: of these, and of real digits."""
    real = _real(now.label)
    mean = np.full_like(real[0], -1) if drawn is None else drawn.x.mean(axis=0)
    which = "digits" if now.label == NONE else f"{now.label}s"
    for name, label, meaning, x in (
        ("mean", ":orange[mean of these 16]", "generated", mean),
        ("real", f":blue[mean of {len(real)} real {which}]", "real", real.mean(axis=0)),
    ):
        with st.container(width=150, gap="xxsmall"):
            st.markdown(f":small[{label}]")
            st.plotly_chart(digit(opacity(x), meaning, look.theme, 150), theme=None, config=BAR,
                            key=f"{LESSON}.{name}")  # fmt: skip


def _real(label: str) -> Array:
    """The embedded digits of a label, or all, as the network sees pictures. (n, 28, 28)."""
    digits = images.load("digits")
    wanted = digits.labels >= 0 if label == NONE else digits.labels == int(label)
    return signed(digits.x[wanted])


def _numbers(drawn: Sheet | None, n: int) -> None:
    a, b = st.columns(2, gap="small")
    if drawn is None:
        a.metric("Sixteen digits", "–", "being drawn", **QUIET)
        b.metric("How different", "–", "being drawn", **QUIET)
        return
    gap = different(drawn.x)
    a.metric("Sixteen digits", f"{drawn.seconds:.2f} s", f"{n} jumps, {PARTS} threads", **QUIET,
             help="With the drawing on the screen, on this computer.")  # fmt: skip
    floor = different(_real(drawn.settings.label))
    b.metric("How different", f"{gap:.2f}", f"built-in {floor:.2f}", **QUIET, help="Root mean "
             "square difference of a pixel between two of the sixteen, where ink is 1 and paper 0; "
             "below, between two of the built-in digits of that label. 0: all the same. "
             "The network learned from MNIST, whose digits differ more than these.")  # fmt: skip


def different(x: Array) -> float:
    """Root mean square difference of two pictures, over all pairs of n. x : (n, H, W), -1 to 1."""
    ink = opacity(x).reshape(len(x), -1).astype(np.float64)
    n = len(ink)
    # the mean over pairs of squared differences is twice the unbiased variance
    return float(np.sqrt(2 * ink.var(axis=0).mean() * n / (n - 1)))
