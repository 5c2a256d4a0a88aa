"""What the views share: names in links, the trained network, how pictures are drawn from it."""

from __future__ import annotations

import dataclasses
import importlib
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

# Streamlit imports it with a page's first figure. A second run, which a phone asks for at once,
# must not find it half imported: plotly looks into it as soon as it is there, and fails.
import pandas as pd  # noqa: F401
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.diffusion.samplers import Jump, times
from core.diffusion_digits.config import Config
from core.diffusion_digits.path import Path, Settings, jumps, noise, record
from core.diffusion_digits.scenes import DRAWN
from core.diffusion_digits.surgery import HALVES
from ui import digit, form, player
from ui.live import arrow_keys, play_button
from ui.page import Look

if TYPE_CHECKING:  # it imports torch, which the first paint does not wait for
    from core.diffusion_digits.trained import Trained

T = TypeVar("T")
LESSON = "diffusion_digits"
KEPT = 3  # of what was computed, in a session
FIRST = (2, 32)  # class and number of the digit at first
TOOLS = ("Paint half way", "SDEdit", "Fill in")
BAR = {"displayModeBar": False}
QUIET: dict[str, Any] = {"delta_color": "off", "delta_arrow": "off"}

# what stands in a link beside the settings of a training: defaults, and what is allowed
_SETTINGS = dataclasses.fields(Settings)
NAMES: dict[str, Any] = {
    **digit.names(FIRST), "t": 400, "draw": 0, **{f.name: f.default for f in _SETTINGS}, "k": 15,
    "tool": TOOLS[0], "stop": 500, "edit": 600, "half": HALVES[0], "resampled": 3,
}  # fmt: skip
ALLOWED: dict[str, form.Allowed] = {
    **{f.name: f for f in _SETTINGS},
    **digit.ALLOWED, "drawing": tuple(DRAWN), "t": (0, "T"), "draw": (0, 9999), "k": (0, "steps"),
    "tool": TOOLS, "stop": (1, 999), "edit": (0, 1000), "half": HALVES, "resampled": (1, 10),
}  # fmt: skip


@dataclass
class Shown:
    """What a view leaves to the page: files for the share section, the settings of a training for
    its link, those for its script where they are others, and work that needs all else to be on the
    screen before."""

    files: Mapping[str, tuple[str, Callable[[], str | bytes]]] = field(default_factory=dict)
    later: Callable[[], None] = lambda: None
    config: Config = field(default_factory=Config)
    trained: Config | None = None


def network(name: str = LESSON) -> Trained:
    """The shipped model of this name. Loading PyTorch takes seconds, once; the page says so. Raises
    BadWeights."""
    module = "core.diffusion_digits.trained"
    loading = player.prepare("Loading PyTorch", module, partial(importlib.import_module, module))
    if loading.is_alive():
        slot = st.empty()
        slot.progress(0.0, "Loading PyTorch: some seconds, once.")
        loading.join()
        slot.empty()
    from core.diffusion_digits.trained import trained

    return trained(name)


def kept(name: str, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` returned for this key; the last few of each name stay in the session."""
    known: dict[Hashable, T] = st.session_state.setdefault(f"{LESSON}.{name}", {})
    if key not in known:
        known[key] = make()
        while len(known) > KEPT:
            known.pop(next(iter(known)))
    return known[key]


def path_of(net: Trained, now: Settings) -> tuple[Path, float]:
    """The whole path under these settings, and the seconds that it took."""
    return kept("paths", now, partial(_path, net, now))


@lru_cache(maxsize=16)  # of all visitors, some 0.5 MB each: a class opens the same one
def _path(net: Trained, now: Settings) -> tuple[Path, float]:
    from core.diffusion_digits.model import denoiser

    s, begun = net.config.process, time.perf_counter()
    denoise = denoiser(net.config, net.model, now.labels(1), now.guidance)
    path = whole(jumps(denoise, noise(now, 1, net.config.side), s, now),
                 len(times(s, now.steps)) - 1)  # fmt: skip
    return path, time.perf_counter() - begun


def whole(path: Iterator[Jump], n: int) -> Path:
    """Go the whole way of n jumps."""
    return record(told(path, n))


def told(path: Iterator[Jump], n: int) -> Iterator[Jump]:
    """The same n jumps; the page says how many are done."""
    slot = st.empty()
    for k, jump in enumerate(path, start=1):
        slot.progress(min(k / n, 1.0), f"Denoising: jump {k} of {n}.")
        yield jump
    slot.empty()


def settings(only: tuple[str, ...] = ()) -> Settings:
    """How pictures are drawn, as widgets."""
    return form.form(LESSON, Settings, {}, only=only) or Settings()


def scenes(slot: DeltaGenerator, notice: DeltaGenerator, now: Settings, look: Look) -> None:
    """Named ways to draw, and what to notice."""
    scene = form.scene_pills(slot, LESSON, DRAWN, now, lambda chosen: None, name="drawing")
    with notice:
        form.complaints(LESSON, now)
        if not look.presenter:
            st.caption(scene.notice if scene else "Your own settings.")


def draw_anew(*, primary: bool = False) -> None:
    """A button for the next noise number."""
    st.button(
        "Draw anew", key=f"{LESSON}.anew", type="primary" if primary else "secondary",
        icon=":material/casino:", width="stretch", on_click=_anew,
        help="The next noise number: another noise to begin with.",
    )  # fmt: skip


def _anew() -> None:
    key = f"{LESSON}.noise_seed"
    st.session_state[key] = (st.session_state.get(key, 0) + 1) % 10_000


def within(name: str, low: int, high: int) -> None:
    """Bring a slider's value to a range that has changed."""
    key = f"{LESSON}.{name}"
    if key in st.session_state:
        nearest = min(max(st.session_state[key], low), high)
        if nearest != st.session_state[key]:
            st.session_state[key] = nearest


def step_buttons(name: str, high: int, back: str, forward: str) -> None:
    """One step back or on along the slider of that name, from 0 to `high`, also by the arrow keys;
    and all of them, played in the browser."""
    key = f"{LESSON}.{name}"
    now = st.session_state.get(key, NAMES[name])
    arrow_keys(key)
    left, middle, right = st.columns([1, 0.5, 1], gap="small")
    left.button(
        back, key=f"{LESSON}.back", icon=":material/chevron_left:", width="stretch",
        shortcut="left", disabled=now <= 0, on_click=_move, args=(key, -1, high),
    )  # fmt: skip
    with middle:
        play_button(f"{LESSON}.play", key)
    right.button(
        forward, key=f"{LESSON}.forward", icon=":material/chevron_right:", width="stretch",
        shortcut="right", disabled=now >= high, on_click=_move, args=(key, 1, high),
    )  # fmt: skip


def _move(key: str, by: int, high: int) -> None:
    st.session_state[key] = min(max(st.session_state[key] + by, 0), high)
