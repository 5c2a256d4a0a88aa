"""What is said of a training: rows, numbers and formula agree with its step."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from core import autoencoder
from core.autoencoder import report
from core.autoencoder.config import KINDS, Config
from core.autoencoder.scenes import SCENES
from core.autoencoder.train import View
from core.figures.theme import LIGHT
from core.recipe import shown
from core.step import Step

LOSSES = {"loss": 101.25, "val_loss": 99.5}


def step(config: Config, number: int = 12) -> Step:
    view = autoencoder.begin(config).view
    return Step(number, LOSSES if number else {}, view, None)


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_row_is_what_is_aimed_at_and_the_last_what_comes_out(kind):
    config = Config(kind=kind, hidden=16)
    now = step(config)
    rows = report.moment(config, now).rows
    assert_array_equal(rows[0][1], shown("digits"))
    assert rows[-1][2] == "generated"
    out = np.where(now.view.hidden, now.view.rebuilt, 0) if kind == "masked" else now.view.rebuilt
    assert_array_equal(rows[-1][1], out)
    assert {row[1].shape for row in rows} == {(10, 28, 28)}


def test_hidden_pixels_do_not_look_like_black_ones():
    config = Config(kind="masked", hidden=16)
    now = step(config)
    seen = report.moment(config, now).rows[1][1]
    black = np.where(now.view.hidden, 0, seen)
    assert (seen != black)[now.view.hidden].mean() == pytest.approx(0.5, abs=0.05)
    assert_array_equal(seen[~now.view.hidden], now.view.seen[~now.view.hidden])


def test_the_numbers_are_those_of_the_step():
    config = Config(hidden=16)
    rows = {row[0]: row for row in report.numbers(config, step(config), 12, 360)}
    assert rows["Epoch"][1:3] == ("1.0", "of 30")
    assert rows["Loss"][1:3] == ("101.2", "validation 99.5")
    assert all(row[3] for row in rows.values())  # each is explained
    untrained = {row[0]: row for row in report.numbers(config, step(config, 0), 12, 360)}
    assert untrained["Loss"][1:3] == ("–", "not trained yet")


def test_the_squared_error_is_that_of_what_counts():
    config, x = Config(kind="masked"), shown("digits")
    hidden = np.zeros(x.shape, bool)
    hidden[:, :14] = True
    rebuilt = np.where(hidden, x, 255 - x)  # wrong only where it does not count
    error, mean = report.squared_error(config, View(x, hidden, rebuilt))
    assert error == 0
    assert mean > 0.01
    nothing = View(x, np.zeros_like(hidden), rebuilt)
    assert report.squared_error(config, nothing) == (None, None)


def test_the_mean_digit_is_no_measure_of_clothes(monkeypatch):
    config = Config(data="fashion_mnist")
    monkeypatch.setattr(report, "shown", lambda data: shown("digits"))
    now = autoencoder.begin(Config(hidden=16))
    assert report.squared_error(config, now.view)[1] is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_formula_is_the_one_of_its_kind(kind):
    config = Config(kind=kind, bottleneck=7, hidden=16)
    text = report.formula(config, step(config), 1.0, LIGHT.words)
    assert "= 101.2" in text
    assert "{7}" in text
    assert ("varepsilon" in text) == (kind == "denoising")
    assert ("hidden" in text) == (kind == "masked")
    assert "101" not in report.formula(config, step(config, 0), 0.0, LIGHT.words)


def test_a_training_that_has_learned_nothing_is_told_so():
    config, x = Config(), shown("digits")
    none = np.zeros(x.shape, bool)
    grey = View(x, none, np.full_like(x, 60))
    assert "little more than the mean digit" in report.verdict(config, Step(9, LOSSES, grey, None))
    perfect = View(x, none, x)
    assert report.verdict(config, Step(9, LOSSES, perfect, None)) == ""


def test_scenes_differ_and_say_what_to_notice():
    assert len({scene.config for scene in SCENES.values()}) == len(SCENES)
    assert all(scene.notice.endswith(".") for scene in SCENES.values())
    assert next(iter(SCENES.values())).config == Config()
    assert {scene.config.kind for scene in SCENES.values()} == set(KINDS)
