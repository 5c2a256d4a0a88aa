"""What the views share: names in links, the target and its noise, the slider t and its buttons."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.diffusion import Config
from core.diffusion.path import N, Settings
from core.diffusion.ways import FORWARD, REVERSE
from core.layers import Array
from ui import form
from ui.inputs import mixture_table, shape_pad
from ui.live import arrow_keys, play_button
from ui.page import Look

LESSON = "diffusion"
BAR = {"displayModeBar": False}
QUIET: dict[str, Any] = {"delta_color": "off", "delta_arrow": "off"}
T, MOVE = f"{LESSON}.t", 3.0  # the key of the slider; how far a particle can be moved

# what stands in a link beside the settings of a training: defaults, and what is allowed
_SETTINGS = dataclasses.fields(Settings)
NAMES: dict[str, Any] = {
    "t": 40, **{f.name: f.default for f in _SETTINGS}, "picked": 0, "move_x": 0.0, "move_y": 0.0,
}  # fmt: skip
ALLOWED: dict[str, form.Allowed] = {
    **{f.name: f for f in _SETTINGS},
    "noising": FORWARD, "way": tuple(REVERSE), "t": (0, "T"), "picked": (0, N - 1),
    "move_x": (-MOVE, MOVE), "move_y": (-MOVE, MOVE),
}  # fmt: skip


def target(look: Look) -> Config:
    """The target and its noise as widgets; for impossible ones, the last that were possible."""
    now = {f.name: form.kept(LESSON, f) for f in dataclasses.fields(Config)}
    names = ["target", "noise", "T"]
    names += [text for text, of in (("mixture", "mixture"), ("drawing", "drawn"))
              if now["target"] == of]  # fmt: skip
    names += ["beta_1", "beta_T"] if now["noise"] == "by hand" else []
    default, key = Config(), f"{LESSON}.possible"
    config = form.form(LESSON, Config, {
        "mixture": partial(mixture_table, default=default.mixture),
        "drawing": partial(shape_pad, default=default.drawing, colour=look.theme.real),
    }, only=names, flat=True)  # fmt: skip
    if config is not None:
        st.session_state[key] = config
    possible: Config = st.session_state.get(key, default)
    return possible


def slider(slot: DeltaGenerator, s_T: int, meaning: str) -> int:
    """The slider t, from 0 to T; one that stood beyond a smaller T is brought to it."""
    if st.session_state.get(T, 0) > s_T:
        st.session_state[T] = s_T
    with slot:
        return int(
            st.slider(
                "Time t", 0, s_T, min(NAMES["t"], s_T), key=T, bind="query-params",
                persist_state="session", help=meaning,
            )
        )  # fmt: skip


def buttons(
    slot: DeltaGenerator, back: tuple[str, int], on: tuple[str, int], now: int,
    play: Callable[[], None], stops: Sequence[int] = (),
) -> None:  # fmt: skip
    """One step back and forth in t, also by the arrow keys, and `play` between them.

    back, on : what is written on each button, and the t that it leads to. stops : all the t that
    the buttons lead to, if it is not every one.
    """
    with slot:
        arrow_keys(T, stops)
        left, middle, right = st.columns([1, 0.42, 1], gap="small")
        left.button(
            back[0], key=f"{LESSON}.back", icon=":material/chevron_left:", width="stretch",
            shortcut="left", disabled=back[1] == now, on_click=_go, args=(back[1],),
        )  # fmt: skip
        with middle:
            play()
        right.button(
            on[0], key=f"{LESSON}.forward", icon=":material/chevron_right:", width="stretch",
            shortcut="right", disabled=on[1] == now, on_click=_go, args=(on[1],),
        )  # fmt: skip


def _go(t: int) -> None:
    st.session_state[T] = t


def player(backwards: bool = False) -> None:
    """The button that plays the slider in the browser."""
    play_button(f"{LESSON}.play", T, seconds=6.0, backwards=backwards)


def notice(slot: DeltaGenerator, now: Any, text: str, look: Look) -> None:
    """What the link got wrong, and what to notice."""
    with slot:
        form.complaints(LESSON, now)
        if not look.presenter:
            st.caption(text)


def digest(weights: Sequence[Array]) -> str:
    """Names these weights among all others."""
    return blake2b(b"".join(w.tobytes() for w in weights)).hexdigest()
