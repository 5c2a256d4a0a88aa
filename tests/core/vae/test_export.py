"""Copy as PyTorch: the script, run by itself, prints what the app records."""

import ast
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose

import core.vae as vae
from core.vae import Config
from core.vae.export import script
from tests import scripts

NAMES = ("loss", "reconstruction", "kl")
SMALL = {"epochs": 3, "batch": 256, "hidden": 64}
CONFIGS = {
    "textbook": Config(**SMALL),
    "lecture": Config(**SMALL, noise=0.01, reduction="mean", optimizer="rmsprop"),
    "warm_up": Config(**SMALL, warm_up=2, beta=4.0, latent=2, schedule="one-cycle", seed=5),
    "convolutional": Config(network="convolutional", epochs=2, batch=512, lr=0.004),
    "sampled": Config(**SMALL, sampled=True, latent=2),
    "patient": Config(**{**SMALL, "epochs": 9}, patience=2, min_delta=10.0, lr=1e-5),
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    texts = {name: script(config) for name, config in CONFIGS.items()}
    return scripts.run(texts, tmp_path_factory.mktemp("scripts"))


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_losses_of_the_app(name, outputs):
    heads, printed = scripts.numbers(outputs[name])
    expected = scripts.trained(vae, CONFIGS[name], NAMES)
    assert heads == ["epoch", *NAMES, *(f"val_{n}" for n in NAMES)]
    assert_allclose(printed[:, 0], np.arange(1, len(expected) + 1))
    assert_allclose(printed[:, 1:], expected, rtol=1e-3, atol=2e-4)
    if name == "patient":  # ended early, both
        assert len(expected) < 9


def test_without_the_apps_digits_it_runs_by_itself_and_learns(tmp_path):
    path = tmp_path / "vae.py"
    path.write_text(script(Config(**SMALL)), encoding="utf-8")
    command = [sys.executable, "-I", "-W", "error", str(path), "4"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.stderr, done.returncode) == ("", 0)
    _, printed = scripts.numbers(done.stdout.splitlines())
    assert printed.shape == (4, 7)
    assert printed[-1, 1] < 0.8 * printed[0, 1]
    assert_allclose(printed[:, 1], printed[:, 2] + printed[:, 3], rtol=1e-4)


EVERYTHING = Config(
    network="convolutional", warm_up=3, patience=10, schedule="one-cycle", data="fashion_mnist",
    reduction="mean", optimizer="rmsprop",
)  # fmt: skip


@pytest.mark.parametrize("config", [*CONFIGS.values(), Config(data="mnist"), EVERYTHING])
def test_the_script_is_short_and_holds_only_what_its_settings_need(config):
    text = script(config)
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 90
    assert max(map(len, text.splitlines())) <= 100
    assert ("warm_up" in text) == (config.warm_up > 0)
    assert ("def pace" in text) == (config.schedule == "one-cycle")
    assert ("break" in text) == (config.patience > 0)
    assert ("RMSprop" in text) == (config.optimizer == "rmsprop")
    defined = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    imported = {a.asname or a.name for n in ast.walk(tree) if hasattr(n, "names") for a in n.names}
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    assert defined | imported <= used


def test_the_header_says_what_differs_from_the_app():
    head = script(Config()).partition("import")[0]
    assert "784-512-(10, 10) and 10-512-784" in head
    assert "its losses are others" in head
    assert "others" not in script(Config(data="mnist")).partition("import")[0]
