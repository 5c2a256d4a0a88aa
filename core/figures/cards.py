"""The home page's cards, drawn from real trainings: `python -m core.figures.cards` writes them all.

SVG with translucent fills and no background, so that one file serves light and dark.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def squares(image: NDArray[np.floating[Any]], colour: str, x: float, y: float, side: float) -> str:
    """A picture, (H, W) in 0 to 1, as squares of `side` from the upper left corner x, y."""
    drawn = "".join(
        f'<path d="M{x + side * j:.1f} {y + side * i:.1f}h{side}v{side}h-{side}Z" '
        f'fill-opacity="{image[i, j]:.2f}"/>'
        for i, j in np.argwhere(image > 0.04)
    )
    return f'<g fill="{colour}" shape-rendering="crispEdges">{drawn}</g>'


def autoencoders() -> str:
    """A digit, the hourglass that it goes through, and what comes out."""
    from core.autoencoder.compare import column
    from core.autoencoder.config import Config
    from core.data import images

    x = images.load("digits").x[CARD_DIGIT]
    c = column("plain", x, Config(bottleneck=8), 0)
    dots = "".join(
        f'<circle cx="180" cy="{HEIGHT / 2 + 9 * (k - 3.5):.1f}" r="3" fill="{LIGHT.latent}"/>'
        for k in range(8)
    )
    return (
        squares(c.seen[4:24, 4:24], LIGHT.real, 0, 15, 6)
        + f'<path d="M124 20L168 36V114L124 130Z" fill="{LIGHT.judge}" fill-opacity=".45"/>'
        + dots
        + f'<path d="M236 20L192 36V114L236 130Z" fill="{LIGHT.generated}" fill-opacity=".45"/>'
        + squares(c.rebuilt[4:24, 4:24], LIGHT.generated, 240, 15, 6)
    )


def vae() -> str:
    """The square between the lecture's four digits, as the 10-D VAE decodes it."""
    from core.data import images
    from core.vae.latent import decode, encode, square
    from core.weights import shipped

    digits = images.load("digits")
    corners = digits.x[[int(np.argmax(digits.labels == k)) for k in (7, 1, 9, 4)]]
    c = shipped("vae_dense", "vae")
    codes = square(encode(c.config, c.parts, corners)[0], 7).reshape(7, 7, -1)[::3].reshape(21, -1)
    # at half the resolution: a card is small
    drawn = decode(c.config, c.parts, codes)[:, 4:24, 4:24].reshape(-1, 10, 2, 10, 2).mean((2, 4))
    return "".join(
        squares(image, LIGHT.generated, 52 * (k % 7), 52 * (k // 7), 4.4)
        for k, image in enumerate(drawn)
    )


def diffusion() -> str:
    """A spiral dissolves into noise, and noise becomes a spiral again, by the exact denoiser."""
    from core.diffusion import Config
    from core.diffusion.denoiser import exact
    from core.diffusion.forward import walk
    from core.diffusion.path import Settings, record
    from core.figures.diffusion.shade import between

    config = Config(target="spiral")
    s, there = config.process, walk(config.data, config.process)
    back = record(exact(config.data, s), s, Settings(sampler="ODE (Heun)", steps=20), config.d)
    clouds = (
        (there[0], LIGHT.real),
        (there[20], between(LIGHT.real, LIGHT.latent, 0.4)),
        (there[s.T], LIGHT.latent),
        (back.x[back.stop(20)], between(LIGHT.generated, LIGHT.latent, 0.4)),
        (back.x[-1], LIGHT.generated),
    )
    return "".join(
        cloud(x[:CARD_POINTS], colour, 36 + 72 * k, HEIGHT / 2, 19)
        for k, (x, colour) in enumerate(clouds)
    )


def cloud(x: Array, colour: str, left: float, top: float, scale: float) -> str:
    """Points, (n, 2), around (left, top), one unit being `scale` pixels; far ones are left out."""
    near = x[np.hypot(*x.T) < 1.9]
    d = "".join(f"M{left + scale * a:.1f} {top - scale * b:.1f}h0" for a, b in near)
    return (
        f'<path d="{d}" stroke="{colour}" stroke-width="2.6" stroke-linecap="round" '
        'stroke-opacity=".75"/>'
    )


def diffusion_digits() -> str:
    """A two comes out of noise: the path of the shipped network, and what it predicts on it."""
    from core.diffusion_digits.model import denoiser
    from core.diffusion_digits.path import Settings, jumps, noise, record
    from core.diffusion_digits.trained import trained
    from core.figures.diffusion_digits import opacity

    net, now = trained("diffusion_digits"), Settings(noise_seed=CARD_NOISE)
    denoise = denoiser(net.config, net.model, now.labels(1), now.guidance)
    path = record(jumps(denoise, noise(now, 1, net.config.side), net.config.process, now))
    drawn = ""
    for k, at in enumerate((0, 9, 14, 18, 25)):
        for x, colour, y in ((path.x, LIGHT.latent, 4), (path.x_0, LIGHT.generated, 80)):
            small = opacity(x[at])[2:26, 2:26].reshape(12, 2, 12, 2).mean((1, 3))
            drawn += squares(small, colour, 73 * k, y, 5.6)
    return drawn


CARD_NOISE = 0
CARD_POINTS = 320
CARD_DIGIT = 4  # of the embedded ones
CARDS: dict[str, Callable[[], str]] = {
    "autoencoders": autoencoders, "vae": vae, "gan_1d": gan_1d,
    "diffusion": diffusion, "diffusion_digits": diffusion_digits,
}  # fmt: skip


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
