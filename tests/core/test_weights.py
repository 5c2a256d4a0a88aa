"""Weights files: what was written comes back; anything else is refused in one sentence."""

import dataclasses
import json
import pickle
import struct

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from safetensors.numpy import save_file

from core import weights
from core.autoencoder import Config as Autoencoder
from core.autoencoder.train import first as autoencoder_first
from core.classifier import Config as Classifier
from core.classifier.train import first as classifier_first
from core.diffusion_digits import Config as Diffusion
from core.diffusion_digits import unet
from core.vae import Config
from core.vae.train import first as vae_first
from core.weights import BadWeights, load, save

CONFIG = Config(hidden=8, latent=2, epochs=7, lr=0.003, data="mnist")
WEIGHTS = vae_first(CONFIG)
MEASURED = {"bound": 101.25, "kl": 25.5}
ABOUT = {"seed": "0", "data": "MNIST", "licence": "CC BY-SA 3.0"}


@pytest.fixture
def path(tmp_path):
    """A good file."""
    file = tmp_path / "model.safetensors"
    save(file, "vae", CONFIG, WEIGHTS, MEASURED, ABOUT)
    return file


@pytest.mark.parametrize(
    ("family", "config", "first"),
    [
        ("vae", CONFIG, vae_first),
        ("vae", Config(network="convolutional", warm_up=3, seed=9), vae_first),
        ("autoencoder", Autoencoder(kind="masked", every=True, hidden=8), autoencoder_first),
    ],
)
def test_what_was_saved_comes_back(tmp_path, family, config, first):
    path = tmp_path / "folder" / "model.safetensors"  # a folder that is still to be made
    weights = first(config)
    save(path, family, config, weights, MEASURED, ABOUT)
    c = load(path)
    assert (c.family, c.config) == (family, config)
    assert (c.measured, c.about) == (MEASURED, ABOUT)
    flat = [w for part in c.parts.values() for w in part]
    for read, written in zip(flat, weights, strict=True):
        assert read.dtype == np.float32
        assert not read.flags.writeable
        assert_array_equal(read, written.astype(np.float16))
    assert list(c.parts) == list(first.__globals__["networks"](config))


def test_a_u_net_comes_back(tmp_path):
    """Its shapes are in no table of layers: they are asked of torch."""
    path, config = tmp_path / "model.safetensors", Diffusion(width=8, data="olivetti")
    weights = unet.first(config)
    save(path, "diffusion_digits", config, weights, MEASURED, ABOUT)
    c = load(path)
    assert (c.config, list(c.parts)) == (config, ["unet"])
    for read, written in zip(c.parts["unet"], weights, strict=True):
        assert_array_equal(read, written.astype(np.float16))
    save(path, "diffusion_digits", Diffusion(width=16), weights, MEASURED, ABOUT)
    refused(path, "the weights do not have the shapes of these networks")


def test_a_classifier_comes_with_the_moments_of_its_features(tmp_path):
    path, config = tmp_path / "model.safetensors", Classifier(width=4, features=8)
    mean, covariance = np.arange(8.0), np.eye(8)
    save(path, "classifier", config, [*classifier_first(config), mean, covariance], {}, {})
    parts = load(path).parts
    assert list(parts) == ["body", "head", "moments"]
    assert_array_equal(parts["moments"][0], mean)
    assert_array_equal(parts["moments"][1], covariance)


def test_many_arrays_keep_their_order(tmp_path):
    """The tenth array must not be sorted between the first and the second."""
    config = Config(network="convolutional", latent=2)
    weights = vae_first(config)
    assert len(weights) > 10
    save(tmp_path / "m.safetensors", "vae", config, weights, {}, {})
    flat = [w for part in load(tmp_path / "m.safetensors").parts.values() for w in part]
    assert [w.shape for w in flat] == [w.shape for w in weights]


def header(**changes):
    whole = {
        "family": "vae", "config": json.dumps(dataclasses.asdict(CONFIG)),
        "measured": json.dumps(MEASURED), "about": json.dumps(ABOUT),
    }  # fmt: skip
    return {k: v for k, v in (whole | changes).items() if v is not None}


