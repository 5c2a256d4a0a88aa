"""The 1-D GAN, live: thin by design; what is drawn is core's, how it is driven is ui's."""

from __future__ import annotations

from functools import partial

import plotly.graph_objects as go
import streamlit as st

from core import gan_1d
from core.figures.gan_1d import Style, figure, moments, spec
from core.gan_1d import curves, export, report
from core.gan_1d.scenes import SCENES
from core.warm import WARM
from ui import form, link, page, player, share, training
from ui.inputs import density_pad, mixture_table
from ui.live import LiveFigure

LESSON = "gan_1d"
FRAMES = 50
PACES = {"full speed": None, "30 epochs/s": 30.0, "5 epochs/s": 5.0}

_, look = page.page(LESSON)
compiling = player.prepare("Compiling the fast engine", LESSON, WARM["1-D GAN kernel"])
own = {"pace": tuple(PACES), "arrows": bool}
first = link.arrive(LESSON, gan_1d.Config, SCENES, own)
pills, notice = st.container(key="scenes"), st.container()
left, right, controls = page.stage(look)

with right:
    with st.container(horizontal=True, vertical_alignment="center"):
        pace = form.choice(LESSON, "pace", "Pace", PACES)
        arrows = form.toggle(LESSON, "arrows", "Arrows", "Where D pushes the generated samples.")
    default = gan_1d.Config()
    config = form.form(LESSON, gan_1d.Config, {
        "mixture": partial(mixture_table, default=default.mixture),
        "drawing": partial(density_pad, default=default.drawing),
    })  # fmt: skip

p = training.player(LESSON, gan_1d, config, first)
run, other, config = p.run, p.now.other, p.run.config
scene = form.scene_pills(pills, LESSON, SCENES, config, p.begin)
with notice:
    form.complaints(LESSON, config)
    if not look.presenter:
        st.caption(scene.notice if scene else "Your own settings.")
with controls:
    status = player.buttons(LESSON, p, {"discriminator": "D only", "generator": "G only"})
    progress = player.Slot(st.container())
    player.progress(progress, p)  # first of all: a pause must be seen at once

style = Style(look.theme, arrows, look.narrow, height=480 if look.presenter else 432)
# what a picture shows: of the settings that leave the run as it is, only these are seen in it
shown = (run, run.step.number, other, config.loss, config.instance_noise, config.epochs)


def replay() -> go.Figure:
    """The newest epoch, and the recorded ones to play and scrub."""
    recorded = p.recall("moments", shown, lambda: moments(run, other, FRAMES))
    return figure(config, recorded, run.losses, style, other and other.losses)


with left:
    with st.container(key="numbers"):
        numbers = [player.Slot(c) for c in st.columns([1, 1.1, 1.1, 1.3, 1.1], gap="small")]
    resting = p.resting((*shown, style), replay)
    chart = LiveFigure(LESSON, resting, running=status == "running", stopped=p.interrupted)
    player.forks(LESSON, p)
    lost = player.Slot(st.container())
formula = player.Slot(st.container())


def words() -> None:
    """The numbers, the formula and the progress of the newest epoch."""
    step = run.step
    d, floor = curves.distances(config, step.view), curves.floor(config.data)
    for slot, (label, value, below, meaning) in zip(
        numbers, report.numbers(config, step, run.total, run.rate, d, floor), strict=True
    ):
        slot("metric", label, value, below, delta_color="off", delta_arrow="off", help=meaning)
    now = curves.curves(config, step.view)
    missing = curves.lost_modes(config, [r.step for r in run.records])
    lost("markdown", report.verdict(missing, step.number, now) or " ")
    formula("latex", report.formula(config, step, now, look.theme.words))
    player.progress(progress, p)


def picture() -> None:
    """The newest epoch, drawn at once."""
    newest = moments(run, other, 1)[0]
    chart.draw(spec(config, newest, run.losses, style, other and other.losses))


words()
if not look.presenter:
    page.text(LESSON)
share.share(LESSON, config, partial(export.script, config), run.records, {
    "Samples": ("samples.csv", lambda: share.table(report.sample_table(config, run.step.view))),
    "Curves": ("curves.csv", lambda: share.table(report.curve_table(config, run.step.view))),
    "Losses": ("losses.csv", lambda: share.table(report.loss_table(run.losses))),
    "Animation": ("gan_1d.html", lambda: share.animation(replay())),
})  # fmt: skip
player.live(p, status, picture, words, PACES[pace], compiling, progress)
