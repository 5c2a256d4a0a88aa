"""A recorded training as plotly frames: played and scrubbed in the browser, without the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from core.figures.theme import Theme, tint, typed

FRAME_MS = 40
REPLAY_HEIGHT = 78  # pixels below the lowest axis that the controls need


class Replayed(go.Figure):  # type: ignore[misc]
    """A figure whose frames are sent to the browser as `replay` has written them.

    To check and copy fifty of them takes plotly half of what a trained page takes in all. It checks
    them when somebody looks: the tests do.
    """

    _sent: Sequence[dict[str, Any]] = ()

    @property
    def frames(self) -> tuple[go.Frame, ...]:
        """As plotly's own objects, to be looked at only."""
        return tuple(map(go.Frame, self._sent))

    def to_dict(self) -> dict[str, Any]:
        """As the browser gets it."""
        return {**super().to_dict(), **({"frames": self._sent} if self._sent else {})}


def replay(
    fig: Replayed, frames: Mapping[int, Sequence[dict[str, Any]]], moving: Sequence[int],
    theme: Theme, unit: str, layouts: Mapping[int, dict[str, Any]] | None = None,
    numbers: bool = True, begin: float = 0.14,
) -> None:  # fmt: skip
    """Add a slider and play and pause buttons for `frames` below the figure, in place.

    frames : step number -> the new data of the traces with the indices `moving`, in their order.
    unit : what a step number counts, for the slider's label. layouts : step number -> what else
    changes, such as pictures; then each frame is a whole redraw. numbers : there are numbers above
    the figure, which stay those of the last step. begin : where the slider does, right of the
    buttons, as a share of the width.
    """
    fig._sent = [
        {
            "name": str(number),
            "data": [{"type": "scatter", **typed(d)} for d in data],
            "traces": list(moving),
            **({"layout": layouts[number]} if layouts else {}),
        }
        for number, data in frames.items()
    ]
    at_once = {"mode": "immediate", "transition": {"duration": 0}}
    redraw = layouts is not None
    shown = {**at_once, "frame": {"duration": 0, "redraw": redraw}}
    played = {**at_once, "fromcurrent": True, "frame": {"duration": FRAME_MS, "redraw": redraw}}
    last = max(frames)
    steps = [
        {
            "method": "animate",
            # only the picture moves; whoever reads the numbers beside it has to know
            "label": f"{n:,} (numbers above: {last:,})" if numbers and n != last else f"{n:,}",
            "args": [[str(n)], shown],
        }
        for n in frames
    ]
    fig.update_layout(
        sliders=[{
            "steps": steps, "active": len(steps) - 1, "x": begin, "len": 1 - begin, "y": 0,
            "pad": {"t": 24, "b": 0}, "ticklen": 0, "minorticklen": 0, "tickwidth": 0,
            "font": {"size": 1, "color": "rgba(0,0,0,0)"}, "bgcolor": tint(theme.theory, 0.3),
            "activebgcolor": theme.theory, "bordercolor": "rgba(0,0,0,0)",
            "currentvalue": {
                "prefix": f"{unit} ", "xanchor": "right", "offset": 4,
                "font": {"size": theme.size, "color": theme.ink},
            },
        }],
        updatemenus=[{
            "type": "buttons", "direction": "right", "x": 0, "y": 0, "xanchor": "left",
            "yanchor": "top", "pad": {"t": 30, "r": 6}, "showactive": False,
            "bgcolor": theme.paper, "bordercolor": theme.theory,
            "font": {"size": theme.size + 1, "color": theme.ink},
            "buttons": [
                {"label": "▶", "method": "animate", "args": [None, played]},
                {"label": "❚❚", "method": "animate", "args": [[None], shown]},
            ],
        }],
    )  # fmt: skip
