"""Train, pause, step, reset, fork: one training in a session, its buttons and its live loop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.machine import settle
from core.memory import give_back
from core.run import Run
from ui.form import ERROR, write
from ui.training import Clock, Player

FRAME = 1 / 16  # seconds from one picture to the next
WORDS = 0.4  # and from one set of numbers to the next


@st.cache_resource(show_spinner=False)
def prepare(name: str, of: str, _make: Callable[[], object]) -> threading.Thread:
    """Call `_make` in the background, once a process: what the first Train would wait for.

    name : what the page says meanwhile. of : tells it from others of that name.
    """

    def work() -> None:
        _make()
        settle()

    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


class Slot:
    """A place on the page whose element is replaced by the next one, never emptied in between."""

    def __init__(self, where: DeltaGenerator) -> None:
        self._at = where

    def __call__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        """Show an element: `slot("markdown", "text")` is `st.markdown("text")` in this place."""
        self._at = getattr(self._at, kind)(*args, **kwargs)


def while_shown(p: Player[Any], act: Callable[..., object]) -> Callable[..., None]:
    """`act` as the callback of a button: only while the training it was drawn for is shown.

    The second of two hasty clicks, or one that was on its way when the screen changed, finds
    another training there and does nothing.
    """
    now = p.now

    def press(*args: Any) -> None:
        if p.now is now:
            act(*args)

    return press


def buttons(lesson: str, p: Player[Any], parts: Mapping[str, str], unit: str = "epoch") -> str:
    """Train and pause; one step, a step of each part alone, reset. Keys LESSON.train and so on.

    parts : name of a part of the model -> its label, for steps of that part alone. unit : what a
    step is called. Returns the status for which they are drawn: another thread may change it.
    """
    run, status = p.run, p.run.status
    running, over = status == "running", status in ("done", "failed")
    columns = st.columns(3, gap="small")
    columns[0].button(
        "Train", key=f"{lesson}.train", type="primary", icon=":material/play_arrow:",
        disabled=running or over, width="stretch", on_click=while_shown(p, p.play),
        help=_why_not(run),
    )  # fmt: skip
    columns[1].button(
        "Pause", key=f"{lesson}.pause", icon=":material/pause:",
        disabled=not running or run.pausing,
        width="stretch", on_click=p.pause,
    )  # fmt: skip
    columns[2].button(
        "Reset", key=f"{lesson}.reset", icon=":material/replay:", width="stretch",
        on_click=while_shown(p, p.reset), disabled=not run.step.number,
        help="Back to the untrained networks. What was trained is kept and can be brought back.",
    )  # fmt: skip
    first, *others = st.columns(1 + len(parts), gap="small")
    first.button(
        f"1 {unit}", key=f"{lesson}.step", width="stretch", on_click=while_shown(p, p.nudge),
        disabled=running or over,
    )  # fmt: skip
    for column, (part, label) in zip(others, parts.items(), strict=True):
        column.button(
            label, key=f"{lesson}.step_{part}", width="stretch", on_click=while_shown(p, p.nudge),
            args=(part,), disabled=running or over,
            help=f"One {unit} in which only the {part} learns; it counts as one.",
        )  # fmt: skip
    return status


def _why_not(run: Run[Any]) -> str | None:
    if run.status == "done" and run.why:
        return "It stopped early. Raise the patience (0 never stops), fork, or reset."
    return {
        "done": "All steps are done. Raise their number, fork, or reset.",
        "failed": "The training left the finite numbers. Lower a learning rate, then go on.",
    }.get(run.status)


def progress(slot: Slot, p: Player[Any]) -> None:
    """How far the training is, in steps and seconds; or why it stopped."""
    run, said = p.run, p.said if p.run.status in ("ready", "paused") else ""
    if run.status == "failed":
        slot("error", run.why, icon=ERROR)
        return
    done = run.step.number
    if run.pausing:
        slot("progress", min(done / run.total, 1.0), "Pausing: a long step comes to its end.")
        return
    if run.behind is not None and run.status == "running":
        # its networks were let go to save memory, and the seed makes them again
        slot("progress", run.behind / done, f"Training again up to {done:,}, to go on from there.")
        return
    words = {
        "ready": "Ready: press Train.",
        "running": f"Training{_left(p.clock.left(run) if p.clock else None)}.",
        "paused": f"Paused at {done:,}.",
        "done": f"Done: {done:,} of {run.total:,}. {run.why}{_changed(run)}",
    }
    slot("progress", min(done / run.total, 1.0), f"{words[run.status]} {said}")


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 99.5:
        return f", {max(seconds, 1):.0f} s left"
    if seconds < 90 * 60:
        return f", about {seconds / 60:.0f} min left"
    return f", about {seconds / 3600:.0f} h left"


def _changed(run: Run[Any]) -> str:
    """Settings that were changed after the end have not acted on what is shown."""
    last = run.records[-1]
    if last.pinned and 0 < run.step.number == last.step.number:
        return "Settings were changed since: fork or reset to see what they do."
    return ""


def forks(lesson: str, p: Player[Any]) -> None:
    """Fork from any recorded step; exchange and drop futures; bring back what was set aside."""
    run = p.run
    with st.container(horizontal=True, vertical_alignment="bottom", key="forks"):
        st.number_input(
            "Fork at", 0, run.step.number, key=f"{lesson}.fork_at", width=130,
            disabled=not run.step.number, persist_state="session",
            help="Train again from here under the present settings, and see both futures. "
            "With unchanged settings the numbers repeat exactly.",
        )  # fmt: skip
        st.button(
            "Fork", key=f"{lesson}.fork", icon=":material/fork_right:",
            on_click=while_shown(p, _fork), args=(lesson, p), disabled=not run.step.number,
        )  # fmt: skip
        if p.now.other is not None:
            st.button("Swap futures", key=f"{lesson}.swap", on_click=while_shown(p, _swap),
                      args=(lesson, p))  # fmt: skip
            st.button("Drop the dotted one", key=f"{lesson}.drop", on_click=while_shown(p, p.drop))
        if p.shelf:
            kept = p.shelf[-1].run
            st.button(
                f"Bring back {kept.step.number:,} of {kept.total:,}",
                help="What was set aside. The last three are kept; press on for the next.",
                key=f"{lesson}.back", on_click=while_shown(p, _bring_back), args=(lesson, p),
                icon=":material/undo:",
            )  # fmt: skip


def _fork(lesson: str, p: Player[Any]) -> None:
    # the number that stands there now, which may be newer than the button
    p.fork(st.session_state[f"{lesson}.fork_at"])


def _bring_back(lesson: str, p: Player[Any]) -> None:
    p.bring_back()
    write(lesson, p.run.config)


def _swap(lesson: str, p: Player[Any]) -> None:
    # the settings on the screen are those of the future on the screen
    p.swap()
    write(lesson, p.run.config)


def live(
    p: Player[Any],
    status: str,
    picture: Callable[[], None],
    words: Callable[[], None],
    pace: float | None,
    preparing: threading.Thread,
    slot: Slot,
) -> None:
    """Train on while the status is "running", calling `picture` about 16 times a second.

    words : called a few times a second: nobody reads numbers faster, and they cost more.

    Must be the last call of a page: every widget has to be on the screen before. status : for which
    `buttons` were drawn. pace : steps a second for slow motion, or None for as fast as it goes.
    preparing : from `prepare`; waited for, and `slot` says so.
    """
    run = p.run
    if run.pausing:
        run.pause()  # the page says so by now, so it may wait
    if run.status != "running":
        if status == "running":  # a thread that this click has overtaken came to the end meanwhile
            st.rerun()
        return
    if preparing.is_alive():
        slot("progress", 0.0, f"{preparing.name}: some seconds, once.")
        preparing.join()
    drawing, said, clock = 0.0, time.perf_counter(), None
    while run.status == "running":
        if pace is None:
            # on a busy machine, where drawing is slow, training still gets its share
            run.advance(seconds=max(FRAME - drawing, drawing / 2, FRAME / 3))
        else:
            before = run.step.number
            run.advance(seconds=FRAME, steps=max(round(pace * FRAME), 1))
            if run.step.number > before:  # else a part of a step that takes longer
                time.sleep(max(max(FRAME, 1 / pace) - drawing, 0.0))
        trained = time.perf_counter()
        if clock is None or run.behind is not None:
            # from here on: the first steps are slower than any other
            clock = p.clock = Clock(run, trained, p.clock)
        clock.look(run, trained)
        picture()
        if trained - said > WORDS:
            words()
            said = trained
        drawing = time.perf_counter() - trained
    threading.Thread(target=give_back, daemon=True).start()  # takes longer than a pause may
    # buttons, history and fork were drawn for a running training
    st.rerun()
