"""Copy as PyTorch: the script, run by itself, prints what the app records."""

import ast

import numpy as np
import pytest
from numpy.testing import assert_allclose

import core.autoencoder as autoencoder
from core.autoencoder import Config
from core.autoencoder.config import KINDS
from core.autoencoder.export import script
from tests import scripts

SMALL = {"epochs": 2, "batch": 256, "hidden": 64}
CONFIGS = {
    "plain": Config(**SMALL, bottleneck=2),
    "plain_every": Config(**SMALL, every=True),
    "convolutional": Config(epochs=2, batch=512, kind="convolutional"),
    "denoising": Config(**SMALL, kind="denoising", optimizer="rmsprop"),
    "denoising_every": Config(**SMALL, kind="denoising", every=True, patch=14, noise=0.9),
    "masked": Config(**SMALL, kind="masked", patch=7, masked=0.5, schedule="one-cycle"),
    "masked_every": Config(**SMALL, kind="masked", every=True, masked=0.95, patch=14, seed=4),
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    texts = {name: script(config) for name, config in CONFIGS.items()}
    return scripts.run(texts, tmp_path_factory.mktemp("scripts"))


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_losses_of_the_app(name, outputs):
    heads, printed = scripts.numbers(outputs[name])
    assert heads == ["epoch", "loss", "val_loss"]
    assert_allclose(printed[:, 0], np.arange(1, CONFIGS[name].epochs + 1))
    expected = scripts.trained(autoencoder, CONFIGS[name], ("loss",))
    assert_allclose(printed[:, 1:], expected, rtol=1e-3)


@pytest.mark.parametrize("data", ["digits", "mnist", "fashion_mnist"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_script_is_short_and_holds_only_what_its_settings_need(kind, data):
    for more in ({}, {"every": True, "patience": 3, "schedule": "one-cycle"}):
        config = Config(kind=kind, data=data, **more)
        text = script(config)
        tree = ast.parse(text)
        assert len(text.splitlines()) <= 90
        assert max(map(len, text.splitlines())) <= 100
        assert ("mask" in text) == (kind == "masked")
        assert ("noise = " in text) == (kind == "denoising")
        assert ("bottleneck" in text) == config.every
        found = [n for n in ast.walk(tree) if hasattr(n, "names")]
        imported = {a.asname or a.name for n in found for a in n.names}
        defined = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        assert defined | imported <= used
