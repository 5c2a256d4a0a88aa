"""The digit pad: a digit drawn with mouse, finger or pen, as strokes."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ui.live.asset import asset

Strokes = list[list[tuple[float, float]]]
STROKES, POINTS = 200, 5_000  # at most

_digit_pad = st.components.v2.component(
    "digit_pad",
    html="""
    <div class="pad empty">
      <div class="head">
        <span class="name"></span>
        <button type="button" class="undo">Undo</button>
        <button type="button" class="clear">Clear</button>
      </div>
      <div class="box">
        <svg viewBox="0 0 1 1" aria-hidden="true"></svg>
        <span class="hint">Draw here</span>
      </div>
    </div>
    """,
    css=asset("digit_pad.css"),
    js=asset("stroke_pad.js", "digit_pad.js"),
)


def digit_pad(
    key: str, strokes: Sequence[Sequence[Sequence[float]]], *, label: str, colour: str
) -> Strokes | None:
    """Show a square to draw a digit in. Each stroke is sent when the finger leaves the pad.

    The caller owns the drawing: it passes the present one, and gets a new one when there is one::

        new = digit_pad("vae.pad", st.session_state["vae.strokes"], label="Your digit",
                        colour=theme.real)
        if new is not None:
            st.session_state["vae.strokes"] = new

    What was drawn is stamped with the time. The pad keeps showing it, whatever older runs still
    pass, until a run has seen that stamp; from then on `strokes` rules again. A stroke under way is
    never disturbed.

    Parameters
    ----------
    key : of the component, different from the one under which the caller keeps the drawing.
    strokes : the present drawing: lists of points (x, y) in 0 to 1, y downwards.
    label : what is drawn. colour : of the ink.

    Returns
    -------
    The new drawing, once, in the first run after it was drawn: [] after Clear. None in every other.
    """
    drawn = _digit_pad(
        key=key,
        data={"strokes": [[list(point) for point in stroke] for stroke in strokes],
              "label": label, "colour": colour, "most": [STROKES, POINTS],
              "seen": st.session_state.get(f"{key}.seen")},
        on_drawn_change=lambda: None,
    ).get("drawn")  # fmt: skip
    return read_strokes(unseen(key, drawn))


def unseen(key: str, drawn: object) -> object:
    """The strokes of a drawing, if no run has seen its stamp yet: this one now has. Else None."""
    seen_key = f"{key}.seen"
    if not isinstance(drawn, dict) or drawn.get("stamp") == st.session_state.get(seen_key):
        return None
    st.session_state[seen_key] = drawn.get("stamp")
    return drawn.get("strokes")


def read_strokes(value: object) -> Strokes | None:
    """What a browser calls strokes, if it is that: points in 0 to 1, not too many; else None."""
    if not isinstance(value, list) or len(value) > STROKES:
        return None
    if not all(isinstance(stroke, list) and stroke for stroke in value):
        return None
    if sum(map(len, value)) > POINTS or not all(_is_point(p) for stroke in value for p in stroke):
        return None
    return [[(float(x), float(y)) for x, y in stroke] for stroke in value]


def _is_point(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 2
        and all(type(v) in (int, float) and 0 <= v <= 1 for v in value)
    )
