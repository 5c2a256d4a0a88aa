"""The 1-D GAN in a real Chromium: what AppTest cannot see."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

ROOT = Path(__file__).resolve().parents[2]
LIVE = ".sheet.on"
CHART = ".stPlotlyChart .js-plotly-plot"
# Each animation frame, note when the curves differ from those before, and when there are none.
WATCH = """() => {
  window.painted = []; window.blank = 0; let last = "";
  const look = () => {
    const root = document.querySelector(".sheet.on") ?? document.querySelector(".stPlotlyChart");
    const curves = [...(root?.querySelectorAll(".js-line") ?? [])].map((p) => p.getAttribute("d"));
    const now = curves.join();
    if (!curves.length) window.blank += 1;
    else if (now !== last) { last = now; window.painted.push(performance.now()); }
    window.watching = requestAnimationFrame(look);
  };
  look();
}"""
# Whether the slider of the chart says this.
SHOWN = """([chart, text]) => [...document.querySelectorAll(`${chart} .slider-label`)]
  .some((label) => label.textContent.startsWith(text))"""


@pytest.fixture
def open_page(fresh_page: Callable[..., Page], serve: Callable[[Path], str]) -> Callable[..., Page]:
    """``open_page(query, **context)``: the lesson in a fresh context. Page errors fail the test."""

    def open_it(query: str = "", **options: object) -> Page:
        page = fresh_page(**options)
        page.goto(f"{serve(ROOT / 'app.py')}/gan_1d{query}")
        page.locator(f"{CHART} .js-line").first.wait_for(state="attached")
        page.wait_for_function("() => window.Plotly")  # the live sheet is ready
        return page

    return open_it


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def number(page: Page, label: str) -> Locator:
    return page.get_by_role("spinbutton", name=label)


def done(page: Page) -> None:
    page.get_by_text("Done: ").wait_for()
    page.locator(LIVE).wait_for(state="detached")


def epoch(page: Page) -> int:
    text = page.get_by_test_id("stMetric").first.inner_text()
    return int(re.findall(r"[\d,]+", text)[0].replace(",", ""))


def curve(page: Page, name: str) -> list[float]:
    """The y values of a trace of the resting chart, by the trace's name."""
    return page.evaluate(
        """([chart, name]) => Array.from(
          document.querySelector(chart)._fullData.find((t) => t.name === name).y)""",
        [CHART, name],
    )


def test_trains_picture_by_picture_and_never_blank(open_page: Callable[..., Page]) -> None:
    page = open_page("?gan_1d.epochs=9000")
    page.evaluate(WATCH)
    press(page, "Train")
    page.locator(LIVE).wait_for()
    page.evaluate("() => { window.painted = []; }")
    page.locator(LIVE).wait_for(state="detached", timeout=180_000)
    done(page)
    painted, blank = page.evaluate("() => [window.painted, window.blank]")
    assert blank == 0
    assert len(painted) > 20  # how many a second is measured by `bench.live`
    assert epoch(page) == 9000


def test_pause_answers_and_goes_on(open_page: Callable[..., Page]) -> None:
    page = open_page("?gan_1d.epochs=20000")
    press(page, "Train")
    page.locator(LIVE).wait_for()
    press(page, "Pause")
    page.get_by_text("Paused at").wait_for()
    page.locator(LIVE).wait_for(state="detached")
    paused = epoch(page)
    assert 0 < paused < 20000
    press(page, "Train")
    page.locator(LIVE).wait_for()
    press(page, "Pause")
    page.get_by_text("Paused at").wait_for()
    page.locator(LIVE).wait_for(state="detached")
    assert epoch(page) > paused


