"""The paint pad: a picture to paint over with mouse, finger or pen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.figures.images import Pixels, png
from ui.live.asset import asset
from ui.live.digits import POINTS, STROKES, read_strokes, unseen

if TYPE_CHECKING:  # its package loads the sets of pictures, which a page may not need
    from core.data.images.paint import Painted

_paint_pad = st.components.v2.component(
    "paint_pad",
    html="""
    <div class="pad empty">
      <div class="head">
        <span class="name"></span>
        <div class="brushes" role="radiogroup" aria-label="Brush">
          <label><input type="radio" name="brush" value="ink" checked>Ink</label>
          <label><input type="radio" name="brush" value="paper">Paper</label>
        </div>
        <button type="button" class="undo">Undo</button>
        <button type="button" class="clear">Clear</button>
      </div>
      <div class="box">
        <img class="picture" alt="" draggable="false">
        <svg viewBox="0 0 1 1" aria-hidden="true"></svg>
        <span class="brush"></span>
      </div>
    </div>
    """,
    css=asset("digit_pad.css", "paint_pad.css"),
    js=asset("stroke_pad.js", "paint_pad.js"),
)


def paint_pad(
    key: str,
    picture: Pixels,
    strokes: Sequence[Painted],
    *,
    label: str,
    colour: str,
    ink: str,
    width: float,
) -> list[Painted] | None:
    """Show a picture to paint over, with a brush of ink and one of bare paper, the eraser.

    The contract is that of `digit_pad`: the caller owns the strokes, passes the present ones, and
    gets new ones when there are new ones; each is sent when the finger leaves the pad::

        new = paint_pad("guide.pad", x, st.session_state["guide.strokes"], label="Paint over it",
                        colour=theme.real, ink=theme.generated, width=0.08)
        if new is not None:
            st.session_state["guide.strokes"] = new
        ink, paper = coverage(st.session_state["guide.strokes"], 28, 0.08)
        x = (1 - ink - paper) * x + ink   # core.data.images.paint

    Parameters
    ----------
    key : of the component, different from the one under which the caller keeps the strokes.
    picture : what lies below: square, uint8 or 0 to 1. Another one does not change the strokes.
    strokes : the present ones, from the first to the last.
    label : what is painted. colour, ink : '#rrggbb' of the picture, by opacity, and of the ink.
    width : of the round brush, as a share of the picture's side.

    Returns
    -------
    All strokes, once, in the first run after one was painted, undone or cleared. None in every
    other.

    Raises
    ------
    ValueError
        If the picture is not square.
    """
    if picture.ndim != 2 or len(set(picture.shape)) != 1:
        raise ValueError(f"a picture to paint over must be square, not {picture.shape}.")
    drawn = _paint_pad(
        key=key,
        data={"picture": png(picture, colour), "strokes": [dict(stroke) for stroke in strokes],
              "label": label, "colour": ink, "width": width, "most": [STROKES, POINTS],
              "seen": st.session_state.get(f"{key}.seen")},
        on_drawn_change=lambda: None,
    ).get("drawn")  # fmt: skip
    return read_painted(unseen(key, drawn))


def read_painted(value: object) -> list[Painted] | None:
    """What a browser calls painted strokes, if it is that; else None. See `read_strokes`."""
    if not isinstance(value, list) or not all(isinstance(stroke, dict) for stroke in value):
        return None
    lines = read_strokes([stroke.get("points") for stroke in value])
    brushes = [stroke.get("ink") for stroke in value]
    if lines is None or not all(type(ink) is bool for ink in brushes):
        return None
    return [{"points": line, "ink": ink} for line, ink in zip(lines, brushes, strict=True)]
