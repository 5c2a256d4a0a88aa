"""The draw pad in a real browser: pointer, finger, keyboard, and the round trip through Python."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from core.data.written import COLUMNS, LEVELS
from ui.live import draw_pad

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

APP = Path(__file__).with_name("draw_pad_app.py")
TOP = len(LEVELS) - 1
EMPTY = "0" * COLUMNS
STAIRS = LEVELS[:COLUMNS]


class Pad:
    """A browser page that shows the pad, and what a user can do with it."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.box: Locator = page.get_by_role("slider", name="Your density")
        self.box.wait_for()
        area = page.locator(".pad svg").bounding_box()
        assert area is not None
        self.area = area

    def at(self, column: int, level: float) -> tuple[float, float]:
        """The point of the screen in the middle of a column, at a height."""
        return (
            self.area["x"] + (column + 0.5) / COLUMNS * self.area["width"],
            self.area["y"] + (1 - level / TOP) * self.area["height"],
        )

    def stroke(self, *points: tuple[int, float]) -> None:
        """Press at the first point, jump to each of the others, release."""
        self.page.mouse.move(*self.at(*points[0]))
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*self.at(*point))
        self.page.mouse.up()

    def shown(self) -> str:
        """The drawing on the screen, read back from the curve."""
        path = self.page.locator(".pad .line").get_attribute("d")
        assert path is not None
        first = re.match(r"M0 ([\d.]+)", path)
        assert first is not None
        later = re.findall(r"C\S+ \S+ \S+ \S+ \S+ ([\d.]+)", path)
        return "".join(LEVELS[TOP - int(y)] for y in [first[1], *later])

    def expect_known(self, drawing: str) -> None:
        """Wait until Python knows this drawing."""
        self._expect(f"drawing {drawing}")

    def expect_returned(self, times: int) -> None:
        """Wait until draw_pad has returned a new drawing so many times."""
        self._expect(f"returned {times}")

    def expect_shown(self, drawing: str) -> None:
        """Wait until the pad shows this drawing."""
        start = f"M0 {TOP - LEVELS.index(drawing[0])}H"
        self.page.locator(f'.pad .line[d^="{start}"]').wait_for(state="attached")
        assert self.shown() == drawing

    def click(self, button: str) -> None:
        """Click a button without the pointer, which may be busy, and wait for the run."""
        started = self.page.get_by_text(re.compile(r"^started \d+$")).inner_text()
        count = int(started.removeprefix("started "))
        native = self.page.get_by_role("button", name=button, exact=True)
        native.evaluate("button => button.click()")
        self._expect(f"finished {count + 1}")

    def _expect(self, text: str) -> None:
        self.page.get_by_text(text, exact=True).wait_for()


def ramp(start: tuple[int, int], end: tuple[int, int], over: str = EMPTY) -> str:
    """Return ``over`` with a straight line drawn on it."""
    levels = list(over)
    for column in range(start[0], end[0] + 1):
        t = (column - start[0]) / (end[0] - start[0])
        levels[column] = LEVELS[round(start[1] + t * (end[1] - start[1]))]
    return "".join(levels)


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


