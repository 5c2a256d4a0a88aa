"""The heaviest training that the forms allow, and what it takes from all others. Linux only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bench.server.figure import Figure
from bench.server.host import serve
from bench.server.pages import PAGES
from bench.server.trainings import begin, pause
from bench.server.visitor import arrive, visit

QUERY = "diffusion_digits.view=Train&diffusion_digits.width=64&diffusion_digits.batch=512"
KEPT = 2.0  # seconds that the server keeps a session whose visitor has left


async def heavy(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """Another visitor's pages, its own pause, and memory: at the most, and when it has gone."""
    with serve(*options, f"--server.disconnectedSessionTTL={KEPT:g}") as host:
        async with visit(host.port) as visitor:
            await begin(visitor, "diffusion_digits", "diffusion_digits.view=Train")
            await pause(visitor)
        for page in PAGES:
            await arrive(host.port, page)
        before = host.memory()
        async with visit(host.port) as visitor:
            await begin(visitor, "diffusion_digits", QUERY)
            waits = [await arrive(host.port, page) for page in PAGES]
            yield Figure("digits, width 64, batch 512: a page for another", "s", waits, (0.5,))
            yield Figure(
                "digits, width 64, batch 512: its pause", "s", [await pause(visitor)], (2,)
            )
        most = host.memory("VmHWM") - before
        yield Figure("digits, width 64, batch 512: the most memory", "MB", [most], (500,))
        await asyncio.sleep(KEPT + 1)
        for _ in range(2):
            await arrive(host.port)
            await asyncio.sleep(1)
        left = host.memory() - before
        yield Figure("digits, width 64, batch 512: memory when it has gone", "MB", [left])
