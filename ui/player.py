"""Train, pause, step, reset, fork: one training in a session, its buttons and its live loop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.config import acts_at_once
from core.run import Family, Run
from core.warm import WARM
from ui.form import write

C = TypeVar("C")

FRAME = 1 / 16  # seconds from one picture to the next
KEPT = 3


@dataclass
class Futures(Generic[C]):
    """The training on the screen, and the one it was forked from, if any."""

    run: Run[C]
    other: Run[C] | None = None


class Player(Generic[C]):
    """One lesson's training in this session. Made by `player`, kept between reruns.

    now : what is on the screen. shelf : what was set aside by a reset or by new settings, newest
    last: no click loses a training.
    """

    def __init__(self, family: Family[C], config: C) -> None:
        self.family = family
        self.now: Futures[C] = Futures(Run(family, config))
        self.shelf: list[Futures[C]] = []
        self.said = ""
        self._resting: tuple[Any, go.Figure] | None = None

    def resting(self, key: Any, make: Callable[[], go.Figure]) -> go.Figure:
        """The figure for a training that does not run: made anew only when `key` has changed.

        While it runs, the one that was shown last. Each has its own number in `layout.meta`.
        """
        if self._resting is None or (self.run.status != "running" and self._resting[0] != key):
            number = self._resting[1].layout.meta + 1 if self._resting else 1
            self._resting = (key, make())
            self._resting[1].layout.meta = number
        return self._resting[1]

    @property
    def run(self) -> Run[C]:
        """The training on the screen."""
        return self.now.run

    def use(self, config: C) -> None:
        """Train under these settings from now on: at once where they allow it, else anew."""
        if config == self.run.config:
            return
        if acts_at_once(self.run.config, config):
            self.run.change(config)
            return
        was_running = self.run.status == "running"
        self._anew(config)
        if was_running:
            self.run.play()

    def nudge(self, part: str = "both") -> None:
        """One step by hand, of one part of the model only where the family has parts."""
        self.run.nudge(part)

    def reset(self) -> None:
        """Back to step 0 under the present settings."""
        if self.run.step.number:
            self._anew(self.run.config)

    def bring_back(self) -> C:
        """Exchange the screen with the newest training on the shelf; its settings."""
        self.run.pause()
        self.shelf[-1], self.now = self.now, self.shelf[-1]
        self.said = ""
        return self.run.config

    def fork(self, number: int) -> None:
        """Another future from step `number`, under the present settings, beside the present one."""
        self.run.pause()
        fork = self.run.fork(number, self.run.config)
        if self.now.other is not None:
            self._keep(Futures(self.now.other))
        self.now = Futures(fork, self.run)
        self.run.play()

    def swap(self) -> None:
        """Let the two futures change places."""
        if self.now.other is not None:
            self.run.pause()
            self.now = Futures(self.now.other, self.now.run)

    def drop(self) -> None:
        """Leave only the present future on the screen; the other goes to the shelf."""
        if self.now.other is not None:
            self._keep(Futures(self.now.other))
            self.now = Futures(self.run)

    def _anew(self, config: C) -> None:
        self.run.pause()
        done = self.run.step.number
        if done or self.now.other is not None:
            self._keep(self.now)
        self.now = Futures(Run(self.family, config))
        self.said = f"Starts anew; the training of {done:,} steps is kept." if done else ""

    def _keep(self, futures: Futures[C]) -> None:
        self.shelf = [*self.shelf, futures][-KEPT:]


@st.cache_resource(show_spinner=False)
def prepare(name: str) -> threading.Thread:
    """Compile in the background, once a process: what core.warm has under this name."""
    thread = threading.Thread(target=WARM[name], daemon=True)
    thread.start()
    return thread


class Slot:
    """A place on the page whose element is replaced by the next one, never emptied in between."""

    def __init__(self, where: DeltaGenerator) -> None:
        self._at = where

    def __call__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        """Show an element: `slot("markdown", "text")` is `st.markdown("text")` in this place."""
        self._at = getattr(self._at, kind)(*args, **kwargs)


def player(lesson: str, family: Family[C], config: C | None) -> Player[C]:
    """This session's player for a lesson, brought to these settings. None keeps those it has.

    Raises ValueError if the first settings of a session are impossible.
    """
    key = f"{lesson}.player"
    if key not in st.session_state:
        if config is None:
            raise ValueError("There are no possible settings to begin with.")
        st.session_state[key] = Player(family, config)
    known: Player[C] = st.session_state[key]
    if config is not None:
        known.use(config)
    return known


def buttons(lesson: str, p: Player[Any], parts: dict[str, str]) -> None:
    """Train and pause; one step, a step of each part alone, reset. Keys LESSON.train and so on.

    parts : name of a part of the model -> its label, for steps of that part alone.
    """
    run = p.run
    running, over = run.status == "running", run.status in ("done", "failed")
    columns = st.columns(3, gap="small")
    columns[0].button(
        "Train", key=f"{lesson}.train", type="primary", icon=":material/play_arrow:",
        disabled=running or over, width="stretch", on_click=run.play, help=_why_not(run),
    )  # fmt: skip
    columns[1].button(
        "Pause", key=f"{lesson}.pause", icon=":material/pause:", disabled=not running,
        width="stretch", on_click=run.pause,
    )  # fmt: skip
    columns[2].button(
        "Reset", key=f"{lesson}.reset", icon=":material/replay:", width="stretch",
        on_click=p.reset, disabled=not run.step.number,
        help="Back to the untrained networks. What was trained is kept and can be brought back.",
    )  # fmt: skip
    first, *others = st.columns(1 + len(parts), gap="small")
    first.button(
        "1 step", key=f"{lesson}.step", width="stretch", on_click=p.nudge, disabled=running,
        help="One step: one epoch of the training.",
    )  # fmt: skip
    for column, (part, label) in zip(others, parts.items(), strict=True):
        column.button(
            label, key=f"{lesson}.step_{part}", width="stretch", on_click=p.nudge, args=(part,),
            disabled=running, help=f"One step in which only the {part} learns.",
        )  # fmt: skip


def _why_not(run: Run[Any]) -> str | None:
    return {
        "done": "All steps are done. Raise their number, fork, or reset.",
        "failed": "The training left the finite numbers. Lower a learning rate, then go on.",
    }.get(run.status)


def progress(slot: Slot, run: Run[Any]) -> None:
    """How far the training is, in steps and seconds; or why it stopped."""
    if run.status == "failed":
        slot("error", run.why, icon=":material/error:")
        return
    done = run.step.number
    left = run.seconds / done * (run.total - done) if done else 0.0
    words = {
        "ready": "Ready: press Train.",
        "running": f"Training, {left:.0f} s left.",
        "paused": f"Paused at {done:,}.",
        "done": f"Done: {done:,} in {run.seconds:.1f} s.",
    }
    slot("progress", min(done / run.total, 1.0), words[run.status])


def forks(lesson: str, p: Player[Any]) -> None:
    """Fork from any recorded step; exchange and drop futures; bring back what was set aside."""
    run = p.run
    with st.container(horizontal=True, vertical_alignment="bottom", key="forks"):
        at = st.number_input(
            "Fork at", 0, run.step.number, key=f"{lesson}.fork_at", width=130,
            disabled=not run.step.number, persist_state="session",
            help="Train again from here under the present settings, and see both futures. "
            "With unchanged settings the numbers repeat exactly.",
        )  # fmt: skip
        st.button(
            "Fork", key=f"{lesson}.fork", icon=":material/fork_right:", on_click=p.fork, args=(at,),
            disabled=not run.step.number,
        )  # fmt: skip
        if p.now.other is not None:
            st.button("Swap futures", key=f"{lesson}.swap", on_click=p.swap)
            st.button("Drop the dotted one", key=f"{lesson}.drop", on_click=p.drop)
        if p.shelf:
            kept = p.shelf[-1].run
            st.button(
                f"Bring back the last training ({kept.step.number:,} steps)",
                key=f"{lesson}.back", on_click=_bring_back, args=(lesson, p),
                icon=":material/undo:",
            )  # fmt: skip
    if p.said:
        st.caption(p.said)


def _bring_back(lesson: str, p: Player[Any]) -> None:
    write(lesson, p.bring_back())


def live(
    p: Player[Any],
    draw: Callable[[int], None],
    pace: float | None,
    compiling: threading.Thread,
    slot: Slot,
) -> None:
    """Train on while the status is "running", calling `draw` about 16 times a second.

    Must be the last call of a page: every widget has to be on the screen before. pace : steps a
    second for slow motion, or None for as fast as it goes.
    """
    run = p.run
    if run.status != "running":
        return
    frame, drawing = 1, 0.0
    while run.status == "running":
        if pace is None:
            run.advance(seconds=max(FRAME - drawing, FRAME / 3))
        else:
            run.advance(steps=max(round(pace * FRAME), 1))
            time.sleep(max(max(FRAME, 1 / pace) - drawing, 0.0))
        trained = time.perf_counter()
        draw(frame)
        frame, drawing = frame + 1, time.perf_counter() - trained
    # buttons, history and fork were drawn for a running training
    st.rerun()
