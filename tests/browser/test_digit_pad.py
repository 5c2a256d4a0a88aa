"""The digit pad in a real browser: pointer, finger, and the round trip through Python."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

APP = Path(__file__).with_name("digit_pad_app.py")
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

    def shown(self) -> list[list[Place]]:
        """The strokes on the screen; the last point of a path is there twice."""
        paths = self.page.locator(".pad path").evaluate_all(
            "paths => paths.map((path) => path.getAttribute('d'))"
        )
        numbers = [[float(v) for v in re.findall(r"[\d.]+", path)] for path in paths]
        return [list(zip(row[:-2:2], row[1:-2:2], strict=True)) for row in numbers]

    def expect(self, text: str) -> None:
        self.page.get_by_text(re.compile(f"^{text}")).wait_for()

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()


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


def test_each_stroke_is_sent_when_it_ends(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.page.mouse.move(*pad.at(0.2, 0.2))
    pad.page.mouse.down()
    pad.page.mouse.move(*pad.at(0.8, 0.2))
    assert len(pad.shown()) == 1
    pad.expect("returned 0")
    pad.page.mouse.up()
    pad.expect("strokes 1 points 2")
    pad.stroke((0.5, 0.5), (0.5, 0.9))
    pad.expect("strokes 2 points 4")
    pad.expect("returned 2")
    first, second = pad.shown()
    assert first[0] == pytest.approx((0.2, 0.2), abs=0.01)
    assert second[-1] == pytest.approx((0.5, 0.9), abs=0.01)


def test_a_quick_second_stroke_is_not_lost(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    for k in range(6):  # none waits for the answer to the one before
        pad.stroke((0.1 + k / 10, 0.2), (0.1 + k / 10, 0.8))
    pad.expect("strokes 6 points 12")
    assert len(pad.shown()) == 6


def test_an_answer_does_not_disturb_the_stroke_under_way(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.stroke((0.2, 0.2), (0.8, 0.2))
    pad.page.mouse.move(*pad.at(0.5, 0.3))
    pad.page.mouse.down()
    pad.page.mouse.move(*pad.at(0.5, 0.6))
    pad.expect("strokes 1 points 2")
    native = pad.page.get_by_role("button", name="Cross", exact=True)
    native.evaluate("button => button.click()")  # a run that passes another drawing
    pad.expect("finished 3")
    assert len(pad.shown()) == 2
    pad.page.mouse.up()
    pad.expect("returned 2")
    pad.expect("strokes 2 points 4")
    assert len(pad.shown()) == 2


def test_undo_and_clear(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    undo = pad.page.get_by_role("button", name="Undo")
    assert not undo.is_visible()
    pad.stroke((0.2, 0.2), (0.8, 0.2))
    pad.stroke((0.2, 0.5), (0.8, 0.5))
    pad.stroke((0.2, 0.8))  # a dot
    pad.expect("strokes 3 points 5")
    for name in ("Undo", "Clear"):
        box = pad.page.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 40
    pad.press("Undo")
    pad.expect("strokes 2 points 4")
    pad.press("Clear")
    pad.expect("strokes 0")
    assert pad.shown() == []
    assert not undo.is_visible()
    assert pad.page.get_by_text("Draw here").is_visible()


def test_a_stroke_that_leaves_the_pad_is_broken_there(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.stroke((0.2, 0.5), (0.9, 0.5), (1.2, 0.5), (1.2, 0.8), (0.9, 0.8), (0.3, 0.8))
    pad.expect("strokes 2 points 4")


def test_finger_draws_on_a_phone_and_the_page_does_not_scroll(
    open_pad: Callable[..., Pad],
) -> None:
    pad = open_pad(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert pad.page.evaluate("document.documentElement.scrollWidth") <= 390
    finger = pad.page.context.new_cdp_session(pad.page)
    top = pad.sheet.bounding_box()
    for kind, places in (
        ("touchStart", [pad.at(0.5, 0.8)]),
        ("touchMove", [pad.at(0.5, 0.2)]),
        ("touchEnd", []),
    ):
        points = [{"x": x, "y": y} for x, y in places]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    pad.expect("strokes 1")
    (stroke,) = pad.shown()
    assert stroke[-1] == pytest.approx((0.5, 0.2), abs=0.01)
    assert pad.sheet.bounding_box() == top


def test_change_from_outside_redraws_and_is_not_returned(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.stroke((0.2, 0.2), (0.8, 0.2), (0.8, 0.9))
    pad.expect("strokes 1 points 3")
    pad.press("Cross")
    pad.expect("strokes 2 points 4")
    pad.page.locator(".pad path").nth(1).wait_for(state="attached")
    assert pad.shown() == [[(0.2, 0.2), (0.8, 0.8)], [(0.8, 0.2), (0.2, 0.8)]]
    pad.expect("returned 1")


def test_a_drawing_that_the_app_does_not_take_is_undone(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.page.get_by_text("Refuse").click()
    pad.expect("finished 2")
    pad.stroke((0.2, 0.2), (0.8, 0.2))
    pad.expect("returned 1")
    pad.page.get_by_text("Refuse").click()  # the next run says that it has seen the stroke
    pad.page.locator(".pad path").wait_for(state="detached")
    pad.expect("strokes 0")


def test_the_ink_has_the_colour_of_real_data(open_pad: Callable[..., Pad]) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        pad = open_pad(color_scheme=scheme)
        pad.stroke((0.2, 0.2), (0.8, 0.2))
        line = pad.page.locator(".pad path")
        colours.add(line.evaluate("line => getComputedStyle(line).stroke"))
    assert colours == {"rgb(0, 114, 178)", "rgb(74, 168, 222)"}
