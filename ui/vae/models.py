"""Which trained VAE the views look into: a shipped one, or the one trained in this session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.data import images
from core.layers import Array
from core.portable import rounded
from core.run import Run
from core.step import GONE
from core.vae.config import Config
from core.vae.latent import Weights, encode, parts
from core.weights import shipped
from ui import training
from ui.player import Slot

LESSON = "vae"
YOURS = "Yours"
# what stands in a link beside the settings of a training
NAMES = (
    "view", "pace", "model", "digit", "digit_a", "digit_b", "digit_c", "digit_d", "way", "walk",
    "across", "down", "draw", "method", "picked", *(f"z{k}" for k in range(10)),
)  # fmt: skip
SHIPPED = {
    "Dense, 10 numbers": "vae_dense",
    "Dense, 2 numbers": "vae_dense_2d",
    "Convolutional, 10 numbers": "vae_conv",
}


@dataclass(frozen=True, eq=False)
class Model:
    """name : as on the screen. key : different for different weights. measured : on test pictures,
    empty for a model that was trained here."""

    name: str
    key: str
    config: Config
    weights: Weights
    measured: Mapping[str, float]


def choose() -> Model:
    """The pills with all models there are, and the chosen one."""
    trained = training.known(LESSON)
    there = [*SHIPPED, *([YOURS] if trained and trained.run.step.number else [])]
    key = f"{LESSON}.model"
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
        return Model(YOURS, f"{id(run)}.{step.number}", run.config, weights, {})
    c = shipped(SHIPPED[name])
    return Model(name, SHIPPED[name], c.config, c.parts, c.measured)


def _bar(run: Run[Config]) -> Callable[[float], object]:
    """Says how far a training is whose networks were let go, and which the seed makes again."""
    if run.step.state is not GONE:
        return lambda share: None
    slot = Slot(st.container())
    return lambda share: slot("progress", share, "Training yours again, to look into it.")


def codes(model: Model, data: str = "digits") -> tuple[Array, Array]:
    """mu and log_var of every picture of a set, (n, latent) each; computed once for a model."""
    kept: tuple[str, tuple[Array, Array]] | None = st.session_state.get(f"{LESSON}.codes")
    if kept is None or kept[0] != model.key:
        made = _shared(model.key, model) if model.measured else _codes(model, data)
        kept = (model.key, made)
        st.session_state[f"{LESSON}.codes"] = kept
    return kept[1]


@st.cache_resource(show_spinner=False)
def _shared(key: str, _model: Model) -> tuple[Array, Array]:
    return _codes(_model, "digits")


def _codes(model: Model, data: str) -> tuple[Array, Array]:
    return encode(model.config, model.weights, images.load(data).x)


def digit(label: str, name: str, default: int) -> int:
    """A number input for one of the embedded digits. Its key is vae.NAME."""
    n = len(images.load("digits"))
    return int(
        st.number_input(
            label, 0, n - 1, default, key=f"{LESSON}.{name}", bind="query-params",
            persist_state="session", help=f"One of the {n:,} digits that are built in.",
        )
    )  # fmt: skip


def first_of(kind: int) -> int:
    """The number of the first embedded digit of this class."""
    return int(np.argmax(images.load("digits").labels == kind))
