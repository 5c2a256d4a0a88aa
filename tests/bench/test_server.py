"""The real server, asked in Streamlit's own words, as a browser does: what AppTest cannot show."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.server.background import drawn, zipped
from bench.server.host import Host, serve
from bench.server.pages import PAGES
from bench.server.stalls import HOSTILE
from bench.server.visitor import visit
from tests.apart import run_apart

# seconds and MB: far more than the bench allows, on a machine that is busy with other things
STALLED, GROWN = 10.0, 20.0
RERUNS = 40


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with serve() as host:
        yield host


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_and_answers_a_change(host: Host, page: str) -> None:
    async def meet() -> None:
        async with visit(host.port) as visitor:
            await visitor.open(page)
            assert any(key.startswith(page or "app.") for key in visitor.widgets)
            assert not visitor.trouble
            await visitor.set("app.presenter", True)
            assert not visitor.trouble

    run_apart(meet())


def test_a_visitor_trains(host: Host) -> None:
    async def train() -> None:
        async with visit(host.port) as visitor:
            await visitor.open("gan_1d", "gan_1d.epochs=3000")
            await visitor.set("gan_1d.epochs", 1000)
            await visitor.click("gan_1d.train")
            assert visitor.progress.startswith("Done: 1,000 of 1,000")
            assert visitor.pictures

    run_apart(train())


def test_who_comes_after_a_flood_is_served(host: Host) -> None:
    async def flood() -> None:
        async with visit(host.port) as flooder, visit(host.port) as other:
            await flooder.open("gan_1d")
            for _ in range(20):
                await flooder.rerun(wait=False)
            assert await other.open() < STALLED
            assert not other.trouble
            await flooder.until(lambda: flooder.answered)
            assert not flooder.trouble

    run_apart(flood())
    assert not any("Traceback" in line for line in host.said)


def test_a_hostile_link_stalls_nobody_else(host: Host) -> None:
    async def attack() -> None:
        async with visit(host.port) as attacker, visit(host.port) as other:
            await attacker.open("gan_1d", HOSTILE, wait=False)
            assert await other.open() < STALLED
            await attacker.until(lambda: attacker.answered)
            assert len(attacker.trouble) == 1

    run_apart(attack())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_reruns_add_no_memory(host: Host) -> None:
    async def rerun() -> float:
        async with visit(host.port) as visitor:
            await visitor.open("vae")
            for k in range(2 * RERUNS):
                if k == RERUNS:
                    before = host.memory()
                await visitor.set("vae.z0", 0.05 * (k % 19))
            return host.memory() - before

    assert run_apart(rerun()) < GROWN


def test_a_visitor_sees_what_goes_wrong(tmp_path: Path) -> None:
    app = tmp_path / "broken.py"
    app.write_text("raise ValueError('no such thing')")

    async def meet() -> list[str]:
        async with visit(host.port) as visitor:
            await visitor.open()
            return visitor.trouble

    with serve(app=app) as host:
        assert run_apart(meet()) == ["ValueError: no such thing"]


def test_an_upload_is_read_and_keeps_nobody_waiting() -> None:
    async def meet(port: int) -> None:
        async with visit(port) as one, visit(port) as other:
            await one.open("autoencoders", "autoencoders.source=Uploaded")
            await one.upload("autoencoders.upload", "all.zip", zipped(drawn(2000), 8), wait=False)
            assert await other.open() < STALLED
            await one.until(lambda: one.answered)
            assert not one.trouble

    with serve("--server.enableXsrfProtection=false") as host:
        run_apart(meet(host.port))


def test_a_visitor_watches_a_layout_until_it_is_there(host: Host) -> None:
    async def watch() -> None:
        async with visit(host.port) as visitor, visit(host.port) as other:
            await visitor.open("vae", "vae.view=Codes&vae.method=t-SNE")
            watching = asyncio.create_task(visitor.watch())
            assert await other.open() < STALLED
            await watching
            assert not visitor.trouble

    run_apart(watch())
