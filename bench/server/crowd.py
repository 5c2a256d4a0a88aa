"""A class: sixty visitors at once, alone on the server and while ten of them train."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import cycle, islice

from bench.server.figure import Figure
from bench.server.host import serve
from bench.server.pages import PAGES
from bench.server.trainings import begin, pause
from bench.server.visitor import Visitor, arrive, visit

CLASS, TRAINING, TURNS = 60, 10, 3
# never done while they are watched
LONG = (
    ("gan_1d", "gan_1d.epochs=20000&gan_1d.d_steps=100"),
    ("vae", "vae.view=Train&vae.network=dense&vae.epochs=1000"),
)


async def together(port: int) -> list[float]:
    """Seconds that each of a class waits who all come at once, the pages in turn."""
    return await asyncio.gather(*(arrive(port, page) for page in islice(cycle(PAGES), CLASS)))


async def crowd(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """All at once; one page and each pause while ten train; all at once while ten train."""
    with serve(*options) as host:
        for page in PAGES:
            await arrive(host.port, page)
        before = host.worked()
        times = await together(host.port)
        work = host.worked() - before
        yield Figure(f"{CLASS} at once: one of them", "s", times)
        yield Figure(f"{CLASS} at once: the last one", "s", [max(times)], (3,))
        yield Figure(f"{CLASS} at once: processor time of the server", "s", [work])
        async with AsyncExitStack() as stack:
            trainers: list[Visitor] = []
            for page, query in islice(cycle(LONG), TRAINING):
                trainers.append(await stack.enter_async_context(visit(host.port)))
                await begin(trainers[-1], page, query)
            times = [await arrive(host.port, page) for _ in range(TURNS) for page in PAGES]
            yield Figure(f"{TRAINING} train: a page opened", "s", times, (0.3,))
            before, begun = [v.pictures for v in trainers], time.perf_counter()
            await asyncio.sleep(3)
            seconds = time.perf_counter() - begun
            rates = [(v.pictures - n) / seconds for v, n in zip(trainers, before, strict=True)]
            yield Figure(f"{TRAINING} train: pictures of each", "/s", rates)
            times = await together(host.port)
            yield Figure(f"{TRAINING} train, {CLASS} at once: one of them", "s", times)
            yield Figure(f"{TRAINING} train, {CLASS} at once: the last one", "s", [max(times)])
            # one after the other, and on again: always ten at work
            pauses = []
            for visitor in trainers:
                pauses.append(await pause(visitor))
                await begin(visitor)
            yield Figure(f"{TRAINING} train: a pause", "s", pauses, (0.4,))
