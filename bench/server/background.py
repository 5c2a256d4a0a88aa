"""What others wait while uploads of one visitor are read, or the codes of three are laid out."""

from __future__ import annotations

import asyncio
import io
import time
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import numpy as np
from PIL import Image

from bench.server.figure import Figure
from bench.server.host import serve
from bench.server.stalls import DELAY, quiet
from bench.server.visitor import arrive, visit

SIDE, MANY = 4000, 20  # pixels, and pictures: nearly as much as one upload may hold
BENCH = "autoencoders.source=Uploaded"
METHODS = ("UMAP", "t-SNE", "UMAP")  # of three tabs, each on codes of its own
CODES = ("Dense, 10 numbers", "Convolutional, 10 numbers", "Dense, 2 numbers")


def drawn(side: int) -> bytes:
    """A ring on paper, as a PNG."""
    at = np.hypot(*np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j])
    file = io.BytesIO()
    Image.fromarray(np.where(abs(at - 0.5) < 0.1, 0, 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def zipped(picture: bytes, many: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for k in range(many):
            archive.writestr(f"{k}.png", picture)
    return file.getvalue()


async def uploads(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """A zip of the largest pictures, and what another waits for a page, and for a small picture."""
    large, small = zipped(drawn(SIDE), MANY), drawn(28)
    with serve(*options, "--server.enableXsrfProtection=false") as host:
        async with visit(host.port) as one, visit(host.port) as other:
            for visitor in (one, other):
                await visitor.open("autoencoders", BENCH)
            await other.upload("autoencoders.upload", "a.png", small)
            page = await quiet(host.port)
            picture = await other.upload("autoencoders.upload", "b.png", small)
            before, begun = host.memory(), time.perf_counter()
            host.forget_peak()
            await one.upload("autoencoders.upload", "all.zip", large, wait=False)
            waits: list[list[float]] = [[], []]
            while not one.answered:
                waits[0].append(await arrive(host.port) - page)
                name = f"{len(waits[0])}.png"
                waits[1].append(await other.upload("autoencoders.upload", name, small) - picture)
            taken = time.perf_counter() - begun
            most = host.memory("VmHWM") - before
    yield Figure(f"{MANY} pictures of {SIDE} x {SIDE} in a zip", "s", [taken])
    yield Figure("meanwhile: delay of another's page", "s", [max(waits[0])], DELAY)
    yield Figure("meanwhile: delay of another's small picture", "s", [max(waits[1])], DELAY)
    yield Figure("meanwhile: the most memory", "MB", [most], (500,))


async def layouts(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """Three tabs of codes that are laid out, which ask every 0.4 s how far it is."""
    with serve(*options) as host:
        async with AsyncExitStack() as stack:
            tabs = [await stack.enter_async_context(visit(host.port)) for _ in METHODS]
            begun, opened, watching = time.perf_counter(), [], []
            for tab, method, model in zip(tabs, METHODS, CODES, strict=True):
                query = f"vae.view=Codes&vae.method={method}&vae.model={model}"
                opened.append(await tab.open("vae", query))
                watching.append(asyncio.create_task(tab.watch()))
            waits = []
            while not all(task.done() for task in watching):
                waits.append(await arrive(host.port))
            taken = time.perf_counter() - begun
    yield Figure("the last of three tabs with layouts: opened", "s", opened[-1:])
    yield Figure("all three layouts are there", "s", [taken])
    yield Figure("meanwhile: another's page", "s", [max(waits)])
