"""What live trainings cost in Chromium: `python -m bench.live`.

Pictures painted a second, from the median gap, and milliseconds until a pause is on the screen: the
1-D GAN, the VAE's dense and convolutional networks, the denoiser of a shape.
"""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from bench.server.host import serve
from tests.browser.test_vae import LIVE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHOWN = 60  # pictures to wait for
# Note the time of each animation frame in which a curve or a picture has changed.
WATCH = """() => {
  let last = "";
  const look = () => {
    const drawn = document.querySelectorAll(".sheet.on :is(image, path.js-line)");
    const now = Array.from(drawn, (e) => e.getAttribute("d") ?? e.href.baseVal).join();
    if (now !== last) { last = now; window.painted?.push(performance.now()); }
    requestAnimationFrame(look);
  };
  look();
}"""
PAUSE = """async () => {
  const buttons = [...document.querySelectorAll("button")];
  const begun = performance.now();
  buttons.find((b) => b.innerText.endsWith("Pause")).click();
  while (!document.body.innerText.includes("Paused at")) await new Promise(requestAnimationFrame);
  return performance.now() - begun;
}"""


LINKS = {
    "1-D GAN": "gan_1d?gan_1d.epochs=20000",
    "VAE, dense": "vae?vae.view=Train&vae.network=dense",
    "VAE, convolutional": "vae?vae.view=Train&vae.network=convolutional",
    "diffusion": "diffusion?diffusion.view=Train&diffusion.updates=20000",
}


def train(browser: Browser, address: str, link: str) -> tuple[float, float]:
    """Pictures a second, and milliseconds of the pause."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{address}/{link}")
    page.locator(".stPlotlyChart .js-plotly-plot").first.wait_for(state="attached")
    page.wait_for_function("() => window.Plotly")
    page.get_by_role("button", name=re.compile("^1 (update|epoch)$")).click()  # now all is loaded
    page.get_by_text("Paused at 1").wait_for()
    page.evaluate(WATCH)
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator(LIVE).wait_for()
    page.evaluate("() => { window.painted = []; }")
    page.wait_for_function(f"() => window.painted.length > {SHOWN}")
    waited = page.evaluate(PAUSE)
    painted = page.evaluate("() => window.painted")
    page.close()
    gap = float(np.median([b - a for a, b in pairwise(painted)]))
    return 1000 / gap, waited


def main() -> None:
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    with serve() as host, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, link in LINKS.items():
            painted, waited = train(browser, host.address, link)
            print(f"{name:<20} {painted:5.1f} pictures a second, pause after {waited:.0f} ms")
        browser.close()


if __name__ == "__main__":
    main()
