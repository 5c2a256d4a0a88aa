"""Which trained VAE the views look into: a shipped one, or the one trained in this session."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.data import images
from core.layers import Array
from core.portable import rounded
from core.run import Run
from core.step import GONE
from core.vae.config import Config
from core.vae.latent import Weights, encode, parts
from core.weights import shipped
from ui import form, training
from ui.player import Slot

LESSON = "vae"
YOURS = "Yours"
LIMIT = 4.0  # of the sliders, either way
MOST = 1800  # pictures of a large set that are looked at
WAYS = ("Straight and round", "Square of four", "Plane of two numbers")
WALKS = ("round", "straight")
SHIPPED = {
    "Dense, 10 numbers": "vae_dense",
    "Dense, 2 numbers": "vae_dense_2d",
    "Convolutional, 10 numbers": "vae_conv",
}


# what stands in a link beside the settings of a training: defaults, and what is allowed
NAMES: dict[str, Any] = {
    "model": "Dense, 10 numbers", "digit": 7, "digit_a": 7, "digit_b": 1, "digit_c": 9,
    "digit_d": 4, "way": WAYS[0], "walk": WALKS[0], "across": "z0", "down": "z1", "draw": 0,
    **{f"z{k}": 0.0 for k in range(10)},
}  # fmt: skip
_AXES = tuple(f"z{k}" for k in range(10))
ALLOWED: dict[str, form.Allowed] = {
    **{n: (0, 1796) for n in NAMES if n.startswith("digit")},
    "way": WAYS, "walk": WALKS, "across": _AXES, "down": _AXES, "draw": (0, 9999),
    **dict.fromkeys(_AXES, (-LIMIT, LIMIT)),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Model:
    """name : as on the screen. key : different for different weights. pictures : to look at it
    with. measured : on test pictures, empty for a model that was trained here."""

    name: str
    key: Hashable
    config: Config
    weights: Weights
    pictures: images.Images
    measured: Mapping[str, float]


def known() -> tuple[str, ...]:
    """The names of all models there are; yours only where one was trained in this session."""
    trained = training.known(LESSON)
    return (*SHIPPED, *((YOURS,) if trained and trained.run.step.number else ()))


def choose() -> Model:
    """The pills with all models there are, and the chosen one."""
    trained = training.known(LESSON)
    there, key = known(), f"{LESSON}.model"
    if st.session_state.get(key) not in there:
        st.session_state.pop(key, None)
    name = st.pills(
        "Model", there, key=key, default=there[0], label_visibility="collapsed", required=True,
        bind="query-params", persist_state="session",
    )  # fmt: skip
    if name == YOURS and trained:
        run = trained.run
        step = run.held(_bar(run))
        weights = parts(run.config, rounded(step.state.weights))
        pictures = images.load(run.config.data)
        if len(pictures) > MOST:
            test = pictures.part("test")
            pictures = replace(test, x=test.x[:MOST], labels=test.labels[:MOST])
        return Model(YOURS, (run, step.number), run.config, weights, pictures, {})
    c = shipped(SHIPPED[name], "vae")
    return Model(name, SHIPPED[name], c.config, c.parts, images.load("digits"), c.measured)


def _bar(run: Run[Config]) -> Callable[[float], object]:
    """Says how far a training is whose networks were let go, and which the seed makes again."""
    if run.step.state is not GONE:
        return lambda share: None
    slot = Slot(st.container())
    return lambda share: slot("progress", share, "Training yours again, to look into it.")


def codes(model: Model) -> tuple[Array, Array]:
    """mu and log_var of every picture, (n, latent) each; computed once for a model."""
    kept: tuple[Hashable, tuple[Array, Array]] | None = st.session_state.get(f"{LESSON}.codes")
    if kept is None or kept[0] != model.key:
        made = _shared(model.key, model) if model.measured else _codes(model)
        kept = (model.key, made)
        st.session_state[f"{LESSON}.codes"] = kept
    return kept[1]


@st.cache_resource(show_spinner=False)
def _shared(key: Hashable, _model: Model) -> tuple[Array, Array]:
    return _codes(_model)


def _codes(model: Model) -> tuple[Array, Array]:
    return encode(model.config, model.weights, model.pictures.x)


def digit(model: Model, label: str, name: str) -> int:
    """A number input for one of the model's pictures. Its key is vae.NAME."""
    key, n = f"{LESSON}.{name}", len(model.pictures)
    if st.session_state.get(key, 0) >= n:
        st.session_state[key] = 0  # of a larger set, before
    return int(
        st.number_input(
            label, 0, n - 1, NAMES[name], key=key, bind="query-params", persist_state="session",
            help=f"One of {n:,} pictures of {model.pictures.name}.",
        )
    )  # fmt: skip


def table(model: Model) -> dict[str, Sequence[Any]]:
    """Every picture's label, mu and log_var, one row a picture, for a CSV."""
    mu, log_var = codes(model)
    columns: dict[str, Sequence[Any]] = {
        "number": range(len(mu)), "label": [model.pictures.names[k] for k in model.pictures.labels],
    }  # fmt: skip
    columns |= {f"mu{k}": mu[:, k].tolist() for k in range(mu.shape[1])}
    return columns | {f"log_var{k}": log_var[:, k].tolist() for k in range(mu.shape[1])}
