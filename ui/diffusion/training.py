"""The live training of a denoiser on a density or a shape."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core import diffusion
from core.data.mixture import Mixture
from core.diffusion import Config, export, report
from core.diffusion.bound import Bound, bound, entropy
from core.diffusion.config import networks
from core.diffusion.denoiser import exact, learned
from core.diffusion.measure import SAMPLES, distance, drawn, floor
from core.diffusion.moment import Moment, moment
from core.diffusion.scenes import SCENES
from core.figures.diffusion.terms import terms
from core.figures.diffusion.training import Style, figure, spec
from core.history import snapshot
from core.layers import Array, count
from core.step import Step
from ui import form, page, player, share, training
from ui.diffusion.common import digest
from ui.inputs import mixture_table, shape_pad
from ui.live import LiveFigure

BAR = {"displayModeBar": False}
FRAMES = 24  # of a replay
ROOM, KEPT = 40, 4e6  # recorded steps at most, each of which holds the weights; bytes of all
PACES = {"full speed": None, "100 updates/s": 100.0, "10 updates/s": 10.0}
ALLOWED: dict[str, form.Allowed] = {"pace": tuple(PACES), "arrows": bool}


def show(lesson: str, first: Config, look: page.Look) -> None:
    """The whole view. Must be the last call of a page: a training goes on inside it."""
    small = Config(width=8, batch=8)
    loading = player.prepare(
        "Loading PyTorch", lesson, partial(training.first_update, diffusion, small)
    )
    pills, notice = st.container(key="scenes"), st.container()
    left, right, controls = page.stage(look)
    with right:
        with st.container(horizontal=True, vertical_alignment="center"):
            pace = form.choice(lesson, "pace", "Pace", PACES)
            arrows = form.toggle(
                lesson, "arrows", "Field",
                "The score, the way uphill in log p(x_t): learned, and exact.", value=True,
            )  # fmt: skip
        default = Config()
        config = form.form(lesson, Config, {
            "mixture": partial(mixture_table, default=default.mixture),
            "drawing": partial(shape_pad, default=default.drawing, colour=look.theme.real),
        })  # fmt: skip
    p = training.player(lesson, diffusion, config, first, _room(config or first))
    run, other, config = p.run, p.now.other, p.run.config
    scene = form.scene_pills(pills, lesson, SCENES, config, p.begin)
    with notice:
        form.complaints(lesson, config)
        if not look.presenter:
            st.caption(scene.notice if scene else "Your own settings.")
    with controls:
        status = player.buttons(lesson, p, {}, "update")
        progress = player.Slot(st.container())
        player.progress(progress, p)  # first of all: a pause must be seen at once

    style = Style(look.theme, look.narrow, 440 if look.presenter else 390, arrows)
    theirs = other.losses if other else None

    def replay() -> go.Figure:
        recorded = p.recall(
            "moments",
            (run, run.step.number),
            lambda: [moment_of(config, step) for step in snapshot(run, FRAMES)],
        )
        return figure(config, recorded, run.losses, run.total, style, theirs)

    with left:
        with st.container(key="numbers"):
            numbers = [player.Slot(c) for c in st.columns([1, 1.1, 1.4, 0.9, 1], gap="small")]
        resting = p.resting((run, run.step.number, other, run.total, style), replay)
        chart = LiveFigure(lesson, resting, running=status == "running", stopped=p.interrupted)
        player.forks(lesson, p)
        verdict = player.Slot(st.container())
    formula = player.Slot(st.container())

    def words() -> None:
        step = run.step
        d = p.recall("distance", (config, run, step.number), lambda: distance_of(config, step))
        least = floor(config.data, SAMPLES)
        nats = None if run.status == "running" else terms_of(config, step)
        for slot, (label, value, below, meaning) in zip(numbers, report.numbers(
            config, step, run.total, run.rate, d, least, nats, entropy_of(config.data)
        ), strict=True):  # fmt: skip
            slot("metric", label, value, below, delta_color="off", delta_arrow="off", help=meaning)
        verdict("markdown", report.verdict(config, d, least, step.number) or " ")
        now = moment_of(config, step)
        formula("latex", report.formula(config, step, now, look.theme.words))
        player.progress(progress, p)

    def picture() -> None:
        now = moment_of(config, run.step)
        chart.draw(spec(config, now, run.losses, run.total, style, theirs))

    words()
    if run.status != "running":
        fig = terms(terms_of(config, run.step), best_terms(config), look.theme, look.narrow)
        st.plotly_chart(fig, theme=None, config=BAR, key=f"{lesson}.terms")
    if not look.presenter:
        page.text(lesson)
    share.share(lesson, config, partial(export.script, config), run.records, {
        "Points": ("points.csv", lambda: share.table(report.sample_table(config, run.step.view))),
        "Bound": ("bound.csv", lambda: share.table(report.bound_table(terms_of(config, run.step)))),
        "Losses": ("losses.csv", lambda: share.table(report.loss_table(run.losses))),
        "Animation": ("diffusion.html", lambda: share.animation(replay())),
    }, {"view": "Train"})  # fmt: skip
    player.live(p, status, picture, words, PACES[pace], loading, progress)


def _room(config: Config) -> int:
    """How many steps a training records: large networks fewer."""
    parameters = sum(map(count, networks(config).values()))
    return int(min(max(KEPT / (4 * parameters), 12), ROOM))


def moment_of(config: Config, step: Step) -> Moment:
    """The picture of a step; of step 0 once for all visitors, for a class begins alike."""
    return moment(config, step.number, step.view.weights) if step.number else _begun(config)[0]


def distance_of(config: Config, step: Step) -> float:
    """From the points that a step's denoiser makes to the target."""
    return _distance(config, step.view.weights) if step.number else _begun(config)[1]


@lru_cache(maxsize=32)
def _begun(config: Config) -> tuple[Moment, float]:
    weights = diffusion.begin(config).view.weights
    return moment(config, 0, weights), _distance(config, weights)


def _distance(config: Config, weights: Sequence[Array]) -> float:
    points = drawn(learned(config, weights), config.process, SAMPLES, config.d)
    return distance(points, config.data)


def terms_of(config: Config, step: Step) -> Bound:
    """The bound of a step's denoiser, its terms apart."""
    return _bound(config, digest(step.view.weights), step.view.weights)


@st.cache_data(max_entries=64, show_spinner=False)
def _bound(config: Config, key: str, _weights: Sequence[Array]) -> Bound:
    rng = np.random.default_rng(0)
    return bound(learned(config, _weights), config.data, config.process, rng)


@lru_cache(maxsize=32)
def best_terms(config: Config) -> Bound:
    """The bound of the exact denoiser: how much of it is due to the schedule alone."""
    rng = np.random.default_rng(0)
    return bound(exact(config.data, config.process), config.data, config.process, rng)


@lru_cache(maxsize=32)
def entropy_of(data: Mixture) -> float:
    """See `core.diffusion.bound.entropy`; the same points each time."""
    return entropy(data, np.random.default_rng(0))
