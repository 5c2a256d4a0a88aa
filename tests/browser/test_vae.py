"""The VAE in a real Chromium: what AppTest cannot see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.figures.images import grey
from core.vae.latent import decode
from core.weights import shipped

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
LIVE = ".sheet.on"
OPACITIES = """() => {
  const { data } = document.querySelector(".morph").getContext("2d").getImageData(0, 0, 28, 28);
  return Array.from({ length: 784 }, (_, i) => data[4 * i + 3]);
}"""
# Each animation frame, note when the pictures differ from those before, and when there are none.
WATCH = """() => {
  window.painted = []; window.blank = 0; let last = "";
  const look = () => {
    const root = document.querySelector(".sheet.on") ?? document.querySelector(".stPlotlyChart");
    const images = [...(root?.querySelectorAll("image") ?? [])].map((i) => i.getAttribute("href")
      ?? i.getAttributeNS("http://www.w3.org/1999/xlink", "href"));
    const now = images.join();
    if (!images.length) window.blank += 1;
    else if (now !== last) { last = now; window.painted.push(performance.now()); }
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.fixture
def open_page(fresh_page: Callable[..., Page], serve: Callable[[Path], str]) -> Callable[..., Page]:
    """``open_page(query, **context)``: the lesson in a fresh context. Page errors fail the test."""

    def open_it(query: str = "", **options: object) -> Page:
        page = fresh_page(**options)
        page.goto(f"{serve(ROOT / 'app.py')}/vae{query}")
        return page

    return open_it


def shown(page: Page) -> list[float]:
    return [float(v) for v in (page.locator(".morph").get_attribute("data-z") or "").split()]


@pytest.mark.parametrize(
    ("model", "name"),
    [("Dense, 10 numbers", "vae_dense"), ("Convolutional, 10 numbers", "vae_conv")],
)
def test_the_digit_morphs_while_a_slider_is_dragged(
    open_page: Callable[..., Page], model: str, name: str
) -> None:
    page = open_page(f"?vae.model={model}")
    page.wait_for_function("() => document.querySelector('.morph')?.dataset.z")
    box = page.locator(".st-key-vae-z0 input[type=range]").locator("xpath=..").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = int(page.locator(".morph").get_attribute("data-frames") or 0)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y, steps=25)
    page.wait_for_function("() => +document.querySelector('.morph').dataset.z.split(' ')[0] > 1")
    painted = int(page.locator(".morph").get_attribute("data-frames") or 0) - before
    z = shown(page)
    pixels = page.evaluate(OPACITIES)
    page.mouse.up()
    assert painted >= 10
    c = shipped(name, "vae")
    expected = grey(decode(c.config, c.parts, np.array([z], np.float32))[0]).ravel()
    assert np.abs(np.array(pixels, int) - expected.astype(int)).max() <= 1
    # the server has heard of it when its number is in the address
    page.wait_for_function("() => location.search.includes('vae.z0')")


def test_trains_without_a_blank_frame_and_pauses(open_page: Callable[..., Page]) -> None:
    page = open_page("?vae.view=Train&vae.epochs=40")
    page.locator(".stPlotlyChart image").first.wait_for(state="attached")
    page.wait_for_function("() => window.Plotly")
    page.evaluate(WATCH)
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator(LIVE).wait_for()
    page.wait_for_function("() => window.painted.length > 20")
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_text("Paused at").wait_for()
    page.locator(LIVE).wait_for(state="detached")
    assert page.evaluate("() => window.blank") == 0
