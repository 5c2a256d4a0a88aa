"""A sheet of small square pictures in columns and rows, with words beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.images import Pixels, png, sheet
from core.figures.theme import Theme, layout

SIDE = 28  # pixels of a digit: the unit of the sheet
ZOOM = 8  # browsers smooth what they enlarge; what is enlarged beforehand stays crisp


class Sheet:
    """Squares in columns and rows, counted from 0; y grows downwards.

    gap : between columns. first : more of it after the first one. lift : between rows.
    All in pixels of a digit. The sheet keeps its proportions, however wide its place is.
    """

    def __init__(self, theme: Theme, gap: int, first: int = 0, lift: int = 3) -> None:
        self.theme, self._gap, self._first, self._lift = theme, gap, first, lift
        self._images: list[dict[str, Any]] = []
        self._frames: list[str] = []
        self._words: list[dict[str, Any]] = []

    def place(self, column: int, row: int) -> tuple[int, int]:
        """The upper left corner of a square."""
        return column * (SIDE + self._gap) + self._first * (column > 0), row * (SIDE + self._lift)

    def pictures(
        self, images: Pixels, meaning: str, column: int, row: int, *, framed: bool = True
    ) -> None:
        """Pictures in a row from this column on, in the colour of their meaning. (n, 28, 28)."""
        colour = getattr(self.theme, meaning)
        whole = sheet(images, len(images), self._gap)
        self._add(png(whole, colour, ZOOM), len(images), column, row)
        for k in range(len(images) if framed else 0):
            x, y = self.place(column + k, row)
            self._frames.append(f"M{x} {y}H{x + SIDE}V{y + SIDE}H{x}Z")

    def hatch(self, hidden: NDArray[np.bool_], column: int, row: int) -> None:
        """Grey hatching over hidden pixels, (n, 28, 28): black would look like empty paper."""
        if not hidden.any():
            return
        covered = sheet(hidden.astype(np.uint8), len(hidden), self._gap)
        covered = covered.repeat(ZOOM, 0).repeat(ZOOM, 1)
        y, x = np.indices(covered.shape, np.int32)
        lines = np.where((x + y) % (2 * ZOOM) < 3, 150, 40) * covered
        self._add(png(lines.astype(np.uint8), self.theme.theory), len(hidden), column, row)

    def _add(self, source: str, n: int, column: int, row: int) -> None:
        x, y = self.place(column, row)
        # plotly.js tells pictures apart by their places, and would draw only one of two at the same
        x_own = x + 1e-6 * len(self._images)
        self._images.append({
            "source": source, "xref": "x", "yref": "y", "x": x_own, "y": y, "sizey": SIDE,
            "sizex": n * (SIDE + self._gap) - self._gap, "sizing": "stretch", "layer": "above",
        })  # fmt: skip

    def word(self, text: str, x: float, y: float, **more: Any) -> None:
        """Words at a place. more : such as anchors, shifts in pixels, a font."""
        font = {"size": self.theme.size, "color": self.theme.ink, **more.pop("font", {})}
        self._words.append({
            "text": text, "x": x, "y": y, "xref": "x", "yref": "y", "showarrow": False,
            "font": font, **more,
        })  # fmt: skip

    def figure(self, columns: int, rows: int, height: int, top: int, below: int = 46) -> go.Figure:
        """All of it. height, and top and below for words: in pixels of the screen."""
        right, low = self.place(columns - 1, rows - 1)
        frame = {
            "type": "path", "path": "".join(self._frames), "layer": "above",
            "line": {"color": self.theme.faint, "width": 1},
        }  # fmt: skip
        bare = {"visible": False, "fixedrange": True, "constrain": "domain"}
        return go.Figure(
            layout=layout(
                self.theme, height, images=self._images, shapes=[frame], hovermode=False,
                annotations=self._words, margin={"l": 1, "r": 1, "t": top, "b": below},
                xaxis={**bare, "range": [0, right + SIDE]},
                yaxis={**bare, "range": [low + SIDE, 0], "scaleanchor": "x",
                       "constraintoward": "top"},
            ),
        )  # fmt: skip
