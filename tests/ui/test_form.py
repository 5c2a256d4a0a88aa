"""A Config as widgets: each type, fields that come and go, scenes, links; through AppTest."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from ui.form import TOLD


def script() -> None:
    """A page with nothing but the form of a tiny Config, which it writes out."""
    from dataclasses import asdict, dataclass

    import streamlit as st

    from core.config import check, knob
    from core.scene import Scene
    from ui import form, link

    @dataclass(frozen=True)
    class Config:
        n: int = knob(3, "Number", min=1, max=9, unit="steps", help="How many.")
        rate: float = knob(0.5, "Rate", min=0.0, max=2.0)
        kind: str = knob("plain", "Kind", choices=("plain", "written"))
        text: str = knob("abc", "Text", only={"kind": "written"})
        flip: bool = knob(False, "Flip", group="More")

        def __post_init__(self) -> None:
            check(self)
            if self.kind == "written" and not self.text:
                raise ValueError("The text is empty: write a word.")

    scenes = {
        "Start": Scene(Config(), "As it is."),
        "Other": Scene(Config(n=7, kind="written", text="xyz", flip=True), "Much changes."),
    }
    link.arrive("tiny", Config, scenes, others={"pace": ("slow", "fast")})
    pills = st.container()
    config = form.form("tiny", Config, {})
    form.toggle("tiny", "arrows", "Arrows", "Draw arrows.")
    form.choice("tiny", "pace", "Pace", ["fast", "slow"])
    if config is not None:
        form.scene_pills(pills, "tiny", scenes, config, lambda chosen: None)
        form.complaints("tiny", config)
        st.json(asdict(config))


def shown(elements) -> list[str]:
    """What is read on the screen: escaped against markdown, a text is shown without the escapes."""
    hidden = str.maketrans("", "", "\\\N{WORD JOINER}")
    return [element.value.translate(hidden) for element in elements]


def opened(**query: str | list[str]) -> AppTest:
    at = AppTest.from_function(script)
    for name, value in query.items():
        at.query_params[f"tiny.{name}"] = value
    return at.run()


def config(at: AppTest) -> dict[str, object]:
    import json

    assert not at.exception
    return dict(json.loads(at.json[0].value))


DEFAULT = {"n": 3, "rate": 0.5, "kind": "plain", "text": "abc", "flip": False}
OTHER = {"n": 7, "rate": 0.5, "kind": "written", "text": "xyz", "flip": True}


def without_text(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name != "text"}


def test_the_form_begins_with_the_defaults() -> None:
    at = opened()
    assert config(at) == DEFAULT
    assert not at.warning
    assert not at.error


@pytest.mark.parametrize(
    ("widget", "name", "value"),
    [
        ("number_input", "n", 9),
        ("number_input", "rate", 1.25),
        ("selectbox", "kind", "written"),
        ("toggle", "flip", True),
    ],
)
def test_each_type_has_its_widget_and_keeps_its_type(widget, name, value) -> None:
    at = opened()
    getattr(at, widget)(key=f"tiny.{name}").set_value(value).run()
    assert config(at) == {**DEFAULT, name: value}
    assert type(config(at)[name]) is type(value)


def test_the_form_says_range_unit_and_meaning() -> None:
    n = opened().number_input(key="tiny.n")
    assert (n.label, n.min, n.max, n.help) == ("Number (steps)", 1, 9, "How many.")


def test_groups_are_folded_away() -> None:
    (expander,) = opened().expander
    assert expander.label == "More"
    assert [toggle.key for toggle in expander.toggle] == ["tiny.flip"]


def test_a_field_is_shown_only_while_it_matters() -> None:
    at = opened()
    assert not at.text_input
    at.selectbox(key="tiny.kind").set_value("written").run()
    at.text_input(key="tiny.text").set_value("hello").run()
    assert config(at)["text"] == "hello"
    at.selectbox(key="tiny.kind").set_value("plain").run()
    assert not at.text_input
    at.selectbox(key="tiny.kind").set_value("written").run()
    assert config(at)["text"] == "hello"  # hidden is not forgotten


def test_an_impossible_config_is_one_sentence_and_the_form_stays() -> None:
    at = opened(kind="written")
    at.text_input(key="tiny.text").set_value("").run()
    assert not at.exception
    assert shown(at.error) == [
        "The text is empty: write a word. The last possible settings stay in use."
    ]
    assert not at.json
    at.text_input(key="tiny.text").set_value("word").run()
    assert not at.error
    assert config(at)["text"] == "word"


# --- scenes -------------------------------------------------------------------------------------


def test_a_scene_sets_every_field_and_the_first_sets_them_back() -> None:
    at = opened()
    at.button_group(key="tiny.scene").set_value("Other").run()
    assert config(at) == OTHER
    at.button_group(key="tiny.scene").set_value("Start").run()
    assert without_text(config(at)) == without_text(DEFAULT)


def test_a_scene_is_lit_while_its_settings_stand() -> None:
    at = opened()
    assert at.button_group(key="tiny.scene").value == "Start"
    at.number_input(key="tiny.n").set_value(4).run()
    assert at.button_group(key="tiny.scene").value is None
    at.number_input(key="tiny.n").set_value(3).run()
    assert at.button_group(key="tiny.scene").value == "Start"


def test_a_second_click_on_the_lit_scene_changes_nothing() -> None:
    at = opened(scene="Other")
    at.button_group(key="tiny.scene").set_value(None).run()
    assert config(at) == OTHER
    assert at.button_group(key="tiny.scene").value == "Other"


# --- links --------------------------------------------------------------------------------------


def test_a_link_sets_fields_of_every_type() -> None:
    at = opened(n="5", rate="1e-3", kind="written", text="from a link", flip="true")
    wanted = {"n": 5, "rate": 0.001, "kind": "written", "text": "from a link", "flip": True}
    assert config(at) == wanted
    assert not at.warning


def test_a_link_may_name_a_scene_and_its_settings_win() -> None:
    assert config(opened(scene="Other")) == OTHER
    assert config(opened(scene="Other", n="2")) == {**OTHER, "n": 2}


def test_a_link_sets_the_switches_of_the_page() -> None:
    at = opened(pace="slow")
    assert at.selectbox(key="tiny.pace").value == "slow"
    assert not at.warning


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"n": "10"}, "n = '10': allowed are whole numbers 1 to 9."),
        ({"n": "x"}, "n = 'x': allowed are whole numbers 1 to 9."),
        ({"rate": "nan"}, "rate = 'nan': allowed are 0 to 2."),
        ({"kind": "odd"}, "kind = 'odd': allowed are plain, written."),
        ({"nose": "1"}, "nose: there is no such setting."),
        ({"scene": "Odd"}, "scene = 'Odd': allowed are Start, Other."),
    ],
)
def test_a_bad_link_keeps_the_default_and_says_what_is_allowed(query, sentence) -> None:
    at = opened(**query)
    assert config(at) == DEFAULT
    (warning,) = shown(at.warning)
    assert sentence == warning.split("  \n")[1]


@pytest.mark.parametrize(
    ("query", "told", "kept"),
    [
        ({"n": ["4", "5"]}, "n stands 2 times in the link: the last, '5', counts.", {"n": 5}),
        ({"n": ["4", "99"]}, "n = '99': allowed are whole numbers 1 to 9.", {}),
        ({"text": ""}, "The text is empty: write a word.", {}),
        ({"text": "", "kind": "written"}, "The text is empty: write a word.", {"kind": "written"}),
    ],
)
def test_one_sentence_says_how_a_doubtful_link_was_read(query, told, kept) -> None:
    at = opened(**query)
    assert config(at) == {**DEFAULT, **kept}
    (warning,) = shown(at.warning)
    head, sentence = warning.split("  \n")
    assert head == "Not all of the link could be used as it stands."
    assert sentence == told


def test_what_cannot_be_used_leaves_the_address_and_the_rest_stays() -> None:
    at = opened(n="inf", rate="0.25", pace="", kind=["plain", "written"], flip="TRUE")
    assert at.query_params == {
        "tiny.rate": "0.25", "tiny.kind": "written", "tiny.flip": "TRUE",
    }  # fmt: skip


def test_a_whole_number_stands_in_the_address_as_its_widget_writes_it() -> None:
    at = opened(n="5.0")
    assert config(at)["n"] == 5
    assert at.query_params == {"tiny.n": "5"}


def test_what_belongs_to_another_site_or_lesson_is_left_alone() -> None:
    at = AppTest.from_function(script)
    at.query_params |= {"utm_source": "<img src=x>", "other.n": "inf"}
    at.run()
    assert not at.warning
    assert at.query_params == {"utm_source": "<img src=x>", "other.n": "inf"}


@pytest.mark.parametrize("text", ["[a](https://a.example)", "![a](b)", "$x$", "*a*", "`a`", ":x:"])
def test_text_of_a_link_is_never_markdown(text) -> None:
    (warning,) = opened(scene=text).warning
    assert text not in warning.value
    assert text in shown([warning])[0]


def test_of_very_many_complaints_the_first_are_told() -> None:
    (warning,) = opened(**{f"unknown{k}": "1" for k in range(905)}).warning
    assert len(warning.value.splitlines()) == TOLD + 2
    assert f"And {905 - TOLD} more" in warning.value


def test_the_complaint_stays_until_a_setting_is_changed() -> None:
    at = opened(n="10")
    at.toggle(key="tiny.arrows").set_value(True).run()
    assert at.warning
    at.number_input(key="tiny.n").set_value(4).run()
    assert not at.warning
    at.number_input(key="tiny.n").set_value(3).run()
    assert not at.warning


# --- sliders, and a part of the form ------------------------------------------------------------


def part() -> None:
    """A page with two views: one shows a part of the settings, the other all of them."""
    from dataclasses import asdict, dataclass

    import streamlit as st

    from core.config import check, knob
    from ui import form, link

    @dataclass(frozen=True)
    class Config:
        epochs: int = knob(3, "Epochs", min=1, max=9, group="Training")
        width: int = knob(32, "Width", min=1, max=64, slider=True)
        share: float = knob(0.5, "Share", min=0.0, max=1.0, step=0.25, slider=True)
        size: int = knob(4, "Size", choices=(1, 2, 4), slider=True, only={"width": 64})

        def __post_init__(self) -> None:
            check(self)

    link.arrive("tiny", Config, {}, others={"view": ("Part", "All"), "digit": (0, 9)})
    view = form.views("tiny", ["Part", "All"])
    config = form.form("tiny", Config, {}, only=("share", "size") if view == "Part" else ())
    form.complaints("tiny", config)
    st.json({**asdict(config), "others": form.others("tiny", {"view": "Part", "digit": 5})})


def parted(**query: str) -> AppTest:
    at = AppTest.from_function(part)
    for name, value in query.items():
        at.query_params[f"tiny.{name}"] = value
    return at.run()


def test_what_is_worth_dragging_is_a_slider() -> None:
    at = parted()
    at.slider(key="tiny.share").set_value(0.75).run()
    at.select_slider(key="tiny.size").set_value(2).run()
    assert {k: config(at)[k] for k in ("share", "size")} == {"share": 0.75, "size": 2}


def test_only_some_fields_are_drawn_and_the_others_are_kept() -> None:
    at = parted(epochs="7", width="10")
    assert not at.number_input
    assert (config(at)["epochs"], config(at)["width"]) == (7, 10)
    at.button_group(key="tiny.view").set_value("All").run()
    at.slider(key="tiny.width").set_value(20).run()
    at.button_group(key="tiny.view").set_value("Part").run()
    assert (config(at)["epochs"], config(at)["width"]) == (7, 20)


def test_the_first_group_is_the_one_without_a_name() -> None:
    at = parted(view="All")
    (expander,) = at.expander
    assert expander.label == "Training"
    assert [n.key for n in expander.number_input] == ["tiny.epochs"]


def test_the_settings_of_the_page_itself_that_differ() -> None:
    assert config(parted())["others"] == {}
    assert config(parted(view="All"))["others"] == {"view": "All"}


@pytest.mark.parametrize("view", ["Elsewhere", "", "<b>"])
def test_an_unknown_view_is_the_first(view) -> None:
    at = parted(view=view)
    assert not at.exception
    assert at.slider(key="tiny.share").value == 0.5
    assert not at.number_input
