"""The heaviest trainings that a form allows, and what they take from all others. Linux only."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from bench.server.figure import Figure
from bench.server.host import serve
from bench.server.memory import KEPT, ended
from bench.server.pages import PAGES
from bench.server.trainings import begin, lesson, pause
from bench.server.visitor import Visitor, arrive, visit
from core.data.images.fetch import FOLDER
from core.machine import cores

VISITORS = 3
TRAIN = "diffusion_digits.view=Train&diffusion_digits.data="
LARGEST = "&diffusion_digits.width=64&diffusion_digits.batch=512"
# never done while it is watched
GAN = "gan_1d.epochs=20000&gan_1d.d_steps=100&gan_1d.g_width=64&gan_1d.d_width=64"
BACK = 50  # MB that may stay when they have gone
MEMORY = 500 * min(VISITORS, cores())  # MB: so many stretches are at work at once


async def gaps(visitor: Visitor, over: asyncio.Event) -> list[float]:
    """Seconds from each picture of a training to the next, until it is over."""
    found = []
    while not over.is_set():
        before = visitor.pictures
        found.append(await visitor.until(lambda before=before: visitor.pictures > before))
    return found


async def heavy(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """Three visitors train at once, on digits; the same on faces, where they are at hand."""
    for data in ("digits", "olivetti") if os.environ.get(FOLDER) else ("digits",):
        async for figure in three(data, options):
            yield figure


async def three(data: str, options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """What three who train on those pictures take from a fourth, who trains a GAN, and a fifth."""
    name = f"{VISITORS} train on {data}"
    with serve(*options, f"--server.disconnectedSessionTTL={KEPT:g}") as host:
        async with visit(host.port) as visitor:  # what the first one loads is the process's
            await begin(visitor, "diffusion_digits", TRAIN + data)
            await pause(visitor)
        for page in PAGES:
            await arrive(host.port, page)
        async with AsyncExitStack() as stack:
            other = await stack.enter_async_context(visit(host.port))
            await begin(other, "gan_1d", GAN)
            stays = [await stack.enter_async_context(AsyncExitStack()) for _ in range(VISITORS)]
            visitors = [await stay.enter_async_context(visit(host.port)) for stay in stays]
            before = host.memory()
            host.forget_peak()
            over = asyncio.Event()
            watching = asyncio.create_task(gaps(other, over))
            query = TRAIN + data + LARGEST
            await asyncio.gather(*(begin(each, "diffusion_digits", query) for each in visitors))
            waits = [await arrive(host.port, page) for page in PAGES]
            yield Figure(f"{name}: a page for another", "s", waits, (0.5,))
            pauses = []
            for each in visitors:  # and on again: always three at work
                pauses.append(await pause(each))
                await each.click(lesson(each, "train"), wait=False)
            yield Figure(f"{name}: the longest of their pauses", "s", [max(pauses)], (2,))
            for stay in stays:
                await stay.aclose()
                await asyncio.sleep(1)
            over.set()
            longest = max(await watching)
            yield Figure(f"{name}: another's GAN without a picture", "s", [longest], (2,))
            most = host.memory("VmHWM") - before
            yield Figure(f"{name}: the most memory", "MB", [most], (MEMORY,))
            await ended(host)
            left = host.memory() - before
            yield Figure(f"{name}: memory when they have gone", "MB", [left], (BACK,))
