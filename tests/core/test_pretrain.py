"""The trainings that ship: they can be stopped, and what they say they measured can be measured."""

import os
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from threadpoolctl import threadpool_limits

from core import autoencoder, pretrain, vae
from core.data import images
from core.vae.latent import bound, parts
from core.vae.train import first
from core.weights import FOLDER, load, shipped

SHIPPED = sorted(path.stem for path in FOLDER.glob("*.safetensors"))
MNIST = pytest.mark.skipif(
    not os.path.exists(os.path.join(os.environ.get("DGM_DATA_DIR", ""), "mnist.npz")),
    reason="DGM_DATA_DIR names no folder with mnist.npz",
)

TINY = {"batch": 16, "hidden": 8, "epochs": 3, "schedule": "one-cycle"}
MODELS = {
    "small_vae": (vae, vae.Config(**TINY, latent=2, data="mnist")),
    "small_masked": (
        autoencoder, autoencoder.Config(**TINY, kind="masked", bottleneck=4, every=True),
    ),
}  # fmt: skip


def quiet(name, value, number):
    """A log that nobody reads."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(pretrain, "FOLDER", tmp_path)
    monkeypatch.setattr(pretrain, "MODELS", MODELS)
    return tmp_path


def flat(checkpoint):
    return [w for part in checkpoint.parts.values() for w in part]


def command(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["pretrain", "--threads", "1", *words])  # of this process
    pretrain.main()


@pytest.mark.parametrize("name", MODELS)
def test_a_training_that_was_stopped_goes_on_to_the_same_weights(folder, name, capsys):
    part = folder / "training.part"
    pretrain.pretrain(name, "digits", "cpu", part, quiet)
    whole = load(folder / f"{name}.safetensors")
    assert not part.exists()

    def interrupt(at, number):
        if number == at:
            raise KeyboardInterrupt

    for at in (100, 200):  # in the second epoch of 90 updates, and in the third
        with pytest.raises(KeyboardInterrupt):
            pretrain.pretrain(
                name, "digits", "cpu", part, lambda key, value, number, at=at: interrupt(at, number)
            )
        assert part.exists()
    capsys.readouterr()
    pretrain.pretrain(name, "digits", "cpu", part, quiet)
    assert "epoch 3 of 3" in capsys.readouterr().out.splitlines()[0]  # two are not made again
    again = load(folder / f"{name}.safetensors")
    for a, b in zip(flat(whole), flat(again), strict=True):
        assert_array_equal(a, b)
    assert (again.measured, again.config) == (whole.measured, whole.config)
    assert sorted(p.name for p in folder.iterdir()) == [f"{name}.safetensors"]


def test_a_training_that_was_stopped_after_its_last_epoch_is_still_written(folder, monkeypatch):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    part = folder / "training.part"
    with monkeypatch.context() as m:
        m.setattr(pretrain, "save", interrupt)
        with pytest.raises(KeyboardInterrupt):
            pretrain.pretrain("small_vae", "digits", "cpu", part, quiet)
    measured = pretrain.pretrain("small_vae", "digits", "cpu", part, quiet)
    assert load(folder / "small_vae.safetensors").measured == measured


@pytest.mark.parametrize("name", MODELS)
def test_the_header_says_what_was_measured_on_the_test_part_and_how_it_was_made(folder, name):
    pretrain.pretrain(name, "digits", "cpu", folder / "part", quiet)
    c = load(folder / f"{name}.safetensors")
    assert c.config.data == "digits"
    digits = images.load("digits")
    measure = pretrain.MEASURE[MODELS[name][0]]
    assert_allclose([*measure(c.config, flat(c), digits).values()], [*c.measured.values()])
    assert c.about["data"] == digits.source
    assert c.about["licence"] == digits.licence
    assert c.about["seed"] == "0"
    assert c.about["command"] == f"python -m core.pretrain {name} --data digits"
    assert float(c.about["seconds"]) >= 0


def test_the_bound_is_measured_on_the_test_part_and_nothing_else():
    _, config = MODELS["small_vae"]
    weights, digits = first(config), images.load("digits")
    b = bound(config, parts(config, weights), digits.part("test").x, np.random.default_rng(0))
    expected = {"bound": b.total, "reconstruction": b.reconstruction, "kl": b.kl}
    assert pretrain.measure_vae(config, weights, digits) == expected


def test_the_losses_are_logged_every_hundred_updates(folder):
    logged = []
    pretrain.pretrain(
        "small_vae", "digits", "cpu", folder / "part", lambda *line: logged.append(line)
    )
    assert {number for _, _, number in logged} == {100, 200}
    assert {name for name, _, _ in logged} == {
        f"{val}{name}" for val in ("", "val_") for name in ("loss", "reconstruction", "kl", "sum")
    }


def test_the_command_trains_and_writes_the_table(folder, monkeypatch, capsys):
    command(monkeypatch, "small_vae", "--data", "digits")
    assert "small_vae {'bound': " in capsys.readouterr().out
    assert pretrain.table(folder) in (folder / "README.md").read_text(encoding="utf-8")
    assert "`small_vae`" in pretrain.table(folder)


@pytest.mark.parametrize("words", [["nonsense"], ["small_vae", "nonsense"], []])
def test_an_unknown_name_is_refused_and_the_known_ones_are_listed(
    folder, monkeypatch, capsys, words
):
    with pytest.raises(SystemExit) as caught:
        command(monkeypatch, *words)
    assert caught.value.code == 2
    assert "one or more of: small_vae, small_masked; or all" in capsys.readouterr().err
    assert [*folder.iterdir()] == []


def test_a_log_without_tensorboard_says_what_to_install(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(SystemExit, match="--log needs TensorBoard: pip install tensorboard"):
        command(monkeypatch, "small_vae", "--data", "digits", "--log", str(folder / "log"))
    assert [*folder.iterdir()] == []


def test_a_log_gets_every_loss(monkeypatch):
    written = []

    class SummaryWriter:
        def __init__(self, folder):
            written.append(folder)

        def add_scalar(self, *line):
            written.append(line)

    module = SimpleNamespace(SummaryWriter=SummaryWriter)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    pretrain.logger("runs")("loss", 1.5, 100)
    assert written == ["runs", ("loss", 1.5, 100)]


def test_the_table_replaces_the_old_one_and_leaves_the_text_around_it(folder):
    pretrain.pretrain("small_vae", "digits", "cpu", folder / "part", quiet)
    readme = folder / "README.md"
    readme.write_text(f"before\n{pretrain.BEGIN}\nold\n{pretrain.END}\nafter\n", encoding="utf-8")
    for _ in range(2):
        pretrain.tell(folder)
        text = readme.read_text(encoding="utf-8")
        assert text == (
            f"before\n{pretrain.BEGIN}\n{pretrain.table(folder)}\n{pretrain.END}\nafter\n"
        )


# --- the files that ship ------------------------------------------------------------------------


def test_every_model_is_shipped_in_less_than_25_megabytes():
    assert set(SHIPPED) == set(pretrain.MODELS)
    assert sum(path.stat().st_size for path in FOLDER.glob("*.safetensors")) < 25e6


def test_the_readme_says_what_the_headers_say():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"{pretrain.BEGIN}\n{pretrain.table(FOLDER)}\n{pretrain.END}" in text
    for name in SHIPPED:
        assert f"| `{name}` |" in text


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_file_is_of_its_model_in_half_precision(name):
    from safetensors import safe_open

    c = shipped(name)
    family, config = pretrain.MODELS[name]
    assert family.__name__ == f"core.{c.family}"
    assert c.config == config
    with safe_open(FOLDER / f"{name}.safetensors", "numpy") as file:
        assert {file.get_slice(key).get_dtype() for key in file.keys()} == {"F16"}  # noqa: SIM118
    assert c.about["seed"] == str(config.seed)
    assert c.about["data"].startswith("MNIST")
    assert c.about["licence"] == "CC BY-SA 3.0"
    assert c.about["command"] == f"python -m core.pretrain {name} --data mnist"
    names = {"vae": {"bound", "reconstruction", "kl"}, "autoencoder": {"squared_error"}}
    assert c.measured.keys() == names[c.family]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_serves_the_embedded_digits(name):
    """Trained on MNIST; the digits that come with the app are like it, but not the same hands."""
    c = shipped(name)
    measured = pretrain.MEASURE[pretrain.MODELS[name][0]](c.config, flat(c), images.load("digits"))
    for key in ("bound", "squared_error"):
        if key in measured:
            assert measured[key] < 2.0 * c.measured[key]


@MNIST
@pytest.mark.parametrize("name", SHIPPED)
def test_what_a_shipped_file_says_was_measured_can_be_measured_again(name):
    c = shipped(name)
    measure = pretrain.MEASURE[pretrain.MODELS[name][0]]
    with threadpool_limits(1):  # ten times as fast where the cores have other things to do
        again = measure(c.config, flat(c), images.load("mnist"))
    assert again.keys() == c.measured.keys()
    assert_allclose([again[k] for k in c.measured], [*c.measured.values()], rtol=1e-3)


@pytest.mark.parametrize(("name", "goal"), [("vae_dense", 102.5), ("vae_dense_2d", 147.0)])
def test_the_dense_vaes_reach_their_bounds(name, goal):
    if name not in SHIPPED:
        pytest.fail(f"{name} is not shipped")
    assert shipped(name).measured["bound"] <= goal
