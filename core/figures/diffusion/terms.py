"""The variational bound, term by term."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.diffusion.bound import Bound
from core.figures.theme import Theme, axis, heading, layout, tint, word


def terms(learned: Bound, exact: Bound, theme: Theme, narrow: bool = False) -> go.Figure:
    """A bar for each t, learned beside exact, in nats; L_0 and L_T, of another kind, in words."""
    T = len(learned.steps)
    t = np.arange(2, T + 1)
    bars = [b.steps[1:] for b in (learned, exact)]
    title = (
        f"KL(q(x<sub>t−1</sub> | x<sub>t</sub>, x<sub>0</sub>) ‖ p<sub>θ</sub>) by t, in nats:"
        f" {word(theme, 'judge', 'learned')}, {word(theme, 'theory', 'exact')}"
    )
    if narrow:
        title = f"L<sub>t−1</sub> by t, in nats: {word(theme, 'judge', 'learned')}, exact"
    words = (
        f"L<sub>0</sub> = {learned.steps[0]:.2f}  (exact {exact.steps[0]:.2f})<br>"
        f"Σ L<sub>t−1</sub> = {learned.steps[1:].sum():.2f}  (exact {exact.steps[1:].sum():.2f})"
        f"<br>L<sub>T</sub> = {learned.L_T:.5f}"
    )
    return go.Figure(
        data=[
            {"type": "bar", "x": t, "y": bars[1], "width": 0.9, "hoverinfo": "x+y",
             "marker": {"color": tint(theme.theory, 0.45)}, "name": "exact"},
            {"type": "bar", "x": t, "y": bars[0], "width": 0.45, "hoverinfo": "x+y",
             "marker": {"color": theme.judge}, "name": "learned"},
        ],
        layout=layout(
            theme, 230, barmode="overlay", hovermode="x",
            margin={"l": 48, "r": 14, "t": 28, "b": 36},
            xaxis=axis(theme, title={"text": "t", "standoff": 2}, range=[0, T + 1]),
            yaxis=axis(theme, nticks=4, rangemode="tozero"),
            annotations=[
                heading(theme, title, 0, 1.02),
                {"text": words, "x": 1, "y": 0.98, "xref": "paper", "yref": "paper",
                 "xanchor": "right", "yanchor": "top", "align": "left", "showarrow": False,
                 "font": {"size": theme.size}},
            ],
        ),
    )  # fmt: skip
