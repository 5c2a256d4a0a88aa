"""Pictures inside figures: grey values as a colour with opacity, so that any paper may lie below.

A pixel of value v is the colour of what the picture means (real blue, generated vermillion) with
opacity v. Nothing here needs more of plotly.js than its basic bundle, but for `digit`.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.theme import Theme, layout

Pixels = NDArray[np.uint8] | NDArray[np.floating[Any]]
Box = tuple[float, float, float, float]
GAP = 2  # pixels between the pictures of a sheet, and of a strip
# Browsers smooth a picture that they enlarge. One that is enlarged beforehand, so often or until
# it is about so wide, stays crisp, also in a file without our CSS, and at 2.3 times its size.
ZOOM, WIDE = 8, 1000


def grey(image: Pixels) -> NDArray[np.uint8]:
    """0 to 1 as 0 to 255, cut off beyond; uint8 stays as it is. NaN counts as 0."""
    if image.dtype != np.uint8:
        image = np.rint(np.clip(np.nan_to_num(image, posinf=1.0), 0.0, 1.0) * 255)
    return np.asarray(image, np.uint8)


def png(image: Pixels, colour: str, zoom: int = 1) -> str:
    """A picture as a data URI: a PNG whose palette is `colour` in as many opacities as needed.

    image : shape (H, W), uint8 or 0 to 1. colour : '#rrggbb'. zoom : how often each pixel is
    repeated, both ways. The values are kept exactly (PNG, third edition, section 11.2 and 11.3).
    """
    values = grey(image)
    # numpy's `unique` sorts, which takes long for a large sheet
    levels = np.flatnonzero(np.bincount(values.ravel(), minlength=256)).astype(np.uint8)
    number = np.zeros(256, np.uint8)
    number[levels] = np.arange(len(levels))
    index = number[values].repeat(zoom, 0).repeat(zoom, 1)
    lines = np.pad(index, ((0, 0), (1, 0)))  # each line begins with its filter: 0, none
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", *index.shape[::-1], 8, 3, 0, 0, 0)),
        (b"PLTE", bytes.fromhex(colour.removeprefix("#")) * len(levels)),
        (b"tRNS", levels.tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 6)),
        (b"IEND", b""),
    )
    file = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )
    return "data:image/png;base64," + b64encode(file).decode()


def sheet(images: Pixels, columns: int, gap: int = GAP) -> NDArray[np.uint8]:
    """A contact sheet, row by row; what the last row lacks stays empty.

    images : (n, H, W). Returns (rows * (H + gap) - gap, columns * (W + gap) - gap).
    Raises ValueError without pictures or columns.
    """
    if images.ndim != 3 or not len(images) or columns < 1:
        raise ValueError(f"a sheet needs pictures and columns, not {images.shape} and {columns}.")
    n, height, width = images.shape
    rows = -(-n // columns)
    cells = np.zeros((rows * columns, height + gap, width + gap), np.uint8)
    cells[:n, :height, :width] = grey(images)
    grid = cells.reshape(rows, columns, height + gap, width + gap).swapaxes(1, 2)
    whole = grid.reshape(rows * (height + gap), columns * (width + gap))
    return whole[: rows * (height + gap) - gap, : columns * (width + gap) - gap]


def placed(image: Pixels, colour: str, box: Box, **more: Any) -> dict[str, Any]:
    """An entry of `layout.images`: the picture, as large as fits into the box, in its middle.

    box : x0, x1, y0, y1 in paper coordinates. more : such as xref="x", yref="y" for a box in
    coordinates of the data, or sizing="stretch" to fill it.
    """
    x0, x1, y0, y1 = box
    zoom = max(min(ZOOM, WIDE // max(image.shape)), 1)
    return {
        "source": png(image, colour, zoom), "xref": "paper", "yref": "paper", "layer": "above",
        "x": (x0 + x1) / 2, "y": (y0 + y1) / 2, "xanchor": "center", "yanchor": "middle",
        "sizex": abs(x1 - x0), "sizey": abs(y1 - y0), "sizing": "contain", **more,
    }  # fmt: skip


def cells(rows: int, columns: int, gap: float = 0.02, box: Box = (0, 1, 0, 1)) -> list[Box]:
    """Boxes of equal size that fill `box`, row by row from its upper left, `gap` between them."""
    x0, x1, y0, y1 = box
    width = (x1 - x0 - gap * (columns - 1)) / columns
    height = (y1 - y0 - gap * (rows - 1)) / rows
    corners = [
        (x0 + column * (width + gap), y1 - row * (height + gap))
        for row in range(rows)
        for column in range(columns)
    ]
    return [(x, x + width, y - height, y) for x, y in corners]


Row = tuple[str, Pixels, str]


def strip(
    rows: Sequence[Row], theme: Theme, *, captions: Sequence[str] = (), width: int = 640
) -> dict[str, Any]:
    """Rows of pictures one above the other, such as digits over their reconstructions.

    rows : of label, pictures (n, H, W), and what their colour means, such as "real". captions :
    under the columns. width : about how wide it will be, in pixels, from which its height follows.
    The spec is made of plain dicts. A click's `customdata` is the number of the column.
    Raises ValueError where the rows differ in their number of pictures or in their sizes.
    """
    shapes = {pictures.shape for _, pictures, _ in rows}
    if len(shapes) != 1:
        raise ValueError(f"a strip needs rows of equal shape, not {sorted(shapes)}.")
    ((n, tall, wide),) = shapes
    step_x, step_y = wide + GAP, tall + 2 * GAP
    across, down = n * step_x - GAP, len(rows) * step_y - 2 * GAP
    # labels stand to the left, as far out as the longest of them needs
    left = 12 + max((len(label) for label, _, _ in rows), default=0) * theme.size * 0.56
    left, below = int(left) if any(label for label, _, _ in rows) else 2, 4 + theme.size * 1.6
    below = int(below) if captions else 2
    data, pictures, words = [], [], []
    at = np.arange(n) * step_x + wide / 2
    for k, (label, row, meaning) in enumerate(rows):
        top = k * step_y
        colour = getattr(theme, meaning)
        box = (0.0, float(across), float(top), float(top + tall))
        pictures.append(placed(sheet(row, n), colour, box, xref="x", yref="y", sizing="stretch"))
        # unseen, but it is what the pointer finds
        data.append({
            "type": "scatter", "mode": "markers", "x": at.tolist(), "y": [top + tall / 2] * n,
            "customdata": list(range(n)), "name": label, "hoverinfo": "skip",
            "marker": {"symbol": "square", "size": 30, "opacity": 0, "color": colour},
        })  # fmt: skip
        words.append(_word(label, 0, top + tall / 2, theme.words.get(meaning, theme.ink), theme,
                           xanchor="right", yanchor="middle", xshift=-8))  # fmt: skip
    words += [
        _word(caption, x, down, theme.words["theory"], theme, yanchor="top", yshift=-2)
        for caption, x in zip(captions, at, strict=False)
    ]
    height = int(max(width - left - 2, 80) * down / across) + below + 4
    bare = {"visible": False, "fixedrange": True, "constrain": "domain"}
    return {
        "data": data,
        "layout": layout(
            theme, height, images=pictures, annotations=words, hovermode="closest",
            margin={"l": left, "r": 2, "t": 2, "b": below},
            xaxis={**bare, "range": [0, across]},
            yaxis={**bare, "range": [down, 0], "scaleanchor": "x", "constraintoward": "top"},
        ),
    }  # fmt: skip


def _word(text: str, x: float, y: float, colour: str, theme: Theme, **more: Any) -> dict[str, Any]:
    return {
        "text": text, "x": float(x), "y": float(y), "xref": "x", "yref": "y", "showarrow": False,
        "font": {"color": colour, "size": theme.size}, **more,
    }  # fmt: skip


def figure(spec: dict[str, Any]) -> go.Figure:
    """A spec of plain dicts as a figure."""
    return go.Figure(**spec)


def digit(image: Pixels, meaning: str, theme: Theme, size: int = 280) -> go.Figure:
    """One large square picture in the colour of its meaning, with an edge for the empty one.

    image : (H, W). size : in pixels, from 150: Streamlit cuts off what is smaller. The picture is
    in the data of the figure, not in its layout.
    """
    height, width = image.shape
    bare = {"visible": False, "fixedrange": True}
    edge = {
        "type": "rect", "x0": -0.5, "x1": width - 0.5, "y0": -0.5, "y1": height - 0.5,
        "line": {"color": theme.faint, "width": 2}, "layer": "below",
    }  # fmt: skip
    source = png(image, getattr(theme, meaning))
    return go.Figure(
        data=[{"type": "image", "source": source, "hoverinfo": "skip", "name": meaning}],
        layout=layout(
            theme, size, width=size, shapes=[edge], hovermode=False,
            margin={"l": 1, "r": 1, "t": 1, "b": 1},
            xaxis={**bare, "range": [-0.5, width - 0.5], "constrain": "domain"},
            yaxis={
                **bare, "range": [height - 0.5, -0.5], "constrain": "domain", "scaleanchor": "x",
                "constraintoward": "top",
            },
        ),
    )  # fmt: skip
