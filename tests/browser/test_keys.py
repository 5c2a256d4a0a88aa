"""Keys that are held, in a real Chromium: what moves, and how often the server hears of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.keys_app import STOPS

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocket

ROOT = Path(__file__).resolve().parents[2]
APP = Path(__file__).with_name("keys_app.py")
PLAIN, NUMBER, ODD, WORDS = ("keys.plain", "keys.number", "keys.odd", "keys.words")


class Keyboard:
    """A page, and the messages by which it has asked the server for a run since it was at rest."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[BackMsg] = []
        page.on("websocket", self._open)

    def _open(self, socket: WebSocket) -> None:
        self.socket = socket
        socket.on("framesent", self._hear)

    def _hear(self, frame: bytes | str) -> None:
        message = BackMsg.FromString(frame) if isinstance(frame, bytes) else BackMsg()
        if message.WhichOneof("type") == "rerun_script":
            self.sent.append(message)

    def input(self, key: str) -> str:
        return f".st-key-{key.replace('.', '-')} input"

    def value(self, key: str) -> str:
        return self.page.locator(self.input(key)).input_value()

    def arrows(self, *keys: str) -> None:
        """Wait until the arrow keys move these sliders."""
        listens = "(keys) => document.documentElement.dataset.arrows === keys"
        self.page.wait_for_function(listens, arg=" ".join(keys))

    def at_rest(self) -> None:
        """Wait until nothing runs, and forget what was sent."""
        rest = '[data-testid="stApp"][data-test-script-state="notRunning"]'
        self.page.locator(rest).wait_for()
        self.sent.clear()

    def hold(self, key: str, presses: int) -> None:
        """Press a key so often without letting it go: from the second on, it repeats."""
        for _ in range(presses):
            self.page.keyboard.down(key)

    def knows(self, text: str) -> None:
        """Wait until Python says this."""
        self.page.get_by_text(f"knows {text}", exact=True).wait_for()

    def sent_of(self, key: str) -> list[float]:
        """The values of a slider in the messages."""
        states = [message.rerun_script.widget_states.widgets for message in self.sent]
        return [widget.double_array_value.data[0] for widgets in states for widget in widgets
                if widget.id.endswith(f"-{key}")]  # fmt: skip


@pytest.fixture
def open_page(
    fresh_page: Callable[..., Page], serve: Callable[[Path], str]
) -> Callable[..., Keyboard]:
    """``open_page(slider, app, path)``: at rest, and the arrow keys move that slider. Page errors
    fail the test."""

    def open_it(slider: str, app: Path = APP, path: str = "") -> Keyboard:
        page = fresh_page()
        keyboard = Keyboard(page)
        page.goto(f"{serve(app)}/{path}")
        keyboard.arrows(slider)
        keyboard.at_rest()
        return keyboard

    return open_it


@pytest.fixture
def keyboard(open_page: Callable[..., Keyboard]) -> Keyboard:
    """The small app."""
    keyboard = open_page("keys.stops")
    keyboard.knows("50 50 1.00 0.001 [] 0 0")
    # the browser loads each kind of widget on its own: the text may be there before them
    for widget in ("plain input", "stops input", "number input", "words input", "next button"):
        keyboard.page.locator(f".st-key-keys-{widget}").first.wait_for()
    return keyboard


@pytest.mark.parametrize(
    ("view", "slider", "key", "begin", "end"),
    [
        ("diffusion?diffusion.view=Forward", "diffusion.t", "ArrowRight", 50, 120),
        ("diffusion?diffusion.view=Reverse&diffusion.denoiser=exact&diffusion.steps=100",
         "diffusion.t", "ArrowLeft", 196, 56),
        ("diffusion_digits?diffusion_digits.view=Forward", "diffusion_digits.t", "ArrowLeft",
         500, 430),
        ("diffusion_digits?diffusion_digits.view=Reverse&diffusion_digits.steps=100",
         "diffusion_digits.k", "ArrowRight", 10, 80),
    ],
    ids=["forward", "reverse, by stops", "digits forward", "digits reverse"],
)  # fmt: skip
def test_an_arrow_key_that_is_held_moves_the_time_and_runs_the_script_once(
    open_page: Callable[..., Keyboard], view: str, slider: str, key: str, begin: int, end: int
) -> None:
    keyboard = open_page(slider, ROOT / "app.py", f"{view}&{slider}={begin}")
    assert keyboard.value(slider) == str(begin)
    keyboard.hold(key, 70)
    assert keyboard.value(slider) == str(end)
    assert len(keyboard.sent) <= 1
    with keyboard.socket.expect_event("framesent"):
        keyboard.page.keyboard.up(key)
    keyboard.page.wait_for_function(f"() => location.search.includes('{slider}={end}')")
    assert len(keyboard.sent) <= 2
    assert keyboard.sent_of(slider)[-1] == end
    assert keyboard.page.evaluate("() => document.activeElement === document.body")


def test_the_arrow_keys_lead_from_stop_to_stop_and_no_further(keyboard: Keyboard) -> None:
    keyboard.hold("ArrowRight", 3)  # 50 stands for 64
    assert keyboard.value("keys.stops") == "100"
    keyboard.page.keyboard.up("ArrowRight")
    keyboard.knows("50 100 1.00 0.001 [] 0 0")
    for stop in STOPS[-2::-1]:
        keyboard.page.keyboard.press("ArrowLeft")
        keyboard.knows(f"50 {stop} 1.00 0.001 [] 0 0")
    keyboard.at_rest()
    keyboard.hold("ArrowLeft", 5)
    keyboard.page.keyboard.up("ArrowLeft")
    keyboard.page.keyboard.press("PageDown")
    keyboard.knows("50 0 1.00 0.001 [] 1 0")
    assert len(keyboard.sent) == 1  # of the other key


