"""The exported scripts, run as somebody would run them, print the losses of the app."""

import pytest
from numpy.testing import assert_allclose

from core import diffusion
from core.diffusion import Config
from core.diffusion.export import script
from core.run import Run
from tests.scripts import numbers, run

SHORT = {"updates": 30, "batch": 64, "T": 50, "width": 16}
CONFIGS = {
    "ring": Config(**SHORT),
    "line": Config(target="two modes", noise="linear", prediction="eps", **SHORT),
    "mixture": Config(target="mixture", noise="constant", prediction="x_0", **SHORT),
    "single": Config(target="mixture", mixture="1 N(3, 2)", loss="bound", **SHORT),
    "drawn": Config(target="drawn", noise="by hand", loss="bound", prediction="eps", **SHORT),
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    scripts = {name: script(config) for name, config in CONFIGS.items()}
    return run(scripts, tmp_path_factory.mktemp("scripts"))


@pytest.mark.parametrize("name", CONFIGS)
def test_a_script_prints_the_losses_of_the_app(printed, name):
    training = Run(diffusion, CONFIGS[name])
    training.play()
    training.advance()
    names, rows = numbers(printed[name])
    assert names == ["update", "loss"]
    assert_allclose(rows[:, 1], training.losses["loss"], rtol=2e-3, atol=1e-5)
