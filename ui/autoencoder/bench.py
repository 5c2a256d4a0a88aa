"""The bench: a digit from the set, the pad or a file, through all four autoencoders."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from core.autoencoder import Config, export
from core.autoencoder.compare import compare, formula, table
from core.autoencoder.scenes import SCENES
from core.figures.autoencoder import bench
from ui import digit, form, share
from ui.page import Look, stage, text

SLIDERS = ("bottleneck", "noise", "masked", "patch")
FIRST = (5, 4)  # class and number of the digit at first
# what stands in a link beside the settings, and its default
NAMES: dict[str, Any] = {**digit.names(FIRST), "draw": 0}
ALLOWED: dict[str, form.Allowed] = {**digit.ALLOWED, "draw": (0, 9999)}


def show(lesson: str, look: Look) -> None:
    """The whole view. Raises BadWeights."""
    pills, notice = st.container(key="scenes"), st.container()
    left, right, top = stage(look)
    with top:
        x = digit.digit(lesson, look, FIRST)
    with right:
        config = form.form(lesson, Config, {}, only=SLIDERS)
        meaning = "Another number: other noise, another mask."
        draw = digit.draw_number(lesson, "draw", "redraw", meaning)
    if config is None:  # only a session that was tampered with
        config = Config()
    scene = form.scene_pills(pills, lesson, SCENES, config, lambda chosen: None)
    with notice:
        form.complaints(lesson, config)
        if not look.presenter:
            st.caption(scene.notice if scene else "Your own settings.")
    columns = compare(x, config, draw)
    height = 500 if look.presenter else 452
    with left:
        fig = bench(x, columns, look.theme, lit=config.kind, narrow=look.narrow, height=height)
        st.plotly_chart(fig, theme=None, config={"displayModeBar": False}, key=f"{lesson}.bench")
    st.latex(formula(columns, look.theme.words, across=1 if look.narrow else 2))
    if not look.presenter:
        text(lesson)
    share.share(
        lesson, config, partial(export.script, config), (),
        {"Pixels": ("pixels.csv", lambda: share.table(table(x, columns)))},
        form.others(lesson, NAMES),
    )  # fmt: skip
