"""The trainings that make what ships: they can be stopped, and say what they measured."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core import autoencoder, classifier, vae
from core import diffusion_digits as diffusion
from core.data import images
from core.pretrain import command, families, measure, models, progress, readme
from core.vae.latent import bound, parts
from core.vae.train import first
from core.weights import load

TINY = {"batch": 16, "hidden": 8, "epochs": 3, "schedule": "one-cycle"}
MODELS = {
    "small_vae": ("vae", vae.Config(**TINY, latent=2, data="mnist")),
    "small_masked": (
        "autoencoder", autoencoder.Config(**TINY, kind="masked", bottleneck=4, every=True),
    ),
    "small_classifier": ("classifier", classifier.Config(width=4, batch=16, updates=270)),
    "small_diffusion": (
        "diffusion_digits", diffusion.Config(width=8, batch=4, updates=270, data="mnist"),
    ),
}  # fmt: skip
LAST = dict.fromkeys(("small_vae", "small_masked"), "epoch 3 of 3, ")
LAST |= dict.fromkeys(("small_classifier", "small_diffusion"), "update 270 of 270, ")


def quiet(name, value, number):
    """A log that nobody reads."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    monkeypatch.setattr(models, "MODELS", MODELS)
    monkeypatch.setattr(families, "OFTEN", 90)
    monkeypatch.setattr(measure, "DIGITS", 10)
    return tmp_path


def flat(checkpoint):
    return [w for part in checkpoint.parts.values() for w in part]


def call(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["pretrain", "--threads", "1", *words])  # of this process
    command.main()


@pytest.mark.parametrize("name", MODELS)
def test_a_training_that_was_stopped_goes_on_to_the_same_weights(folder, name, capsys):
    part = folder / "training.part"
    command.pretrain(name, "digits", "cpu", part, quiet)
    whole = load(folder / f"{name}.safetensors")
    assert not part.exists()

    def interrupt(at, number):
        if number == at:
            raise KeyboardInterrupt

    for at in (100, 200):  # in the second epoch of 90 updates, and in the third
        with pytest.raises(KeyboardInterrupt):
            command.pretrain(
                name, "digits", "cpu", part, lambda key, value, number, at=at: interrupt(at, number)
            )
        assert part.exists()
    capsys.readouterr()
    command.pretrain(name, "digits", "cpu", part, quiet)
    # two thirds are not made again
    assert capsys.readouterr().out.splitlines()[0].split(f"{name}: ")[1].startswith(LAST[name])
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
        m.setattr(command, "save", interrupt)
        with pytest.raises(KeyboardInterrupt):
            command.pretrain("small_vae", "digits", "cpu", part, quiet)
    measured = command.pretrain("small_vae", "digits", "cpu", part, quiet)
    assert load(folder / "small_vae.safetensors").measured == measured


@pytest.mark.parametrize("name", MODELS)
def test_the_header_says_what_was_measured_on_the_test_part_and_how_it_was_made(folder, name):
    command.pretrain(name, "digits", "cpu", folder / "part", quiet)
    c = load(folder / f"{name}.safetensors")
    assert c.config.data == "digits"
    digits = images.load("digits")
    again = families.FAMILIES[c.family].measure(c.config, flat(c), digits)
    assert_allclose([*again.values()], [*c.measured.values()])
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
    assert measure.vae(config, weights, digits) == expected


def test_the_losses_are_logged_every_hundred_updates(folder):
    logged = []
    command.pretrain(
        "small_vae", "digits", "cpu", folder / "part", lambda *line: logged.append(line)
    )
    assert {number for _, _, number in logged} == {100, 200}
    assert {name for name, _, _ in logged} == {
        f"{val}{name}" for val in ("", "val_") for name in ("loss", "reconstruction", "kl", "sum")
    }


def test_the_command_trains_and_writes_the_table(folder, monkeypatch, capsys):
    call(monkeypatch, "small_vae", "--data", "digits")
    assert "small_vae {'bound': " in capsys.readouterr().out
    assert readme.table(folder) in (folder / "README.md").read_text(encoding="utf-8")
    assert "`small_vae`" in readme.table(folder)


@pytest.mark.parametrize("words", [["nonsense"], ["small_vae", "nonsense"], []])
def test_an_unknown_name_is_refused_and_the_known_ones_are_listed(
    folder, monkeypatch, capsys, words
):
    with pytest.raises(SystemExit) as caught:
        call(monkeypatch, *words)
    assert caught.value.code == 2
    assert f"one or more of: {', '.join(MODELS)}; or all" in capsys.readouterr().err
    assert [*folder.iterdir()] == []


def test_a_log_without_tensorboard_says_what_to_install(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(SystemExit, match="--log needs TensorBoard: pip install tensorboard"):
        call(monkeypatch, "small_vae", "--data", "digits", "--log", str(folder / "log"))
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
    progress.logger("runs")("loss", 1.5, 100)
    assert written == ["runs", ("loss", 1.5, 100)]


def test_the_table_replaces_the_old_one_and_leaves_the_text_around_it(folder):
    command.pretrain("small_vae", "digits", "cpu", folder / "part", quiet)
    file = folder / "README.md"
    file.write_text(f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n", encoding="utf-8")
    for _ in range(2):
        readme.tell(folder)
        text = file.read_text(encoding="utf-8")
        assert text == (f"before\n{readme.BEGIN}\n{readme.table(folder)}\n{readme.END}\nafter\n")
