"""The live training of a family that learns from pictures: settings, player, picture, numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

import plotly.graph_objects as go
import streamlit as st

from core import export
from core.data import images
from core.figures.training import Moment, Panel, Style, figure, spec
from core.history import Family, snapshot
from core.recipe import Batches, updates
from core.scene import Scene
from core.step import Step
from ui import form, page, player, share, training
from ui.live import LiveFigure

R = TypeVar("R", bound=Batches)
FRAMES = 24  # of a replay
ROOM = 100  # recorded steps: each holds some 20 kB of pictures
PACES = {"full speed": None, "10 updates/s": 10.0, "2 updates/s": 2.0}

ALLOWED: dict[str, form.Allowed] = {"pace": tuple(PACES)}


@dataclass(frozen=True)
class Subject(Generic[R]):
    """A family, and what is shown and said of it. See `core.vae.report` for what each part is."""

    family: Family[R]
    kind: type[R]
    scenes: Mapping[str, Scene[R]]
    moment: Callable[[R, Step], Moment]
    panels: Callable[[Mapping[str, str]], Sequence[Panel]]
    numbers: Callable[[R, Step, int, int], Sequence[tuple[str, ...]]]
    formula: Callable[[R, Step, float, Mapping[str, str]], str]
    verdict: Callable[[R, Step], str]
    script: Callable[[R], str]


def show(lesson: str, subject: Subject[R], first: R, look: page.Look) -> None:
    """The whole view. Must be the last call of a page: a training goes on inside it."""
    loading = player.prepare(
        "Loading PyTorch", lesson, partial(training.first_update, subject.family, subject.kind())
    )
    before = training.known(lesson)
    if before and before.run.step.number and form.entered(lesson):
        form.write(lesson, before.run.config)  # other views share some settings; it keeps its own
    pills, notice = st.container(key="scenes"), st.container()
    left, right, controls = page.stage(look)
    with right:
        pace = form.choice(lesson, "pace", "Pace", PACES)
        config = form.form(lesson, subject.kind, {})
        if config is not None and not _at_hand(config.data):
            config = None
    first = dataclasses.replace(first, data="digits")  # always at hand
    p = training.player(lesson, subject.family, config, first, ROOM)
    run, other, config = p.run, p.now.other, p.run.config
    scene = form.scene_pills(pills, lesson, subject.scenes, config, p.begin)
    with notice:
        form.complaints(lesson, config)
        if not look.presenter:
            st.caption(scene.notice if scene else "Your own settings.")
    with controls:
        status = player.buttons(lesson, p, {}, "update")
        progress = player.Slot(st.container())
        player.progress(progress, p)  # first of all: a pause must be seen at once

    style = Style(look.theme, look.narrow, height=470 if look.presenter else 404)
    panels = subject.panels(look.theme.words)
    theirs = other.losses if other else None

    def replay() -> go.Figure:
        recorded = p.recall("moments", (run, run.step.number), lambda: snapshot(run, FRAMES))
        moments = [subject.moment(config, step) for step in recorded]
        return figure(panels, moments, run.losses, run.total, style, theirs)

    with left:
        with st.container(key="numbers"):
            numbers = [player.Slot(c) for c in st.columns([1, 1.2, 1.1, 1.1, 1.2], gap="small")]
        resting = p.resting((run, run.step.number, other, run.total, style), replay)
        chart = LiveFigure(lesson, resting, running=status == "running", stopped=p.interrupted)
        player.forks(lesson, p)
        verdict = player.Slot(st.container())
    formula = player.Slot(st.container())
    per_epoch = updates(config, len(images.load(config.data).split["train"]))

    def words() -> None:
        step = run.step
        rows = subject.numbers(config, step, per_epoch, run.total)
        for slot, (label, value, below, meaning) in zip(numbers, rows, strict=False):
            slot("metric", label, value, below, delta_color="off", delta_arrow="off", help=meaning)
        verdict("markdown", subject.verdict(config, step) or " ")
        before = max(step.number - 1, 0) / per_epoch
        formula("latex", subject.formula(config, step, before, look.theme.words))
        player.progress(progress, p)

    def picture() -> None:
        now = subject.moment(config, run.step)
        chart.draw(spec(panels, now, run.losses, run.total, style, theirs))

    words()
    if not look.presenter:
        page.text(lesson)
    share.share(lesson, config, partial(subject.script, config), run.records, {
        "Losses": ("losses.csv", lambda: share.table(_table(run.losses))),
        "Animation": (f"{lesson}.html", lambda: share.animation(replay())),
        "Pictures for the script": ("digits.npz", export.pictures),
    }, {"view": "Train"})  # fmt: skip
    player.live(p, status, picture, words, PACES[pace], loading, progress)


def _at_hand(data: str) -> bool:
    """Whether the pictures can be had; else one sentence says what is missing."""
    bar = player.Slot(st.container())
    try:
        images.load(data, lambda share, sentence: bar("progress", min(share, 1.0), sentence))
    except images.BadInput as error:
        bar("error", form.plain(f"{error} The last possible settings stay in use."),
            icon=form.ERROR)  # fmt: skip
        return False
    return True


def _table(losses: Mapping[str, Sequence[float]]) -> dict[str, Sequence[float]]:
    """Every recorded number, one row an update."""
    n = len(next(iter(losses.values()), ()))
    return {"update": range(1, n + 1), **losses}
