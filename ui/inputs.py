"""Richer inputs for text settings: each writes the text that its widget, drawn next, then shows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.data.shapes import parse_lines, write_lines
from core.data.written import parse_mixture, write_mixture
from ui.live import digit_pad, draw_pad, is_drawing


def _present(key: str, default: str) -> str:
    """The text under `key`, which on the first run of a link stands only in the address."""
    return str(st.session_state.get(key) or st.query_params.get(key) or default)


def mixture_table(key: str, default: str) -> None:
    """The mixture as an editable table; `key` holds it as text."""
    text = _present(key, default)
    seen = f"{key}.seen"
    written, version = st.session_state.get(seen, ("", 0))
    if text != written:
        # a scene, a link or the text field changed it: the table begins again from there
        version += 1
        st.session_state[seen] = (text, version)
        st.session_state[f"{key}.rows"] = _rows(text)
    rows = st.data_editor(
        st.session_state[f"{key}.rows"], key=f"{key}.table{version}", num_rows="dynamic",
        hide_index=True,
    ).dropna()  # fmt: skip
    edited = write_mixture(rows.to_numpy(float))
    if edited != write_mixture(st.session_state[f"{key}.rows"].to_numpy(float)):
        st.session_state[key] = edited
        st.session_state[seen] = (edited, version)


def _rows(text: str) -> pd.DataFrame:
    names = ["weight", "mean", "std"]
    try:
        return pd.DataFrame(parse_mixture(text).round(4), columns=names)
    except ValueError:
        return pd.DataFrame([[1.0, 0.0, 1.0]], columns=names)


def density_pad(key: str, default: str) -> None:
    """A pad to draw the density on; `key` holds it as text."""
    text = _present(key, default)
    new = draw_pad(f"{key}.pad", text if is_drawing(text) else default, label="Draw the density")
    if new is not None:
        st.session_state[key] = new


def shape_pad(key: str, default: str, colour: str) -> None:
    """A pad to draw a shape in the plane on; `key` holds it as text. colour : of the ink."""
    # cleared, it is empty, which is not the same as not there yet
    text = "" if st.session_state.get(key) == "" else _present(key, default)
    try:
        lines = parse_lines(text)
    except ValueError:
        lines = []  # the widget below says what is wrong
    with st.container(width=190):
        new = digit_pad(f"{key}.pad", lines, label="Your shape", colour=colour)
    if new is not None:
        st.session_state[key] = write_lines(new)
