"""What sessions cost the server in memory, and what comes back when they have ended. Linux only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from bench.server.figure import Figure
from bench.server.host import Host, serve
from bench.server.visitor import arrive, visit

SESSIONS, KEPT = 6, 2.0  # seconds that the server keeps a session whose visitor has left
RERUNS = 250
TRAINED = {
    "1-D GAN, 3,000 epochs": ("gan_1d", ""),
    "VAE, dense, 4 epochs": ("vae", "vae.view=Train&vae.network=dense&vae.epochs=4"),
    "diffusion, 600 updates": ("diffusion", "diffusion.view=Train&diffusion.updates=600"),
}


async def train(host: Host, stack: AsyncExitStack, page: str, query: str) -> None:
    """One more visitor, who trains, resets, trains, forks, and stays until the stack is closed."""
    visitor = await stack.enter_async_context(visit(host.port))
    await visitor.open(page, query)
    await visitor.click(f"{page}.train")
    await visitor.click(f"{page}.reset")
    await visitor.click(f"{page}.train")
    await visitor.set(f"{page}.fork_at", 20)
    await visitor.click(f"{page}.fork")
    assert visitor.progress.startswith("Done"), visitor.progress


async def ended(host: Host) -> None:
    """Wait until the sessions of those who have left are gone from a server that keeps them KEPT.

    It looks once a second, and settles each third time (`ui.sessions.Rounds`).
    """
    await asyncio.sleep(KEPT + 4)
    await arrive(host.port)
    await asyncio.sleep(4)


async def memory(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """Megabytes of a session with two trainings and a fork; of many reruns of one page."""
    for name, (page, query) in TRAINED.items():
        with serve(*options, f"--server.disconnectedSessionTTL={KEPT:g}") as host:
            async with AsyncExitStack() as stack:
                for _ in range(2):  # what the first ones load and reserve is the process's
                    await train(host, stack, page, query)
                before = host.memory()
                for _ in range(SESSIONS):
                    await train(host, stack, page, query)
                after = host.memory()
            yield Figure(f"{name}: a session", "MB", [(after - before) / SESSIONS], (20,))
            await ended(host)
            left = (host.memory() - before) / SESSIONS
            yield Figure(f"{name}: a session, after it has ended", "MB", [left], (5,))
    with serve(*options) as host:
        async with visit(host.port) as visitor:
            await visitor.open("vae")
            grown = []
            for _ in range(2):
                before = host.memory()
                for k in range(RERUNS):
                    await visitor.set("vae.z0", 0.05 * (k % 19))
                grown.append(host.memory() - before)
    yield Figure(f"vae: the first {RERUNS} reruns add", "MB", grown[:1])
    yield Figure(f"vae: the second {RERUNS} reruns add", "MB", grown[1:], (5,))
