"""A real Chromium and real Streamlit servers for the flows that only a browser can show.

Without a browser these tests are skipped by name; where the environment sets REQUIRE_BROWSER=1
(CI) they fail.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from bench.server import host

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]


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


@pytest.fixture
def fresh_page(browser: "Browser") -> "Iterator[Callable[..., Page]]":
    """``fresh_page(**context)``: an empty page in a context of its own, 1280 x 720 unless told
    otherwise. What goes wrong in it fails the test."""
    contexts, errors = [], []

    def make(**options: object) -> "Page":
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[str | Path], str]]:
    """``serve(app)``: start a Streamlit server for that file, once, and return its address."""
    with ExitStack() as stack:

        @cache
        def start(app: str | Path) -> str:
            return stack.enter_context(host.serve(app=ROOT / app)).address

        yield start
