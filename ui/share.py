"""Take it along: a link, a script, the data, the picture."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import plotly.graph_objects as go
import streamlit as st

from core.history import Record


def permalink(lesson: str, config: Any, others: Mapping[str, Any] | None = None) -> str:
    """The address of the lesson with every setting that differs from its default.

    others : settings of the page itself, by name; those that are None are left out.
    """
    query = {
        f"{lesson}.{f.name}": getattr(config, f.name)
        for f in dataclasses.fields(config)
        if getattr(config, f.name) != f.default
    }
    query |= {f"{lesson}.{k}": v for k, v in (others or {}).items() if v is not None}
    base = (st.context.url or "").rstrip("/")
    base = base if base.endswith(lesson) else f"{base}/{lesson}"
    return f"{base}?{urlencode(query)}" if query else base


def table(columns: Mapping[str, Iterable[Any]]) -> str:
    """Columns of equal length as CSV, with a heading; what is no number leaves its cell empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow("" if value != value else value for value in row)
    return out.getvalue()


def animation(figure: go.Figure) -> str:
    """The figure with its replay as one HTML file that needs nothing else, plotly included."""
    return str(figure.to_html(include_plotlyjs=True, auto_play=False))


def share(
    lesson: str, config: Any, script: Callable[[], str], records: Sequence[Record[Any]],
    files: Mapping[str, tuple[str, Callable[[], str | bytes]]],
    others: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """The share section. records : of the training on the screen.

    files : label -> file name, and what makes its content on demand. others : see `permalink`.
    """
    with st.expander("Share: link, code, data, animation", icon=":material/share:"):
        st.caption("A link that holds every setting")
        st.code(permalink(lesson, config, others), language=None, wrap_lines=True)
        with st.container(horizontal=True):
            for label, (name, make) in files.items():
                st.download_button(
                    label, make, file_name=name, key=f"{lesson}.{name}", on_click="ignore",
                    icon=":material/download:",
                )  # fmt: skip
        st.caption("The same experiment in plain PyTorch: run it, and compare the numbers")
        changed = [r.step.number for r in records if r.pinned and r.step.number]
        if changed:
            st.caption(
                f"This training was changed by hand at step {changed[0]:,}. Link and script hold "
                "the present settings, from the start: they repeat it only up to there."
            )
        st.code(script(), language="python", height=320)
