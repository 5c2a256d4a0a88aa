"""What sessions leave behind when they end is given back to the machine."""

from __future__ import annotations

import asyncio
import threading

import streamlit as st
from streamlit import config, runtime

from core.machine import settle
from core.memory import give_back


class Rounds:
    """Looks again and again, on the server's event loop, whether a session has ended.

    Streamlit forgets a session whose visitor is gone only when the next one goes. And one that was
    open during `settle` is out of the collector's sight until the next `settle`.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._known = loop, frozenset[str]()
        kept: int = config.get_option("server.disconnectedSessionTTL")
        self._period = max(kept / 15, 1.0)  # seconds

    def look(self) -> None:
        """Forget the sessions whose time is over, and free what those that ended have left."""
        self._loop.call_later(self._period, self.look)
        manager = runtime.get_instance()._session_mgr
        manager._session_storage._cache.expire()  # type: ignore[attr-defined]
        now = frozenset(info.session.id for info in manager.list_sessions())
        gone, self._known = self._known - now, now
        if gone:
            settle()
            # takes longer than the event loop may
            threading.Thread(target=give_back, daemon=True).start()


@st.cache_resource(show_spinner=False)
def look_after() -> None:
    """Once a process, when all that the pages import is there: begin the rounds."""
    settle()
    if runtime.exists():
        loop = runtime.get_instance()._get_async_objs().eventloop
        loop.call_soon_threadsafe(Rounds(loop).look)
