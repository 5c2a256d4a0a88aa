"""A real Chromium and real Streamlit servers for the flows that only a browser can show.

Without a browser these tests are skipped by name; where the environment sets REQUIRE_BROWSER=1
(CI) they fail.
"""

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT = 60.0  # seconds until a server must have said its address


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that drive a browser: those that use the fixture of that name."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def _missing(what: str) -> NoReturn:
    reason = f"browser tests need {what}"
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """The system's Chromium, headless."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        _missing("chromium (Debian's package of that name)")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright (see requirements-dev.txt)")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[str | Path], str]]:
    """``serve(app)``: start a Streamlit server for that file, once, and return its address."""
    servers: dict[Path, tuple[subprocess.Popen[str], str]] = {}

    def start(app: str | Path) -> str:
        path = Path(ROOT, app).resolve()
        if path not in servers:
            servers[path] = _start(path)
        return servers[path][1]

    yield start
    for process, _ in servers.values():
        process.terminate()
    for process, _ in servers.values():
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _start(app: Path) -> tuple["subprocess.Popen[str]", str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [
        "--server.address=127.0.0.1",
        f"--server.port={port}",
        "--server.headless=true",
        "--server.fileWatcherType=none",
        "--browser.gatherUsageStats=false",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(app), *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # The server names its address once it listens: reading its output waits exactly that long.
    assert process.stdout is not None
    limit = threading.Timer(START_LIMIT, process.kill)
    limit.start()
    said = []
    for line in process.stdout:
        said.append(line)
        if "URL:" in line:
            break
    else:
        pytest.fail(f"the server for {app.name} did not start:\n{''.join(said)}")
    limit.cancel()
    # From here on somebody must read on, or a talkative app blocks on a full pipe.
    threading.Thread(target=_drain, args=(process,), daemon=True).start()
    return process, f"http://127.0.0.1:{port}"


def _drain(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    with process.stdout:
        for _ in process.stdout:
            pass
