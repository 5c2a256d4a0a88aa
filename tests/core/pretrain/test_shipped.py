"""The files that ship: what they say was measured can be measured."""

import os

import pytest
from numpy.testing import assert_allclose
from threadpoolctl import threadpool_limits

from core.data import images
from core.pretrain import families, models, readme
from core.weights import FOLDER, shipped

SHIPPED = sorted(path.stem for path in FOLDER.glob("*.safetensors"))
MNIST = pytest.mark.skipif(
    not os.path.exists(os.path.join(os.environ.get("DGM_DATA_DIR", ""), "mnist.npz")),
    reason="DGM_DATA_DIR names no folder with mnist.npz",
)
# what takes the classifier seconds takes a diffusion minutes: see tests/core/diffusion_digits
QUICK = [name for name in SHIPPED if not name.startswith("diffusion")]
MEASURED = {
    "vae": {"bound", "reconstruction", "kl"},
    "autoencoder": {"squared_error"},
    "classifier": {"accuracy", "floor_100", "floor_200", "floor_500", "floor_1000"},
    "diffusion": {"w1", "w1_floor", "bound", "entropy"},
    "diffusion_digits": {
        "recognised", "frechet", "recognised_unguided", "frechet_unguided", "frechet_floor",
        "samples", "steps", "guidance",
    },
    "diffusion_faces": {"nearest", "nearest_test", "samples", "steps"},
}  # fmt: skip
SOURCES = {
    "mnist": ("MNIST", "CC BY-SA 3.0"),
    "": ("the mixture of that name", "MIT"),
    "olivetti": ("The Olivetti faces", "Credit to AT&T Laboratories Cambridge"),
}


def flat(checkpoint):
    return [w for part in checkpoint.parts.values() for w in part]


def test_every_model_is_shipped_in_less_than_25_megabytes():
    assert set(SHIPPED) == set(models.MODELS)
    assert sum(path.stat().st_size for path in FOLDER.glob("*.safetensors")) < 25e6


def test_the_readme_says_what_the_headers_say():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"{readme.BEGIN}\n{readme.table(FOLDER)}\n{readme.END}" in text
    for name in SHIPPED:
        assert f"| `{name}` |" in text


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_file_is_of_its_model_in_half_precision(name):
    from safetensors import safe_open

    c = shipped(name, models.MODELS[name][0])
    family, config = models.MODELS[name]
    assert family == c.family
    assert c.config == config
    with safe_open(FOLDER / f"{name}.safetensors", "numpy") as file:
        assert {file.get_slice(key).get_dtype() for key in file.keys()} == {"F16"}  # noqa: SIM118
    assert c.about["seed"] == str(config.seed)
    if family == "diffusion":
        data, asked = "", ""
    else:
        data = "olivetti" if name == "diffusion_faces" else "mnist"
        asked = f" --data {data}"
        assert c.config.data == data
    assert c.about["command"] == f"python -m core.pretrain {name}{asked}"
    source, licence = SOURCES[data]
    assert c.about["data"].startswith(source)
    assert c.about["licence"].startswith(licence)
    assert c.measured.keys() == MEASURED[name if c.family == "diffusion_digits" else c.family]


@pytest.mark.parametrize("name", QUICK)
def test_a_shipped_model_serves_the_embedded_digits(name):
    """Trained on MNIST; the digits that come with the app are like it, but not the same hands."""
    c = shipped(name, models.MODELS[name][0])
    measured = families.FAMILIES[c.family].measure(c.config, flat(c), images.load("digits"))
    for key in ("bound", "squared_error"):
        if key in measured:
            assert measured[key] < 2.0 * c.measured[key]
    if "accuracy" in measured:
        assert measured["accuracy"] > 0.9


@MNIST
@pytest.mark.parametrize("name", QUICK)
def test_what_a_shipped_file_says_was_measured_can_be_measured_again(name):
    c = shipped(name, models.MODELS[name][0])
    with threadpool_limits(1):  # ten times as fast where the cores have other things to do
        again = families.FAMILIES[c.family].measure(c.config, flat(c), images.load("mnist"))
    assert again.keys() == c.measured.keys()
    assert_allclose([again[k] for k in c.measured], [*c.measured.values()], rtol=1e-3)


@pytest.mark.parametrize("name", [n for n in SHIPPED if models.MODELS[n][0] == "diffusion"])
def test_a_shipped_denoiser_is_about_as_near_to_its_target_as_a_perfect_sampler(name):
    c = shipped(name, models.MODELS[name][0])
    again = families.FAMILIES["diffusion"].measure(c.config, flat(c), None)
    assert_allclose([again[k] for k in c.measured], [*c.measured.values()], rtol=1e-2, atol=1e-3)
    assert c.measured["w1"] < 2 * c.measured["w1_floor"]
    assert c.measured["bound"] > c.measured["entropy"]


@pytest.mark.parametrize(("name", "goal"), [("vae_dense", 102.5), ("vae_dense_2d", 147.0)])
def test_the_dense_vaes_reach_their_bounds(name, goal):
    if name not in SHIPPED:
        pytest.fail(f"{name} is not shipped")
    assert shipped(name, models.MODELS[name][0]).measured["bound"] <= goal
