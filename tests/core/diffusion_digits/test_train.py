"""Training on the digits: seeds, breaks, peeks, and what it learns."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

import core.diffusion_digits as diffusion
from core.data import images
from core.diffusion.process import PREDICTIONS
from core.diffusion_digits import Config, begin, build, model, resume, sample, total, train
from core.diffusion_digits.model import denoiser
from core.diffusion_digits.train import blended, picture
from core.run import Run

TINY = Config(width=8, batch=4, updates=8)


@pytest.fixture(autouse=True)
def _often(monkeypatch):
    monkeypatch.setattr(model, "PEEK", 3)


def same_view(a, b):
    for f in dataclasses.fields(a):
        assert_array_equal(getattr(a, f.name), getattr(b, f.name))


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_step_0_is_what_the_untrained_network_makes_of_the_fixed_noise(prediction):
    config = Config(width=8, prediction=prediction)
    step = begin(config)
    assert (step.number, step.losses, step.state, step.view.at) == (0, {}, None, 0)
    assert np.isnan(step.view.errors).all()
    drawn = picture(config, denoiser(config, build(config), range(10)))
    assert np.abs(step.view.samples.astype(int) - drawn).max() <= 1


def test_the_first_picture_needs_no_torch():
    code = (
        "import sys, core.diffusion_digits as d; d.begin(d.Config()); print('torch' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


@pytest.mark.parametrize("noise", ["linear", "constant", "by hand"])
def test_every_schedule_has_a_first_picture(noise):
    view = begin(Config(noise=noise, T=20)).view
    assert view.samples.shape == (10, 28, 28)


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_a_schedule_that_leaves_nothing_at_all_of_the_picture_can_be_trained(prediction):
    config = dataclasses.replace(TINY, noise="by hand", beta_T=0.999, prediction=prediction)
    last = list(resume(config, begin(config)))[-1]
    assert np.isfinite(last.losses["loss"])


def test_train_and_resume_are_one_trajectory():
    rng = np.random.default_rng(TINY.seed)
    one = list(train(build(TINY), images.load("digits"), TINY, rng))
    two = list(resume(TINY, begin(TINY)))
    assert len(one) == total(TINY) == 8
    for a, b in zip(one, two, strict=True):
        assert (a.number, a.losses) == (b.number, b.losses)
        same_view(a.view, b.view)


def test_samples_are_drawn_at_each_peek_and_at_the_end():
    views = [step.view for step in resume(TINY, begin(TINY))]
    assert [v.at for v in views] == [0, 0, 3, 3, 3, 6, 6, 8]
    assert views[3].samples is views[2].samples is views[4].samples


def test_samples_are_of_the_averaged_weights():
    steps = resume(TINY, begin(TINY))
    last = [next(steps) for _ in range(6)][-1]
    net = build(TINY, last.state().average)
    assert_array_equal(last.view.samples, picture(TINY, denoiser(TINY, net, range(10))))


def test_a_resumed_training_shows_the_samples_of_its_step_until_the_next_peek():
    whole = list(resume(TINY, begin(TINY)))
    steps = resume(TINY, begin(TINY))
    four = [next(steps) for _ in range(4)][-1]
    four = dataclasses.replace(four, state=four.state())
    again = list(resume(TINY, four))
    assert again[0].view.samples is four.view.samples
    for a, b in zip(whole[4:], again, strict=True):
        assert (a.number, a.losses) == (b.number, b.losses)
        same_view(a.view, b.view)


def test_a_run_rewinds_changes_and_forks_bit_for_bit():
    run = Run(diffusion, TINY, room=4)
    run.play()
    seen = [run.advance(steps=1) for _ in range(4)]
    other = dataclasses.replace(TINY, lr=0.001, unlabelled=0.5, updates=9)
    run.change(other)
    seen += [run.advance(steps=1) for _ in range(3)]
    for step in seen[::-1]:
        again = run.at(step.number)
        assert again.losses == step.losses
        same_view(again.view, step.view)
    fork = run.fork(2, TINY)
    fork.play()
    fork.advance(steps=2)
    fork.change(other)
    fork.rest()
    fork.play()
    fork.advance(steps=3)
    assert fork.losses == run.losses
    same_view(fork.step.view, run.step.view)
    for a, b in zip(fork.held().state.average, run.held().state.average, strict=True):
        assert_array_equal(a, b)


def test_the_generator_that_all_share_is_left_alone():
    before = torch.get_rng_state()
    list(resume(TINY, begin(TINY)))
    sample(TINY, build(TINY), 2, np.random.default_rng(0), steps=2)
    assert torch.equal(torch.get_rng_state(), before)


def test_another_seed_gives_another_curve():
    losses = [
        [step.losses["loss"] for step in resume(c, begin(c))]
        for c in (TINY, TINY, dataclasses.replace(TINY, seed=1))
    ]
    assert losses[0] == losses[1]
    assert losses[0] != losses[2]


def test_a_short_training_lowers_the_loss_and_draws_dark_corners():
    config = Config(width=8, batch=16, updates=120, lr=0.015, average=0.9)
    steps = list(resume(config, begin(config)))
    losses = [step.losses["loss"] for step in steps]
    assert losses[0] > 0.8
    assert np.mean(losses[-20:]) < 0.62
    corners = steps[-1].view.samples[:, :4, :4]
    assert corners.mean() < 60 < begin(config).view.samples[:, :4, :4].mean()


def test_running_means_of_errors_leave_out_what_is_missing():
    nan = np.nan
    old = np.array([nan, nan, 1.0, 1.0], np.float32)
    new = np.array([nan, 2.0, nan, 2.0], np.float32)
    assert_allclose(blended(old, new), [nan, 2.0, 1.0, 1.1], rtol=1e-6)


def test_samples_are_the_same_for_the_same_seed():
    net = build(TINY)
    a, b = (sample(TINY, net, 3, np.random.default_rng(5), [1, 2, 3], steps=3) for _ in range(2))
    assert_array_equal(a, b)
    assert (a.shape, a.dtype) == ((3, 28, 28), np.uint8)
    assert not np.array_equal(a, sample(TINY, net, 3, np.random.default_rng(6), steps=3))
