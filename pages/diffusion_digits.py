"""Diffusion on digits: from a digit to noise, and back to whatever one asks for. Thin by design."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.diffusion_digits import Config, export
from core.diffusion_digits.scenes import SCENES
from core.weights import BadWeights
from ui import form, link, page, share, train
from ui.diffusion_digits import common, faces, forward, labels, quality, reverse, surgery, training

LESSON = "diffusion_digits"
VIEWS = {
    "Forward": forward.show,
    "Reverse": reverse.show,
    "One label": labels.show,
    "Surgery": surgery.show,
    "Faces": faces.show,
    "Train": None,
    "Quality": quality.show,
}
NAMES = {**common.NAMES, **faces.NAMES, **quality.NAMES}
OWN = {
    "view": tuple(VIEWS), **train.ALLOWED, **common.ALLOWED, **faces.ALLOWED, **quality.ALLOWED,
}  # fmt: skip

_, look = page.page(LESSON)
first = link.arrive(LESSON, Config, SCENES, OWN)
name = form.views(LESSON, list(VIEWS))
show = VIEWS[name]
if show is None:
    training.show(first, look)
else:
    if show in (faces.show, quality.show):
        form.complaints(LESSON, name)  # the others do so beside their scenes
    try:
        shown = show(look)
    except BadWeights as error:
        st.error(form.plain(str(error)), icon=form.ERROR)
        shown = common.Shown()
    if not look.presenter:
        page.text(LESSON)
    script = partial(export.script, shown.trained or shown.config)
    share.share(
        LESSON, shown.config, script, (), shown.files,
        {"view": name, **form.others(LESSON, NAMES)},
    )  # fmt: skip
    shown.later()
