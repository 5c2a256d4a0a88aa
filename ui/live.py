"""Components that live in the browser: what must follow a finger cannot wait for the server.

Their JavaScript and CSS are in ``assets/``. Each is one function that takes a key and returns a
value; without a browser (``AppTest``) it draws nothing and returns "nothing has happened".
"""

import json
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.data.written import COLUMNS, LEVELS
from core.figures.theme import typed

_ASSETS = Path(__file__).resolve().parent.parent / "assets"


_TICKS = "".join(
    f'<span style="left:{100 * (x + 4) / 8}%">{str(x).replace("-", "&minus;")}</span>'
    for x in (-4, -2, 0, 2, 4)
)

_draw_pad = st.components.v2.component(
    "draw_pad",
    html=f"""
    <div class="pad empty">
      <div class="head">
        <span class="name"></span><button type="button" class="clear">Clear</button>
      </div>
      <div class="box" role="slider" tabindex="0" aria-orientation="vertical"
           aria-roledescription="draw pad" aria-valuemin="0" aria-valuemax="{len(LEVELS) - 1}">
        <div class="plot">
          <svg class="svg" viewBox="0 0 {COLUMNS} {len(LEVELS) - 1}" preserveAspectRatio="none"
               aria-hidden="true">
            <path class="area" /><path class="line" />
          </svg>
          <div class="axis" aria-hidden="true">{_TICKS}</div>
          <span class="hint">Draw a density here</span>
          <span class="cursor"></span>
        </div>
      </div>
    </div>
    """,
    css=(_ASSETS / "draw_pad.css").read_text(encoding="utf-8"),
    js=(_ASSETS / "draw_pad.js").read_text(encoding="utf-8"),
)


def is_drawing(text: object) -> bool:
    """Whether ``text`` is a drawing: a string of 48 characters from ``LEVELS``."""
    return isinstance(text, str) and len(text) == COLUMNS and set(text) <= set(LEVELS)


def draw_pad(key: str, heights: str, *, label: str) -> str | None:
    """Show a pad on which the user draws a 1-D density with mouse, finger, pen or arrow keys.

    The caller owns the drawing: it passes the present one, and gets a new one when there is one::

        new = draw_pad("gan_1d.pad", st.session_state["gan_1d.drawing"], label="Your density")
        if new is not None:
            st.session_state["gan_1d.drawing"] = new   # before a widget with that key is drawn

    The browser sends a drawing when the pointer or the key is released, stamped with the time. It
    then keeps showing it, whatever older runs still pass, until a run has seen that stamp; from
    then on ``heights`` rules again, so a drawing that the caller does not take is undone, and a
    scene or a link that changes ``heights`` redraws the pad. A stroke under way is never disturbed.

    Parameters
    ----------
    key : the key of the component, different from the one under which the caller keeps the drawing.
    heights : the present drawing, 48 characters from ``LEVELS``, left to right over x in [-4, 4].
    label : what is drawn; above the pad, and read by screen readers.

    Returns
    -------
    The new drawing, once, in the first run after it was drawn; None in every other run.

    Raises
    ------
    ValueError
        If ``heights`` is not a drawing.
    """
    if not is_drawing(heights):
        raise ValueError(f"heights = {heights!r}: expected {COLUMNS} characters from {LEVELS!r}")
    seen_key = f"{key}.seen"
    seen = st.session_state.get(seen_key)
    # A state, not a trigger: a trigger is lost when another run interrupts the one that carries it.
    drawn = _draw_pad(
        key=key,
        data={"heights": heights, "label": label, "alphabet": LEVELS, "seen": seen},
        on_drawn_change=lambda: None,
    ).get("drawn")
    if not isinstance(drawn, dict) or drawn.get("stroke") == seen:
        return None
    st.session_state[seen_key] = drawn.get("stroke")
    new = drawn.get("heights")
    return str(new) if is_drawing(new) and new != heights else None


_viewport = st.components.v2.component(
    "viewport",
    js="""
    // Says, once and at each change, whether the screen is a phone's: figures of several panels are
    // then stacked. CSS cannot do that inside a plotly figure.
    const asked = window.matchMedia("(max-width: 640px)");
    export default function ({ data, setStateValue }) {
      const tell = () => setStateValue("narrow", asked.matches);
      if (asked.matches !== data.narrow) tell();
      asked.addEventListener("change", tell);
      return () => asked.removeEventListener("change", tell);
    }
    """,
)


def narrow_screen() -> bool:
    """Whether the browser's window is at most 640 px wide; False until the browser has said so."""
    key = "app_viewport"
    with st.container(key="viewport"):
        known = bool((st.session_state.get(key) or {}).get("narrow"))
        said = _viewport(key=key, data={"narrow": known}, on_narrow_change=lambda: None)
    return bool(said.get("narrow"))


_live_figure = st.components.v2.component(
    "live_figure",
    html='<div class="sheet"></div>',
    css=(_ASSETS / "live_figure.css").read_text(encoding="utf-8"),
    js=(_ASSETS / "live_figure.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


class LiveFigure:
    """A plotly chart that can be redrawn many times a second, without a blank in between.

    At rest it is an ordinary `st.plotly_chart`. While `running`, frames are drawn on a sheet above
    it, by a component of our own, because Streamlit rebuilds its chart for every new figure.

    key : of the component, unique on the page. resting : the figure to show at rest; while running,
    the one that the chart showed before, so that it stays as it is. Its `layout.meta` is a number
    that changes with the figure: it tells the sheet when to give way to the chart.
    """

    def __init__(self, key: str, resting: go.Figure, *, running: bool) -> None:
        self._token = int(resting.layout.meta)
        with st.container(key=f"{key}_stage"):
            st.plotly_chart(resting, theme=None, config={"displayModeBar": False})
            _live_figure(key=f"{key}_sheet", data={"running": running, "token": self._token})
            self._frame = st.text("")

    def draw(self, spec: dict[str, Any]) -> None:
        """Show another picture at once: "data" and "layout" as plain dicts. Only while running."""
        data = [typed(trace) for trace in spec["data"]]
        frame = {"token": self._token, "data": data, "layout": spec["layout"]}
        # the text element is overwritten in place: it has no identity that a new text could change
        self._frame = self._frame.text(json.dumps(frame))
