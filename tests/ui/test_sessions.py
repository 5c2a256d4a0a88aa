"""What a visitor has trained is freed when his session's time is over, also what is settled."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path

from bench.server.host import serve
from bench.server.visitor import visit

APP = Path(__file__).parent / "counted_app.py"
LIMIT = 60.0  # seconds


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
