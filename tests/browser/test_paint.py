"""The paint pad in a real browser: two brushes over a picture, and what Python hears of them."""

import re
from base64 import b64decode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.data.images import rasterize
from core.figures.theme import DARK, LIGHT, Theme
from tests.browser.paint_app import DIGITS, WIDTH

if TYPE_CHECKING:
    from playwright.sync_api import Page

APP = Path(__file__).with_name("paint_app.py")
Place = tuple[float, float]


class Pad:
    """A browser page that shows the pad, and what a user can do with it."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.sheet = page.locator(".pad svg")
        page.get_by_text("finished 1").wait_for()
        area = self.sheet.bounding_box()
        assert area is not None
        self.area = area

    def at(self, x: float, y: float) -> Place:
        """A point of the screen, from fractions of the pad."""
        return self.area["x"] + x * self.area["width"], self.area["y"] + y * self.area["height"]

    def stroke(self, *places: Place) -> None:
        """Press at the first place, move to each of the others, release."""
        self.page.mouse.move(*self.at(*places[0]))
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*self.at(*place))
        self.page.mouse.up()

    def brush(self, name: str) -> None:
        self.page.locator(".brushes").get_by_text(name, exact=True).click()

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def expect(self, text: str) -> None:
        """Wait until Python has said something that begins so."""
        self.page.get_by_text(re.compile(f"^{re.escape(text)}")).wait_for()

    def colours(self) -> list[str]:
        """Of the strokes on the screen, from the first to the last."""
        return self.page.locator(".pad path").evaluate_all(
            "paths => paths.map((path) => getComputedStyle(path).stroke)"
        )

    def picture(self) -> NDArray[np.uint8]:
        """What lies below the strokes: (28, 28, 4)."""
        source = self.page.locator(".picture").get_attribute("src") or ""
        with Image.open(BytesIO(b64decode(source.partition(",")[2]))) as picture:
            return np.asarray(picture.convert("RGBA"))


def rgb(colour: str) -> str:
    """'#rrggbb' as a browser says it."""
    return "rgb({}, {}, {})".format(*bytes.fromhex(colour[1:]))


@pytest.fixture
def open_pad(
    fresh_page: "Callable[..., Page]", serve: Callable[[str | Path], str]
) -> Callable[..., Pad]:
    """``open_pad(**context)``: a fresh session of the app; the page must stay without errors."""

    def open_(**options: Any) -> Pad:
        page = fresh_page(**options)
        page.goto(serve(APP))
        return Pad(page)

    return open_


def test_each_stroke_arrives_with_its_brush(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.stroke((0.2, 0.5), (0.8, 0.5))
    pad.expect("strokes 1: ink 2")
    pad.expect("ink 1.00 paper 0.00")
    pad.brush("Paper")
    pad.stroke((0.5, 0.2), (0.5, 0.5), (0.5, 0.8))
    pad.expect("strokes 2: ink 2 paper 3")
    pad.expect("ink 0.00 paper 1.00")  # the eraser went over the ink
    pad.brush("Ink")
    pad.stroke((0.5, 0.5))
    pad.expect("strokes 3: ink 2 paper 3 ink 1")
    pad.expect("ink 1.00 paper 0.00")
    pad.expect("returned 3")


def test_quick_strokes_of_both_brushes_are_not_lost(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    for k in range(3):  # none waits for the answer to the one before
        for name in ("Ink", "Paper"):
            pad.brush(name)
            pad.stroke((0.2 + k / 5, 0.2), (0.2 + k / 5, 0.8))
    pad.expect("strokes 6: ink 2 paper 2 ink 2 paper 2 ink 2 paper 2")
    assert len(pad.colours()) == 6


def test_the_brush_is_chosen_with_the_keyboard_too(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.page.get_by_role("radio", name="Ink", exact=True).focus()
    pad.page.keyboard.press("ArrowRight")
    pad.stroke((0.2, 0.5), (0.8, 0.5))
    pad.expect("strokes 1: paper 2")


def test_undo_and_clear(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    undo = pad.page.get_by_role("button", name="Undo")
    assert not undo.is_visible()
    pad.stroke((0.2, 0.2), (0.8, 0.2))
    pad.brush("Paper")
    pad.stroke((0.2, 0.5), (0.8, 0.5))
    pad.expect("strokes 2: ink 2 paper 2")
    tools = [pad.page.get_by_role("button", name=name) for name in ("Undo", "Clear")]
    for tool in (*tools, *pad.page.locator(".brushes label").all()):
        box = tool.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 40
    pad.press("Undo")
    pad.expect("strokes 1: ink 2")
    pad.stroke((0.2, 0.8), (0.8, 0.8))
    pad.expect("strokes 2: ink 2 paper 2")  # the brush stays the one that was chosen
    pad.press("Clear")
    pad.expect("strokes 0:")
    assert pad.colours() == []
    assert not undo.is_visible()


def test_another_picture_comes_under_the_same_strokes(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    np.testing.assert_array_equal(pad.picture()[..., 3], rasterize(DIGITS["three"]))
    pad.stroke((0.2, 0.2), (0.8, 0.2))
    pad.expect("strokes 1: ink 2")
    before = pad.page.locator(".picture").get_attribute("src")
    pad.page.get_by_text("seven", exact=True).click()
    pad.page.locator(f".picture:not([src='{before}'])").wait_for()
    pad.expect("finished 3")
    np.testing.assert_array_equal(pad.picture()[..., 3], rasterize(DIGITS["seven"]))
    pad.expect("strokes 1: ink 2")
    assert len(pad.colours()) == 1


def test_the_picture_and_the_strokes_fill_the_same_square(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    assert pad.page.locator(".picture").bounding_box() == pad.area
    pad.stroke((0.5, 0.5))
    width = pad.page.locator(".pad path").evaluate("path => getComputedStyle(path).strokeWidth")
    assert float(width.removesuffix("px")) == pytest.approx(WIDTH)
    ring = pad.page.locator(".brush").bounding_box()  # under the pointer, as large as the brush
    assert ring is not None
    assert ring["width"] == pytest.approx(WIDTH * pad.area["width"], abs=1)
    middle = (ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    assert middle == pytest.approx(pad.at(0.5, 0.5), abs=1)


def test_change_from_outside_redraws_and_is_not_returned(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.stroke((0.2, 0.2), (0.8, 0.2), (0.8, 0.9))
    pad.expect("strokes 1: ink 3")
    pad.press("Cross")
    pad.expect("strokes 2: ink 2 paper 2")
    pad.page.locator(".pad path").nth(1).wait_for(state="attached")
    assert pad.colours() == [rgb(LIGHT.generated), rgb(LIGHT.paper)]
    pad.expect("returned 1")


def test_a_stroke_that_the_app_does_not_take_is_undone(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.page.get_by_text("Refuse").click()
    pad.expect("finished 2")
    pad.stroke((0.2, 0.2), (0.8, 0.2))
    pad.expect("returned 1")
    pad.page.get_by_text("Refuse").click()  # the next run says that it has seen the stroke
    pad.page.locator(".pad path").wait_for(state="detached")
    pad.expect("strokes 0:")


def test_a_finger_paints_on_a_phone_and_the_page_does_not_scroll(
    open_pad: Callable[..., Pad],
) -> None:
    pad = open_pad(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert pad.page.evaluate("document.documentElement.scrollWidth") <= 390
    pad.page.locator(".brushes").get_by_text("Paper", exact=True).tap()
    finger = pad.page.context.new_cdp_session(pad.page)
    for kind, places in (
        ("touchStart", [pad.at(0.5, 0.8)]),
        ("touchMove", [pad.at(0.5, 0.2)]),
        ("touchEnd", []),
    ):
        points = [{"x": x, "y": y} for x, y in places]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    pad.expect("strokes 1: paper")
    pad.expect("ink 0.00 paper 1.00")
    assert pad.sheet.bounding_box() == pad.area


@pytest.mark.parametrize(("scheme", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_ink_paper_and_picture_have_their_colours(
    open_pad: Callable[..., Pad], scheme: str, theme: Theme
) -> None:
    pad = open_pad(color_scheme=scheme)
    pad.stroke((0.2, 0.2), (0.8, 0.2))
    pad.brush("Paper")
    pad.stroke((0.2, 0.5), (0.8, 0.5))
    assert pad.colours() == [rgb(theme.generated), rgb(theme.paper)]
    pixels = pad.picture()
    assert (pixels[pixels[..., 3] == 255][:, :3] == [*bytes.fromhex(theme.real[1:])]).all()
    below = pad.page.locator(".pad .box").evaluate("box => getComputedStyle(box).backgroundColor")
    assert below == rgb(theme.paper)
