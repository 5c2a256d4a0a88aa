"""Diffusion on digits in a real Chromium: what AppTest cannot see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
FRAMES = "() => [...document.querySelectorAll('canvas.film')].map((c) => +c.dataset.frame)"
VALUE = "(key) => +document.querySelector(`.st-key-diffusion_digits-${key} input`).value"


@pytest.fixture
def open_page(
    fresh_page: Callable[..., Page], serve: Callable[[Path], str]
) -> Callable[[str], Page]:
    """``open_page(query)``: the lesson in a fresh context. Page errors fail the test."""

    def open_it(query: str = "") -> Page:
        page = fresh_page()
        page.goto(f"{serve(ROOT / 'app.py')}/diffusion_digits{query}")
        return page

    return open_it


def metric(page: Page, label: str) -> str:
    place = page.locator("[data-testid=stMetric]", has_text=label)
    return place.locator("[data-testid=stMetricValue]").inner_text()


def test_all_pictures_follow_the_step_while_it_is_dragged(
    open_page: Callable[[str], Page],
) -> None:
    page = open_page("?diffusion_digits.t=400")
    page.wait_for_function(f"() => ({FRAMES})().join() === '400,400,400,100'")
    before = metric(page, "SNR")
    thumb = page.locator(".st-key-diffusion_digits-t input[type=range]").locator("xpath=..")
    box = thumb.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=20)
    page.wait_for_function(f"() => ({FRAMES})()[0] > 500")
    t = page.evaluate(VALUE, "t")
    assert page.evaluate(FRAMES) == [t, t, t, round(t / 4)]  # of the single steps, each fourth
    assert metric(page, "SNR") == before  # the server has not been asked
    page.mouse.up()
    page.wait_for_function(f"() => location.search.includes('diffusion_digits.t={t}')")


def test_play_runs_to_the_digit_and_then_the_server_knows(
    open_page: Callable[[str], Page],
) -> None:
    page = open_page("?diffusion_digits.view=Reverse&diffusion_digits.k=0")
    page.wait_for_function(f"() => ({FRAMES})().join() === '0,0,0'")
    page.locator(".play").click()
    page.wait_for_function(f"() => ({FRAMES})().every((k) => k > 3)")
    page.wait_for_function(f"() => ({FRAMES})().join() === '25,25,25'")
    page.wait_for_function("() => location.search.includes('diffusion_digits.k=25')")
    page.locator("[data-testid=stMetric]", has_text="the digit").wait_for()
    page.locator("body").press("ArrowLeft")
    page.wait_for_function(f"() => ({FRAMES})().join() === '24,24,24'")
