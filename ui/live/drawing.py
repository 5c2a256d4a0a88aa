"""The draw pad: a 1-D density drawn with mouse, finger, pen or arrow keys."""

import streamlit as st

from core.data.written import COLUMNS, LEVELS
from ui.live.asset import asset

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
    css=asset("draw_pad.css"),
    js=asset("draw_pad.js"),
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
