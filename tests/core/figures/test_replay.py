"""Frames, slider and buttons, on a figure of two curves of which one moves."""

import json
from base64 import b64decode

import numpy as np
import plotly.graph_objects as go
import pytest
from numpy.testing import assert_array_equal

from core.figures.replay import Replayed, replay
from core.figures.theme import DARK, LIGHT

X = np.arange(3.0)
FRAMES = {0: [{"x": X, "y": X}], 10: [{"x": X, "y": 2 * X}], 1500: [{"x": X, "y": 3 * X}]}


@pytest.fixture
def fig():
    figure = Replayed([{"type": "scatter", "x": X, "y": y} for y in (X, 3 * X)])
    replay(figure, FRAMES, [1], LIGHT, "epoch")
    return figure


def test_each_frame_holds_only_what_moves(fig):
    assert [frame.name for frame in fig.frames] == ["0", "10", "1500"]
    for frame, data in zip(fig.frames, FRAMES.values(), strict=True):
        assert frame.traces == (1,)
        assert len(frame.data) == 1
        y = frame.data[0].y  # as bytes, which the browser reads fastest
        y = np.frombuffer(b64decode(y["bdata"]), y["dtype"]) if isinstance(y, dict) else y
        assert_array_equal(y, data[0]["y"])
        assert frame.data[0].type == "scatter"


def test_one_slider_step_for_each_frame_and_the_last_is_shown(fig):
    (slider,) = fig.layout.sliders
    assert [step.args[0] for step in slider.steps] == [(frame.name,) for frame in fig.frames]
    assert [step.label for step in slider.steps] == [
        "0 (numbers above: 1,500)",
        "10 (numbers above: 1,500)",
        "1,500",
    ]
    assert {step.method for step in slider.steps} == {"animate"}
    assert slider.active == 2
    assert slider.currentvalue.prefix == "epoch "


def test_play_runs_all_frames_from_here_and_pause_stops_at_once(fig):
    play, pause = fig.layout.updatemenus[0].buttons
    assert play.args[0] is None
    assert play.args[1]["fromcurrent"] is True
    assert play.args[1]["frame"]["duration"] > 0
    assert pause.args[0] == (None,)  # plotly's word for "stop"
    assert pause.args[1]["mode"] == "immediate"


def test_the_curves_of_the_figure_stay(fig):
    assert len(fig.data) == 2
    assert_array_equal(fig.data[1].y, 3 * X)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_controls_have_the_themes_colours(theme):
    figure = Replayed([{"y": X}])
    replay(figure, {0: [{"y": X}]}, [0], theme, "step")
    text = json.dumps(figure.layout.to_plotly_json())
    assert theme.ink in text
    assert theme.theory in text


def test_the_browser_gets_what_plotly_would_send(fig):
    sent = json.loads(fig.to_json())
    checked = go.Figure(fig.data, fig.layout, fig.frames)
    assert sent == json.loads(checked.to_json())
    assert len(sent["frames"]) == 3
    assert "frames" not in Replayed(fig.data).to_dict()
