"""Copy as PyTorch: the script, run by itself, prints what the screen shows."""

import ast
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

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


# Runs scripts one after the other in one interpreter: most of the time is the import of torch.
DRIVER = """
import runpy, sys
jobs = sys.argv[1:]
for path, epochs in zip(jobs[::2], jobs[1::2]):
    sys.argv = [path, epochs]
    runpy.run_path(path, run_name="__main__")
    print("end")
"""


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """What every script prints, as lines."""
    folder = tmp_path_factory.mktemp("scripts")

    def run(names):
        jobs = []
        for name in names:
            epochs, config = CONFIGS[name]
            (folder / f"{name}.py").write_text(script(config), encoding="utf-8")
            jobs += [f"{name}.py", str(epochs)]
        command = [sys.executable, "-W", "error", "-c", DRIVER, *jobs]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert (done.stderr, done.returncode) == ("", 0)
        parts = done.stdout.split("end\n")[:-1]
        return zip(names, (part.splitlines() for part in parts), strict=True)

    names = list(CONFIGS)
    with ThreadPoolExecutor(2) as pool:
        return dict(chain(*pool.map(run, (names[::2], names[1::2]))))


def test_the_script_runs_by_itself(tmp_path):
    path = tmp_path / "gan.py"
    path.write_text(script(Config(epochs=101)), encoding="utf-8")
    command = [sys.executable, "-I", str(path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    header, line = done.stdout.splitlines()  # beyond 100 epochs, every hundredth is printed
    assert header == "epoch d_loss d_acc g_loss g_acc"
    assert line.startswith("100 ")


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_losses_of_the_screen(name, outputs):
    epochs, config = CONFIGS[name]
    header, *lines = outputs[name]
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
