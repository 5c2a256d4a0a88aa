"""The live decoder and the latent map in a real browser."""

import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.figures.images import grey
from core.layers import Conv, Dense, Layers, Pool, Reshape, first, forward
from core.portable import portable, rounded
from tests.browser.latent_app import NETWORKS, weights_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Page

ROOT = Path(__file__).resolve().parents[2]
APP = Path(__file__).with_name("latent_app.py")
MIDDLE = (0.5, 0.5)
# odd sizes, every kind of layer, and an odd number of inputs
SMALL: Layers = (
    Dense(3, 50, "linear"), Reshape((2, 5, 5)), Pool(), Conv(2, 3), Conv(3, 2, "linear", padding=0),
    Reshape((2,)), Dense(2, 5, "sigmoid"),
)  # fmt: skip

OPACITIES = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
  return Array.from({ length: 784 }, (_, i) => data[4 * i + 3]);
}"""
FRAMES = "document.querySelector('.morph').dataset.frames"


class Latent:
    """A browser page with the sliders, the decoder and the map, and what a user does there."""

    def __init__(self, page: "Page", network: str) -> None:
        self.page = page
        self.network = NETWORKS[network]
        self.weights = weights_of(self.network)
        self.canvas = page.locator(".morph")
        self.map = page.get_by_role("slider", name="Latent space")
        self.map.wait_for()

    def expect(self, text: str) -> None:
        """Wait until Python has said this."""
        self.page.get_by_text(text, exact=True).wait_for()

    def expect_code(self, z: list[float]) -> None:
        """Wait until the browser paints the picture of this code."""
        same = """z => {
          const shown = document.querySelector(".morph")?.dataset.z?.split(" ").map(Number);
          return shown && shown.every((value, k) => Math.abs(value - z[k]) < 1e-6);
        }"""
        self.page.wait_for_function(same, arg=z)

    def known(self) -> list[float]:
        """The code that Python knows."""
        text = self.page.get_by_text(re.compile(r"^z -?\d")).inner_text()
        return [float(value) for value in text.split()[1:]]

    def code(self) -> list[float]:
        """The code that is painted."""
        return [float(value) for value in (self.canvas.get_attribute("data-z") or "").split()]

    def opacities(self) -> list[int]:
        return self.canvas.evaluate(OPACITIES)

    def decoded(self, z: list[float]) -> list[int]:
        """What the server makes of a code."""
        return grey(forward(self.network, self.weights, np.array([z]))).ravel().tolist()

    def frames(self) -> int:
        return int(self.page.evaluate(FRAMES))

    def thumb(self, slider: str) -> tuple[float, float]:
        native = self.page.locator(f".st-key-vae-{slider} input[type=range]")
        return centre(native.locator("xpath=..").bounding_box())

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The point of the screen at a fraction of the map, from its lower left."""
        box = self.map.bounding_box()
        assert box is not None
        return box["x"] + x * box["width"], box["y"] + (1 - y) * box["height"]

    def handle(self) -> tuple[float, float]:
        """Where the handle is, as a fraction of the map."""
        x, y = centre(self.page.locator(".handle").bounding_box())
        box = self.map.bounding_box()
        assert box is not None
        return (x - box["x"]) / box["width"], 1 - (y - box["y"]) / box["height"]


def centre(box: "FloatRect | None") -> tuple[float, float]:
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.fixture
def open_latent(
    fresh_page: "Callable[..., Page]", serve: Callable[[str | Path], str]
) -> Callable[..., Latent]:
    """``open_latent(network, **context)``: a fresh session; the page must stay without errors."""

    def open_(network: str = "dense", **options: Any) -> Latent:
        page = fresh_page(**{"viewport": {"width": 1280, "height": 1100}, **options})
        page.goto(f"{serve(APP)}?network={network}")
        latent = Latent(page, network)
        if network != "bare":
            latent.expect_code([0.0] * latent.network[0].inputs)
        return latent

    return open_


@pytest.mark.parametrize(
    "layers", [NETWORKS["dense"], NETWORKS["convolutional"], SMALL], ids=["dense", "conv", "small"]
)
def test_browser_and_server_decode_alike(browser: "Browser", layers: Layers) -> None:
    rng = np.random.default_rng(3)
    weights = rounded([2 * w + 0.1 * (w.ndim == 1) for w in first(layers, rng)])
    codes = rng.standard_normal((20, layers[0].inputs)).astype(np.float32)
    source = (ROOT / "assets" / "decoder.js").read_bytes()
    page = browser.new_page()
    got = page.evaluate(
        """async ([module, network, codes]) => {
          const { load, decode } = await import(module);
          const loaded = load(network);
          return codes.map((z) => [...decode(loaded, z)]);
        }""",
        [
            f"data:text/javascript;base64,{b64encode(source).decode()}",
            portable(layers, weights),
            codes.tolist(),
        ],
    )
    page.close()
    np.testing.assert_allclose(got, forward(layers, weights, codes), rtol=0, atol=1e-5)


