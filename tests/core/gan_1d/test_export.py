"""Copy as PyTorch: the script, run by itself, prints what the screen shows."""

import ast
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest
from numpy.testing import assert_allclose

import core.gan_1d as gan_1d
from core.data.toy import target
from core.gan_1d import Config
from core.gan_1d.export import numpy_source, script
from core.run import Run

RELU = {"g_activation": "relu", "d_activation": "relu"}
CONFIGS = {
    "shifted": (100, Config(lr_d=0.02)),
    "long tail": (100, Config("long tail", **RELU)),
    "two modes": (100, Config("two modes", seed=2, **RELU)),
    "far modes": (100, Config("far modes", g_width=7, **RELU)),
    "mixture": (100, Config("mixture", seed=5)),
    "formula": (100, Config("formula", formula="where(z<0, -1, z>1) * abs(z)**1.2 + pi*(z > .5)")),
    "drawing": (100, Config("drawing", g_activation="tanh", d_activation="softplus")),
    "minimax": (100, Config(loss="minimax", d_steps=1)),
    "wgan-gp": (40, Config("far modes", loss="wgan-gp", optimizer="adam", d_steps=5, **RELU)),
    "r1": (40, Config("two modes", r1=0.5, d_steps=5)),
    "instance noise": (40, Config("two modes", instance_noise=0.5, d_steps=5)),
    "pac": (40, Config("two modes", pac=2, optimizer="adam", lr_d=0.002)),
    "all": (20, Config("mixture", loss="wgan-gp", pac=4, r1=0.1, instance_noise=0.2, d_steps=3)),
}


@cache
def outputs():
    """What every script prints: two at a time, because most of it is the import of torch."""

    def run(name):
        epochs, config = CONFIGS[name]
        command = [sys.executable, "-W", "error", "-", str(epochs)]
        done = subprocess.run(command, input=script(config), capture_output=True, text=True)
        return name, done

    with ThreadPoolExecutor(2) as pool:
        return dict(pool.map(run, CONFIGS))


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_losses_of_the_screen(name):
    epochs, config = CONFIGS[name]
    done = outputs()[name]
    assert (done.stderr, done.returncode) == ("", 0)
    header, *lines = done.stdout.splitlines()
    printed = np.array([line.split() for line in lines], float)

    run = Run(gan_1d, config)
    run.play()
    run.advance(steps=epochs)
    assert header.split() == ["epoch", *run.losses]
    assert_allclose(printed[:, 0], np.arange(1, epochs + 1))
    losses, accuracies = ["d_loss", "g_loss"], ["d_acc", "g_acc"]
    assert_allclose(printed[:, [1, 3]], np.transpose([run.losses[k] for k in losses]), atol=1e-3)
    # one sample may lie on the other side of the boundary
    expected = np.transpose([run.losses[k] for k in accuracies])
    assert_allclose(printed[:, [2, 4]], expected, atol=1.1 / config.batch)


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_holds_only_what_its_settings_need(name):
    _, config = CONFIGS[name]
    text = script(config)
    tree = ast.parse(text)
    assert len(text.splitlines()) < 100
    assert max(map(len, text.splitlines())) <= 100
    assert sum(isinstance(node, ast.If) for node in ast.walk(tree)) == 1  # whether to print
    assert ("instance_noise =" in text) == (config.instance_noise > 0)
    assert ("pac =" in text) == (config.pac > 1)
    assert ("r1 =" in text) == (config.r1 > 0)
    assert ("gp =" in text) == (config.loss == "wgan-gp")
    assert ("softplus" in text) == (config.loss != "wgan-gp")
    defined = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    imported = {a.asname or a.name for n in ast.walk(tree) if hasattr(n, "names") for a in n.names}
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    assert defined | imported <= used


def test_the_lectures_script_is_short():
    assert len(script(Config()).splitlines()) <= 70


@pytest.mark.parametrize(
    ("formula", "source"),
    [
        ("2*z", "2.0 * z"),
        ("sin ( z )+pi", "np.sin(z) + np.pi"),
        ("where(z<0,-1,z)", "np.where(z < 0.0, -1.0, z)"),
        ("(z>0)+(z>1)", "(z > 0.0) * 1.0 + (z > 1.0) * 1.0"),
        ("-z**2", "-z ** 2.0"),
    ],
)
def test_a_formula_becomes_numpy(formula, source):
    assert numpy_source(formula) == source


@pytest.mark.parametrize(
    "formula",
    ["-z**2 + abs(z)**1.2", "where(z<0, sin(3*z), log1p(abs(z)))", "arctan2(z, 2)/.5", "2**z - -z"],
)
def test_a_formula_has_the_same_values_in_numpy(formula):
    z = np.linspace(-5, 5, 1001)
    code = compile(numpy_source(formula), "formula", "eval")
    names = {"np": np, "z": z, "__builtins__": {}}
    assert_allclose(eval(code, names), target("formula", formula).f(z), atol=1e-12)  # noqa: S307


@pytest.mark.parametrize(
    "formula", ["__import__('os')", "z.real", "z; print(1)", "z\nimport os", ""]
)
def test_nothing_but_arithmetic_gets_into_a_script(formula):
    with pytest.raises(ValueError, match="formula"):
        numpy_source(formula)
