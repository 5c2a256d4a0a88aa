"""What is said of a training."""

import dataclasses
import re

import numpy as np
import pytest

from core.data import images
from core.diffusion.process import PREDICTIONS
from core.diffusion_digits import Config, begin, build, report, resume
from core.diffusion_digits.model import loss_on
from core.figures.theme import LIGHT
from core.figures.training import Style, figure, spec

TINY = Config(width=8, batch=4, updates=2)


@pytest.fixture(scope="module")
def steps():
    return [begin(TINY), *resume(TINY, begin(TINY))]


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_saying_0_costs_what_the_untrained_network_pays(prediction):
    config = Config(width=8, batch=256, prediction=prediction)
    loss = loss_on(config, build(config), images.load("digits"))(np.random.default_rng(0))["loss"]
    assert report.zero(config) == pytest.approx(loss.item(), rel=0.04)


def test_a_moment_shows_real_digits_samples_and_the_loss_by_tenths(steps):
    one, two = (report.moment(TINY, step) for step in steps[1:])
    assert [name for name, _, _ in one.rows] == ["real", "samples"]
    assert one.rows[0][1] is two.rows[0][1]  # drawn once for a whole replay
    assert list(one.bars) == [f"{k}" for k in range(1, 11)]
    assert sum(np.isfinite(v) for v in one.bars.values()) == 4  # so many pictures in a batch


def test_the_figure_of_untrained_networks_has_bars_of_no_height(steps):
    panels = report.panels(LIGHT.words)
    data = spec(panels, report.moment(TINY, steps[0]), {}, 2, Style(LIGHT))
    assert data["layout"]["yaxis2"]["range"] == [0, 0.5]
    moments = [report.moment(TINY, step) for step in steps]
    fig = figure(panels, moments, {"loss": [1.0, 0.9]}, 2, Style(LIGHT))
    assert len(fig.frames) == 3


def test_numbers_before_and_after_the_first_update(steps):
    before, after = (
        {row[0]: row for row in report.numbers(TINY, step, 360, 2)} for step in steps[:2]
    )
    assert before["Loss"][1] == "–"
    assert float(after["Loss"][1]) == pytest.approx(steps[1].losses["loss"], abs=6e-4)
    assert after["Update"][1:3] == ("1", "of 2")
    assert before["Samples"][1] == "after 0"


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_the_formula_says_what_is_asked_for(prediction, steps):
    config = dataclasses.replace(TINY, prediction=prediction)
    text = report.formula(config, steps[1], 0.0, LIGHT.words)
    assert f"{steps[1].losses['loss']:.3f}" in text
    assert (r"\qquad v = " in text) == (prediction == "v")
    assert text.count("{") == text.count("}")
    assert not re.search(r"_\w_", text)  # two subscripts of one letter: TeX refuses the whole line
    assert "=" not in report.formula(config, steps[0], 0.0, LIGHT.words).split(r"\qquad")[0][13:]


def test_a_verdict_only_where_there_is_something_to_say(steps):
    assert report.verdict(TINY, steps[0]) == ""
    assert report.verdict(TINY, steps[1]) == ""
    hidden = dataclasses.replace(TINY, unlabelled=1.0)
    assert "always hidden" in report.verdict(hidden, steps[1])
    wild = dataclasses.replace(steps[1], losses={"loss": 30.0})
    assert "too large" in report.verdict(TINY, wild)
