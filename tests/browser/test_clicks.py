"""Hasty clicks in a real Chromium: twice on one button, on a download while the page is redrawn,
and on Streamlit's own Stop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def open_page(fresh_page: Callable[..., Page], serve: Callable[[Path], str]) -> Callable[..., Page]:
    """``open_page(query)``: the 1-D GAN, all of it on the screen. Page errors fail the test."""

    def open_it(query: str) -> Page:
        page = fresh_page(viewport={"width": 1280, "height": 2600})
        page.set_default_timeout(120_000)  # of nothing that is measured here
        page.goto(f"{serve(ROOT / 'app.py')}/gan_1d{query}")
        page.locator(".stPlotlyChart .js-line").first.wait_for(state="attached")
        return page

    return open_it


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def twice(page: Page, key: str, ms: int) -> None:
    """Two clicks at one place, whatever stands there at the second."""
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()
    page.wait_for_function("() => !document.querySelector(\"[data-stale='true']\")")
    box = page.locator(f".st-key-gan_1d-{key} .stButton button").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(x, y)
    page.wait_for_timeout(ms)
    page.mouse.click(x, y)


def test_a_double_click_brings_back_once(open_page: Callable[..., Page]) -> None:
    page = open_page("?gan_1d.epochs=200")
    press(page, "Train")
    page.get_by_text("Done: 200").wait_for()
    press(page, "Reset")
    for epochs in (2, 1):  # two more for the shelf: a second click would bring them back
        for _ in range(epochs):
            press(page, "1 epoch")
        page.get_by_text(f"Paused at {epochs}.").wait_for()
        press(page, "Reset")
        page.get_by_text("Ready: press Train.").wait_for()
    twice(page, "back", ms=80)
    page.get_by_text("Paused at 1.").wait_for()
    press(page, "1 epoch")  # answers, so all that was clicked before is over
    page.get_by_text("Paused at 2.").wait_for()
    page.get_by_role("button", name="Bring back 2 of 200").wait_for()


def test_a_double_click_forks_once_and_ends_with_the_buttons_of_the_end(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("?gan_1d.epochs=300")
    press(page, "Train")
    page.get_by_text("Done: 300").wait_for()
    at = page.get_by_role("spinbutton", name="Fork at")
    at.and_(page.locator(":enabled")).fill("100")
    at.press("Enter")
    twice(page, "fork", ms=80)
    page.get_by_role("button", name="Swap futures").wait_for()
    page.get_by_text("Done: 300").wait_for()
    page.get_by_role("button", name="Pause").and_(page.locator(":disabled")).wait_for()
    assert page.get_by_role("button", name="Bring back").count() == 0


def test_streamlits_own_stop_is_a_pause_and_a_setting_is_none(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("?gan_1d.epochs=20000&gan_1d.d_steps=100")
    press(page, "Train")
    page.locator(".sheet.on").wait_for()
    page.get_by_text("Arrows", exact=True).click()
    page.get_by_role("switch", name="Arrows").or_(page.get_by_role("checkbox", name="Arrows")).and_(
        page.locator(":checked, [aria-checked='true']")
    ).wait_for(state="attached")
    page.get_by_text(" left.").wait_for()  # it trains on
    page.locator(".stStatusWidget button").dispatch_event("click")  # hidden by our style
    page.get_by_text("The page was stopped: Train goes on from here.").wait_for()
    press(page, "Train")
    page.get_by_text(" left.").wait_for()


def test_a_download_pressed_while_the_page_is_redrawn_comes(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("?gan_1d.epochs=20")
    page.get_by_text("Share: link, code").click()
    page.get_by_role("button", name="Losses").wait_for()
    press(page, "Train")
    page.get_by_text("Done: 20").wait_for()
    box = page.get_by_role("button", name="Losses").bounding_box()
    for ms in (20, 40, 60, 80, 120):
        with page.expect_download() as caught:
            page.get_by_text("Arrows", exact=True).click()
            page.wait_for_timeout(ms)
            page.mouse.click(box["x"] + 9, box["y"] + 9)
        assert len(Path(caught.value.path()).read_text().splitlines()) == 21


def test_two_downloads_in_haste_both_come_and_are_seen_to_wait(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("?gan_1d.epochs=20")
    page.get_by_text("Share: link, code").click()
    press(page, "Train")
    page.get_by_text("Done: 20").wait_for()
    boxes = [
        page.get_by_role("button", name=name, exact=True).bounding_box()
        for name in ("Losses", "Animation")
    ]
    files: list[str] = []
    page.on("download", lambda download: files.append(download.suggested_filename))
    with page.expect_event("download", lambda _: len(set(files)) == 2):
        page.get_by_text("Arrows", exact=True).click()
        for box in boxes:
            page.mouse.click(box["x"] + 9, box["y"] + 9)
        assert page.locator(".stDownloadButton [aria-busy='true']").count() == 2
    assert sorted(files) == ["gan_1d.html", "losses.csv"]
    page.locator(".stDownloadButton [aria-busy]").first.wait_for(state="detached")
