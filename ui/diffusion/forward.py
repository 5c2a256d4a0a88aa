"""Forward: particles of the target on their way to noise, step by step and in one jump."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import streamlit as st

from core.data.mixture import Mixture
from core.diffusion import Config
from core.diffusion.formulas import forward as formula
from core.diffusion.forward import agreement, walk
from core.diffusion.process import Array
from core.diffusion.schedule import Schedule
from core.diffusion.ways import forward as scenes
from core.figures.diffusion.cloud import Cloud, cloud
from core.figures.diffusion.film import film
from core.figures.diffusion.forward import FEW, Style, figure, marks, trail
from ui import form, share
from ui.diffusion import common
from ui.diffusion.common import BAR, LESSON, QUIET
from ui.digit import draw_number
from ui.live import live_particles
from ui.page import Look, stage

Files = Mapping[str, tuple[str, Callable[[], str | bytes]]]


def show(look: Look) -> tuple[Config, Files]:
    """The whole view. Returns its settings, and files to take along."""
    pills, notice = st.container(key="scenes"), st.container()
    left, right, top = stage(look)
    with right:
        config = common.target(look)
        seed = draw_number(
            LESSON, "noise_seed", "redraw", "Another number: another noise.", "Noise number"
        )
    scene = form.scene_pills(pills, LESSON, scenes(config), config, lambda c: None, name="noising")
    common.notice(notice, config, scene.notice if scene else "Your own settings.", look)
    s = config.process
    t = common.slider(top, s.T, "0 is the data, T is noise. Also the arrow keys.")
    common.buttons(
        top, ("Back", max(t - 1, 0)), ("Step", min(t + 1, s.T)), t, common.player
    )  # fmt: skip
    x = walk(config.data, s, seed)
    with left:
        with st.container(key="numbers"):
            _numbers(config, seed, t)
        style = Style(look.theme, look.narrow, 430 if look.presenter else 384)
        with st.container(key=f"{LESSON}_stage"):
            st.plotly_chart(figure(config.data, s, x, t, style), theme=None, config=BAR)
            moving = _cloud(
                config.data, s, seed, (look.theme.real, look.theme.real, look.theme.latent)
            )
            live_particles(
                f"{LESSON}.live", common.T, moving, look.theme, trail=trail(look.theme, config.d),
                marks=marks(config.d), waits=[2] if config.d == 1 else [],
            )  # fmt: skip
    st.latex(formula(s, t, look.theme.words))
    return config, {
        "Schedule": ("schedule.csv", lambda: share.table(s.table())),
        "Animation": (
            "forward.html",
            lambda: share.animation(film(config.data, s, x, range(s.T + 1), look.theme)),
        ),
        "Particles": ("particles.csv", lambda: share.table(_particles(x[0], x[t]))),
    }


@lru_cache(maxsize=8)  # some 200 kB each
def _cloud(data: Mixture, s: Schedule, seed: int, ends: tuple[str, str, str]) -> Cloud:
    return cloud(data, s, walk(data, s, seed), range(s.T + 1), ends, FEW[data.d])


def _numbers(config: Config, seed: int, t: int) -> None:
    """What t single steps have done, beside what one jump says."""
    s = config.process
    found = agreement(config.data, s, seed, t)
    a, b, c, d = st.columns([1.1, 1.1, 1.2, 0.9], gap="small")
    a.metric(
        "Kept of x₀", f"{found.kept:.3f}", f"jump {np.sqrt(s.alpha_bar[t]):.3f}", **QUIET,
        help="The slope of x_t on x_0 among these 600 particles, after t single steps. One jump "
        "says sqrt(alpha_bar_t).",
    )  # fmt: skip
    b.metric(
        "Noise in xₜ", f"{found.noise:.3f}", f"jump {np.sqrt(1 - s.alpha_bar[t]):.3f}",
        **QUIET, help="The standard deviation of what x_0 does not explain. One jump says "
        "sqrt(1 - alpha_bar_t).",
    )  # fmt: skip
    c.metric(
        "W1 to jump", f"{found.apart:.3f}", f"floor {found.floor:.3f}", **QUIET,
        help="Wasserstein-1 (in the plane the mean over 16 directions) between the particles, "
        "after t steps, and as many that jumped. The floor is what two sets that jumped score.",
    )  # fmt: skip
    d.metric(
        "log SNR", f"{s.log_snr[t]:.1f}" if t else "–", "" if t else "no noise yet", **QUIET,
        help="log(alpha_bar / (1 - alpha_bar)): 0 where there is as much noise as data.",
    )  # fmt: skip


def _particles(x_0: Array, x_t: Array) -> dict[str, list[float]]:
    return {
        f"{name}_{k}": x[:, k].tolist()
        for name, x in (("x_0", x_0), ("x_t", x_t))
        for k in range(x.shape[1])
    }
