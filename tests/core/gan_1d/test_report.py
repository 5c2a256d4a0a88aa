"""The training in words and numbers: dashes for the unknown, LaTeX that closes, whole tables."""

import dataclasses
import re
from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.figures.theme import DARK, LIGHT
from core.gan_1d import Config, begin, resume
from core.gan_1d.curves import SAMPLES, Distances, Lost, curves
from core.gan_1d.networks import LOSS_NAMES, generate
from core.gan_1d.report import curve_table, formula, loss_table, numbers, sample_table, verdict

LOSSES = ("non-saturating", "minimax", "wgan-gp")
NEAR = Distances(0.01234, 0.00056, np.array([0.5, 0.5]))


def trained(epochs=2, **settings):
    config = Config("two modes", d_steps=2, batch=20, optimizer="adam", **settings)
    steps = [begin(config), *islice(resume(config, begin(config)), epochs)]
    return config, steps[-1]


def written(config, step, colours=LIGHT.words):
    return formula(config, step, curves(config, step.view), colours)


# --- formula ------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("epochs", [0, 2])
def test_every_brace_and_environment_is_closed(loss, epochs):
    text = written(*trained(epochs, loss=loss))
    depth = np.cumsum([(c == "{") - (c == "}") for c in text])
    assert depth.min() >= 0
    assert depth[-1] == 0
    assert text.count(r"\begin{aligned}") == text.count(r"\end{aligned}") == 1
    assert text.count("(") == text.count(")")


@pytest.mark.parametrize("loss", LOSSES)
def test_the_losses_of_this_step_stand_in_the_formula(loss):
    config, step = trained(loss=loss)
    text = written(config, step)
    assert f"= {step.losses['d_loss']:.3f} " in text
    assert re.search(rf"= {re.escape(format(step.losses['g_loss'], '.3f'))}\b", text)
    assert "–" not in text


@pytest.mark.parametrize("loss", LOSSES)
def test_before_training_both_losses_are_dashes(loss):
    config, step = trained(0, loss=loss)
    assert written(config, step).count("–") == 2


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_is_a_dash(value):
    config, step = trained()
    text = written(config, dataclasses.replace(step, losses={"d_loss": value, "g_loss": 0.25}))
    assert text.count("–") == 1
    assert not re.search(r"\b(nan|inf)\b", text)


def test_a_best_discriminator_that_is_unknown_is_a_dash():
    config, step = trained()
    c = curves(config, step.view)
    c = dataclasses.replace(c, d_star=np.full_like(c.d_star, np.nan))
    assert formula(config, step, c, LIGHT.words).count("–") == 1


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_symbols_have_the_colours_of_their_curves(theme):
    text = written(*trained(), theme.words)
    for meaning, symbol in (("real", "x"), ("generated", "G"), ("judge", "D"), ("latent", "z")):
        assert rf"\textcolor{{{theme.words[meaning]}}}{{{symbol}}}" in text


def test_each_loss_has_its_own_formula():
    assert len({written(*trained(0, loss=loss)) for loss in LOSSES}) == 3


# --- numbers and verdict ------------------------------------------------------------------------


def test_every_distance_stands_beside_its_floor():
    config, step = trained()
    d = Distances(1.5, 0.25, np.array([0.9, 0.1]))
    rows = {label: (value, beside) for label, value, beside, _ in numbers(
        config, step, 3000, 1.0, d, NEAR)}  # fmt: skip
    assert rows["Epoch"] == ("2", "of 3,000")
    assert rows["W1 to target"] == ("1.500", "floor 0.012")
    assert rows["JS, nats"] == ("0.2500", "floor 0.0006")
    assert rows["Mass by mode"] == ("90 · 10 %", "target 50 · 50 %")
    assert rows["Updates / s"] == ("3", "PyTorch")  # an epoch of 2 + 1 updates a second


@pytest.mark.parametrize("epochs", [0, 2])
def test_a_speed_that_is_not_known_is_a_dash(epochs):
    config, step = trained(epochs)
    assert numbers(config, step, 3000, None, NEAR, NEAR)[-1][1] == "–"


def test_every_number_has_a_definition():
    rows = numbers(Config(), begin(Config()), 3000, None, NEAR, NEAR)
    assert len({meaning for *_, meaning in rows}) == len(rows) == 5
    assert all(meaning.endswith(".") for *_, meaning in rows)
    assert rows[-1][2] == "fused kernel"


@pytest.mark.parametrize(
    ("lost", "sentence"),
    [
        ([], ""),
        (
            [Lost(15.61, 0.5, 0)],
            "The mode at x = 15.6 (50% of the target) was never found.",
        ),
        (
            [Lost(-2, 0.25, 1234), Lost(3, 0.1, 0)],
            "The mode at x = -2.0 (25% of the target) has collapsed since epoch 1,234; "
            "the mode at x = 3.0 (10% of the target) was never found.",
        ),
    ],
)
def test_the_verdict_names_missing_modes_and_since_when(lost, sentence):
    config, step = trained()
    c = dataclasses.replace(curves(config, step.view), outside=0.0)
    assert verdict(lost, 3000, c) == sentence
    assert verdict(lost, 0, c) == ""  # untrained networks are not blamed
    away = dataclasses.replace(c, outside=0.8, median=-14.21)
    said = "80% of what G makes is outside the picture; its median is -14.2."
    assert verdict([], 0, away) == said


# --- tables -------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", LOSSES)
def test_columns_are_equally_long_and_finite(loss):
    config, step = trained(loss=loss)
    samples, bins = sample_table(config, step.view), curve_table(config, step.view)
    losses = loss_table({name: [v, v] for name, v in step.losses.items()})
    unknown = {"D_star", "d_acc", "g_acc"}  # where nothing is; of a critic
    for columns, rows in ((samples, SAMPLES), (bins, 280), (losses, 2)):
        assert {len(column) for column in columns.values()} == {rows}
        for name, column in columns.items():
            if name not in unknown:
                assert np.isfinite(column).all()


def test_samples_are_those_of_the_generator_and_of_the_target():
    config, step = trained()
    t = sample_table(config, step.view)
    assert_allclose(t["G(z)"], generate(config, step.view, np.array(t["z"])), rtol=1e-6)
    assert t == sample_table(config, step.view)  # a download can be repeated
    share = np.mean(np.array(t["x_data"]) < config.data.bounds[0])
    assert_allclose(share, config.data.mass[0], atol=0.02)
    assert 0 < min(t["D(G(z))"]) < max(t["D(G(z))"]) < 1


def test_the_table_of_curves_is_the_picture():
    config, step = trained()
    t, c = curve_table(config, step.view), curves(config, step.view)
    for name, values in (("x", c.x), ("p_data", c.p_data), ("p_G", c.p_g), ("D_star", c.d_star)):
        assert_array_equal(t[name], values)


def test_epochs_in_the_table_are_counted_from_one():
    assert loss_table({"d_loss": [0.7, 0.6], "g_loss": [0.8, 0.9]})["epoch"] == [1.0, 2.0]
    assert loss_table({}) == {"epoch": []}
    assert tuple(loss_table({name: [0.0] for name in LOSS_NAMES}))[1:] == LOSS_NAMES
