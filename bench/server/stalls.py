"""What one visitor can do to all others: a held key, a flood, a hostile link, a heavy training."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import quote

from bench.server.figure import Figure
from bench.server.host import APP, serve
from bench.server.visitor import arrive, visit

DELAY = (0.5,)  # seconds: the budget of what one visitor adds to another's wait
REPEATS, HELD = 72, 3.0  # of a key, and the seconds that it is held
FLOOD = 20
THREE_LINES = 'import streamlit as st\nst.title("Three lines")\nst.button("Again", key="again")\n'
BLANK = " " * 90
HOSTILE = f"gan_1d.target=mixture&gan_1d.mixture={quote(f'1 N({BLANK},{BLANK}1{BLANK}')}"


async def quiet(port: int) -> float:
    """Seconds that a visitor waits for home while nobody else wants anything."""
    return median([await arrive(port) for _ in range(4)][1:])


async def keys(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """An arrow key held for three seconds, each of its repeats a click, as Streamlit sends them."""
    with serve(*options) as host:
        async with visit(host.port) as presser:
            await presser.open("diffusion_digits", "diffusion_digits.view=Reverse")
            alone = await quiet(host.port)

            async def hold() -> None:
                for _ in range(REPEATS):
                    await presser.click("diffusion_digits.back", wait=False)
                    await asyncio.sleep(HELD / REPEATS)

            begun = time.perf_counter()
            holding, waits = asyncio.create_task(hold()), []
            await asyncio.sleep(HELD / 6)
            while not holding.done():
                waits.append(await arrive(host.port) - alone)
            await presser.until(lambda: presser.answered)
            late = time.perf_counter() - begun - HELD
    yield Figure("a key is held: longest delay of another's page", "s", [max(waits)], DELAY)
    yield Figure("a key is held: until its own page is there, after it", "s", [late])


async def flood(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """Twenty reruns asked for at once; the same of a Streamlit app of three lines."""
    with TemporaryDirectory() as folder:
        small = Path(folder, "three_lines.py")
        small.write_text(THREE_LINES, encoding="utf-8")
        apps = (("home", APP, ""), ("gan_1d", APP, "gan_1d"), ("an app of three lines", small, ""))
        for name, app, page in apps:
            waits = []
            with serve(*options, app=app) as host:
                async with visit(host.port) as flooder, visit(host.port) as other:
                    await flooder.open(page)
                    await other.open()
                    alone = await other.rerun()
                    for _ in range(3):
                        for _ in range(FLOOD):
                            await flooder.rerun(wait=False)
                        waits.append(await other.rerun() - alone)
                        await flooder.until(lambda flooder=flooder: flooder.answered)
            yield Figure(f"{FLOOD} reruns at once of {name}: another's delay", "s", waits, DELAY)


async def link(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """A link of 276 characters on which a regular expression can backtrack."""
    with serve(*options) as host:
        await arrive(host.port, "gan_1d")
        alone = await quiet(host.port)
        async with visit(host.port) as attacker:
            await attacker.open("gan_1d", HOSTILE, wait=False)
            await asyncio.sleep(0.1)
            delay = await arrive(host.port) - alone
    yield Figure("a hostile link: delay of another's page", "s", [delay], DELAY)
