"""A visitor without a browser: Streamlit's own messages over its own websocket.

It does what the browser's page does between a click and the picture, and draws nothing: what it
measures is the server. Fragments that run by a clock run only in `watch`, and values that
components send of themselves (a phone's narrow screen) are not sent.
"""

from __future__ import annotations

import asyncio
import time
import urllib.request
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

# kind of element -> the field in which its value travels
VALUES = {
    "button": "trigger_value",
    "checkbox": "bool_value",
    "slider": "double_array_value",
    "number_input": "double_value",
    "selectbox": "string_value",
    "text_input": "string_value",
    "button_group": "string_array_value",
    "bidi_component": "json_value",
    "file_uploader": "file_uploader_state_value",
}
FRAME = '{"token"'  # so begin the texts with which `ui.live.LiveFigure` draws a picture
ENDS = ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
LIMIT = 120.0  # seconds: who waits longer was forgotten


class Visitor:
    """One open tab. Made by `visit`, which also reads all that the server sends, at once.

    session : the server's name of it. widgets : user's key -> id and kind of the widgets seen so
    far. answered : whether what was last asked for has come. trouble : exceptions, errors and
    warnings on the page since then. progress : text of the newest progress bar. pictures : of live
    trainings, counted. received : bytes.
    """

    def __init__(self, socket: ClientConnection, port: int) -> None:
        self._socket, self._port = socket, port
        self._page = self._query = self.session = ""
        self._begun = False
        self._known: set[str] = set()
        self._fresh: set[str] = set()
        # fragment -> seconds after which it runs again; the same of the run that is under way
        self._clocks: dict[str, float] = {}
        self._ticking: dict[str, float] = {}
        self._changed = asyncio.Event()
        self.widgets: dict[str, tuple[str, str]] = {}
        self.trouble: list[str] = []
        self.progress = ""
        self.pictures = 0
        self.answered = False
        self.received = 0

    async def open(self, page: str = "", query: str = "", *, wait: bool = True) -> float:
        """Open a page by its name in the address, home without one; the seconds it took."""
        self._page, self._query, self.widgets = "", query, {}
        return await self._ask(page=page, wait=wait)

    async def rerun(self, *, wait: bool = True) -> float:
        """Ask for the page again; the seconds it took."""
        return await self._ask(wait=wait)

    async def click(self, key: str, *, wait: bool = True) -> float:
        """Press a button; the seconds until the page was there again."""
        return await self.set(key, True, wait=wait)

    async def set(self, key: str, value: Any, *, wait: bool = True) -> float:
        """Give a widget another value; the seconds until the page was there again.

        Raises KeyError for a widget that is not on the page.
        """
        name, kind = self.widgets[key]
        state = WidgetState(id=name)
        field = VALUES[kind]
        if field.endswith("array_value"):
            getattr(state, field).data.append(value)
        else:
            setattr(state, field, value)
        return await self._ask(state, wait=wait)

    async def upload(self, key: str, name: str, content: bytes, *, wait: bool = True) -> float:
        """Give a file to an uploader; the seconds until the page was there again.

        The server must run with --server.enableXsrfProtection=false.
        """
        state, file = FileUploaderState(), str(uuid.uuid4())
        state.uploaded_file_info.add(name=name, size=len(content), file_id=file)
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/_stcore/upload_file/{self.session}/{file}",
            head.encode() + content + f"\r\n--{mark}--\r\n".encode(), method="PUT",
            headers={"Content-Type": f"multipart/form-data; boundary={mark}"},
        )  # fmt: skip
        await asyncio.to_thread(urllib.request.urlopen, request)
        widget = WidgetState(id=self.widgets[key][0], file_uploader_state_value=state)
        return await self._ask(widget, wait=wait)

    async def watch(self) -> None:
        """Run the page's fragments by their clocks until it has none any more."""
        while self._clocks:
            fragment, seconds = next(iter(self._clocks.items()))
            await asyncio.sleep(seconds)
            if fragment in self._clocks:
                await self._ask(fragment=fragment, wait=True)

    async def until(self, true: Callable[[], object], limit: float = LIMIT) -> float:
        """Wait until something holds of what was sent; the seconds. Raises TimeoutError."""
        begun = time.perf_counter()
        async with asyncio.timeout(limit):
            while not true():
                self._changed.clear()
                await self._changed.wait()
        return time.perf_counter() - begun

    async def _ask(
        self, *states: WidgetState, page: str = "", fragment: str = "", wait: bool
    ) -> float:
        # Only what has changed is sent: the server remembers the other widgets.
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_name, asked.page_script_hash = self._query, page, self._page
        asked.widget_states.widgets.extend(states)
        asked.fragment_id, asked.is_auto_rerun = fragment, bool(fragment)
        asked.cached_message_hashes.extend(self._known)
        self._begun = self.answered = False
        self.trouble = []
        begun = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        if wait:
            await self.until(lambda: self.answered)
        return time.perf_counter() - begun

    async def read(self) -> None:
        """Take what the server sends, for ever: it cuts off who does not read."""
        async for data in self._socket:
            assert isinstance(data, bytes)
            self.received += len(data)
            self._take(ForwardMsg.FromString(data))
            self._changed.set()

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self._begun, self._fresh, self._ticking = True, set(), {}
                self.session = message.new_session.initialize.session_id
            case "navigation":
                self._page = message.navigation.page_script_hash
            case "auto_rerun":
                self._ticking[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            case "script_finished" if message.script_finished in ENDS:
                # one that began before the last question does not answer it
                self.answered, self._known = self._begun, self._fresh
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    self._clocks = self._ticking
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "ref_hash":
                self._fresh.add(message.ref_hash)
            case "delta":
                if message.metadata.cacheable:
                    self._fresh.add(message.hash)
                if message.delta.WhichOneof("type") == "new_element":
                    self._see(message.delta.new_element)

    def _see(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind in VALUES:
            name: str = getattr(element, kind).id
            self.widgets[name.split("-", 2)[-1]] = name, kind  # "$$ID-hash-key"
        elif kind == "text":
            self.pictures += element.text.body.startswith(FRAME)
        elif kind == "progress":
            self.progress = element.progress.text
        elif kind == "exception":
            self.trouble.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "alert" and element.alert.format in (Alert.ERROR, Alert.WARNING):
            self.trouble.append(element.alert.body)


@asynccontextmanager
async def visit(port: int, session: str = "") -> AsyncIterator[Visitor]:
    """A visitor of the server at that port of this computer, who leaves when the block ends.

    session : of a visitor who lost the connection and comes back.
    """
    # the browser tells it in a list of protocols, after a token that only browsers need
    told = [Subprotocol(name) for name in ("streamlit", *(("none", session) if session else ()))]
    async with connect(
        f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=told,
        compression=None, max_size=None, ping_interval=None, proxy=None, open_timeout=LIMIT,
    ) as socket:  # fmt: skip
        visitor = Visitor(socket, port)
        reading = asyncio.create_task(visitor.read())
        try:
            yield visitor
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def arrive(port: int, page: str = "", query: str = "") -> float:
    """Seconds that a new visitor waits for a page, connecting included, who then leaves."""
    begun = time.perf_counter()
    async with visit(port) as visitor:
        await visitor.open(page, query)
        return time.perf_counter() - begun