def settings(**changes):
    return {"config": json.dumps(dataclasses.asdict(CONFIG) | changes)}


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"family": None}, "has no 'family'"),
        ({"config": None}, "has no 'config'"),
        ({"measured": None}, "has no 'measured'"),
        ({"about": None}, "has no 'about'"),
        ({"family": "gan"}, "there is no family 'gan'; known are vae, autoencoder, "),
        ({"family": "../vae"}, "there is no family"),
        ({"family": "x" * 5000}, "there is no family"),
        ({"family": "autoencoder"}, "there is no setting 'beta'"),
        ({"config": '{"latent": '}, "its config is not JSON"),
        ({"config": DEEP}, "its config is not JSON"),
        ({"config": "[]"}, "its config is not a table"),
        ({"config": "null"}, "its config is not a table"),
        ({"measured": DEEP}, "its measured is not JSON"),
        ({"measured": "7"}, "its measured is not a table"),
        ({"measured": '{"kl": NaN}'}, "not finite numbers"),
        ({"measured": '{"kl": 1e999}'}, "not finite numbers"),
        ({"measured": '{"kl": "small"}'}, "not finite numbers"),
        ({"measured": '{"kl": 1' + "0" * 400 + "}"}, "not finite numbers"),
        ({"about": "[1]"}, "its about is not a table"),
        (settings(depth=3), "there is no setting 'depth'"),
        (settings(latent=11), "latent = 11: allowed are whole numbers 2 to 10"),
        (settings(lr=None), "lr = None: allowed are 0 to 1"),
        (settings(lr=[1, 2]), r"lr = [1, 2]: allowed are 0 to 1"),
        (settings(network={"a": 1}), "allowed are dense, convolutional"),
        (settings(epochs=1e400), "allowed are whole numbers 1 to 1000"),
        (settings(latent=3), "the weights do not have the shapes of these networks"),
        (settings(hidden=1024), "the weights do not have the shapes of these networks"),
        (settings(network="convolutional"), "the weights do not have the shapes"),
    ],
)
def test_a_header_that_describes_no_model_is_refused(tmp_path, changes, says):
    path = tmp_path / "model.safetensors"
    arrays = {f"{k:03d}": w.astype(np.float16) for k, w in enumerate(WEIGHTS)}
    save_file(arrays, path, header())
    load(path)  # without the change it is fine
    save_file(arrays, path, header(**changes))
    refused(path, says)


def test_another_familys_weights_under_a_shipped_name_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    save(tmp_path / "any_name.safetensors", "vae", CONFIG, WEIGHTS, MEASURED, ABOUT)
    assert weights.shipped.__wrapped__("any_name", "vae").family == "vae"
    with pytest.raises(BadWeights) as caught:
        weights.shipped.__wrapped__("any_name", "diffusion")
    assert str(caught.value) == (
        "any_name.safetensors holds weights of the family vae; diffusion is expected."
    )


def refused(path, says):
    with pytest.raises(BadWeights) as caught:
        load(path)
    sentence = str(caught.value)
    assert says in sentence
    assert path.name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 200


def test_a_file_without_any_header_is_refused(tmp_path):
    save_file({"000": np.zeros(3, np.float16)}, tmp_path / "model.safetensors")
    refused(tmp_path / "model.safetensors", "has no 'family'")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda w: w[:-1], "do not have the shapes"),
        (lambda w: [*w, w[0]], "do not have the shapes"),
        (lambda w: [], "do not have the shapes"),
        (lambda w: [w[0].T, *w[1:]], "do not have the shapes"),
        (lambda w: [w[0][None], *w[1:]], "do not have the shapes"),
        (lambda w: [np.full_like(w[0], np.nan), *w[1:]], "not finite"),
        (lambda w: [*w[:-1], np.full_like(w[-1], np.inf)], "not finite"),
        (lambda w: [w[0].astype(np.int8), *w[1:]], "other numbers than float16 and float32"),
        (lambda w: [w[0].astype(np.float64), *w[1:]], "other numbers than"),
        (lambda w: [w[0].astype(np.complex64), *w[1:]], "other numbers than"),
        (lambda w: [w[0] > 0, *w[1:]], "other numbers than"),
    ],
    ids=[
        "too few", "too many", "none", "transposed", "deeper", "NaN", "infinite", "integer",
        "double", "complex", "bool",
    ],
)  # fmt: skip
def test_arrays_that_are_not_these_weights_are_refused(tmp_path, spoil, says):
    path = tmp_path / "model.safetensors"
    arrays = [np.ascontiguousarray(a) for a in spoil(WEIGHTS)]
    save_file({f"{k:03d}": a for k, a in enumerate(arrays)}, path, header())
    refused(path, says)


