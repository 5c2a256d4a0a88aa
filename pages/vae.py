"""The variational autoencoder: a latent space to move in, and live training. Thin by design."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core import vae
from core.vae import export, report
from core.vae.scenes import SCENES
from core.weights import BadWeights
from ui import embedding, form, link, page, share, train
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
OWN = {
    "view": tuple(VIEWS), "model": models.known(),
    **train.ALLOWED, **embedding.ALLOWED, **models.ALLOWED,
}  # fmt: skip
SUBJECT = train.Subject(
    vae, vae.Config, SCENES, report.moment, report.panels, report.numbers, report.formula,
    report.verdict, export.script,
)  # fmt: skip

_, look = page.page(LESSON)
first = link.arrive(LESSON, vae.Config, SCENES, OWN, view="Train")
name = form.views(LESSON, list(VIEWS))
show = VIEWS[name]
if show is None:
    train.show(LESSON, SUBJECT, first, look)
else:
    form.complaints(LESSON, name)
    try:
        model = models.choose()
        show(model, look)
    except BadWeights as error:
        st.error(form.plain(str(error)), icon=form.ERROR)
        model = None
    if not look.presenter:
        page.text(LESSON)
    if model is not None:
        share.share(
            LESSON, vae.Config(), partial(export.script, model.config), (),
            {"Codes": ("codes.csv", lambda: share.table(models.table(model)))},
            {"view": name, **form.others(LESSON, models.NAMES)},
        )  # fmt: skip
