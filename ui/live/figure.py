"""A plotly chart that is redrawn many times a second while something trains."""

import json
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.figures.theme import typed
from ui.live.asset import asset

_live_figure = st.components.v2.component(
    "live_figure",
    html='<div class="sheet"></div>',
    css=asset("live_figure.css"),
    js=asset("live_figure.js"),
    isolate_styles=False,
)


class LiveFigure:
    """A plotly chart that can be redrawn many times a second, without a blank in between.

    At rest it is an ordinary `st.plotly_chart`. While `running`, frames are drawn on a sheet above
    it, by a component of our own, because Streamlit rebuilds its chart for every new figure.

    key : of the component, unique on the page. resting : the figure to show at rest; while running,
    the one that the chart showed before, so that it stays as it is. Its `layout.meta` is a number
    that changes with the figure: it tells the sheet when to give way to the chart. stopped : called
    where the script has ended in the midst of it, as by Streamlit's own Stop; then the script runs
    again. Only the browser can ask for that: a stopped script sends nothing any more.
    """

    def __init__(
        self,
        key: str,
        resting: go.Figure,
        *,
        running: bool,
        stopped: Callable[[], None] | None = None,
    ) -> None:
        self._token = int(resting.layout.meta)
        with st.container(key=f"{key}_stage"):
            st.plotly_chart(resting, theme=None, config={"displayModeBar": False})
            tell = running and stopped is not None
            _live_figure(
                key=f"{key}_sheet", data={"running": running, "token": self._token, "tell": tell},
                on_stopped_change=stopped or (lambda: None),
            )  # fmt: skip
            self._frame = st.text("")

    def draw(self, spec: dict[str, Any]) -> None:
        """Show another picture at once: "data" and "layout" as plain dicts. Only while running."""
        data = [typed(trace) for trace in spec["data"]]
        frame = {"token": self._token, "data": data, "layout": spec["layout"]}
        # the text element is overwritten in place: it has no identity that a new text could change
        self._frame = self._frame.text(json.dumps(frame))
