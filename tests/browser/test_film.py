"""The live film in a real browser: pictures that follow a thumb before the server hears of it."""

from base64 import b64decode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.figures.theme import DARK, LIGHT, Theme
from tests.browser.film_app import ALPHA_BAR, FRAMES, START, STEP, forward, stored

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

APP = Path(__file__).with_name("film_app.py")
REEL = {"film.t": 1, "film.turn": 3}  # which of the pictures each slider moves
PLACES = (0.05, 0.31, 0.5, 0.74, 0.93)  # of a slider
PIXELS = """canvas => {
  const { width, height } = canvas;
  return [...canvas.getContext("2d").getImageData(0, 0, width, height).data];
}"""


def expected(slider: str, value: float, digit: str = "three") -> NDArray[np.uint8]:
    """The picture at a value of a slider, made without the code under test."""
    if slider == "film.turn":
        k = min(round((value - START) / STEP), FRAMES - 1)
        return stored(digit)[k]
    mix = forward(digit)
    bar = ALPHA_BAR[int(value)]
    x_t = np.sqrt(bar) * mix.first + np.sqrt(1 - bar) * mix.second
    return np.rint(np.clip((x_t + 1) / 2, 0, 1) * 255).astype(np.uint8)


def close(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Equal within 1 of 255."""
    return a.shape == b.shape and bool(np.abs(a.astype(int) - b.astype(int)).max() <= 1)


class Film:
    """A browser page with the two sliders and their films."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.canvases = page.locator(".film")
        self.expect("finished 1")
        self.settled("film.t", 300)
        self.settled("film.turn", 2.0)

    def expect(self, text: str) -> None:
        """Wait until Python has said this."""
        self.page.get_by_text(text, exact=True).wait_for()

    def input(self, slider: str) -> str:
        return f".st-key-{slider.replace('.', '-')} input[type=range]"

    def value(self, slider: str) -> float:
        """Where the thumb is, which Python may not know."""
        return float(self.page.locator(self.input(slider)).input_value())

    def settled(self, slider: str, value: float) -> None:
        """Wait until the thumb is there, and its picture is that of the place."""
        frame = int(value) if slider == "film.t" else min(round(10 * (value - 1)), FRAMES - 1)
        painted = """([input, reel, value, frame]) => {
          const thumb = document.querySelector(input);
          const canvas = document.querySelectorAll(".film")[reel];
          return thumb && Math.abs(thumb.value - value) < 1e-6 && canvas && !canvas.hidden
            && canvas.dataset.frame === String(frame);
        }"""
        self.page.wait_for_function(
            painted, arg=[self.input(slider), REEL[slider], value, frame]
        )  # fmt: skip

    def pixels(self, reel: int) -> NDArray[np.uint8]:
        """What is painted: (28, 28, 4)."""
        rgba = self.canvases.nth(reel).evaluate(PIXELS)
        return np.array(rgba, np.uint8).reshape(28, 28, 4)

    def served(self, reel: int) -> NDArray[np.uint8]:
        """The opacities of the server's picture."""
        # plotly draws a chart, and gives it its picture, some frames after the chart has come
        ask = """reel => document.querySelectorAll("[class*=_stage]")[reel]
          ?.querySelector("image")?.getAttribute("href")"""
        source = self.page.wait_for_function(ask, arg=reel).json_value()
        with Image.open(BytesIO(b64decode(str(source).partition(",")[2]))) as picture:
            return np.asarray(picture.convert("RGBA"))[..., 3]

    def serves(self, reel: int, picture: NDArray[np.uint8]) -> None:
        """Wait until the server's picture is this one."""
        for _ in range(500):
            if close(self.served(reel), picture):
                return
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        pytest.fail("the server shows another picture")

    def painted(self) -> int:
        """How often all the pictures together have been painted."""
        counts = "canvases => canvases.map((canvas) => Number(canvas.dataset.painted))"
        return sum(self.canvases.evaluate_all(counts))

    def grab(self, slider: str) -> Callable[[float], float]:
        """Press the thumb; returns what moves it to a share of the way, and says the value."""
        track = self.page.locator(self.input(slider)).locator("xpath=../../..").bounding_box()
        thumb = self.page.locator(self.input(slider)).locator("xpath=..").bounding_box()
        assert track is not None
        assert thumb is not None
        y = thumb["y"] + thumb["height"] / 2
        self.page.mouse.move(thumb["x"] + thumb["width"] / 2, y)
        self.page.mouse.down()

        def move(share: float) -> float:
            self.page.mouse.move(track["x"] + share * track["width"], y)
            value = self.value(slider)
            self.settled(slider, value)
            return value

        return move


@pytest.fixture
def open_film(
    fresh_page: "Callable[..., Page]", serve: Callable[[str | Path], str]
) -> Callable[..., Film]:
    """``open_film(**context)``: a fresh session; the page must stay without errors."""

    def open_(**options: Any) -> Film:
        page = fresh_page(**{"viewport": {"width": 1280, "height": 900}, **options})
        page.goto(serve(APP))
        return Film(page)

    return open_


@pytest.mark.parametrize("slider", ["film.t", "film.turn"])
def test_the_picture_follows_the_thumb_and_the_server_confirms_it(
    open_film: Callable[..., Film], slider: str
) -> None:
    film = open_film()
    reel, seen = REEL[slider], set()
    before = film.served(reel)
    move = film.grab(slider)
    for share in PLACES:
        value = move(share)
        seen.add(value)
        assert close(film.pixels(reel)[..., 3], expected(slider, value))
    assert len(seen) == len(PLACES)
    film.expect("finished 1")  # no run has begun since
    assert close(film.served(reel), before)
    value = move(0.4)
    film.page.mouse.up()
    film.expect("finished 2")
    film.serves(reel, expected(slider, value))
    film.settled(slider, value)
    assert close(film.pixels(reel)[..., 3], expected(slider, value))


def test_a_film_follows_no_other_slider(open_film: Callable[..., Film]) -> None:
    film = open_film()
    others = [film.pixels(reel) for reel in (0, 2, 3)]
    film.grab("film.t")(0.8)
    for reel, pixels in zip((0, 2, 3), others, strict=True):
        assert close(film.pixels(reel), pixels)


@pytest.mark.parametrize(("slider", "first", "last"), [("film.t", 0, 999), ("film.turn", 1, 5)])
def test_the_ends_of_a_slider_and_values_beyond_the_last_frame(
    open_film: Callable[..., Film], slider: str, first: float, last: float
) -> None:
    film = open_film()
    for run, (key, value) in enumerate((("Home", first), ("End", last)), start=2):
        film.page.locator(film.input(slider)).press(key)
        film.expect(f"finished {run}")
        film.settled(slider, value)
        picture = expected(slider, value)
        assert close(film.pixels(REEL[slider])[..., 3], picture)
        film.serves(REEL[slider], picture)


def test_other_data_is_painted_for_the_thumb_not_for_what_the_server_knows(
    open_film: Callable[..., Film],
) -> None:
    film = open_film()
    value = film.grab("film.t")(0.1)
    painted = film.painted()
    film.page.get_by_text("seven", exact=True).evaluate("label => label.click()")
    film.expect("finished 2")
    film.expect("knows t 300 turn 2.0")
    film.page.wait_for_function(
        "n => [...document.querySelectorAll('.film')].reduce("
        "(sum, canvas) => sum + Number(canvas.dataset.painted), 0) >= n + 3",
        arg=painted,  # all but the noise are new
    )
    film.settled("film.t", value)
    assert close(film.pixels(1)[..., 3], expected("film.t", value, "seven"))
    assert close(film.pixels(3)[..., 3], expected("film.turn", 2.0, "seven"))
    film.page.mouse.up()
    film.serves(1, expected("film.t", value, "seven"))


def test_the_canvas_lies_exactly_over_the_servers_picture(open_film: Callable[..., Film]) -> None:
    for width in (1280, 390):
        film = open_film(viewport={"width": width, "height": 900})
        for reel in range(4):
            canvas = film.canvases.nth(reel).bounding_box()
            image = film.page.locator(".js-plotly-plot image").nth(reel).bounding_box()
            assert canvas is not None
            assert image is not None
            for side in ("x", "y", "width", "height"):
                assert canvas[side] == pytest.approx(image[side], abs=1)


def test_reels_stand_in_a_row_and_wrap_on_a_phone(open_film: Callable[..., Film]) -> None:
    for width, rows in ((1280, 1), (390, 3)):
        film = open_film(viewport={"width": width, "height": 900})
        boxes = [film.canvases.nth(reel).bounding_box() for reel in range(3)]
        assert len({round(box["y"]) for box in boxes if box}) == rows
        assert film.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("scheme", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_each_picture_has_the_colour_of_its_meaning(
    open_film: Callable[..., Film], scheme: str, theme: Theme
) -> None:
    film = open_film(color_scheme=scheme)
    for reel, colour in enumerate((theme.real, theme.latent, theme.theory, theme.generated)):
        pixels = film.pixels(reel)
        rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        full = pixels[pixels[..., 3] == 255]
        assert len(full)
        assert (full[:, :3] == rgb).all()
        paper = film.canvases.nth(reel).evaluate("c => getComputedStyle(c).backgroundColor")
        behind = [int(theme.paper[i : i + 2], 16) for i in (1, 3, 5)]
        assert paper == f"rgb({', '.join(map(str, behind))})"


def test_frames_are_not_sent_again_when_a_slider_moves(
    browser: "Browser", serve: Callable[[str | Path], str]
) -> None:
    page = browser.new_page()
    got: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda data: got.append(len(data))),
    )
    page.goto(serve(APP))
    film = Film(page)
    assert max(got) > 31 * 28 * 28  # the stored frames
    got.clear()
    page.locator(film.input("film.t")).press("ArrowRight")
    film.expect("finished 2")
    page.close()
    assert max(got) < 10_000


