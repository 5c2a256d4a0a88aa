"""Forward: a digit and its noise, at every t, in one jump and in t single steps."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.diffusion.process import Array, jump
from core.diffusion.schedule import Schedule
from core.diffusion_digits import formulas, scenes
from core.diffusion_digits.config import Config
from core.diffusion_digits.forward import Walk, walk
from core.diffusion_digits.pictures import signed
from core.figures.diffusion_digits import course, opacity
from ui import digit, form, share
from ui.diffusion_digits.common import BAR, FIRST, LESSON, NAMES, QUIET, Shown, step_buttons, within
from ui.live import Mix, Reel, live_film
from ui.page import Look, stage

SIZE, FRAMES = 200, 250  # pixels of a picture; of the single steps so many are sent
BY_HAND = ("beta_1", "beta_T")


def show(look: Look) -> Shown:
    """The whole view."""
    pills, notice = st.container(key="scenes"), st.container()
    left, right, top = stage(look)
    with top:
        t_slot = st.container()
        picture = digit.digit(LESSON, look, FIRST)
    with right:
        draw = digit.draw_number(LESSON, "draw", "redraw", "Another number: another noise.")
        noise = st.session_state.get(f"{LESSON}.noise")
        fields = ("noise", "T", *(BY_HAND if noise == "by hand" else ()))
        config = form.form(LESSON, Config, {}, only=fields) or Config()
    scene = form.scene_pills(pills, LESSON, scenes.forward(config), config, lambda chosen: None)
    with notice:
        form.complaints(LESSON, config)
        if not look.presenter:
            st.caption(scene.notice if scene else "Your own settings.")
    s = config.process
    within("t", 0, s.T)
    with t_slot:
        t = st.slider(
            "Step t", 0, s.T, min(NAMES["t"], s.T), key=f"{LESSON}.t", bind="query-params",
            persist_state="session", help="0 is the digit, T is noise. Also the arrow keys.",
        )  # fmt: skip
        step_buttons("t", s.T, "Back", "On")
    x_0 = signed(picture[None])[0]
    eps = np.random.default_rng(draw).standard_normal(x_0.shape, dtype=np.float32)
    walked = _walked(x_0.tobytes(), s, draw, x_0)
    with left:
        _pictures(x_0, eps, walked, t, look)
    with right.container():
        _numbers(x_0, walked, t)
    st.latex(formulas.forward(s, t, look.theme.words))
    files = {"Schedule": ("schedule.csv", lambda: share.table(s.table()))}
    return Shown(files, config=config)


@st.cache_resource(max_entries=3, show_spinner=False)  # 6 MB each
def _walked(key: bytes, s: Schedule, draw: int, _x_0: Array) -> Walk:
    return walk(_x_0, s, np.random.default_rng([draw, 1]))


def _pictures(x_0: Array, eps: Array, walked: Walk, t: int, look: Look) -> None:
    """The jump as an equation of pictures; below, the course of it all, and the single steps."""
    s, slider = walked.schedule, f"{LESSON}.t"
    a, b = (np.sqrt(v).astype(np.float32) for v in (s.alpha_bar, 1 - s.alpha_bar))
    none = np.zeros_like(a)
    parts = (
        (r"$\sqrt{\bar\alpha_t}\;x_0$, the digit", "real", Mix(x_0, eps, a, none)),
        (r"$+\;\sqrt{1-\bar\alpha_t}\;\varepsilon$, noise", "latent", Mix(x_0, eps, none, b)),
        (r"$=\;x_t$ in one jump", "latent", Mix(x_0, eps, a, b)),
    )
    every = -(-s.T // FRAMES)
    steps = Reel(
        "$x_t$ in $t$ single steps", "latent", opacity(walked.x[t]), opacity(walked.x[::every]), t
    )
    if look.narrow:  # all in one, two beside each other
        few = [Mix(m.first, m.second, m.a[::every], m.b[::every]) for _, _, m in parts]
        reels = [
            Reel(label, meaning, mix.frame(t), fewer, t)
            for (label, meaning, mix), fewer in zip(parts, few, strict=True)
        ]
        live_film(f"{LESSON}.jump", slider, [*reels, steps], look.theme, step=every, size=150)
        place = st.container()
    else:
        reels = [Reel(label, meaning, mix.frame(t), mix) for label, meaning, mix in parts]
        live_film(f"{LESSON}.jump", slider, reels, look.theme, size=SIZE)
        with st.container(horizontal=True):
            place = st.container(width=2 * SIZE + 16)
            with st.container(width=SIZE):
                live_film(f"{LESSON}.walk", slider, [steps], look.theme, step=every, size=SIZE)
    with place:
        fig = course(s, x_0, eps, t, look.theme, pictures=6 if look.narrow else 9)
        st.plotly_chart(fig, theme=None, config=BAR, key=f"{LESSON}.course")


def _numbers(x_0: Array, walked: Walk, t: int) -> None:
    """The signal-to-noise ratio, and how far the jump with the summed noise is from the steps."""
    s = walked.schedule
    a, b = st.columns(2, gap="small")
    ratio = f"{s.snr[t]:.3g}" if t else "–"
    a.metric(
        "SNR", ratio, f"log SNR {s.log_snr[t]:.1f}" if t else "no noise yet", **QUIET,
        help="alpha_bar / (1 - alpha_bar): the variance that is left of the "
        "digit over that of the noise (Kingma et al. 2021).",
    )  # fmt: skip
    meaning = (
        "The t small noises of the single steps add up to one standard normal picture. The jump "
        "with that very noise, instead of another, lands where the steps did; shown is the largest "
        "difference of a pixel."
    )
    if not t:
        b.metric("Jump − steps", "–", "no step yet", **QUIET,
                 help=meaning)  # fmt: skip
        return
    total = walked.total(t)
    gap = float(np.abs(jump(x_0, t, total, s) - walked.x[t]).max())
    b.metric(
        "Jump − steps", f"{gap:.0e}", f"noise std {total.std():.2f}", **QUIET,
        help=meaning,
    )  # fmt: skip
