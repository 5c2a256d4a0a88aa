"""The variational autoencoder: a latent space to move in, and live training."""

from __future__ import annotations

import streamlit as st

from core import vae
from core.vae import export, report
from core.vae.scenes import SCENES
from core.weights import BadWeights
from ui import form, page, train
from ui.vae import between, latent, models, views

LESSON = "vae"
VIEWS = {
    "Latent space": latent.show,
    "Train": None,
    "Between digits": between.show,
    "Samples": views.samples,
    "Codes": views.codes,
    "Networks": views.drawing,
}
SUBJECT = train.Subject(
    vae, vae.Config, SCENES, report.moment, report.panels, report.numbers, report.formula,
    report.verdict, export.script,
)  # fmt: skip

_, look = page.page(LESSON)
first = form.arrive(LESSON, vae.Config, SCENES, others=models.NAMES, view="Train")
view = VIEWS[form.views(LESSON, list(VIEWS))]
if view is None:
    train.show(LESSON, SUBJECT, first, look)
else:
    try:
        view(look)
    except BadWeights as error:
        st.error(form.plain(str(error)), icon=form.ERROR)
    if not look.presenter:
        page.text(LESSON)
