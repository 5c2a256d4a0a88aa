"""Training a VAE on the digits: seeds, breaks, what it learns, and how it fails to."""

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import core.vae as vae
from core.data import images
from core.run import Run
from core.vae import Config, begin, build, resume, total, train
from core.vae.latent import parts

TINY = {"hidden": 16, "latent": 2, "batch": 256, "epochs": 2}
CONFIGS = {
    "dense": Config(**TINY),
    "rmsprop": Config(**TINY, optimizer="rmsprop", noise=0.01, reduction="mean"),
    "convolutional": Config(network="convolutional", batch=512, epochs=2, schedule="one-cycle"),
}


def same_view(a, b):
    for f in dataclasses.fields(a):
        assert_array_equal(getattr(a, f.name), getattr(b, f.name))


def finished(config, **room):
    run = Run(vae, config, **room)
    run.play()
    run.advance()
    assert run.status == "done"
    return run


def test_begin_is_before_any_training_and_the_seed_is_all_of_it():
    step = begin(Config(seed=3))
    assert (step.number, step.losses, step.state) == (0, {}, None)
    same_view(step.view, begin(Config(seed=3)).view)
    assert not np.array_equal(step.view.mu, begin(Config(seed=4)).view.mu)
    assert step.view.rebuilt.shape == step.view.samples.shape == (10, 28, 28)
    assert step.view.kl.shape == (10,)


def test_the_total_is_epochs_times_batches():
    pictures = len(images.load("digits").split["train"])
    assert total(Config(epochs=7, batch=128)) == 7 * -(-pictures // 128)
    assert total(Config(epochs=1, batch=1024)) == 2


def test_train_and_resume_are_one_trajectory():
    config = CONFIGS["dense"]
    rng = np.random.default_rng(config.seed)
    one = list(train(build(config), images.load("digits"), config, rng))
    two = list(resume(config, begin(config)))
    assert len(one) == total(config)
    for a, b in zip(one, two, strict=True):
        assert (a.number, a.losses) == (b.number, b.losses)
        same_view(a.view, b.view)


@pytest.mark.parametrize("name", CONFIGS)
def test_a_run_rewinds_changes_and_forks_bit_for_bit(name):
    config = CONFIGS[name]
    run = Run(vae, config, room=4)
    run.play()
    seen = [run.advance(steps=1) for _ in range(3)]
    other = dataclasses.replace(config, lr=0.003, beta=2.0, warm_up=3)
    run.change(other)
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
    fork.change(other)
    fork.rest()
    fork.play()
    fork.advance(steps=2)
    assert fork.losses == run.losses
    same_view(fork.step.view, run.step.view)
    for a, b in zip(fork.held().state.weights, run.held().state.weights, strict=True):
        assert_array_equal(a, b)


def test_a_run_counts_one_value_for_every_update():
    run = finished(CONFIGS["dense"])
    names = ("loss", "reconstruction", "kl", "sum")
    assert run.losses.keys() == {*names, *(f"val_{n}" for n in names)}
    assert {len(v) for v in run.losses.values()} == {total(CONFIGS["dense"])}


@pytest.mark.parametrize("network", ["dense", "convolutional"])
def test_a_short_training_lowers_the_bound(network):
    config = Config(network=network, epochs=4 if network == "dense" else 3, lr=0.003)
    run = finished(config)
    loss = np.array(run.losses["loss"])
    assert_allclose(loss, run.losses["sum"], rtol=1e-6)
    assert loss[0] > 540  # 784 log 2 = 543 for a decoder that says one half everywhere
    assert loss[-5:].mean() < (230 if network == "dense" else 300)
    assert run.losses["val_loss"][-1] < (230 if network == "dense" else 300)


def test_a_huge_beta_empties_the_code():
    """Posterior collapse: q is the prior for every picture, and all of them are rebuilt alike."""
    run = finished(Config(hidden=64, latent=4, beta=1000.0, epochs=8, lr=0.01))
    assert run.losses["val_kl"][-1] < 0.01
    view = run.step.view
    assert_allclose(view.mu, 0, atol=0.1)
    assert np.abs(view.rebuilt.astype(int) - view.rebuilt[0]).max() <= 2


def test_without_a_kl_it_is_an_autoencoder_whose_codes_run_away():
    run = finished(Config(hidden=64, latent=4, beta=0.0, epochs=8, lr=0.01))
    usual = finished(Config(hidden=64, latent=4, epochs=8, lr=0.01))
    assert run.losses["reconstruction"][-1] < usual.losses["reconstruction"][-1]
    assert run.losses["kl"][-1] > 3 * usual.losses["kl"][-1]


def test_warm_up_weighs_the_kl_a_little_more_in_each_update():
    losses = {
        k: np.array(v) for k, v in finished(Config(**TINY, beta=50.0, warm_up=2)).losses.items()
    }
    weighted = losses["loss"] - losses["reconstruction"]
    assert_allclose(weighted, 50 * np.arange(12) / 12 * losses["kl"], rtol=1e-3, atol=1e-3)


def test_an_early_end_is_told_and_more_patience_goes_on():
    config = Config(**{**TINY, "epochs": 50}, patience=2, min_delta=10.0, lr=0.0)
    run = finished(config)
    assert run.step.number == 3 * 6  # the first epoch counts as a fall
    assert run.why == "Stopped early: for 2 epochs the validation loss has not fallen by 10."
    run.change(dataclasses.replace(config, patience=3))
    assert run.status == "paused"
    run.play()
    run.advance()
    assert (run.status, run.step.number) == ("done", 4 * 6)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("network", ["dense", "convolutional"])
def test_a_divergence_keeps_an_update_from_which_training_goes_on(network):
    config = Config(network=network, hidden=64, epochs=2)
    run = Run(vae, config)
    run.play()
    run.advance(steps=3)
    run.change(dataclasses.replace(config, lr=1.0))
    last = run.advance()
    assert run.status == "failed"
    assert run.why == (
        f"Stopped: in update {last.number + 1} the loss left the finite numbers. Most likely the "
        f"learning rate of 1 is too large; update {last.number} is kept."
    )
    assert all(np.isfinite(v).all() for v in run.losses.values())
    run.change(config)
    run.play()
    run.advance(steps=2)
    assert (run.status, run.why, run.step.number) == ("running", "", last.number + 2)
    assert all(np.isfinite(v).all() for v in run.losses.values())


def test_the_weights_of_a_state_are_those_that_numpy_decodes_with():
    run = finished(CONFIGS["dense"])
    state = run.held().state
    mu, log_var = vae.encode(
        run.config, parts(run.config, state.weights), images.load("digits").x[:1]
    )
    assert np.isfinite([mu, log_var]).all()
    rebuilt = vae.decode(run.config, parts(run.config, state.weights), run.step.view.mu)
    assert_allclose(run.step.view.rebuilt, 255 * rebuilt, atol=0.51)
