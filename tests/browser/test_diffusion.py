"""Diffusion in a real Chromium: what follows the thumb, the keys and a click."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
SLIDER = ".st-key-diffusion-t input[type=range]"
CANVAS = ".particles"
LINE = "diffusion.target=two modes&"
# Each animation frame, note whether there are any particles at all: the server's, or the canvas.
WATCH = """() => {
  window.blank = 0;
  const look = () => {
    const chart = document.querySelector(".stPlotlyChart .scatterlayer .point");
    if (!chart && document.querySelector(".particles").hidden) window.blank += 1;
    requestAnimationFrame(look);
  };
  look();
}"""
INK = """() => {
  const canvas = document.querySelector(".particles");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let inked = 0;
  for (let i = 3; i < data.length; i += 4) inked += data[i] > 0;
  return inked;
}"""


@pytest.fixture
def open_page(fresh_page: Callable[..., Page], serve: Callable[[Path], str]) -> Callable[..., Page]:
    """``open_page(query, **context)``: the lesson in a fresh context. Page errors fail the test."""

    def open_it(query: str = "", **options: object) -> Page:
        page = fresh_page(**options)
        page.goto(f"{serve(ROOT / 'app.py')}/diffusion?{query}")
        page.locator(".stPlotlyChart .scatterlayer .point").first.wait_for()
        return page

    return open_it


def grab(page: Page) -> tuple[float, float]:
    """Press the thumb of the slider; where it is."""
    x = page.locator(SLIDER).evaluate(
        "(input) => { const box = input.parentElement.getBoundingClientRect(); return box.left + "
        "box.width * (input.value - input.min) / (input.max - input.min); }"
    )
    box = page.locator(SLIDER).locator("xpath=..").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


@pytest.mark.parametrize("target", ["", LINE], ids=["plane", "line"])
@pytest.mark.parametrize("view", ["Forward", "Reverse"])
def test_the_particles_follow_the_thumb_and_the_server_takes_over(
    open_page: Callable[..., Page], view: str, target: str
) -> None:
    page = open_page(f"{target}diffusion.view={view}&diffusion.denoiser=exact")
    page.wait_for_function("() => document.querySelector('.particles')?.hidden")
    page.evaluate(WATCH)
    x, y = grab(page)
    page.mouse.move(x + 90, y, steps=30)
    page.wait_for_function("() => !document.querySelector('.particles').hidden")
    # the canvas is painted in the next animation frame
    page.wait_for_function(
        "([canvas, slider]) => document.querySelector(canvas).dataset.t === "
        "document.querySelector(slider).value",
        arg=[CANVAS, SLIDER],
    )
    painted = int(page.locator(CANVAS).get_attribute("data-painted") or 0)
    shown = page.locator(CANVAS).get_attribute("data-t")
    assert painted >= 5
    assert page.evaluate(INK) > 1000
    page.mouse.up()
    page.wait_for_function("() => document.querySelector('.particles').hidden")
    page.wait_for_function(f"() => location.search.includes('diffusion.t={shown}')")
    assert page.evaluate("() => window.blank") == 0


def test_the_arrow_keys_take_single_steps(open_page: Callable[..., Page]) -> None:
    page = open_page("diffusion.t=50")
    page.get_by_text("in 50 single steps").wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_text("in 51 single steps").wait_for()
    page.keyboard.press("ArrowLeft")
    page.get_by_text("in 50 single steps").wait_for()


@pytest.mark.parametrize(("view", "begin", "end"), [("Forward", 188, 200), ("Reverse", 12, 0)])
def test_play_goes_the_way_of_the_process(
    open_page: Callable[..., Page], view: str, begin: int, end: int
) -> None:
    page = open_page(f"diffusion.view={view}&diffusion.denoiser=exact&diffusion.t={begin}")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(f"() => document.querySelector('{SLIDER}').value === '{end}'")
    page.wait_for_function(f"() => location.search.includes('diffusion.t={end}')")


def test_a_click_picks_a_particle(open_page: Callable[..., Page]) -> None:
    page = open_page("diffusion.view=Reverse&diffusion.denoiser=exact&diffusion.t=60")
    number = page.locator(".st-key-diffusion-picked input")
    assert number.input_value() == "0"
    page.locator(".stPlotlyChart .subplot.xy .scatterlayer .point").nth(40).click(force=True)
    page.wait_for_function(
        "() => document.querySelector('.st-key-diffusion-picked input').value !== '0'"
    )


def test_a_shape_drawn_by_hand_becomes_the_target(open_page: Callable[..., Page]) -> None:
    page = open_page("diffusion.target=drawn")
    page.get_by_role("button", name="Clear", exact=True).click()
    page.get_by_text("The drawing is empty").wait_for()  # above the pad, which it moves
    box = page.locator(".pad svg").bounding_box()
    assert box is not None
    places = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8)]
    at = [(box["x"] + a * box["width"], box["y"] + b * box["height"]) for a, b in places]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()
    page.get_by_text("The drawing is empty").wait_for(state="detached")
    text = page.locator(".st-key-diffusion-drawing input").input_value()
    assert re.fullmatch("[0-9a-zA-Z]{12,}", text)