def test_mouse_sends_one_drawing_without_gaps_on_release(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.page.mouse.move(*pad.at(4, 10))
    pad.page.mouse.down()
    pad.page.mouse.move(*pad.at(44, 50))  # one jump over 40 columns
    drawing = ramp((4, 10), (44, 50))
    assert pad.shown() == drawing
    pad.click("Rerun")
    pad.expect_known(EMPTY)  # nothing is sent before the release
    pad.page.mouse.up()
    pad.expect_known(drawing)
    pad.expect_returned(1)
    assert pad.shown() == drawing


def test_a_stroke_that_leaves_the_pad_does_not_smear_its_edge(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.stroke((40, 30), (60, 30), (60, 0))
    pad.expect_known(ramp((40, 30), (47, 30)))


def test_finger_draws_on_a_phone_and_the_page_does_not_scroll(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert pad.page.evaluate("document.documentElement.scrollWidth") <= 390
    finger = pad.page.context.new_cdp_session(pad.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    top = pad.box.bounding_box()
    touch("touchStart", pad.at(10, 40))
    touch("touchMove", pad.at(30, 0))
    touch("touchEnd")
    pad.expect_known(ramp((10, 40), (30, 0)))
    assert pad.box.bounding_box() == top


def test_arrow_keys_choose_a_column_and_its_height(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.box.focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowLeft"):
        pad.box.press(key)
    for key in (*["ArrowUp"] * 12, "ArrowDown", "PageUp"):  # the last is a clicker's
        pad.box.press(key)
    assert pad.box.get_attribute("aria-valuenow") == "11"
    assert pad.box.get_attribute("aria-valuetext") == "x = -3.8, height 11 of 61"
    pad.expect_known("0b" + EMPTY[2:])
    pad.box.press("End")
    pad.box.press("ArrowDown")  # already at the bottom: nothing new, nothing sent
    pad.click("Rerun")
    pad.expect_known("0b" + EMPTY[2:])
    assert pad.box.evaluate("box => getComputedStyle(box).outlineStyle") == "solid"


def test_external_change_redraws_and_is_not_returned(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.stroke((0, 20), (47, 20))
    pad.expect_known(LEVELS[20] * COLUMNS)
    pad.click("Stairs")
    pad.expect_shown(STAIRS)
    pad.expect_known(STAIRS)
    pad.stroke((0, 20), (47, 20))  # the same drawing as before is new again
    pad.expect_known(LEVELS[20] * COLUMNS)
    pad.expect_returned(2)


def test_rerun_keeps_the_drawing(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.stroke((4, 10), (44, 50))
    drawing = ramp((4, 10), (44, 50))
    pad.expect_known(drawing)
    for _ in range(2):
        pad.click("Rerun")
        assert pad.shown() == drawing
    pad.expect_known(drawing)
    pad.expect_returned(1)


def test_change_from_outside_does_not_disturb_a_stroke(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.page.mouse.move(*pad.at(4, 10))
    pad.page.mouse.down()
    pad.page.mouse.move(*pad.at(20, 10))
    pad.click("Stairs")
    assert pad.shown() == ramp((4, 10), (20, 10))
    pad.page.mouse.move(*pad.at(30, 10))
    pad.page.mouse.up()
    pad.expect_known(ramp((4, 10), (30, 10)))


def test_a_drawing_that_the_app_does_not_take_is_undone(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    pad.page.get_by_text("Refuse").click()
    pad.stroke((0, 20), (47, 20))
    pad.expect_returned(1)
    pad.click("Rerun")
    pad.expect_shown(EMPTY)
    pad.expect_known(EMPTY)


def test_clear_gives_the_empty_drawing_and_its_hint(open_pad: Callable[..., Pad]) -> None:
    pad = open_pad()
    clear = pad.page.get_by_role("button", name="Clear")
    hint = pad.page.get_by_text("Draw a density here")
    assert not clear.is_visible()
    pad.stroke((4, 10), (44, 50))
    pad.expect_returned(1)
    gone = "hint => getComputedStyle(hint).opacity === '0'"
    pad.page.wait_for_function(gone, arg=hint.element_handle())
    clear.click()
    pad.expect_known("0" * COLUMNS)
    pad.expect_returned(2)
    assert not clear.is_visible()


def test_pad_follows_the_width_and_the_theme(open_pad: Callable[..., Pad]) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        pad = open_pad(color_scheme=scheme)
        line = pad.page.locator(".pad .line")
        colours.add(line.evaluate("line => getComputedStyle(line).stroke"))
    assert colours == {"rgb(0, 114, 178)", "rgb(86, 180, 233)"}
    pad.page.set_viewport_size({"width": 500, "height": 700})
    pad = Pad(pad.page)
    pad.stroke((47, 61), (47, 61))
    pad.expect_known(EMPTY[1:] + "Z")


def test_without_a_browser_the_page_runs_and_nothing_is_drawn() -> None:
    app = AppTest.from_file(APP).run()
    assert not app.exception
    app.button(key="stairs").click().run()
    assert not app.exception
    assert app.session_state["drawing"] == STAIRS
    assert "returned" not in app.session_state


@pytest.mark.parametrize("heights", ["", "0" * 47, "0" * 49, "-" * COLUMNS])
def test_heights_that_are_no_drawing_are_named(heights: str) -> None:
    with pytest.raises(ValueError, match=r"heights = .*expected 48 characters"):
        draw_pad("pad", heights, label="Your density")
