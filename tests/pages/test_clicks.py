"""Every button of every view of every page, pressed twice: the second click comes from the screen
that the first one has changed."""

from __future__ import annotations

import threading

import pytest
from streamlit.testing.v1 import AppTest

from tests import links
from tests.links import VIEWS
from ui import player

SMALL = {
    "gan_1d": {"epochs": 12},
    "autoencoders": {"epochs": 1, "hidden": 8, "batch": 512},
    "vae": {"epochs": 1, "hidden": 8, "batch": 512},
    "diffusion": {"updates": 6, "width": 8, "batch": 8, "steps": 5},
    "diffusion_digits": {
        "updates": 3, "width": 8, "batch": 8, "steps": 2, "face_steps": 2, "judged_steps": 2,
        "resampled": 1,
    },
}  # fmt: skip
# What is pressed beforehand. A fork leaves another future, a reset leaves something to bring back.
STATES = {
    "on the shelf": ("step", "step", "reset"),
    "forked, and on the shelf": ("step", "reset", "step", "fork", "fork"),
}
# what then replaces what is on the screen, or its status
REPLACE = {
    "on the shelf": ("train", "back"),
    "forked, and on the shelf": ("reset", "fork", "swap", "drop", "back"),
}


def opened(lesson: str, view: str = "") -> AppTest:
    settings = {**SMALL[lesson], **({"view": view} if view else {})}
    at = links.opened(lesson, {f"{lesson}.{name}": str(v) for name, v in settings.items()})
    alive(at, "opened")
    assert not at.warning, at.warning[0].value  # a setting that is refused
    return at


def alive(at: AppTest, after: str) -> AppTest:
    assert not at.exception, (after, at.exception[0].message)
    assert at.sidebar.toggle(key="app.presenter"), after
    assert at.title[0].value, after
    return at


def keys(at: AppTest) -> list[str]:
    return [button.key for button in at.button if button.key and not button.disabled]


def press_each_twice(at: AppTest) -> set[str]:
    """Also those that the others have brought up, until there are no new ones."""
    pressed: set[str] = set()
    while left := [key for key in keys(at) if key not in pressed]:
        key = left[0]
        old = at.button(
            key=key
        )  # as it was drawn: its screen is what the second click is sent from
        for click in ("once", "twice"):
            old.click().run()
            alive(at, f"{key}, pressed {click}")
        pressed.add(key)
    return pressed


@pytest.mark.parametrize(
    ("lesson", "view"), [(lesson, view) for lesson, views in VIEWS.items() for view in views]
)
def test_every_button_may_be_pressed_twice(lesson: str, view: str) -> None:
    at = opened(lesson, view)
    pressed = press_each_twice(at)
    if view in ("", "Train"):
        every = {"train", "reset", "step", "fork", "back"}
        assert {f"{lesson}.{name}" for name in every} <= pressed
    alive(at.run(), "at the end")


@pytest.mark.parametrize(
    ("name", "state"), [(name, state) for state, names in REPLACE.items() for name in names]
)
def test_what_replaces_the_training_may_be_pressed_twice(name: str, state: str) -> None:
    at = opened("gan_1d")
    for before in STATES[state]:
        at.button(key=f"gan_1d.{before}").click().run()
    assert f"gan_1d.{name}" in keys(at)
    old = at.button(key=f"gan_1d.{name}")
    for click in ("once", "twice"):
        old.click().run()
        alive(at, f"{name}, pressed {click}")


def test_an_impatient_second_click_brings_back_once() -> None:
    at = opened("gan_1d")
    for name in ("train", "reset"):
        at.button(key=f"gan_1d.{name}").click().run()
    old = at.button(key="gan_1d.back")
    old.click().run()
    old.click().run()
    alive(at, "back, pressed twice")
    p = at.session_state["gan_1d.player"]
    assert (p.run.step.number, len(p.shelf)) == (12, 0)


def test_a_pause_is_said_before_it_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened("gan_1d")
    run = at.session_state["gan_1d.player"].run
    monkeypatch.setattr(player, "live", lambda *_: None)
    run.play()
    at.run()
    inside, go_on = threading.Event(), threading.Event()

    def a_long_step() -> None:
        with run._lock:
            inside.set()
            assert go_on.wait(timeout=60)

    worker = threading.Thread(target=a_long_step, daemon=True)
    worker.start()
    assert inside.wait(timeout=10)
    at.button(key="gan_1d.pause").click().run()
    assert [bar.proto.text for bar in at.get("progress")] == [
        "Pausing: a long step comes to its end."
    ]
    assert at.button(key="gan_1d.pause").disabled
    go_on.set()
    worker.join(timeout=10)


def test_a_fork_begins_at_the_number_that_stands_there_when_it_is_pressed() -> None:
    at = opened("gan_1d")
    at.button(key="gan_1d.train").click().run()
    at.number_input(key="gan_1d.fork_at").set_value(7)
    at.button(key="gan_1d.fork").click().run()  # both in one message
    p = at.session_state["gan_1d.player"]
    assert [r.step.number for r in p.run.records if r.pinned] == [0, 7]
