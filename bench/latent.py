"""What a drag through the latent space costs: `python -m bench.latent`, in Chromium.

While a thumb, or the handle of the map, is dragged: frames a second and the gaps between them, and
of the places the thumb was at, how many were painted (the mouse is driven from here, which may be
slower than the frames); milliseconds of one decoding; what the server sends. The page is that of
the browser tests, with the decoders of the lessons and random weights.
"""

from __future__ import annotations

import shutil
from base64 import b64encode
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from bench.server.host import ROOT, serve
from core.portable import portable
from tests.browser.latent_app import NETWORKS, weights_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

APP = ROOT / "tests" / "browser" / "latent_app.py"
MOVES = 600
PAINTED = "Number(document.querySelector('.morph').dataset.frames)"
# Note the time of each animation frame.
WATCH = """() => {
  cancelAnimationFrame(window.watching);
  window.seen = [];
  window.watching = requestAnimationFrame(function look(now) {
    window.seen.push(now);
    window.watching = requestAnimationFrame(look);
  });
}"""
TIME = """async ([module, network, d]) => {
  const { load, decode } = await import(module);
  const [loaded, times] = [load(network), []];
  for (let k = 0; k < 1000; k++) {
    const z = Array.from({ length: d }, () => 4 * Math.random() - 2);
    const begun = performance.now();
    for (let n = 0; n < 10; n++) decode(loaded, z); // browsers round the clock
    times.push((performance.now() - begun) / 10);
  }
  return times.slice(100);
}"""


def decoding(browser: Browser, network: str) -> tuple[float, float]:
    """Milliseconds of one decoding: median, 95th percentile."""
    layers = NETWORKS[network]
    source = (ROOT / "assets" / "decoder.js").read_bytes()
    module = f"data:text/javascript;base64,{b64encode(source).decode()}"
    page = browser.new_page()
    times = page.evaluate(TIME, [module, portable(layers, weights_of(layers)), layers[0].inputs])
    page.close()
    median, slow = np.quantile(times, [0.5, 0.95])
    return float(median), float(slow)


def drag(page: Page, grip: Locator) -> tuple[float, float, float]:
    """Frames a second, 95th percentile of their gaps in milliseconds, pictures for each move."""
    box = grip.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    before = page.evaluate(PAINTED)
    page.evaluate(WATCH)
    for k in range(MOVES):
        page.mouse.move(x + abs((5 * k + 120) % 480 - 240) - 120, y)  # at least one step each
    frames, after = page.evaluate(f"[window.seen, {PAINTED}]")
    page.mouse.up()
    gaps = [b - a for a, b in pairwise(frames)]
    rate = 1000 * len(gaps) / sum(gaps)
    return rate, float(np.quantile(gaps, 0.95)), (after - before) / min(MOVES, len(frames))


def main() -> None:
    from playwright.sync_api import sync_playwright

    with serve(app=APP) as host, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for network in ("dense", "convolutional"):
            print(f"{network} decoder of ten numbers")
            median, slow = decoding(browser, network)
            print(f"  one decoding, median, 95th percentile   {median:5.2f} {slow:5.2f} ms")
            got: list[int] = []
            page = browser.new_page(viewport={"width": 1280, "height": 1100})
            page.on(
                "websocket",
                lambda socket, got=got: socket.on(
                    "framereceived", lambda data: got.append(len(data))
                ),
            )
            page.goto(f"{host.address}?network={network}")
            page.locator(".morph").wait_for()
            page.get_by_text("finished 1").wait_for()
            print(f"  sent at first paint                     {sum(got) / 1e3:5.0f} kB")
            got.clear()
            thumb = page.locator(".st-key-vae-z2 input[type=range]").locator("xpath=..")
            handle = page.get_by_role("slider", name="Latent space")
            for name, grip in (("slider", thumb), ("map", handle)):
                rate, gap, share = drag(page, grip)
                print(f"  drag of the {name:6}: frames a second     {rate:5.0f}       budget >= 50")
                print(f"    95th percentile of the gaps           {gap:5.1f} ms    budget <= 25 ms")
                print(f"    pictures for each move or frame       {share:5.2f}")
                if name == "slider":
                    page.get_by_text("finished 2").wait_for()
                    print(f"  sent after a slider's move              {sum(got) / 1e3:5.0f} kB")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
