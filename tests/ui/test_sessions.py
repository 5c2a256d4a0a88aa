"""What a session may hold; what is freed when it ends; what it costs when it comes back."""

import asyncio
import socket
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from bench.server.host import Host, serve
from bench.server.visitor import visit
from tests.apart import run_apart
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

    with serve("--server.disconnectedSessionTTL=1", app=APP) as host:
        assert run_apart(meet(host.port)) == "0 players"


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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="time is read from /proc")
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

    with serve() as host:
        assert run_apart(meet(host)) < BACK * 0.3


def test_nothing_is_held_back_until_the_browser_has_acknowledged_what_came_before():
    """On a socket that is open, and on one that comes, both of a server made as Streamlit's is."""

    def held_back(writer: asyncio.StreamWriter) -> bool:
        sock = writer.get_extra_info("socket")
        return not sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    async def meet() -> list[bool]:
        came = asyncio.Queue[asyncio.StreamWriter]()
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        server = await asyncio.start_server(lambda _, w: came.put_nowait(w), sock=listening)
        _, one = await asyncio.open_connection(*listening.getsockname())
        first = await came.get()
        before = held_back(first)
        sessions.send_at_once(asyncio.get_running_loop())
        _, two = await asyncio.open_connection(*listening.getsockname())
        second = await came.get()
        found = [before, held_back(first), held_back(second)]
        for writer in (one, two, first, second):
            writer.close()
            await writer.wait_closed()
        server.close()
        await server.wait_closed()
        return found

    assert run_apart(meet()) == [True, False, False]
