"""Between digits: straight and round ways from one code to another, squares of four, the plane."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import streamlit as st

from core.figures.images import figure, strip
from core.figures.walk import film, grid, there_and_back
from core.layers import Array, pixels
from core.vae import latent
from ui import form
from ui.page import Look, stage
from ui.vae import models
from ui.vae.models import LESSON, WALKS, WAYS, Model

STEPS, SIDE, PLANE, FILM = 11, 9, 15, 36
BAR = {"displayModeBar": False}


def show(model: Model, look: Look) -> None:
    """The whole view."""
    left, right, top = stage(look)
    with top:
        way = form.choice(LESSON, "way", "Way", WAYS)
    {WAYS[0]: _two, WAYS[1]: _four, WAYS[2]: _plane}[way](model, look, left, right)


def _decoded(model: Model, z: Array) -> Array:
    return latent.decode(model.config, model.weights, z)


def _chosen(model: Model, names: str) -> list[int]:
    """Number inputs for as many pictures as `names` has letters; at first the lecture's digits."""
    columns = st.columns(2, gap="small")
    corners = ("Upper left", "Upper right", "Lower left", "Lower right")
    labels = corners if len(names) == 4 else ("From number", "To number")
    chosen = []
    for k, (name, label) in enumerate(zip(names, labels, strict=True)):
        with columns[k % 2]:
            chosen.append(models.digit(model, label, f"digit_{name}"))
    return chosen


def _two(model: Model, look: Look, left: st.delta_generator.DeltaGenerator,
         right: st.delta_generator.DeltaGenerator) -> None:  # fmt: skip
    with right:
        ends = _chosen(model, "ab")
        walk = form.choice(LESSON, "walk", "The film's way", WALKS)
    a, b = models.codes(model)[0][ends]
    straight, round_ = latent.line(a, b, STEPS), latent.sphere(a, b, STEPS)
    first, last = pixels(model.pictures.x[ends])
    mix = latent.line(first, last, STEPS).reshape(-1, 28, 28)
    lengths = [f"{np.linalg.norm(z):.1f}" for z in straight]
    with left:
        spec = strip(
            [("pixels mixed", mix, "real"), ("straight", _decoded(model, straight), "generated"),
             ("round", _decoded(model, round_), "generated")],
            look.theme, captions=lengths, width=360 if look.narrow else 650,
        )  # fmt: skip
        st.plotly_chart(figure(spec), theme=None, config=BAR, key=f"{LESSON}.strip")
        st.caption(
            "Below: the length of z on the straight way. It is shortest in the middle, where few "
            "codes are; the round way (slerp) keeps the length."
        )
    path = latent.sphere if walk == "round" else latent.line
    with left:
        shown = there_and_back(_decoded(model, path(a, b, FILM)))
        st.plotly_chart(film(shown, look.theme, size=214), theme=None, config=BAR, width="content",
                        key=f"{LESSON}.film")  # fmt: skip


def _four(model: Model, look: Look, left: st.delta_generator.DeltaGenerator,
          right: st.delta_generator.DeltaGenerator) -> None:  # fmt: skip
    with right:
        corners = models.codes(model)[0][_chosen(model, "abcd")]
    whole = _decoded(model, latent.square(corners, SIDE))
    with left:
        st.plotly_chart(
            grid(whole, SIDE, look.theme, height=330 if look.narrow else 500), theme=None,
            config=BAR, key=f"{LESSON}.square",
        )  # fmt: skip
    around = corners[[0, 1, 3, 2, 0]]
    path = [latent.line(a, b, FILM // 3) for a, b in pairwise(around)]
    with right:
        st.caption("Once around the square:")
        shown = _decoded(model, np.concatenate(path))
        st.plotly_chart(film(shown, look.theme, size=214), theme=None, config=BAR, width="content",
                        key=f"{LESSON}.film")  # fmt: skip


def _plane(model: Model, look: Look, left: st.delta_generator.DeltaGenerator,
           right: st.delta_generator.DeltaGenerator) -> None:  # fmt: skip
    names = [f"z{k}" for k in range(model.config.latent)]
    with right:
        across, down = 0, 1
        if len(names) > 2:
            a, b = st.columns(2, gap="small")
            with a:
                across = names.index(form.choice(LESSON, "across", "Across", names))
            rest = [n for n in names if n != names[across]]
            with b:
                down = names.index(form.choice(LESSON, "down", "Down", rest))
        st.caption(
            "Codes at equal steps of probability under N(0, 1): each picture stands for the same "
            f"share of draws, 1 in {PLANE * PLANE}. All other numbers are 0."
        )
    z = latent.manifold(np.zeros(model.config.latent, np.float32), across, down, PLANE)
    with left:
        st.plotly_chart(
            grid(_decoded(model, z), PLANE, look.theme, height=330 if look.narrow else 500),
            theme=None, config=BAR, key=f"{LESSON}.manifold",
        )  # fmt: skip