def test_history_is_scrubbed_in_the_browser_alone(open_page: Callable[..., Page]) -> None:
    page = open_page("?gan_1d.scene=Far+modes")
    press(page, "Train")
    done(page)
    last = curve(page, "p_G")
    page.context.set_offline(True)
    rail = page.locator(f"{CHART} .slider-rail-touch-rect").bounding_box()
    assert rail is not None
    middle = rail["y"] + rail["height"] / 2
    page.mouse.move(rail["x"] + rail["width"] - 4, middle)
    page.mouse.down()
    page.mouse.move(rail["x"] + rail["width"] / 3, middle, steps=5)
    page.mouse.move(rail["x"] + 2, middle, steps=5)
    page.mouse.up()
    page.wait_for_function(
        "([chart, y]) => document.querySelector(chart)._fullData"
        ".find((t) => t.name === 'p_G').y.some((v, k) => Math.abs(v - y[k]) > 0.1)",
        arg=[CHART, last],
    )
    page.wait_for_function(SHOWN, arg=[CHART, "epoch 0 (numbers above: 3,000)"])
    # and play runs forward again to the end
    page.locator(f"{CHART} .updatemenu-button").first.click()
    page.wait_for_function(SHOWN, arg=[CHART, "epoch 3,000"])
    page.context.set_offline(False)


def test_fork_overlays_both_futures(open_page: Callable[..., Page]) -> None:
    page = open_page()
    press(page, "Train")
    done(page)
    trunk = curve(page, "p_G")
    at = number(page, "Fork at")
    at.fill("100")
    at.press("Enter")
    rate = number(page, "Learning rate G")
    rate.fill("0.05")
    rate.press("Enter")
    # a click on a button that is just being drawn anew is lost
    page.wait_for_url("**gan_1d.lr_g=0.05**")
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    press(page, "Fork")
    page.get_by_role("button", name="Swap futures").wait_for()
    done(page)
    assert curve(page, "the other p_G") == trunk
    assert curve(page, "p_G") != trunk


def test_a_link_holds_the_whole_state(open_page: Callable[..., Page]) -> None:
    page = open_page("?gan_1d.scene=Two+modes")
    steps = number(page, "D steps / epoch")
    steps.fill("7")
    steps.press("Enter")
    page.wait_for_function("() => location.search.includes('gan_1d.d_steps=7')")
    page.wait_for_function("() => location.search.includes('target=two')")
    query = page.evaluate("() => location.search")
    other = open_page(query)
    assert number(other, "D steps / epoch").input_value() == "7"
    press(page, "Train")
    press(other, "Train")
    done(page)
    done(other)
    assert curve(page, "p_G") == curve(other, "p_G")


def test_fits_a_projector(open_page: Callable[..., Page]) -> None:
    page = open_page()
    for place in (CHART, "button:has-text('Train')", "text=Epochs"):
        box = page.locator(place).first.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 720, place


def test_fits_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    # one column: all panels as wide as the screen allows
    page.wait_for_function(
        "(chart) => document.querySelector(chart)?._fullLayout?.xaxis2.domain[0] === 0", arg=CHART
    )
    page.get_by_role("button", name="Train", exact=True).tap()
    done(page)
    assert epoch(page) == 3000
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    heights = page.evaluate(
        "() => [...document.querySelectorAll('.st-key-buttons [data-testid^=stBaseButton]')]"
        ".map((b) => b.offsetHeight).filter((height) => height > 0)"
    )
    assert min(heights) >= 40


def test_works_with_the_keyboard_alone(open_page: Callable[..., Page]) -> None:
    page = open_page()

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            here = page.evaluate(
                "() => document.activeElement.matches('button') && document.activeElement.innerText"
            )
            if here and here.endswith(name):
                return
        pytest.fail(f"{name} cannot be reached with the Tab key")

    tab_to("Train")
    page.keyboard.press("Enter")
    done(page)
    assert epoch(page) == 3000
    tab_to("Reset")
    page.keyboard.press("Space")
    page.get_by_text("Ready: press Train.").wait_for()


def test_nothing_is_fetched_from_elsewhere(browser: Browser, serve: Callable[[Path], str]) -> None:
    address = serve(ROOT / "app.py")
    elsewhere: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on(
            "request",
            lambda r: (
                elsewhere.append(r.url)
                if not r.url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))
                else None
            ),
        )
        for path in ("", "/gan_1d"):
            page.goto(address + path)
            page.get_by_role("heading", level=1).wait_for()
            page.wait_for_load_state("networkidle")
    assert elsewhere == []
