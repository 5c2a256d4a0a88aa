"""Diffusion on densities and shapes: forward to noise, training, and back. Thin by design."""

from __future__ import annotations

from functools import partial

from core.diffusion import Config, export
from core.diffusion.scenes import SCENES
from ui import form, link, page, share
from ui.diffusion import common, forward, reverse, training

LESSON = common.LESSON
VIEWS = {"Forward": forward.show, "Train": None, "Reverse": reverse.show}
OWN = {"view": tuple(VIEWS), **common.ALLOWED, **training.ALLOWED}

_, look = page.page(LESSON)
first = link.arrive(LESSON, Config, SCENES, OWN)
view = form.views(LESSON, list(VIEWS))
show = VIEWS[view]
if show is None:
    training.show(LESSON, first, look)
else:
    config, files = show(look)
    if not look.presenter:
        page.text(LESSON)
    others = {"view": view, **form.others(LESSON, common.NAMES)}
    share.share(LESSON, config, partial(export.script, config), (), files, others)
