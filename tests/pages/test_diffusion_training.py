"""The Train view of the diffusion page as a person drives it, through Streamlit's own harness."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.diffusion.scenes import SCENES

PAGE = Path(__file__).resolve().parents[2] / "pages" / "diffusion.py"


def opened(**query):
    at = AppTest.from_file(str(PAGE), default_timeout=60)
    for name, value in {"view": "Train", "updates": "40", "width": "16", **query}.items():
        at.query_params[f"diffusion.{name}"] = value
    at.run()
    assert not at.exception
    return at


def click(at, key):
    at.button(key=f"diffusion.{key}").click().run()
    assert not at.exception
    return at


def metric(at, label):
    return next(m for m in at.metric if m.label == label)


def charts(at):
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


def run(at):
    return at.session_state["diffusion.player"].run


@pytest.mark.parametrize("target", ["ring of eight", "two modes"])
def test_train_trains_to_the_end_and_can_be_replayed(target):
    at = opened(target=target)
    before = metric(at, "Sliced W1" if target == "ring of eight" else "W1 to target").value
    click(at, "train")
    assert metric(at, "Update").value == "40"
    assert metric(at, "Sliced W1" if target == "ring of eight" else "W1 to target").value != before
    picture, terms = charts(at)
    frames = [int(f["name"]) for f in picture["frames"]]
    assert frames[0] == 0
    assert frames[-1] == 40
    assert {trace["type"] for trace in terms["data"]} == {"bar"}
    assert any("Done: 40 of 40." in p.proto.text for p in at.get("progress"))


def test_the_bound_stands_beside_the_exact_entropy_with_its_error():
    at = opened()
    bound = metric(at, "Bound, nats")
    assert "±" in bound.value
    assert abs(float(bound.delta.removeprefix("entropy ")) - 0.537) < 0.02


def test_one_update_reset_and_bring_back():
    at = click(opened(), "step")
    assert metric(at, "Update").value == "1"
    click(at, "step")
    click(at, "reset")
    assert metric(at, "Update").value == "0"
    click(at, "back")
    assert metric(at, "Update").value == "2"


def test_a_fork_with_the_same_settings_repeats():
    at = click(opened(), "train")
    first = list(run(at).losses["loss"])
    at.number_input(key="diffusion.fork_at").set_value(10).run()
    click(at, "fork")
    assert list(run(at).losses["loss"]) == first
    assert at.session_state["diffusion.player"].now.other is not None


def test_what_acts_at_once_goes_on_and_the_rest_starts_anew():
    at = click(opened(), "step")
    at.selectbox(key="diffusion.loss").set_value("bound").run()
    assert metric(at, "Update").value == "1"
    at.selectbox(key="diffusion.prediction").set_value("eps").run()
    assert metric(at, "Update").value == "0"


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_opens_and_takes_a_step(name):
    at = AppTest.from_file(str(PAGE), default_timeout=60)
    at.query_params["diffusion.view"] = "Train"
    at.query_params["diffusion.scene"] = name
    at.run()
    click(at, "step")
    assert at.session_state["diffusion.scene"] == name
    assert run(at).config == SCENES[name].config
    assert any(c.value == SCENES[name].notice for c in at.caption)


def test_the_field_can_be_left_out():
    at = opened()
    with_field = len(charts(at)[0]["data"])
    at.toggle(key="diffusion.arrows").set_value(False).run()
    assert len(charts(at)[0]["data"]) == with_field - 2


def test_a_drawing_that_means_nothing_keeps_the_training():
    at = click(opened(target="drawn"), "step")
    at.text_input(key="diffusion.drawing").set_value("!!").run()
    assert not at.exception
    assert "two characters" in at.error[0].value.replace("\\", "")
    assert metric(at, "Update").value == "1"
