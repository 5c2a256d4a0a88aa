"""Every button of every view in a real Chromium: twice at several delays, and after each other."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.links import VIEWS
from tests.pages.test_clicks import SMALL

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
DELAYS = (0, 80, 150, 300)  # ms between two clicks
PAIRS = 20
BUTTONS = "[data-testid='stMain'] .stButton button:enabled, .stDownloadButton button:enabled"


@pytest.fixture
def open_page(fresh_page: Callable[..., Page], serve: Callable[[Path], str]) -> Callable[..., Page]:
    """``open_page(lesson, view)``: with small settings, all of it on the screen."""

    def open_it(lesson: str, view: str) -> Page:
        page = fresh_page(viewport={"width": 1280, "height": 2600})
        page.set_default_timeout(120_000)
        settings = {**SMALL[lesson], **({"view": view} if view else {})}
        query = "&".join(f"{lesson}.{name}={value}" for name, value in settings.items())
        page.goto(f"{serve(ROOT / 'app.py')}/{lesson}?{query}")
        page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()
        page.get_by_text("Share: link, code").click()
        return page

    return open_it


def names(page: Page) -> list[str]:
    """The keys of all buttons that can be pressed, as classes."""
    return page.locator(BUTTONS).evaluate_all(
        "all => all.map((b) => b.closest(\"[class*='st-key-']\").className.match(/st-key-\\S+/)[0])"
    )


def place(page: Page, name: str) -> tuple[float, float] | None:
    box = page.locator(f".{name} button").first.bounding_box() if name in names(page) else None
    return (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) if box else None


def alive(page: Page, after: object) -> None:
    """At rest, with its sidebar and its buttons, and without a red box."""
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()
    page.wait_for_function("() => !document.querySelector(\"[data-stale='true'], .sheet.on\")")
    assert page.get_by_test_id("stException").count() == 0, after
    assert page.get_by_test_id("stDownloadButtonError").count() == 0, after
    assert page.get_by_test_id("stSidebar").get_by_text("The map").count() == 1, after
    page.locator(BUTTONS).first.wait_for()  # a download is off while its file is made


VIEWED = [(lesson, view) for lesson, views in VIEWS.items() for view in views]


@pytest.mark.parametrize(("lesson", "view"), VIEWED)
def test_twice_at_every_delay(open_page: Callable[..., Page], lesson: str, view: str) -> None:
    page = open_page(lesson, view)
    if not names(page):
        return
    pressed: set[tuple[str, int]] = set()
    while left := [(n, ms) for n in names(page) for ms in DELAYS if (n, ms) not in pressed]:
        name, ms = left[0]
        pressed.add((name, ms))
        at = place(page, name)
        if at is None:
            continue
        page.mouse.click(*at)
        page.wait_for_timeout(ms)
        page.mouse.click(*at)
        alive(page, (name, ms))
        if view and f"st-key-{lesson}-to_train" == name:
            break  # leads to another view


@pytest.mark.parametrize(("lesson", "view"), VIEWED)
def test_pairs_of_buttons_in_haste(open_page: Callable[..., Page], lesson: str, view: str) -> None:
    page, rng = open_page(lesson, view), random.Random(0)
    for _ in range(PAIRS if names(page) else 0):
        pair, ms = rng.choices(names(page), k=2), rng.choice(DELAYS)
        for name in pair:
            at = place(page, name)
            if at:
                page.mouse.click(*at)
                page.wait_for_timeout(ms)
        alive(page, (pair, ms))
