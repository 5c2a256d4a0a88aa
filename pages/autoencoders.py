"""Autoencoders: a bench for four of them, live training, the hole in their plane, their codes."""

from __future__ import annotations

import streamlit as st

from core import autoencoder
from core.autoencoder import export, report
from core.autoencoder.scenes import SCENES
from core.weights import BadWeights
from ui import embedding, form, link, page, train
from ui.autoencoder import bench, codes, hole

LESSON = "autoencoders"
VIEWS = {"Bench": bench.show, "Train": None, "The hole": hole.show, "Codes": codes.show}
OWN = {
    "view": tuple(VIEWS), **train.ALLOWED, **embedding.ALLOWED, **bench.ALLOWED, **hole.ALLOWED,
}  # fmt: skip
SUBJECT = train.Subject(
    autoencoder, autoencoder.Config, SCENES, report.moment, report.panels, report.numbers,
    report.formula, report.verdict, export.script,
)  # fmt: skip

_, look = page.page(LESSON)
first = link.arrive(LESSON, autoencoder.Config, SCENES, OWN)
view = VIEWS[form.views(LESSON, list(VIEWS))]
if view is None:
    train.show(LESSON, SUBJECT, first, look)
else:
    try:
        view(LESSON, look)
    except BadWeights as error:
        st.error(form.plain(str(error)), icon=form.ERROR)
