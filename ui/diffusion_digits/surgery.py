"""Surgery: paint on a half-made digit, begin from a drawing, or keep one half of a digit."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.data.images.paint import Painted, coverage
from core.diffusion.process import Array
from core.diffusion.samplers import sampler, times
from core.diffusion_digits import formulas, surgery
from core.diffusion_digits.path import Path, Settings, fairly, jumps, noise
from core.diffusion_digits.pictures import signed
from core.figures.diffusion_digits import file, opacity, stations
from core.figures.images import digit as picture
from core.figures.images import figure, png, strip
from ui import digit, form
from ui.diffusion_digits import common
from ui.diffusion_digits.common import BAR, FIRST, LESSON, NAMES, TOOLS, Shown
from ui.live import Mix, Reel, live_film, paint_pad
from ui.page import Look, stage

if TYPE_CHECKING:
    from core.diffusion_digits.trained import Trained

Made = tuple[Array, "Trained", str]  # the results, the network that made them, and the formula
SIZE, PAD, SMALL = 200, 290, 162  # pixels
COUNT, BRUSH = 6, 0.09  # results; the brush's breadth, as a share of the picture's side
COMMON: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}
NOTICES = {
    TOOLS[0]: "The path is stopped, x at that time is painted over with ink or paper, under the "
    "noise that it had, and the same sampler goes on.",
    TOOLS[1]: "A digit is noised up to t, then denoised. A small t keeps the drawing, a large one "
    "keeps the label (Meng et al. 2022).",
    TOOLS[2]: "One half is put back at each jump, as noisy as the rest; the network makes the rest "
    "fit to it (Lugmayr et al. 2022).",
}


def show(look: Look) -> Shown:
    """The whole view. Raises BadWeights."""
    with st.container(key="scenes"):
        tool = st.segmented_control(
            "Tool", TOOLS, default=TOOLS[0], required=True, key=f"{LESSON}.tool",
            label_visibility="collapsed", **COMMON,
        )  # fmt: skip
    tool = tool if tool in TOOLS else TOOLS[0]
    form.complaints(LESSON, tool)
    if not look.presenter:
        st.caption(NOTICES[tool])
    left, right, top = stage(look)
    draw = {TOOLS[0]: _paint, TOOLS[1]: _edit, TOOLS[2]: _fill}[tool]
    made, net, formula = draw(look, left, right, top)
    st.latex(formula)
    files = {"Pictures": ("digits.png", lambda: file(made, len(made), look.theme.generated))}
    return Shown(files, trained=net.config)


def _paint(look: Look, left: DeltaGenerator, right: DeltaGenerator, top: DeltaGenerator) -> Made:
    with top:
        stop = st.slider("Stop at t", 1, 999, NAMES["stop"], key=f"{LESSON}.stop", **COMMON,
                         help="The nearest t at which the sampler stops anyway.")  # fmt: skip
    with right:
        now = common.settings()
        common.draw_anew()
    place, work = left.container(), left.container()
    with work:
        net = common.network()
        before, _ = common.path_of(net, now)
    at = before.at
    with place:
        k = min(range(len(at) - 1), key=lambda i: abs(at[i] - stop))
        strokes: list[Painted] = st.session_state.get(f"{LESSON}.painted_on", [])
        with st.container(horizontal=True, gap="small"):
            with st.container(width=PAD):
                new = paint_pad(
                    f"{LESSON}.paint", opacity(before.x[k]), strokes, label=f"x, t = {at[k]}",
                    colour=look.theme.latent, ink=look.theme.real, width=BRUSH,
                )  # fmt: skip
            if new is not None:
                st.session_state[f"{LESSON}.painted_on"] = strokes = new
            with st.container(width=2 * SMALL + 16):
                with work:
                    after = _after(net, now, before, k, strokes)
                with st.container(horizontal=True, gap="small"):
                    _one("before", "unpainted", "generated", before.x[-1], look, SMALL)
                    _one("after", "painted", "generated", after.x[-1], look, SMALL)
                shown = [k + i for i in stations(len(at) - 1 - k, 6)]
                rows = [("", opacity(path.x_0[shown]), "generated") for path in (before, after)]
                spec = strip(rows, look.theme, captions=[f"{at[i]}" for i in shown],
                             width=2 * SMALL + 16)  # fmt: skip
                st.plotly_chart(figure(spec), theme=None, config=BAR, key=f"{LESSON}.strip")
    if not look.presenter:
        left.caption(
            "Paint ink where the digit should have some, paper where it should not. The small "
            "pictures are what the network predicts from there on, by t: above without the paint, "
            "below with it."
        )
    results = np.stack([before.x[-1], after.x[-1]])
    return results, net, formulas.painted(net.config.process, at[k], look.theme.words)


def _after(net: Trained, now: Settings, before: Path, k: int, strokes: list[Painted]) -> Path:
    """The path that is painted over before jump k; without paint the one that is known."""
    ink, paper = coverage(strokes, net.config.side, BRUSH)
    if not (ink.any() or paper.any()):
        return before

    def make() -> Path:
        from core.diffusion_digits.model import denoiser

        denoise = denoiser(net.config, net.model, now.labels(1), now.guidance)
        path = surgery.repainted(
            denoise, noise(now, 1, net.config.side), net.config.process, before.at, k, ink, paper,
            sampler(now.sampler), now.rng(), now.eta,
        )  # fmt: skip
        return common.whole(fairly(path), len(before.at) - 1)

    return common.kept("painted", (now, k, ink.tobytes(), paper.tobytes()), make)


def _edit(look: Look, left: DeltaGenerator, right: DeltaGenerator, top: DeltaGenerator) -> Made:
    with top:
        t = st.slider("Noise up to t", 0, 1000, NAMES["edit"], key=f"{LESSON}.edit", **COMMON)
        given = digit.digit(LESSON, look, FIRST)
    with right:
        now = common.settings()
        common.draw_anew()
    x_0 = signed(given[None])[0]
    place, work = left.container(), left.container()
    with work:
        net = common.network()
        s = net.config.process
        begun = surgery.noised(x_0, COUNT, t, s, now.rng(1))

        def make() -> Array:
            from core.diffusion_digits.model import denoiser

            if not t:
                return begun
            denoise = denoiser(net.config, net.model, now.labels(COUNT), now.guidance)
            fewer = now.shortened(t / s.T)
            n = len(times(s, fewer.steps, t)) - 1
            return deque(common.told(jumps(denoise, begun, s, fewer, t), n), maxlen=1).pop().x

        made = common.kept("edited", (now, t, x_0.tobytes()), make)
    with place:
        size = 150 if look.narrow else SIZE
        a, b = (np.sqrt(v).astype(np.float32) for v in (s.alpha_bar, 1 - s.alpha_bar))
        eps = surgery.noised(np.zeros_like(x_0), 1, s.T, s, now.rng(1))[0] / b[-1]
        mix = Mix(x_0, eps, a, b)
        reels = [
            Reel("the digit", "real", opacity(x_0), opacity(x_0)[None]),
            Reel("$x_t$, noised", "latent", opacity(begun[0]), mix),
            Reel("denoised", "generated", opacity(made[0]), opacity(made[:1])),
        ]
        live_film(f"{LESSON}.editing", f"{LESSON}.edit", reels, look.theme, size=size)
        _others(begun, made, look)
    return made, net, formulas.forward(s, t, look.theme.words)


def _fill(look: Look, left: DeltaGenerator, right: DeltaGenerator, top: DeltaGenerator) -> Made:
    with top:
        chosen = st.segmented_control(
            "Known half", surgery.HALVES, default=surgery.HALVES[0], required=True,
            key=f"{LESSON}.half", **COMMON,
        )  # fmt: skip
        half = chosen if chosen in surgery.HALVES else surgery.HALVES[0]
        given = digit.digit(LESSON, look, FIRST)
    with right:
        now = common.settings(only=("label", "guidance", "steps", "noise_seed"))
        resampled = st.slider(
            "Resampling", 1, 10, NAMES["resampled"], key=f"{LESSON}.resampled", **COMMON,
            help="How often each jump is made: noised again and drawn anew, so that the rest comes "
            "to fit to what is known.",
        )  # fmt: skip
    x_0, known = signed(given[None])[0], surgery.mask(half)
    place, work = left.container(), left.container()
    with work:
        net = common.network()
        s = net.config.process
        at = times(s, now.steps)
        begun = noise(now, COUNT, net.config.side)

        def make() -> Array:
            from core.diffusion_digits.model import denoiser

            denoise = denoiser(net.config, net.model, now.labels(COUNT), now.guidance)
            path = surgery.fill_in(denoise, begun, x_0, known, s, at, now.rng(), resampled)
            told = common.told(fairly(path), len(at) - 1)
            return deque(told, maxlen=1).pop().x

        key = (now.label, now.guidance, now.steps, now.noise_seed, half, resampled, x_0.tobytes())
        made = common.kept("filled", key, make)
    with place:
        size = 150 if look.narrow else SIZE
        with st.container(horizontal=True, gap="small"):
            _one("given", "the digit", "real", x_0, look, size)
            _one("known", "what is known", "real", np.where(known > 0, x_0, -1), look, size)
            _one("filled", "filled in", "generated", np.where(known > 0, -1, made[0]), look, size,
                 beside=np.where(known > 0, x_0, -1))  # fmt: skip
        spec = strip([("", opacity(made), "generated")], look.theme,
                     width=350 if look.narrow else 640)  # fmt: skip
        st.plotly_chart(figure(spec), theme=None, config=BAR, key=f"{LESSON}.others")
    return made, net, formulas.filled(half, look.theme.words)


def _one(
    name: str, label: str, meaning: str, x: Array, look: Look, size: int,
    beside: Array | None = None,
) -> None:  # fmt: skip
    """A picture with its label. beside : another, of what is real, in the same place."""
    words = {"real": "blue", "generated": "orange"}
    fig = picture(opacity(x), meaning, look.theme, size)
    if beside is not None:
        source = png(opacity(beside), look.theme.real)
        fig.add_trace({"type": "image", "source": source, "hoverinfo": "skip", "name": "real"})
    with st.container(width=size, gap="xxsmall"):
        st.markdown(f":{words[meaning]}[{label}]")
        st.plotly_chart(fig, theme=None, config=BAR, key=f"{LESSON}.{name}")


def _others(begun: Array, made: Array, look: Look) -> None:
    """All results, below what each began with."""
    rows = [("xₜ", opacity(begun), "latent"), ("result", opacity(made), "generated")]
    spec = strip(rows, look.theme, width=350 if look.narrow else 640)
    st.plotly_chart(figure(spec), theme=None, config=BAR, key=f"{LESSON}.others")
