"""What sessions hold is bounded, and what they leave behind is given back to the machine."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable, Mapping
from selectors import SelectorKey
from typing import Any

import streamlit as st
from streamlit import config, runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from core.data.images import TOTAL_BYTES
from core.machine import settle
from core.memory import give_back

LEFT_OUT = "application/x-left-out"  # type of a file that was not kept: its session held too much


class Rounds:
    """Looks again and again, on the server's event loop, whether a session has ended.

    Streamlit forgets a session whose visitor is gone only when the next one goes. And one that was
    open during `settle` is out of the collector's sight until the next `settle`, for which all
    others wait a third of a second: so it comes at most each third round.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._known = loop, frozenset[str]()
        kept: int = config.get_option("server.disconnectedSessionTTL")
        self._period = max(kept / 15, 1.0)  # seconds
        self._left = False
        self._rest = 0

    def look(self) -> None:
        """Forget the sessions whose time is over, and free what those that ended have left."""
        self._loop.call_later(self._period, self.look)
        manager = runtime.get_instance()._session_mgr
        manager._session_storage._cache.expire()  # type: ignore[attr-defined]
        now = frozenset(info.session.id for info in manager.list_sessions())
        self._left |= bool(self._known - now)
        self._known, self._rest = now, max(self._rest - 1, 0)
        if self._left and not self._rest:
            self._left, self._rest = False, 3
            settle()
            # takes longer than the event loop may
            threading.Thread(target=give_back, daemon=True).start()


def bound(manager: MemoryUploadedFileManager) -> None:
    """Keep no more of one session's files than one upload may have: Streamlit bounds each alone."""
    keep = manager.add_file

    def add(session_id: str, file: UploadedFileRec) -> None:
        held = manager.file_storage.get(session_id, {}).copy()
        if sum(len(other.data) for other in held.values()) + len(file.data) > TOTAL_BYTES:
            file = file._replace(data=b"", type=LEFT_OUT)
        keep(session_id, file)

    manager.add_file = add  # type: ignore[method-assign]


def send_at_once(loop: asyncio.AbstractEventLoop) -> None:
    """Have the sockets that the loop listens to, and those that it has open, hold nothing back.

    Streamlit's do: asyncio sets TCP_NODELAY only on sockets whose protocol is named. So a page's
    second packet waited until the browser had acknowledged the first, which it does after 40 ms.
    """
    # Windows' loop has no such map
    find: Callable[[], Mapping[Any, SelectorKey]] = getattr(
        getattr(loop, "_selector", None), "get_map", dict
    )
    for key in list(find().values()):
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(key.fd)) as opened:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted ones inherit it


@st.cache_resource(show_spinner=False)
def settle_page(title: str) -> None:
    """Once a process for each page, when all that it imports is there."""
    settle()


@st.cache_resource(show_spinner=False)
def look_after() -> None:
    """Once a process: begin the rounds, set the bounds."""
    server = runtime.get_instance() if runtime.exists() else None
    files = getattr(server, "_uploaded_file_mgr", None)
    if server is None or not isinstance(files, MemoryUploadedFileManager):
        return  # run by a test: nobody is served
    bound(files)
    if config.get_option("server.fileWatcherType") == "none":
        # a session that comes back would begin to watch all the same, and first walk all modules on
        # the event loop: 0.4 s each in which nobody else is served
        AppSession.register_file_watchers = lambda _: None  # type: ignore[assignment, method-assign]
    loop = server._get_async_objs().eventloop
    loop.call_soon_threadsafe(send_at_once, loop)
    loop.call_soon_threadsafe(Rounds(loop).look)
