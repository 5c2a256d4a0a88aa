"""Training the four autoencoders on the digits."""

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import core.autoencoder as autoencoder
from core.autoencoder import Config, begin, resume, sample, total
from core.autoencoder.bench import parts
from core.autoencoder.config import KINDS
from core.autoencoder.train import first
from core.data import images
from core.run import Run

TINY = {"hidden": 32, "bottleneck": 8, "batch": 256, "epochs": 2}


def finished(config):
    run = Run(autoencoder, config)
    run.play()
    run.advance()
    assert run.status == "done"
    return run


def same_view(a, b):
    for f in dataclasses.fields(a):
        assert_array_equal(getattr(a, f.name), getattr(b, f.name))


@pytest.mark.parametrize("kind", KINDS)
def test_begin_is_before_any_training(kind):
    step = begin(Config(kind=kind))
    assert (step.number, step.losses, step.state) == (0, {}, None)
    assert step.view.seen.shape == step.view.rebuilt.shape == (10, 28, 28)
    assert step.view.hidden.any() == (kind == "masked")
    same_view(step.view, begin(Config(kind=kind)).view)


def test_the_total_is_epochs_times_batches():
    pictures = len(images.load("digits").split["train"])
    assert total(Config(epochs=3, batch=100)) == 3 * -(-pictures // 100)


@pytest.mark.parametrize("settings", [{}, {"every": True}], ids=["fixed", "every"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_short_training_lowers_the_loss_and_repeats_bit_for_bit(kind, settings):
    config = Config(**{**TINY, "epochs": 6}, kind=kind, lr=0.01, **settings)
    if kind == "convolutional":
        config = dataclasses.replace(config, epochs=2)
    run = finished(config)
    validated = run.losses["val_loss"]
    assert validated[-1] < 0.8 * validated[0]
    again = [s.losses for s, _ in zip(resume(config, begin(config)), range(4), strict=False)]
    assert again == [{k: v[n] for k, v in run.losses.items()} for n in range(4)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_rewinds_changes_and_forks_bit_for_bit(kind):
    config = Config(**TINY, kind=kind)
    run = Run(autoencoder, config, room=4)
    run.play()
    seen = [run.advance(steps=1) for _ in range(3)]
    run.change(dataclasses.replace(config, noise=0.2, masked=0.5, patch=7, every=True))
    seen += [run.advance(steps=1) for _ in range(2)]
    for step in seen[::-1]:
        again = run.at(step.number)
        assert again.losses == step.losses
        same_view(again.view, step.view)
    fork = run.fork(2, config)
    fork.play()
    fork.advance(steps=1)
    assert fork.step.losses == seen[2].losses
    same_view(fork.step.view, seen[2].view)


def test_samples_are_decoded_noise():
    config = Config(**TINY)
    weights = parts(config, first(config))
    x = sample(config, weights, 5, np.random.default_rng(0))
    assert x.shape == (5, 28, 28)
    assert 0 <= x.min() < x.max() <= 1
    z = np.random.default_rng(0).standard_normal((5, 8), dtype=np.float32)
    assert_allclose(x.reshape(5, -1), autoencoder.decode(config, weights, z))
