"""The codes of all embedded digits, by any of the shipped autoencoders."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.autoencoder import Config, export
from core.autoencoder.compare import code_table, codes, decoded
from core.data import images
from ui import embedding, form, share
from ui.page import Look, text


def show(lesson: str, look: Look) -> None:
    """The whole view. Raises BadWeights."""
    with st.container(key="settings", width="stretch" if look.narrow else 420):
        config = form.form(lesson, Config, {}, only=("kind", "bottleneck")) or Config()
    form.complaints(lesson, config)
    code = codes(config.kind)[:, : config.bottleneck]
    embedding.panel(
        lesson, code, images.load("digits"), look,
        beside=lambda k: [("rebuilt", decoded(config.kind, code[k]), "generated")],
    )  # fmt: skip
    if not look.presenter:
        text(lesson)
    share.share(
        lesson, config, partial(export.script, config), (),
        {"Codes": ("codes.csv", lambda: share.table(code_table(config.kind, config.bottleneck)))},
        {"view": "Codes"},
    )  # fmt: skip
