"""What one visitor waits for: a page on a fresh server, a page opened, a widget changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from bench.server.figure import Figure
from bench.server.host import serve
from bench.server.visitor import arrive, visit
from ui.lessons import LESSONS

OPENED, CHANGED = 5, 16
WAIT = (80.0, 120.0)  # ms: median and 95th percentile of whatever one visitor does
PAGES = ("", *(row.stem for row in LESSONS))

Move = Callable[[int], Any]


def slide(k: int) -> float:
    return 0.05 * (k % 19)


def count(k: int) -> int:
    return k + 1


def flip(k: int) -> bool:
    return k % 2 == 1


# page, view, the widget that is moved, its k-th value
MOVES: tuple[tuple[str, str, str, Move], ...] = (
    ("", "", "app.presenter", flip),
    ("gan_1d", "", "gan_1d.arrows", flip),
    ("vae", "Latent space", "vae.z0", slide),
    ("vae", "Between digits", "vae.digit_a", count),
    ("vae", "Samples", "vae.draw", count),
    ("vae", "Train", "vae.seed", count),
    ("autoencoders", "Bench", "autoencoders.noise", slide),
    ("autoencoders", "The hole", "autoencoders.hole_x", slide),
    ("autoencoders", "Codes", "autoencoders.picked", count),
    ("diffusion", "Forward", "diffusion.t", count),
    ("diffusion", "Reverse", "diffusion.t", count),
    ("diffusion", "Train", "diffusion.arrows", flip),
    ("diffusion_digits", "Forward", "diffusion_digits.t", count),
    ("diffusion_digits", "Reverse", "diffusion_digits.k", count),
)


async def pages(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """First runs on fresh servers; then every page opened and changed on a warm one."""
    for page in PAGES:
        with serve(*options) as host:
            first = await arrive(host.port, page)
        yield Figure(f"{page or 'home'}: first visitor of a fresh server", "s", [first], (3,))
    every: dict[str, list[float]] = {"opened": [], "changed": []}
    with serve(*options) as host:
        for page, view, key, value in MOVES:
            name = f"{page or 'home'}{', ' if view else ''}{view}"
            query = f"{page}.view={view}" if view else ""
            opened = [1e3 * await arrive(host.port, page, query) for _ in range(OPENED + 1)]
            async with visit(host.port) as visitor:
                await visitor.open(page, query)
                sent = visitor.received / 1e6
                changed = [1e3 * await visitor.set(key, value(k)) for k in range(CHANGED + 1)]
            # the first one loads what all later visitors find loaded
            every["opened"] += opened[1:]
            every["changed"] += changed[1:]
            yield Figure(f"{name}: opened", "ms", opened[1:], WAIT)
            yield Figure(f"{name}: {key} changed", "ms", changed[1:], WAIT)
            yield Figure(f"{name}: sent at first paint", "MB", [sent], (1.5,))
    for what, times in every.items():
        yield Figure(f"every page {what}", "ms", times, WAIT)