def test_every_half_is_read_as_numpy_reads_it(browser: "Browser") -> None:
    bits = np.arange(2**16, dtype="<u2")
    finite = np.isfinite(bits.view("<f2"))
    source = (ROOT / "assets" / "decoder.js").read_bytes()
    page = browser.new_page()
    layer = {"kind": "dense", "inputs": 255, "outputs": 256, "activation": "linear"}
    got = page.evaluate(
        """async ([module, network]) => {
          const [{ w, b }] = (await import(module)).load(network);
          return [...w, ...b].map(String);
        }""",
        [
            f"data:text/javascript;base64,{b64encode(source).decode()}",
            {"layers": [layer], "weights": b64encode(bits.tobytes()).decode()},
        ],
    )
    page.close()
    values = np.array([float(text) for text in got])
    np.testing.assert_array_equal(values[finite], bits.view("<f2")[finite].astype(float))
    assert not np.isfinite(values[~finite]).any()


@pytest.mark.parametrize("network", ["dense", "convolutional"])
def test_the_picture_follows_the_thumb_before_the_server_hears_of_it(
    open_latent: Callable[..., Latent], network: str
) -> None:
    latent = open_latent(network)
    mouse = latent.page.mouse
    x, y = latent.thumb("z2")
    before, frames, shown = latent.opacities(), latent.frames(), set()
    mouse.move(x, y)
    mouse.down()
    for step in range(1, 31):
        mouse.move(x + 3 * step, y)
        shown.add(tuple(latent.opacities()))
    painted = latent.frames() - frames
    assert painted >= 15
    assert len(shown) >= 10
    assert latent.opacities() != before
    latent.expect("finished 1")  # no run has begun since
    assert latent.known() == [0] * 10
    mouse.up()
    latent.expect("finished 2")
    z = latent.known()
    assert z[2] > 0.5
    latent.expect_code(z)
    assert np.abs(np.subtract(latent.opacities(), latent.decoded(z))).max() <= 1


def test_the_canvas_lies_exactly_over_the_servers_picture(
    open_latent: Callable[..., Latent],
) -> None:
    for width in (1280, 700):  # on the narrow one the picture is smaller than it would be
        latent = open_latent("plane", viewport={"width": width, "height": 900})
        canvas = latent.canvas.bounding_box()
        image = latent.page.locator(".js-plotly-plot image").bounding_box()
        assert canvas is not None
        assert image is not None
        for side in ("x", "y", "width", "height"):
            assert canvas[side] == pytest.approx(image[side], abs=1)


def test_nothing_is_decoded_or_sent_again_while_nothing_changes(
    open_latent: Callable[..., Latent],
) -> None:
    latent = open_latent("dense")
    latent.page.get_by_text("Refuse").click()
    latent.expect("finished 2")
    frames = latent.frames()
    later = """async () => {
      for (let k = 0; k < 20; k++) await new Promise(requestAnimationFrame);
    }"""
    latent.page.evaluate(later)
    assert latent.frames() == frames


def test_the_weights_are_not_sent_again_when_a_slider_moves(
    browser: "Browser", serve: Callable[[str | Path], str]
) -> None:
    page = browser.new_page()
    got: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda data: got.append(len(data))),
    )
    page.goto(f"{serve(APP)}?network=dense")
    latent = Latent(page, "dense")
    latent.expect_code([0.0] * 10)
    latent.expect("finished 1")
    assert sum(got) > 1e6
    got.clear()
    page.locator(".st-key-vae-z0 input[type=range]").press("ArrowRight")
    latent.expect("finished 2")
    page.close()
    assert sum(got) < 2e5


def test_another_decoder_is_taken_over_at_once(open_latent: Callable[..., Latent]) -> None:
    latent = open_latent("dense")
    latent.page.get_by_text("plane", exact=True).click()
    latent.expect("z 0.00 0.00")
    latent.expect_code([0.0, 0.0])
    plane = Latent(latent.page, "plane")
    assert np.abs(np.subtract(plane.opacities(), plane.decoded([0.0, 0.0]))).max() <= 1


def test_without_its_sliders_the_picture_is_that_of_the_server(
    open_latent: Callable[..., Latent],
) -> None:
    latent = open_latent("plane")
    latent.page.locator(".st-key-vae-z0 input[type=range]").press("End")
    latent.expect_code([3.0, 0.0])
    latent.expect("z 3.00 0.00")
    latent.page.get_by_text(
        "bare", exact=True
    ).click()  # the sliders leave, and the code is 0 again
    latent.expect("z 0.00 0.00")
    latent.expect_code([0.0, 0.0])
    assert np.abs(np.subtract(latent.opacities(), latent.decoded([0.0, 0.0]))).max() <= 1


def test_nothing_runs_on_when_the_components_have_left(
    open_latent: Callable[..., Latent],
) -> None:
    latent = open_latent("plane")
    latent.page.evaluate(
        """() => {
          const ask = window.requestAnimationFrame.bind(window);
          window.asked = 0;
          window.requestAnimationFrame = (act) => { window.asked += 1; return ask(act); };
          window.pass = (count) => new Promise((done) => {
            const next = () => (count-- ? ask(next) : done());
            next();
          });
        }"""
    )
    asked = "async () => { window.asked = 0; await window.pass(20); return window.asked; }"
    assert latent.page.evaluate(asked) >= 30  # the decoder and the map look once a frame
    latent.page.get_by_text("Hide").click()
    latent.canvas.wait_for(state="detached")
    latent.page.wait_for_function(f"async () => await ({asked})() < 5")
    latent.page.get_by_text("Hide").click()
    latent.expect_code([0.0, 0.0])