def test_nothing_is_painted_while_nothing_changes(open_film: Callable[..., Film]) -> None:
    film = open_film()
    painted = film.painted()
    later = """async () => {
      for (let k = 0; k < 20; k++) await new Promise(requestAnimationFrame);
    }"""
    film.page.evaluate(later)
    assert film.painted() == painted


def test_without_its_slider_the_picture_is_that_of_the_server(
    open_film: Callable[..., Film],
) -> None:
    film = open_film()
    film.page.locator(film.input("film.t")).press("End")
    film.settled("film.t", 999)
    film.page.get_by_text("Hide the sliders").click()
    film.canvases.nth(1).wait_for(state="hidden")
    film.serves(1, expected("film.t", 300))
    film.expect("finished 3")
    film.page.get_by_text("Hide the sliders").click()
    film.expect("finished 4")
    value = film.value("film.t")  # which of the two, is for Streamlit to say
    film.settled("film.t", value)
    assert close(film.pixels(1)[..., 3], expected("film.t", value))
    film.serves(1, expected("film.t", value))


def test_nothing_runs_on_when_the_films_have_left(open_film: Callable[..., Film]) -> None:
    film = open_film()
    film.page.evaluate(
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
    assert film.page.evaluate(asked) >= 60  # each of the four looks once a frame
    film.page.get_by_text("Hide all").click()
    film.canvases.nth(0).wait_for(state="detached")
    film.page.wait_for_function(f"async () => await ({asked})() < 5")
    film.page.get_by_text("Hide all").click()
    film.settled("film.t", 300)
