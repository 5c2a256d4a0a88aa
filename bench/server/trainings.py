"""Live trainings, one visitor: pictures a second, and how long a pause takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from bench.server.figure import Figure
from bench.server.host import serve
from bench.server.visitor import Visitor, visit

SECONDS, TURNS = 2.0, 3
TRAININGS = {
    "1-D GAN": ("gan_1d", "gan_1d.epochs=20000"),
    "VAE, dense": ("vae", "vae.view=Train&vae.epochs=1000&vae.network=dense"),
    "VAE, convolutional": ("vae", "vae.view=Train&vae.epochs=1000&vae.network=convolutional"),
    "autoencoder": ("autoencoders", "autoencoders.view=Train&autoencoders.epochs=1000"),
    "diffusion": ("diffusion", "diffusion.view=Train&diffusion.updates=20000"),
    "diffusion on digits": ("diffusion_digits", "diffusion_digits.view=Train"),
}


async def begin(visitor: Visitor, page: str = "", query: str = "") -> None:
    """Train until pictures come: on the page that is named, or from the start on the open one."""
    if page:
        await visitor.open(page, query)
        assert not visitor.trouble, visitor.trouble
    else:
        await visitor.click(lesson(visitor, "reset"))
    before = visitor.pictures
    await visitor.click(lesson(visitor, "train"), wait=False)
    await visitor.until(lambda: visitor.pictures > before + 1)


async def pause(visitor: Visitor) -> float:
    """Press Pause; the seconds until the page says that it is paused."""
    begun = time.perf_counter()
    await visitor.click(lesson(visitor, "pause"), wait=False)
    await visitor.until(lambda: visitor.progress.startswith(("Paused", "Done")))
    assert visitor.progress.startswith("Paused"), visitor.progress
    return time.perf_counter() - begun


def lesson(visitor: Visitor, button: str) -> str:
    """The key of that button on the page that is open."""
    return next(key for key in visitor.widgets if key.endswith(f".{button}"))


async def trainings(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """Each kind of training, begun and paused a few times."""
    with serve(*options) as host:
        for name, (page, query) in TRAININGS.items():
            rates, pauses = [], []
            async with visit(host.port) as visitor:
                await begin(visitor, page, query)  # now all is loaded
                for _ in range(TURNS):
                    before, begun = visitor.pictures, time.perf_counter()
                    await asyncio.sleep(SECONDS)
                    rates.append((visitor.pictures - before) / (time.perf_counter() - begun))
                    pauses.append(1e3 * await pause(visitor))
                    await begin(visitor)
            yield Figure(f"{name}: pictures", "/s", rates, least=14)
            yield Figure(f"{name}: a pause", "ms", pauses, (250,))
