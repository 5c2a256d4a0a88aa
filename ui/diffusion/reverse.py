"""Reverse: from noise to the target, jump by jump, with a learned denoiser or the exact one."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import numpy as np
import streamlit as st

from core.data.mixture import Mixture
from core.diffusion import Config
from core.diffusion.formulas import jump, posterior
from core.diffusion.path import Path, Settings, moved, record
from core.diffusion.process import Array
from core.diffusion.schedule import Schedule
from core.diffusion.ways import REVERSE
from core.figures.diffusion.cloud import Cloud, cloud
from core.figures.diffusion.field import error, places, scaled
from core.figures.diffusion.film import film
from core.figures.diffusion.forward import Style
from core.figures.diffusion.reverse import FEW, Moment, figure
from ui import form, share
from ui.diffusion import common
from ui.diffusion.common import BAR, LESSON, MOVE
from ui.diffusion.denoisers import Source, best, source
from ui.diffusion.forward import Files
from ui.diffusion.score import Score
from ui.live import Plane, latent_map, live_particles
from ui.page import Look, stage

STEP = 0.05  # of the sliders that move a particle
KEPT = 2  # paths in a session: this one, and the one before


def show(look: Look) -> tuple[Config, Files]:
    """The whole view. Returns its settings, and files to take along."""
    pills, notice = st.container(key="scenes"), st.container()
    left, right, top = stage(look)
    with right:
        place = st.container()
        now = form.form(LESSON, Settings, {}) or Settings()
        with st.expander("Target and noise"):
            config = common.target(look)
        below = st.container()
    scene = form.scene_pills(pills, LESSON, REVERSE, now, lambda chosen: None, name="way")
    common.notice(notice, now, scene.notice if scene else "Your own settings.", look)
    known = source(config)
    with left:
        numbers, picture = st.container(key="numbers"), st.container()
        path, before = _paths(config, known, now)
    s = config.process
    t = common.slider(top, s.T, "From T, noise, down to 0. Also the arrow keys.")
    k = path.stop(t)
    nearer, farther = path.at[min(k + 1, len(path.at) - 1)], path.at[max(k - 1, 0)]
    common.buttons(top, ("Denoise", nearer), ("Noise", farther), path.at[k],
                   partial(common.player, backwards=True), path.at)  # fmt: skip
    with place:
        i, moves = _particle(*path.x[k].shape)
    if config.d == 2:
        with below, st.expander("Drag the particle"):
            _plane(path.x[k], i, moves, look)
    by = np.array(list(moves.values()), np.float32)
    m = _moment(config, known, now, path, before, k, i, by)
    style = Style(look.theme, look.narrow, 380 if look.presenter else 348)
    with picture:
        key = f"{LESSON}.particles"
        with st.container(key=f"{LESSON}_stage"):
            st.plotly_chart(
                figure(config.data, s, m, style, t), theme=None, config=BAR, key=key,
                on_select=lambda: _click(key), selection_mode="points",
            )  # fmt: skip
            ends = (look.theme.generated, look.theme.real, look.theme.latent)
            moving = _cloud(config.data, s, path, ends)
            live_particles(
                f"{LESSON}.live", common.T, moving, look.theme, trail=look.theme.latent,
                marks=[] if config.d == 2 else [1], waits=[2, 3],
            )  # fmt: skip
        _words(known, now, _off(config, known, m), before)
    _formulas(config, now, m, look)
    score = Score(config, known, now, path)
    score.show(numbers, m)
    return config, {
        "Path": ("path.csv", lambda: share.table(_table(path))),
        "Animation": ("reverse.html", lambda: share.animation(
            film(config.data, s, path.x, path.at, look.theme, "generated")
        )),
    }  # fmt: skip


def _paths(config: Config, known: Source, now: Settings) -> tuple[Path, tuple[str, Path] | None]:
    """The path under these settings, computed once, and the one that was shown before it."""
    learned = known.denoise if now.denoiser == "learned" else None
    key = (now, config.data, config.process, known.key if learned else None)
    paths: dict[Any, Path] = st.session_state.setdefault(f"{LESSON}.paths", {})
    if key not in paths:
        slot = st.empty()
        paths[key] = record(
            learned or best(config), config.process, now, config.d,
            lambda share: slot.progress(share, "From noise to data.") if share < 1 else None,
        )  # fmt: skip
        slot.empty()
    paths[key] = paths.pop(key)  # the newest is last
    while len(paths) > KEPT:
        paths.pop(next(iter(paths)))
    others = [(k[0].words, path) for k, path in paths.items() if k != key and k[1] is config.data
              and k[0].noise_seed == now.noise_seed]  # fmt: skip
    return paths[key], others[-1] if others else None


@lru_cache(maxsize=4)  # and with them their paths, some 2 MB each
def _cloud(data: Mixture, s: Schedule, path: Path, ends: tuple[str, str, str]) -> Cloud:
    return cloud(data, s, path.x, path.at, ends, FEW)


def _particle(n: int, d: int) -> tuple[int, dict[str, float]]:
    """Which of n particles is looked at, and how far it is moved at this time, by key."""
    own: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}
    columns = st.columns([0.8, 1, 1] if d == 2 else [0.8, 2], gap="small")
    i = columns[0].number_input(
        "Particle", 0, n - 1, 0, key=f"{LESSON}.picked", help="Or click one. The first twelve have "
        "trails.", **own,
    )  # fmt: skip
    moves = {
        f"{LESSON}.move_{name}": column.slider(
            f"Move {name}", -MOVE, MOVE, 0.0, STEP, "%.2f", key=f"{LESSON}.move_{name}",
            help="Moves the particle at this time. Every later jump adds the same noise as before.",
            **own,
        )
        for name, column in zip("xy", columns[1:], strict=False)
    }  # fmt: skip
    return int(i), moves


def _plane(x: Array, i: int, moves: dict[str, float], look: Look) -> None:
    """All particles, (n, 2), and a handle on the i-th, which moves the sliders."""
    latent_map(
        f"{LESSON}.plane", x, np.zeros(len(x), np.uint8), moves, label="Move the particle",
        classes={"": look.theme.latent}, limits=(-MOVE, MOVE), step=STEP,
        plane=Plane(np.eye(2), -x[i]), axes=("x", "y"),
    )  # fmt: skip


def _click(key: str) -> None:
    """A click on a particle picks it; one beside all of them changes nothing."""
    found = st.session_state[key].selection.points
    if found and "customdata" in found[0]:
        st.session_state[f"{LESSON}.picked"] = int(np.ravel(found[0]["customdata"])[0])


def _moment(
    config: Config, known: Source, now: Settings, path: Path, before: tuple[str, Path] | None,
    k: int, i: int, by: Array,
) -> Moment:  # fmt: skip
    s, at = config.process, places(config.data)
    t = max(path.at[k], 1)  # at 0 there is no noise, and nothing to predict
    exact, learned = best(config), known.denoise
    denoise = learned if learned and now.denoiser == "learned" else exact
    way = moved(denoise, s, now, path, k, i, by) if by.any() else None
    return Moment(
        path, k, i, way, before[1] if before else None,
        scaled(learned, at, t, s) if learned else None, scaled(exact, at, t, s),
    )  # fmt: skip


def _off(config: Config, known: Source, m: Moment) -> float | None:
    """How far the learned score is from the exact one where the particles are, as a share of it."""
    if known.denoise is None:
        return None
    t, s, x = max(m.t, 1), config.process, m.path.x[m.k]
    return error(scaled(known.denoise, x, t, s), scaled(best(config), x, t, s))


def _words(
    known: Source, now: Settings, off: float | None, before: tuple[str, Path] | None
) -> None:
    """Whose denoiser this is, and what the dotted trails are."""
    parts = []
    if now.denoiser == "learned":
        parts.append(known.words)
        if known.weights is None:
            parts.append("So the exact denoiser is used: E[x₀ | xₜ] in closed form.")
    if off is not None:
        parts.append(f"At the particles the learned score is off by {off:.0%}.")
    if before:
        parts.append(f"Dotted: the same noise under {before[0]}.")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(" ".join(parts))
        if now.denoiser == "learned" and known.weights is None:
            st.button("Train one", key=f"{LESSON}.to_train", icon=":material/fitness_center:",
                      on_click=_to_train)  # fmt: skip


def _to_train() -> None:
    st.session_state[f"{LESSON}.view"] = "Train"


def _formulas(config: Config, now: Settings, m: Moment, look: Look) -> None:
    """Where the picked particle goes next."""
    path, stop, j = m.here
    if stop == len(path.at) - 1:
        return
    t, r, words, s = path.at[stop], path.at[stop + 1], look.theme.words, config.process
    if now.sampler != "DDPM":
        st.latex(jump(now.sampler, s, t, r, path.std[stop], words))
    st.latex(posterior(s, t, r, path.x[stop, j], path.x_0[stop, j], words))


def _table(path: Path) -> dict[str, list[float]]:
    """Each stop of each particle as a row."""
    stops, n, d = path.x.shape
    number = np.tile(np.arange(n), stops)
    return {
        "t": np.repeat(path.at, n).tolist(), "particle": number.tolist(),
        **{f"x_{k}": path.x[:, :, k].ravel().tolist() for k in range(d)},
        **{f"predicted_x_0_{k}": path.x_0[:, :, k].ravel().tolist() for k in range(d)},
    }  # fmt: skip
