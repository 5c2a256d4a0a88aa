"""The panel of the particles, the same forward and back: a square of the plane, or t and x."""

from __future__ import annotations

from typing import Any

from core.data.mixture import Mixture
from core.diffusion.moment import reach
from core.diffusion.schedule import Schedule
from core.figures.diffusion.shade import between, opacity, over_time, plane, soft
from core.figures.theme import Theme, axis


def colour(theme: Theme, s: Schedule, t: int, end: str = "real") -> str:
    """Of x_t: from that of data, or of what is generated, to that of noise."""
    return between(getattr(theme, end), theme.latent, noise_share(s, t))


def noise_share(s: Schedule, t: int) -> float:
    """How far the colour of x_t is on its way to that of noise: the noise's share of the size."""
    return float((1 - s.alpha_bar[t]) ** 0.5)


def shades(
    data: Mixture, s: Schedule, t: int, theme: Theme, number: int = 1, backwards: bool = False
) -> list[dict[str, Any]]:
    """The exact density of x_t behind panel `number`; on the line at all t."""
    far = reach(data)
    if data.d == 1:
        return over_time(data, s, far, (theme.real, theme.latent), number, backwards)
    p = plane(data, float(s.alpha_bar[t]), far)
    box = (-far, far, -far, far)
    return [soft(opacity(p, float(p.max())), colour(theme, s, t), box, number)]


def axes(
    data: Mixture, s: Schedule, theme: Theme, number: int, box: tuple[float, ...],
    backwards: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The axes of panel `number`. box : x0, x1, y0, y1 in paper coordinates. backwards : time runs
    from T to 0."""
    far = reach(data)
    k = "" if number == 1 else str(number)
    x: dict[str, Any] = {"domain": list(box[:2]), "anchor": f"y{k}", "nticks": 6}
    y: dict[str, Any] = {"domain": list(box[2:]), "anchor": f"x{k}", "nticks": 6}
    if data.d == 2:
        x |= {"range": [-far, far], "constrain": "domain", "constraintoward": "left"}
        y |= {"range": [-far, far], "constrain": "domain", "constraintoward": "top",
              "scaleanchor": f"x{k}"}  # fmt: skip
    else:
        x |= {"range": [s.T, 0] if backwards else [0, s.T]}
        y |= {"range": [-far, far]}
    return {f"xaxis{k}": axis(theme, **x), f"yaxis{k}": axis(theme, **y)}


def axis_name(theme: Theme, text: str) -> dict[str, Any]:
    """A name inside the first panel, at the end of its axis, where it costs no height."""
    return {
        "text": f"<i>{text}</i>", "x": 1, "y": 0, "xref": "x domain", "yref": "y domain",
        "xanchor": "right", "yanchor": "bottom", "showarrow": False,
        "font": {"size": theme.size, "color": theme.words["theory"]},
    }  # fmt: skip


def mark(theme: Theme, t: float, number: int = 1) -> dict[str, Any]:
    """An upright line at t through panel `number`."""
    k = "" if number == 1 else str(number)
    return {
        "type": "line", "xref": f"x{k}", "yref": f"y{k} domain", "x0": t, "x1": t, "y0": 0, "y1": 1,
        "line": {"color": theme.ink, "width": 1.4},
    }  # fmt: skip
