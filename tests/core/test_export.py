"""Scripts: the pictures that they load, and the layers that they build."""

import io
import re

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from torch import nn

from core.data import images
from core.export import PACE, PICTURES, pictures, sequential
from core.fit import pace
from core.layers import Conv, Dense, Pool, Reshape, Up, first, pixels
from core.networks import Net
from core.recipe import DATA, Recipe


def ran(source, **names):
    """The names that a piece of a script defines."""
    exec(source, names)  # noqa: S102
    return names


def test_the_file_of_digits_is_the_apps_training_and_validation_part():
    with np.load(io.BytesIO(pictures()), allow_pickle=False) as file:
        assert {*file} == {"train", "validation", "train_labels"}
        for part in ("train", "validation"):
            assert_array_equal(file[part], images.load("digits").part(part).x)
        assert_array_equal(file["train_labels"], images.load("digits").part("train").labels)


def test_every_set_of_the_recipe_can_be_exported():
    assert set(PICTURES) == set(DATA)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_a_large_set_is_split_as_in_the_app(name, tmp_path, monkeypatch):
    """On a fiftieth of it, each picture of which shows its number."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (1200, 28, 28), np.uint8)
    y = np.zeros(1200, np.uint8)
    np.savez(tmp_path / f"{name}.npz", x_train=x, y_train=y, x_test=x[:12], y_test=y[:12])
    monkeypatch.setenv("DGM_DATA_DIR", str(tmp_path))
    words, note, imports, load = PICTURES[name]
    assert images.load(name).source.startswith(words)
    assert f"{name}.npz" in note
    source = load.replace("60_000", "1_200").replace("5_000", "100")
    head = f"from pathlib import Path\nimport numpy as np\n{imports}"
    got = ran(head + source, __file__=str(tmp_path / "script.py"))
    for part in ("train", "validation"):
        assert_array_equal(got[part], pixels(images.load(name).part(part).x))


def test_without_the_file_of_digits_the_script_makes_digits_that_resemble_them(tmp_path):
    _, _, imports, load = PICTURES["digits"]
    head = "from pathlib import Path\nimport numpy as np\nimport torch\nfrom torch import nn\n"
    got = ran(head + imports + load, __file__=str(tmp_path / "script.py"))
    for part in ("train", "validation"):
        own = pixels(images.load("digits").part(part).x)
        made = got[part].reshape(-1, 784)
        assert made.shape == own.shape
        assert made.dtype == np.float32
        assert 0 <= made.min() <= made.max() <= 1
        # the same digits in the same order: each is more like its own than like the next one
        unit = [a / np.linalg.norm(a, axis=1, keepdims=True) for a in (own, made)]
        alike = (unit[0] * unit[1]).sum(axis=1)
        assert (alike > (unit[0] * np.roll(unit[1], 1, axis=0)).sum(axis=1)).mean() > 0.85


LAYERS = (
    Reshape((1, 7, 7)), Conv(1, 4), Pool(), Conv(4, 3), Up(), Conv(3, 2, padding=0),
    Reshape((72,)), Dense(72, 5), Dense(5, 3, "linear"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("layers", "inputs"),
    [
        (LAYERS, 49),
        ((Dense(6, 4),), 6),
        ((Dense(6, 4, "linear"),), 6),
        ((Dense(6, 4), Dense(4, 16, "sigmoid"), Reshape((16,))), 6),
    ],
)
def test_the_source_of_a_network_builds_that_network(layers, inputs):
    source = sequential("net", layers, "  # a note")
    assert source.count("# a note") == 1
    assert max(map(len, source.splitlines())) <= 100
    made = ran(source, nn=nn)["net"]
    weights = first(layers, np.random.default_rng(0))
    for p, w in zip(made.parameters(), weights, strict=True):
        p.data = torch.from_numpy(w)
    x = torch.randn(5, inputs, generator=torch.Generator().manual_seed(0))
    logits = any(getattr(layer, "activation", "") == "sigmoid" for layer in layers)
    with torch.no_grad():
        torch.testing.assert_close(made(x), Net(layers, weights, logits=logits)(x))


def test_the_pace_is_the_apps():
    made = ran(PACE, np=np)["pace"]
    recipe = Recipe(schedule="one-cycle")
    done = np.linspace(0, 1, 101)
    assert_allclose([made(d) for d in done], [pace(recipe, d) for d in done], atol=1e-12)


def test_no_piece_mentions_a_pickle():
    for *_, load in PICTURES.values():
        assert re.search("pickle", load) is None
