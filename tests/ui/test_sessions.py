"""What a session may hold; what is freed when it ends; what it costs when it comes back."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from bench.server.host import Host, serve
from bench.server.visitor import visit
from ui import sessions

APP = Path(__file__).parent / "counted_app.py"
LIMIT = 60.0  # seconds
BACK = 8  # times


def test_no_player_of_a_closed_session_stays_alive():
    async def meet(port: int) -> str:
        async with AsyncExitStack() as stack:
            for _ in range(3):
                visitor = await stack.enter_async_context(visit(port))
                await visitor.open(query="gan_1d.epochs=2")
                await visitor.click("gan_1d.train")
            assert visitor.progress == "3 players"
        async with visit(port) as visitor:
            await visitor.open(query="only=count")
            end = time.monotonic() + LIMIT
            while visitor.progress != "0 players" and time.monotonic() < end:
                await visitor.rerun()
            return visitor.progress

    # in a thread of its own: while a browser is open, this one has an event loop already
    with serve("--server.disconnectedSessionTTL=1", app=APP) as host, ThreadPoolExecutor() as apart:
        assert apart.submit(asyncio.run, meet(host.port)).result() == "0 players"


def test_a_session_keeps_no_more_than_one_upload_may_have(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sessions, "TOTAL_BYTES", 10)
    manager = MemoryUploadedFileManager("/upload")
    sessions.bound(manager)
    for name in "abc":
        manager.add_file("one", UploadedFileRec(name, name, "image/png", b"1234"))
    manager.add_file("two", UploadedFileRec("d", "d", "image/png", b"1234"))  # another's is his own
    kept = {name: rec for files in manager.file_storage.values() for name, rec in files.items()}
    assert {name: rec.type for name, rec in kept.items()} == {
        **dict.fromkeys("abd", "image/png"), "c": sessions.LEFT_OUT,
    }  # fmt: skip
    assert kept["c"].data == b""
    manager.remove_file("one", "a")
    manager.add_file("one", UploadedFileRec("e", "e", "image/png", b"1234"))
    assert manager.file_storage["one"]["e"].data == b"1234"


def test_a_session_that_comes_back_is_not_watched():
    """Watching walks all modules, in which nobody else is served: 0.4 s of processor time each."""

    async def meet(host: Host) -> float:
        async with visit(host.port) as visitor:
            await visitor.open("gan_1d")
        before = host.worked()
        for _ in range(BACK):
            async with visit(host.port, visitor.session) as again:
                await again.open("gan_1d")
            assert again.session == visitor.session
        return host.worked() - before

    with serve() as host, ThreadPoolExecutor() as apart:
        assert apart.submit(asyncio.run, meet(host)).result() < BACK * 0.3
