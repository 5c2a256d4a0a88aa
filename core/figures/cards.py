"""The home page's cards, drawn from real trainings: `python -m core.figures.cards` writes them all.

SVG with translucent fills and no background, so that one file serves light and dark.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.data.law import Array
from core.figures.theme import LIGHT

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "cards"
WIDTH, HEIGHT = 360, 150


def path(x: Array, y: Array, top: float) -> str:
    """A curve as the 'd' of an SVG path: x fills the width, y from 0 to `top` the height."""
    u = (x - x[0]) / (x[-1] - x[0]) * WIDTH
    v = HEIGHT - np.clip(y / top, 0, 1) * HEIGHT
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(u, v, strict=True))


def area(d: str, colour: str) -> str:
    """A filled curve."""
    return (
        f'<path d="{d}V{HEIGHT}H0Z" fill="{colour}" fill-opacity=".28"/>'
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
    )


def line(d: str, colour: str) -> str:
    """A curve alone."""
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="2.5"/>'


def gan_1d() -> str:
    """Mode collapse, after the lecture's 3,000 epochs on the far modes."""
    from core import gan_1d as family
    from core.gan_1d.curves import curves
    from core.gan_1d.scenes import SCENES
    from core.run import Run

    config = SCENES["Far modes"].config
    run = Run(family, config)
    run.play()
    c = curves(config, run.advance().view)
    return (
        area(path(c.x, c.p_data, 1.02), LIGHT.real)
        + area(path(c.x, c.p_g, 1.02), LIGHT.generated)
        + line(path(c.x, c.d, 1.02), LIGHT.judge)
    )


CARDS: dict[str, Callable[[], str]] = {"gan_1d": gan_1d}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, draw in CARDS.items():
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -4 {WIDTH} {HEIGHT + 8}" '
            f'width="100%">{draw()}</svg>\n'
        )
        (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
