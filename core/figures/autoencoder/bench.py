"""The bench: one digit, and what goes into, comes out of and goes wrong in each autoencoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.autoencoder.compare import Column
from core.figures.autoencoder.sheet import SIDE, Sheet
from core.figures.theme import Theme

NARROW_HEIGHT = 390
EXPLAINED = {
    "generated": "Mean squared error a pixel; black is 0, white is 1.<br>Of the masked one: of the "
    "hidden pixels,<br>which are all that it is asked for.",
    "theory": "The same error of the mean training digit:<br>what one gets without looking at "
    "the picture.",
}
NOTHING = "Nothing is hidden, so there is nothing to fill in."


def bench(
    x: NDArray[np.uint8], columns: Sequence[Column], theme: Theme, *, lit: str = "",
    narrow: bool = False, height: int = 440,
) -> go.Figure:  # fmt: skip
    """The digit, and a column for each autoencoder: in, out, error, and the error as a number.

    x : (28, 28). lit : the kind that is underlined. narrow : for a phone, without the digit, which
    is what goes into the plain one. height : in pixels, of the wide one.
    """
    small = {"size": theme.size - 2}
    left = 0 if narrow else 1  # columns that the digit takes
    draw = Sheet(theme, gap=3, first=7 * left, lift=8 if narrow else 3)
    for k, c in enumerate(columns):
        middle, top = draw.place(left + k, 0)
        name = f"<b><u>{c.kind}</u></b>" if c.kind == lit else f"<b>{c.kind}</b>"
        draw.word(
            name, middle + SIDE / 2, top, yanchor="bottom", yshift=20 if narrow else 2,
            font=small if narrow else {},
        )  # fmt: skip
        _numbers(draw, c, left + k)
    seen, hidden = np.stack([c.seen for c in columns]), np.stack([c.hidden for c in columns])
    rebuilt, wrong = np.stack([c.rebuilt for c in columns]), np.stack([c.wrong for c in columns])
    # a masked one is asked for what it does not see; the rest is what it was given
    told = np.stack([c.hidden if c.kind == "masked" else c.seen >= 0 for c in columns])
    draw.pictures(seen, "real", left, 0)
    draw.hatch(hidden, left, 0)
    if not told.all():
        draw.pictures(np.where(told, 0, seen), "real", left, 1, framed=False)
    draw.pictures(np.where(told, rebuilt, 0), "generated", left, 1)
    draw.pictures(wrong, "ink", left, 2)
    rows = (("goes in", "real"), ("comes out", "generated"), ("error", "ink"))
    for row, (text, meaning) in enumerate(rows):
        x0, y0 = draw.place(0, row)
        font = {"color": theme.words.get(meaning, theme.ink)}
        if narrow:
            draw.word(text, x0, y0, xanchor="left", yanchor="bottom", font={**font, **small})
        elif row:
            draw.word(text, x0 + SIDE, y0 + SIDE / 2, xanchor="right", font=font)
    if not narrow:
        draw.pictures(x[None], "real", 0, 0)
        draw.word("<b>the digit</b>", SIDE / 2, 0, yanchor="bottom", yshift=2)
        draw.word("→", SIDE + 5, SIDE / 2, font={"size": theme.size + 7, "color": theme.theory})
        _legend(draw)
    return draw.figure(left + len(columns), 3, NARROW_HEIGHT if narrow else height, 40 - 18 * left)


def _numbers(draw: Sheet, c: Column, column: int) -> None:
    """The error under a column, and that of the mean digit under it; dashes if there is none."""
    x0, y0 = draw.place(column, 2)
    for value, meaning, shift, bigger in (
        (c.error, "generated", -3, 3), (c.mean, "theory", -25, -1),
    ):  # fmt: skip
        text = "–" if value is None else f"{value:.3f}"
        draw.word(
            f"<b>{text}</b>" if bigger > 0 else text, x0 + SIDE / 2, y0 + SIDE, yanchor="top",
            yshift=shift, hovertext=NOTHING if value is None else EXPLAINED[meaning],
            font=_font(draw.theme, meaning, bigger),
        )  # fmt: skip


def _legend(draw: Sheet) -> None:
    """What the numbers are, left of them."""
    x0, y0 = draw.place(0, 2)
    for text, meaning, shift, bigger in (
        ("squared error", "generated", -6, 0), ("mean digit", "theory", -25, -1),
    ):  # fmt: skip
        draw.word(
            text, x0 + SIDE, y0 + SIDE, xanchor="right", yanchor="top", yshift=shift,
            hovertext=EXPLAINED[meaning], font=_font(draw.theme, meaning, bigger),
        )  # fmt: skip


def _font(theme: Theme, meaning: str, bigger: int) -> dict[str, Any]:
    return {"color": theme.words[meaning], "size": theme.size + bigger}
