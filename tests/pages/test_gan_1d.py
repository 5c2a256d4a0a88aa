"""The page as a person drives it, through Streamlit's own harness."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.gan_1d.scenes import SCENES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "pages" / "gan_1d.py"
LOG2 = 0.693


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(str(PAGE), default_timeout=60).run()


def linked(**query: str) -> AppTest:
    """The page as a link opens it."""
    at = AppTest.from_file(str(PAGE), default_timeout=60)
    for name, value in query.items():
        at.query_params[f"gan_1d.{name}"] = value
    return at.run()


def click(at: AppTest, key: str) -> AppTest:
    at.button(key=f"gan_1d.{key}").click()
    return at.run()


def metric(at: AppTest, label: str) -> str:
    return next(m.value for m in at.metric if m.label == label)


def said(at: AppTest) -> str:
    kinds = (at.error, at.warning, at.markdown, at.caption)
    text = " ".join(element.value for kind in kinds for element in kind)
    return text.replace("\\", "")  # user text is escaped against markdown


def test_trains_within_the_harness_own_limit() -> None:
    at = AppTest.from_file(str(PAGE)).run()
    at.number_input(key="gan_1d.epochs").set_value(300).run()
    assert metric(click(at, "train"), "Epoch") == "300"


def test_opens_through_the_app_and_alone(page: AppTest) -> None:
    assert not page.exception
    app = AppTest.from_file(str(ROOT / "app.py")).run()
    app.switch_page("pages/gan_1d.py").run()
    assert not app.exception
    assert app.title[0].value == page.title[0].value


def test_alive_on_first_paint(page: AppTest) -> None:
    assert metric(page, "Epoch") == "0"
    assert len(page.get("plotly_chart")) == 1


# W1 between the bounds, and the mass in the first mode between the bounds, in percent
STORY = {
    "Shifted Gaussian": ((0.0, 0.1), (100, 100)),
    "Long tail": ((0.0, 0.06), (100, 100)),
    "Two modes": ((0.0, 0.25), (40, 60)),
    "Far modes": ((7.0, 9.0), (99, 100)),
}


@pytest.mark.parametrize("scene", STORY)
def test_one_click_tells_the_story_of_a_scene(scene: str) -> None:
    at = linked(scene=scene)
    click(at, "train")
    assert not at.exception
    assert metric(at, "Epoch") == "3,000"
    (low, high), (least, most) = STORY[scene]
    assert low <= float(metric(at, "W1 to target")) <= high
    assert least <= float(metric(at, "Mass by mode").split()[0]) <= most


def test_a_lost_mode_is_named() -> None:
    at = click(linked(scene="Far modes"), "train")
    assert "The mode at x = 15.6" in said(at)


def test_a_scene_sets_every_setting(page: AppTest) -> None:
    page.button_group(key="gan_1d.scene").set_value("D too strong").run()
    config = SCENES["D too strong"].config
    assert page.selectbox(key="gan_1d.target").value == config.target
    assert page.number_input(key="gan_1d.d_steps").value == config.d_steps
    assert page.text_input(key="gan_1d.mixture").value == config.mixture
    assert page.number_input(key="gan_1d.epochs").value == config.epochs


def test_a_scene_is_lit_only_while_its_settings_stand(page: AppTest) -> None:
    scene = page.button_group(key="gan_1d.scene")
    assert scene.value == "Shifted Gaussian"
    page.number_input(key="gan_1d.lr_g").set_value(0.02).run()
    assert page.button_group(key="gan_1d.scene").value is None
    page.number_input(key="gan_1d.lr_g").set_value(0.01).run()
    assert page.button_group(key="gan_1d.scene").value == "Shifted Gaussian"


def test_settings_in_a_link_win_over_its_scene() -> None:
    at = linked(scene="Far modes", lr_g="0.05")
    assert at.selectbox(key="gan_1d.target").value == "far modes"
    assert at.number_input(key="gan_1d.lr_g").value == 0.05


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"lr_d": "99"}, "lr_d = '99': allowed are 0 to 10."),
        ({"target": "banana"}, "target = 'banana': allowed are shifted"),
        ({"d_steps": "x"}, "d_steps = 'x': allowed are whole numbers 1 to 100."),
        ({"target": "formula", "formula": "z**z"}, "no finite value"),
        ({"formula": "__import__('os')", "target": "formula"}, "cannot use '__import__'"),
        (
            {"target": "mixture", "mixture": "-1 N(0, 1)"},
            "weights must lie between 0 and 1,000,000",
        ),
        ({"target": "drawing", "drawing": "0" * 48}, "The drawing is empty"),
        ({"batch": "6", "pac": "4"}, "must be a multiple of pac"),
        ({"scene": "banana"}, "scene = 'banana': allowed are Shifted Gaussian"),
        ({"nothing": "1"}, "nothing: there is no such setting."),
    ],
)
def test_a_bad_link_says_what_is_allowed_and_the_page_works(
    query: dict[str, str], sentence: str
) -> None:
    at = linked(**query)
    assert not at.exception
    assert sentence in said(at)
    assert metric(click(at, "train"), "Epoch") == "3,000"


@pytest.mark.parametrize(
    ("target", "text", "sentence"),
    [
        ("formula", "__import__('os')", "cannot use '__import__'"),
        ("formula", "1/0", "divides by zero"),
        ("formula", "z**z", "no finite value"),
        ("mixture", "-1 N(0, 1)", "weights must lie between 0 and 1,000,000"),
        ("mixture", "1 N(0, 0)", "widths must lie between"),
        ("drawing", "0" * 48, "The drawing is empty"),
    ],
)
def test_a_bad_target_is_one_sentence_and_loses_nothing(
    page: AppTest, target: str, text: str, sentence: str
) -> None:
    click(page, "train")
    page.selectbox(key="gan_1d.target").set_value(target).run()
    page.button(key="gan_1d.back").click().run()  # back to what was trained
    assert metric(page, "Epoch") == "3,000"
    page.selectbox(key="gan_1d.target").set_value(target).run()
    page.text_input(key=f"gan_1d.{target}").set_value(text).run()
    assert not page.exception
    assert sentence in said(page)
    assert metric(click(page, "back"), "Epoch") == "3,000"


@pytest.mark.parametrize("target", ["mixture", "formula", "drawing"])
def test_written_targets_train(page: AppTest, target: str) -> None:
    page.selectbox(key="gan_1d.target").set_value(target).run()
    assert metric(click(page, "train"), "Epoch") == "3,000"


def test_steps_by_hand(page: AppTest) -> None:
    before = metric(click(page, "step"), "W1 to target")
    click(page, "step_discriminator")
    assert metric(page, "Epoch") == "2"
    assert metric(page, "W1 to target") == before  # the generator stood still
    click(page, "step_generator")
    assert metric(page, "Epoch") == "3"
    assert metric(page, "W1 to target") != before


def test_divergence_stops_at_the_last_finite_epoch_and_can_go_on(page: AppTest) -> None:
    page.selectbox(key="gan_1d.target").set_value("far modes")
    page.selectbox(key="gan_1d.d_activation").set_value("softplus")
    page.number_input(key="gan_1d.lr_g").set_value(10.0)
    page.number_input(key="gan_1d.lr_d").set_value(10.0).run()
    click(page, "train")
    assert "Stopped: in epoch" in said(page)
    assert "is kept" in said(page)
    page.number_input(key="gan_1d.lr_g").set_value(0.001)
    page.number_input(key="gan_1d.lr_d").set_value(0.001).run()
    assert not page.error


def test_live_settings_act_without_a_new_start(page: AppTest) -> None:
    click(page, "step")
    page.number_input(key="gan_1d.d_steps").set_value(3).run()
    assert metric(page, "Epoch") == "1"
    page.number_input(key="gan_1d.seed").set_value(5).run()
    assert metric(page, "Epoch") == "0"
    assert "Started anew" in page.get("progress")[0].proto.text


def test_reset_keeps_what_was_trained(page: AppTest) -> None:
    click(page, "train")
    trained = metric(page, "W1 to target")
    click(page, "reset")
    assert metric(page, "Epoch") == "0"
    click(page, "back")
    assert (metric(page, "Epoch"), metric(page, "W1 to target")) == ("3,000", trained)


def test_a_fork_with_the_same_settings_repeats_every_number(page: AppTest) -> None:
    click(page, "train")
    trained = [m.value for m in page.metric][:4]
    page.number_input(key="gan_1d.fork_at").set_value(1234).run()
    click(page, "fork")
    assert [m.value for m in page.metric][:4] == trained


def test_a_fork_with_other_settings_shows_both_futures(page: AppTest) -> None:
    click(page, "train")
    page.number_input(key="gan_1d.lr_g").set_value(0.05).run()
    first = metric(page, "W1 to target")
    page.number_input(key="gan_1d.fork_at").set_value(100).run()
    click(page, "fork")
    other = metric(page, "W1 to target")
    assert other != first
    assert metric(click(page, "swap"), "W1 to target") == first
    assert metric(click(page, "drop"), "W1 to target") == first
    assert metric(click(page, "back"), "W1 to target") == other


def test_presenter_hides_the_prose(page: AppTest) -> None:
    assert "The best discriminator" in said(page)
    page.toggle(key="app.presenter").set_value(True).run()
    assert not page.exception
    assert "The best discriminator" not in said(page)


def test_every_setting_has_a_widget_with_its_key(page: AppTest) -> None:
    from dataclasses import fields

    from core.gan_1d import Config

    page.selectbox(key="gan_1d.loss").set_value("wgan-gp").run()
    for target in ("mixture", "formula", "drawing"):
        page.selectbox(key="gan_1d.target").set_value(target).run()
        for field in fields(Config):
            wanted = field.metadata["only"].get("target", target) == target
            if wanted:
                assert page.session_state[f"gan_1d.{field.name}"] is not None


def test_settings_survive_leaving_the_page_and_coming_back() -> None:
    at = AppTest.from_file(str(ROOT / "app.py")).run()
    at.switch_page("pages/gan_1d.py").run()
    at.selectbox(key="gan_1d.g_activation").set_value("relu").run()
    at.selectbox(key="gan_1d.g_activation").set_value("tanh").run()
    click(at, "step")
    at.switch_page("app.py").run()
    at.switch_page("pages/gan_1d.py").run()
    assert at.selectbox(key="gan_1d.g_activation").value == "tanh"
    assert metric(at, "Epoch") == "1"


def test_swapping_futures_brings_the_settings_of_each_along(page: AppTest) -> None:
    page.number_input(key="gan_1d.epochs").set_value(50).run()
    click(page, "train")
    page.number_input(key="gan_1d.fork_at").set_value(10).run()
    click(page, "fork")
    page.number_input(key="gan_1d.lr_g").set_value(0.5).run()
    click(page, "swap")
    assert page.number_input(key="gan_1d.lr_g").value == 0.01
    click(page, "swap")
    assert page.number_input(key="gan_1d.lr_g").value == 0.5


def test_a_scene_after_a_scene_starts_anew(page: AppTest) -> None:
    page.button_group(key="gan_1d.scene").set_value("Far modes").run()
    click(page, "train")
    # every setting in which these two differ could act at once
    page.button_group(key="gan_1d.scene").set_value("Collapse and its cure").run()
    assert metric(page, "Epoch") == "0"
    assert not page.button(key="gan_1d.train").disabled
    click(page, "back")
    assert metric(page, "Epoch") == "3,000"
    assert page.button_group(key="gan_1d.scene").value == "Far modes"
