"""A walk through a latent space: its pictures in a row or a sheet, and one that plays."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.figures.images import Pixels, placed, png, sheet
from core.figures.replay import REPLAY_HEIGHT, Replayed, replay
from core.figures.theme import Theme, layout


def grid(
    images: Pixels, columns: int, theme: Theme, *, meaning: str = "generated", height: int = 400
) -> go.Figure:
    """Pictures on a sheet, row by row. images : (n, H, W). height : in pixels."""
    bare = {"visible": False, "fixedrange": True, "range": [0, 1]}
    picture = placed(sheet(images, columns), getattr(theme, meaning), (0, 1, 0, 1))
    return go.Figure(
        layout=layout(
            theme, height, images=[picture], margin={"l": 0, "r": 0, "t": 0, "b": 0}, xaxis=bare,
            yaxis=bare, hovermode=False,
        )
    )  # fmt: skip


def film(images: Pixels, theme: Theme, *, meaning: str = "generated", size: int = 300) -> go.Figure:
    """One picture that runs through all of them, with a slider, in the browser.

    images : (n, H, W). size : of the picture, in pixels.
    """
    colour = getattr(theme, meaning)
    tall, wide = images.shape[1:]
    bare = {"visible": False, "fixedrange": True}
    fig = Replayed(
        data=[{"type": "image", "source": png(images[0], colour), "hoverinfo": "skip"}],
        layout=layout(
            theme, size + REPLAY_HEIGHT, width=size, hovermode=False,
            margin={"l": 1, "r": 1, "t": 1, "b": REPLAY_HEIGHT},
            xaxis={**bare, "range": [-0.5, wide - 0.5]},
            yaxis={**bare, "range": [tall - 0.5, -0.5]},
            shapes=[{"type": "rect", "xref": "paper", "yref": "paper", "x0": 0, "x1": 1, "y0": 0,
                     "y1": 1, "line": {"color": theme.faint, "width": 2}}],
        ),
    )  # fmt: skip
    frames = {
        k: [{"type": "image", "source": png(image, colour)}]
        for k, image in enumerate(images, start=1)
    }
    replay(fig, frames, [0], theme, "step", {k: {} for k in frames}, numbers=False, begin=0.36)
    fig.layout.sliders[0].active = 0
    return fig


def there_and_back(images: Pixels) -> Pixels:
    """The same walk, and home again, so that it can go round. (n, H, W) to (2n - 2, H, W)."""
    return np.concatenate([images, images[-2:0:-1]])
