"""Ten colours for ten classes, where a colour cannot have the meaning that it has elsewhere.

Chosen by search so that the two most alike differ as much as possible, for all of normal sight and
the three kinds of colour-blindness (Machado et al. 2009): by 0.15 in Oklab, tab10's by 0.01. Still,
ten are too many for colour alone: a figure also writes the class beside its points.
"""

from __future__ import annotations

from core.figures.theme import DARK, Theme

ON_LIGHT = (
    "#3241BE", "#DC4B14", "#FA8C05", "#0AB4FF", "#1E8C64",
    "#C373AF", "#826EF5", "#82B482", "#A50014", "#644B64",
)  # fmt: skip
ON_DARK = (
    "#7D4BC8", "#C84B05", "#FAD29B", "#78E1FF", "#0A8769",
    "#C85FB4", "#A59BFF", "#3CBE96", "#B99632", "#A5D228",
)  # fmt: skip


def colours(theme: Theme, n: int) -> list[str]:
    """Colours of n classes as '#rrggbb'; beyond ten they repeat."""
    ten = ON_DARK if theme.paper == DARK.paper else ON_LIGHT
    return [ten[k % len(ten)] for k in range(n)]
