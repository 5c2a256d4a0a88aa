"""Latent space: sliders, the digit that follows them, and the map to drag on."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.embed import principal
from core.figures.classes import colours
from core.figures.images import digit as picture
from core.layers import Array
from core.portable import portable
from core.vae.config import decoder
from core.vae.latent import decode
from ui.live import Plane, latent_map, live_decoder
from ui.page import Look, stage
from ui.vae import models
from ui.vae.models import LESSON, LIMIT, Model

STEP = 0.05
SIZE = 296  # pixels of picture and map


def show(model: Model, look: Look) -> None:
    """The whole view."""
    keys = [f"{LESSON}.z{k}" for k in range(model.config.latent)]
    left, right, buttons = stage(look)
    with buttons:
        chosen = _buttons(model)
    with right:
        z = _sliders(keys)
    drawn = decode(model.config, model.weights, z[None])[0]
    if look.narrow:
        # the digit stays in sight above its sliders, the map comes below them
        held, beside, below = left.container(key="held"), st.container(), st.container()
    else:
        with left.container(horizontal=True, gap="small"):
            held, beside = st.container(width=SIZE), st.container(width=SIZE)
        below = left.container()
    with held:
        network = portable(decoder(model.config), model.weights["decoder"])
        fig = picture(drawn, "generated", look.theme, 190 if look.narrow else SIZE)
        live_decoder(
            f"{LESSON}.decoded", network, keys, fig, colour=look.theme.generated,
            paper=look.theme.paper,
        )  # fmt: skip
    with beside:
        _map(model, keys, z, look)
    with below.container(key="numbers"):
        _numbers(model, z, chosen)
    st.latex(_formula(z, look))


def _sliders(keys: list[str]) -> Array:
    """One native slider for each number of the code."""
    columns = st.columns(2 if len(keys) > 2 else 1, gap="small")
    half = -(-len(keys) // len(columns))
    values = [
        columns[k // half].slider(
            f"z{k}", -LIMIT, LIMIT, 0.0, STEP, "%.2f", key=key, bind="query-params",
            persist_state="session",
        )
        for k, key in enumerate(keys)
    ]  # fmt: skip
    return np.array(values, np.float32)


def _buttons(model: Model) -> int:
    """Ways to a code: 0, a draw from the prior, a real digit's. Returns that digit's number."""
    a, b = st.columns(2, gap="small")
    a.button(
        "Reset", key=f"{LESSON}.reset_z", icon=":material/replay:", width="stretch",
        on_click=_put, args=(np.zeros(model.config.latent, np.float32),),
        help="z = 0, the mode of the prior.",
    )  # fmt: skip
    b.button(
        "Random", key=f"{LESSON}.random_z", icon=":material/casino:", width="stretch",
        on_click=_draw, args=(model.config.latent,), help="A draw from the prior N(0, 1).",
    )  # fmt: skip
    c, d = st.columns([1, 1.6], gap="small", vertical_alignment="bottom")
    with c:
        chosen = models.digit(model, "Picture", "digit")
    d.button(
        "Use its code", key=f"{LESSON}.encode", icon=":material/input:",
        width="stretch", on_click=partial(_encode, model, chosen),
        help="Puts mu of q(z | x) for this real digit on the sliders, as near as they allow.",
    )  # fmt: skip
    return chosen


def _put(z: Array) -> None:
    for k, value in enumerate(z):
        near = round(round(float(np.clip(value, -LIMIT, LIMIT)) / STEP) * STEP, 2)
        st.session_state[f"{LESSON}.z{k}"] = near


def _draw(latent: int) -> None:
    _put(np.random.default_rng().standard_normal(latent, dtype=np.float32))


def _encode(model: Model, number: int) -> None:
    _put(models.codes(model)[0][number])


def _map(model: Model, keys: list[str], z: Array, look: Look) -> None:
    """All digits' codes, in the plane of two numbers, or in that of the widest spread."""
    digits = model.pictures
    mu = models.codes(model)[0]
    plane, axes = None, ("z0", "z1")
    points: NDArray[np.floating[Any]] = mu
    if len(keys) > 2:
        mean, directions = principal(mu)
        plane, axes = Plane(directions, mean), ("widest spread", "second widest")
        points = (mu - mean) @ directions.T
    latent_map(
        f"{LESSON}.plane", points, digits.labels, dict(zip(keys, z.tolist(), strict=True)),
        label=f"Codes of {len(digits):,} real pictures. Drag to change the code.",
        classes=dict(zip(digits.names, colours(look.theme, len(digits.names)), strict=True)),
        limits=(-LIMIT, LIMIT), step=STEP, plane=plane, axes=axes,
    )  # fmt: skip


def _numbers(model: Model, z: Array, chosen: int) -> None:
    """How usual this code is, which digit's code is nearest, and what the model scores."""
    digits = model.pictures
    mu = models.codes(model)[0]
    d = model.config.latent
    length, usual = float(np.linalg.norm(z)), np.sqrt(d - 0.5)
    gaps = np.linalg.norm(mu - z, axis=1)
    nearest = int(gaps.argmin())
    columns = st.columns(3, gap="small")
    columns[0].metric(
        "Length of z", f"{length:.2f}", f"a draw has about {usual:.1f} ± 0.7", delta_color="off",
        delta_arrow="off", help="The Euclidean norm. In many dimensions nearly all draws from "
        "N(0, 1) lie in a thin shell: z = 0 is the likeliest point, and hardly ever drawn.",
    )  # fmt: skip
    columns[1].metric(
        "Nearest real code", f"a {digits.names[digits.labels[nearest]]}",
        f"number {nearest}, at {gaps[nearest]:.2f}", delta_color="off", delta_arrow="off",
        help="The real picture whose mu is nearest to z, and its distance.",
    )  # fmt: skip
    bound = model.measured.get("bound")
    columns[2].metric(
        "Bound", f"{bound:.1f} nats" if bound else "–",
        "MNIST test pictures" if bound else "your own model: not measured", delta_color="off",
        delta_arrow="off", help="Minus the textbook's lower bound: reconstruction and KL as sums, "
        "unit noise, one sample of z for each of the 10,000 MNIST test pictures.",
    )  # fmt: skip


def _formula(z: Array, look: Look) -> str:
    words = look.theme.words
    log_p = -0.5 * float(z @ z) - 0.5 * len(z) * np.log(2 * np.pi)
    latent = rf"\textcolor{{{words['latent']}}}{{z}}"
    return (
        rf"\textcolor{{{words['generated']}}}{{\hat x}} = \mathrm{{decoder}}({latent}), \qquad "
        rf"\log p({latent}) = -\tfrac12\lVert {latent}\rVert^2 - \tfrac d2\log 2\pi = "
        rf"-\tfrac12 \cdot {z @ z:.2f} - \tfrac{{{len(z)}}}2 \cdot 1.84 = {log_p:.1f}"
    )
