"""What one visitor waits for: a page on a fresh server, a page opened, a widget changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from bench.server.figure import Figure
from bench.server.host import serve
from bench.server.visitor import arrive, visit
from ui.lessons import LESSONS

OPENED, CHANGED = 5, 16
WAIT = (80.0, 120.0)  # ms: median and 95th percentile of whatever one visitor does
PAGES = ("", *(row.stem for row in LESSONS))


def slide(k: int) -> float:
    return 0.05 * (k % 19)


def count(k: int) -> int:
    return k + 1


def flip(k: int) -> bool:
    return k % 2 == 1


@dataclass(frozen=True)
class Move:
    """A view of a page, and a widget on it that takes its k-th `value`; after a training or not."""

    page: str
    view: str
    key: str
    value: Callable[[int], Any]
    trained: bool = False

    @property
    def name(self) -> str:
        return ", ".join(filter(None, (self.page or "home", self.view, self.trained * "trained")))


MOVES = (
    Move("", "", "app.presenter", flip),
    Move("gan_1d", "", "gan_1d.arrows", flip),
    Move("gan_1d", "", "gan_1d.arrows", flip, trained=True),
    Move("vae", "Latent space", "vae.z0", slide),
    Move("vae", "Between digits", "vae.digit_a", count),
    Move("vae", "Samples", "vae.draw", count),
    Move("vae", "Train", "vae.seed", count),
    Move("autoencoders", "Bench", "autoencoders.noise", slide),
    Move("autoencoders", "The hole", "autoencoders.hole_x", slide),
    Move("autoencoders", "Codes", "autoencoders.picked", count),
    Move("diffusion", "Forward", "diffusion.t", count),
    Move("diffusion", "Reverse", "diffusion.t", count),
    Move("diffusion", "Train", "diffusion.arrows", flip),
    Move("diffusion_digits", "Forward", "diffusion_digits.t", count),
    Move("diffusion_digits", "Reverse", "diffusion_digits.k", count),
)


async def pages(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """First runs on fresh servers; then every page opened and changed on a warm one."""
    for page in PAGES:
        with serve(*options) as host:
            first = await arrive(host.port, page)
        yield Figure(f"{page or 'home'}: first visitor of a fresh server", "s", [first], (3,))
    every: dict[str, list[float]] = {"opened": [], "changed": []}
    work: dict[str, list[float]] = {"opened": [], "changed": []}
    with serve(*options) as host:
        for move in MOVES:
            query = f"{move.page}.view={move.view}" if move.view else ""
            # the first one loads what all later visitors find loaded
            await arrive(host.port, move.page, query)
            host.rest()
            before = host.worked()
            opened = [1e3 * await arrive(host.port, move.page, query) for _ in range(OPENED)]
            work["opened"].append(1e3 * (host.worked() - before) / OPENED)
            async with visit(host.port) as visitor:
                await visitor.open(move.page, query)
                sent = visitor.received / 1e6
                if move.trained:
                    await visitor.click(f"{move.page}.train")
                await visitor.set(move.key, move.value(0))
                before = host.worked()
                changed = [
                    1e3 * await visitor.set(move.key, move.value(k)) for k in range(1, CHANGED + 1)
                ]
                work["changed"].append(1e3 * (host.worked() - before) / CHANGED)
            every["opened"] += opened
            every["changed"] += changed
            yield Figure(f"{move.name}: opened", "ms", opened, WAIT)
            yield Figure(f"{move.name}: {move.key} changed", "ms", changed, WAIT)
            yield Figure(f"{move.name}: sent at first paint", "MB", [sent], (1.5,))
    for what, times in every.items():
        yield Figure(f"every page {what}", "ms", times, WAIT)
        yield Figure(f"every page {what}: processor time of the server", "ms", work[what])
