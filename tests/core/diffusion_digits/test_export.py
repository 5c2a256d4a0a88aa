"""Copy as PyTorch: the script, run by itself, prints what the app records."""

import ast

import numpy as np
import pytest
from numpy.testing import assert_allclose

import core.diffusion_digits as diffusion
from core.diffusion.process import PREDICTIONS
from core.diffusion.schedule import SCHEDULES
from core.diffusion_digits import Config
from core.diffusion_digits.export import script
from core.run import Run
from tests import scripts

SMALL = {"width": 8, "batch": 8, "updates": 60}
FEW = {**SMALL, "updates": 20}
CONFIGS = {
    "plain": Config(**SMALL),
    "noise": Config(**FEW, prediction="eps", noise="linear", T=200, seed=4),
    "picture": Config(**FEW, prediction="x_0", noise="by hand", unlabelled=1.0),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("scripts")


@pytest.fixture(scope="module")
def outputs(folder):
    return scripts.run({name: script(config) for name, config in CONFIGS.items()}, folder)


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_losses_of_the_app_and_draws(name, outputs, folder):
    heads, printed = scripts.numbers(outputs[name])
    run = Run(diffusion, CONFIGS[name])
    run.play()
    run.advance()
    losses = np.array(run.losses["loss"])
    ends = printed[:, 0].astype(int)
    assert heads == ["update", "loss"]
    assert ends.tolist() == ([50, 60] if name == "plain" else [20])
    parts = np.split(losses, ends[:-1])
    assert_allclose(printed[:, 1], [part.mean() for part in parts], rtol=2e-3)
    assert (folder / f"{name}.png").stat().st_size > 1000


@pytest.mark.parametrize("data", ["digits", "mnist", "fashion_mnist", "olivetti"])
@pytest.mark.parametrize("noise", SCHEDULES)
@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_every_setting_has_a_script_of_lines_that_fit(data, noise, prediction):
    text = script(Config(data=data, noise=noise, prediction=prediction))
    ast.parse(text)
    assert max(map(len, text.splitlines())) <= 100
    assert len(text.splitlines()) < 240