def drag(latent: Latent) -> None:
    mouse = latent.page.mouse
    mouse.move(*latent.at(0.3, 0.3))
    mouse.down()
    mouse.move(*latent.at(0.5, 0.6))
    mouse.move(*latent.at(0.7, 0.4))


@pytest.mark.parametrize("network", ["dense", "plane", "bare"])
def test_a_drag_on_the_map_paints_at_once_and_sets_the_sliders(
    open_latent: Callable[..., Latent], network: str
) -> None:
    latent = open_latent(network)
    begun = latent.known()
    drag(latent)
    assert latent.handle() == pytest.approx((0.7, 0.4), abs=0.01)
    z = [
        float(v) for v in latent.page.evaluate("document.querySelector('.morph').dataset.z").split()
    ]
    assert z != begun
    latent.expect("picks 0")
    latent.page.mouse.up()
    latent.expect("picks 1")
    known = latent.known()
    np.testing.assert_allclose(known, z, atol=0.0251)  # the nearest step of the sliders
    latent.expect_code(known)
    assert latent.handle() == pytest.approx((0.7, 0.4), abs=0.03)
    assert np.abs(np.subtract(latent.opacities(), latent.decoded(known))).max() <= 1


def test_a_finger_drags_the_handle_and_the_page_does_not_scroll(
    open_latent: Callable[..., Latent],
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    latent = open_latent("plane", **phone)
    assert latent.page.evaluate("document.documentElement.scrollWidth") <= 390
    latent.map.scroll_into_view_if_needed()
    place = latent.map.bounding_box()
    finger = latent.page.context.new_cdp_session(latent.page)
    for kind, points in (
        ("touchStart", [latent.at(0.3, 0.7)]),
        ("touchMove", [latent.at(0.3, 0.2)]),
        ("touchEnd", []),
    ):
        touches = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    latent.expect("picks 1")
    assert latent.known() != [0, 0]
    assert latent.handle() == pytest.approx((0.3, 0.2), abs=0.03)
    assert latent.map.bounding_box() == place


def test_the_handle_follows_a_slider_while_it_is_dragged(
    open_latent: Callable[..., Latent],
) -> None:
    latent = open_latent("plane")
    mouse = latent.page.mouse
    left, up = latent.handle()
    x, y = latent.thumb("z0")
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 60, y)
    latent.page.wait_for_function("document.querySelector('.morph').dataset.z.split(' ')[0] > 0.5")
    latent.expect("finished 1")
    moved, same = latent.handle()
    assert moved > left + 0.1
    assert same == pytest.approx(up, abs=0.002)
    mouse.up()
    latent.expect("finished 2")
    assert latent.handle()[0] == pytest.approx(moved, abs=0.03)


def test_a_code_that_python_does_not_take_is_undone(open_latent: Callable[..., Latent]) -> None:
    latent = open_latent("plane")
    latent.page.get_by_text("Refuse").click()
    latent.expect("finished 2")
    before = latent.handle()
    drag(latent)
    latent.page.mouse.up()
    latent.expect("picks 1")
    latent.expect_code([0.0, 0.0])
    assert latent.handle() == pytest.approx(before, abs=0.01)


def test_what_lies_off_the_plane_is_kept_and_limits_hold(
    open_latent: Callable[..., Latent],
) -> None:
    latent = open_latent("dense")
    latent.page.locator(".st-key-vae-z4 input[type=range]").press("End")
    latent.expect("finished 2")
    assert latent.known()[4] == 3
    for corner in ((0.0, 0.0), (1.0, 1.0)):
        latent.page.mouse.move(*latent.at(*MIDDLE))
        latent.page.mouse.down()
        latent.page.mouse.move(*latent.at(*corner))
        assert max(map(abs, latent.code())) <= 3
        latent.page.mouse.up()
    latent.expect("picks 2")
    assert max(map(abs, latent.known())) <= 3


def test_arrow_keys_move_the_handle(open_latent: Callable[..., Latent]) -> None:
    latent = open_latent("plane")
    latent.map.focus()
    x, y = latent.handle()
    latent.page.keyboard.down("ArrowRight")
    latent.page.keyboard.down("ArrowUp")
    latent.expect("picks 0")
    moved = latent.handle()
    assert moved[0] > x + 0.02
    assert moved[1] > y + 0.02
    latent.page.keyboard.up("ArrowUp")
    latent.page.keyboard.up("ArrowRight")
    latent.expect("picks 1")
    said = latent.map.get_attribute("aria-valuetext")
    assert re.fullmatch(r"z0 0\.\d\d, z1 0\.\d\d", said or "")
    assert latent.map.evaluate("box => getComputedStyle(box).outlineStyle") == "solid"