def test_a_toggle_that_has_the_focus_is_no_place_to_type(keyboard: Keyboard) -> None:
    keyboard.page.locator(".st-key-keys-arrows input").focus()
    keyboard.hold("ArrowRight", 1)
    keyboard.page.keyboard.up("ArrowRight")
    keyboard.knows("50 90 1.00 0.001 [] 0 0")


def test_a_release_that_is_never_seen_is_made_up_for(keyboard: Keyboard) -> None:
    keyboard.hold("ArrowRight", 2)
    keyboard.knows("50 100 1.00 0.001 [] 0 0")
    keyboard.page.keyboard.up("ArrowRight")
    keyboard.hold("ArrowLeft", 3)
    keyboard.page.evaluate("() => window.dispatchEvent(new Event('blur'))")
    keyboard.knows("50 31 1.00 0.001 [] 0 0")
    keyboard.page.keyboard.up("ArrowLeft")
    keyboard.page.keyboard.press("PageDown")
    keyboard.knows("50 31 1.00 0.001 [] 1 0")
    assert len(keyboard.sent) == 3


def test_a_shortcut_presses_its_button_once_however_long_it_is_held(keyboard: Keyboard) -> None:
    keyboard.hold("PageDown", 30)
    keyboard.page.keyboard.up("PageDown")
    keyboard.knows("50 50 1.00 0.001 [] 1 0")
    scroller = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    assert keyboard.page.evaluate(scroller) == 0
    keyboard.page.get_by_text("Arrows", exact=True).click()  # now the arrow is the button's
    keyboard.knows("50 50 1.00 0.001 [] 1 0")
    keyboard.arrows()
    keyboard.at_rest()
    keyboard.page.evaluate("() => document.activeElement.blur()")
    keyboard.hold("ArrowLeft", 30)
    keyboard.page.keyboard.up("ArrowLeft")
    keyboard.knows("50 50 1.00 0.001 [] 1 1")
    assert len(keyboard.sent) == 1


def test_enter_that_is_held_on_a_button_presses_it_once(keyboard: Keyboard) -> None:
    keyboard.page.get_by_role("button", name="Next").focus()
    keyboard.hold("Enter", 30)
    keyboard.page.keyboard.up("Enter")
    keyboard.knows("50 50 1.00 0.001 [] 1 0")
    assert len(keyboard.sent) == 1


@pytest.mark.parametrize(
    ("key", "arrow", "presses", "known"),
    [
        (PLAIN, "ArrowLeft", 20, "10 50 1.00 0.001 [] 0 0"),
        (PLAIN, "ArrowUp", 40, "100 50 1.00 0.001 [] 0 0"),
        (PLAIN, "Shift+ArrowRight", 4, "90 50 1.00 0.001 [] 0 0"),
        (NUMBER, "ArrowUp", 70, "50 50 1.70 0.001 [] 0 0"),
        (NUMBER, "ArrowDown", 200, "50 50 0.00 0.001 [] 0 0"),
        (ODD, "ArrowUp", 4, "50 50 1.00 0.021 [] 0 0"),
    ],
)
def test_a_widget_that_has_the_focus_moves_as_ever_and_sends_twice(
    keyboard: Keyboard, key: str, arrow: str, presses: int, known: str
) -> None:
    keyboard.page.locator(keyboard.input(key)).focus()
    *modifiers, arrow = arrow.split("+")
    for modifier in modifiers:
        keyboard.page.keyboard.down(modifier)
    keyboard.hold(arrow, presses)
    keyboard.page.keyboard.up(arrow)
    keyboard.knows(known)
    assert len(keyboard.sent) <= 2  # at the press, which is Streamlit's, and at the release
    focus = "(place) => document.activeElement === document.querySelector(place)"
    assert keyboard.page.evaluate(focus, keyboard.input(key))


def test_what_is_typed_repeats(keyboard: Keyboard) -> None:
    words = keyboard.page.locator(keyboard.input(WORDS))
    words.focus()
    keyboard.hold("a", 5)
    keyboard.page.keyboard.up("a")
    keyboard.hold("ArrowLeft", 3)
    keyboard.page.keyboard.up("ArrowLeft")
    keyboard.page.keyboard.type("b")
    assert words.input_value() == "aabaaa"
    keyboard.page.keyboard.press("End")
    keyboard.hold("Backspace", 3)
    assert words.input_value() == "aab"
    keyboard.page.keyboard.up("Backspace")


@pytest.mark.parametrize("place", [".st-key-keys-plain input", ".pad [role=slider]"])
def test_a_clickers_keys_are_for_shortcuts_wherever_the_focus_is(
    keyboard: Keyboard, place: str
) -> None:
    keyboard.page.locator(place).focus()
    keyboard.hold("PageDown", 3)
    keyboard.page.keyboard.up("PageDown")
    keyboard.page.keyboard.press("PageUp")
    keyboard.knows("50 50 1.00 0.001 [] 1 0")
    assert len(keyboard.sent) == 1
    assert keyboard.page.locator(".pad [role=slider]").get_attribute("aria-valuenow") == "0"


def test_what_a_pad_takes_is_not_for_a_shortcut_too(keyboard: Keyboard) -> None:
    keyboard.page.locator(".pad").get_by_text("Your density").wait_for()  # it listens
    keyboard.page.locator(".pad [role=slider]").focus()
    keyboard.hold("ArrowLeft", 3)
    keyboard.page.keyboard.up("ArrowLeft")
    keyboard.page.keyboard.press("PageDown")
    keyboard.knows("50 50 1.00 0.001 [] 1 0")