@pytest.mark.parametrize("kind", ["BF16", "F8_E4M3"])
def test_kinds_that_numpy_does_not_have_are_refused(tmp_path, kind):
    path = tmp_path / "model.safetensors"
    size = {"BF16": 2, "F8_E4M3": 1}[kind]
    table = {"000": {"dtype": kind, "shape": [1], "data_offsets": [0, size]}}
    raw(path, {"__metadata__": header(), **table}, bytes(size))
    refused(path, "other numbers than float16 and float32")


def raw(path, table, body=b"", length=None):
    text = table if isinstance(table, bytes) else json.dumps(table).encode()
    path.write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + body)


@pytest.mark.parametrize("length", [0, 1, 3, 2**31, 2**63, 2**64 - 1])
def test_an_absurd_length_of_the_header_is_refused(path, length):
    path.write_bytes(struct.pack("<Q", length) + path.read_bytes()[8:])
    refused(path, "is damaged, or is not a weights file")


@pytest.mark.parametrize(
    "table",
    [
        b"",
        b"{",
        b"[]",
        b"nonsense",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"__metadata__": {"family": 1}}',
        {"000": {"dtype": "F16", "shape": [9], "data_offsets": [0, 2]}},
        {"000": {"dtype": "F16", "shape": [2**62, 4], "data_offsets": [0, 2]}},
        {"000": {"dtype": "F16", "shape": [1], "data_offsets": [10**9, 10**9 + 2]}},
        {"000": {"dtype": "O", "shape": [1], "data_offsets": [0, 2]}},
    ],
)
def test_a_damaged_header_is_refused(tmp_path, table):
    path = tmp_path / "model.safetensors"
    raw(path, table, b"ab")
    refused(path, "is damaged, or is not a weights file")


@pytest.mark.parametrize("share", [0.0, 0.001, 0.05, 0.5, 0.999])
def test_a_truncated_file_is_refused(path, share):
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    refused(path, "is damaged, or is not a weights file")


def test_a_file_that_goes_on_after_its_end_is_refused(path):
    path.write_bytes(path.read_bytes() + b"more")
    refused(path, "is damaged, or is not a weights file")


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_refused(tmp_path, seed):
    path = tmp_path / "model.safetensors"
    path.write_bytes(np.random.default_rng(seed).bytes(1000))
    refused(path, "is damaged, or is not a weights file")


def test_no_file_and_a_folder_are_refused(tmp_path):
    refused(tmp_path / "model.safetensors", "There is no weights file model.safetensors.")
    (tmp_path / "folder").mkdir()
    refused(tmp_path / "folder", "is damaged, or is not a weights file")


class Trap:
    """What a pickle could do."""

    def __reduce__(self):
        return pytest.fail, ("a pickle was loaded",)


@pytest.mark.parametrize("write", [pickle.dump, torch.save, np.save], ids=lambda f: f.__name__)
def test_no_pickle_is_ever_loaded(tmp_path, write):
    path = tmp_path / "model.safetensors"
    with path.open("wb") as file:
        if write is np.save:
            np.save(file, np.array([Trap()], object), allow_pickle=True)
        else:
            write(Trap(), file)
    refused(path, "is damaged, or is not a weights file")
