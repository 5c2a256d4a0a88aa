"""What visitors can do to all others: a held key, a flood, a hostile link, coming back together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import quote

from bench.server.figure import Figure
from bench.server.host import APP, serve
from bench.server.pages import PAGES
from bench.server.visitor import Visitor, arrive, visit

DELAY = (0.5,)  # seconds: the budget of what one visitor adds to another's wait
REPEATS, HELD = 72, 3.0  # of a key, and the seconds that it is held
FLOOD, LOST = 20, 20
THREE_LINES = 'import streamlit as st\nst.title("Three lines")\nst.button("Again", key="again")\n'
BLANK = " " * 90
HOSTILE = f"gan_1d.target=mixture&gan_1d.mixture={quote(f'1 N({BLANK},{BLANK}1{BLANK}')}"


async def quiet(port: int) -> float:
    """Seconds that a visitor waits for home while nobody else wants anything."""
    return median([await arrive(port) for _ in range(4)][1:])


async def held(presser: Visitor) -> float:
    """Seconds until the own page is there, after an arrow key was held for three seconds.

    That is a click at its press and one value of the slider when it is let go.
    """
    await presser.click("diffusion_digits.back", wait=False)
    await asyncio.sleep(HELD)
    return await presser.set("diffusion_digits.k", 0)


async def repeated(presser: Visitor) -> float:
    """The same, each of its repeats a click, as Streamlit sends them by itself."""
    for _ in range(REPEATS):
        await presser.click("diffusion_digits.back", wait=False)
        await asyncio.sleep(HELD / REPEATS)
    return await presser.until(lambda: presser.answered)


async def keys(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """A key that is held, and what it would be without the part of the page that holds it back."""
    without = f"{REPEATS} clicks in {HELD:g} s, as without keys.js"
    with serve(*options) as host:
        for name, press, most in (("a held key", held, DELAY), (without, repeated, ())):
            async with visit(host.port) as presser:
                await presser.open("diffusion_digits", "diffusion_digits.view=Reverse")
                alone = await quiet(host.port)
                pressing, waits = asyncio.create_task(press(presser)), []
                while not pressing.done():
                    waits.append(await arrive(host.port) - alone)
                late = await pressing
            yield Figure(f"{name}: another's delay", "s", [max(waits)], most)
            yield Figure(f"{name}: own page after it", "s", [late])


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


async def back(options: tuple[str, ...]) -> AsyncIterator[Figure]:
    """Twenty open pages that lose the network and come back at once."""
    with serve(*options) as host:
        async with AsyncExitStack() as stack:
            tabs = [await stack.enter_async_context(visit(host.port)) for _ in range(LOST)]
            for tab, page in zip(tabs, cycle(PAGES), strict=False):
                await tab.open(page)
        alone = await quiet(host.port)

        async def come_back(session: str) -> None:
            async with visit(host.port, session) as tab:
                await tab.rerun()

        coming = asyncio.gather(*(come_back(tab.session) for tab in tabs))
        delay = await arrive(host.port) - alone
        await coming
    yield Figure(f"{LOST} tabs come back at once: another's delay", "s", [delay], DELAY)
