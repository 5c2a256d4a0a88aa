"""The loss and the denoiser, against what they must be by definition."""

import dataclasses

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from torch import nn
from torch.testing import assert_close

from core.data import images
from core.diffusion.fit import target
from core.diffusion.process import PREDICTIONS, jump
from core.diffusion_digits import Config, unet
from core.diffusion_digits.model import Peek, denoiser, loss_on, times
from core.diffusion_digits.pictures import signed
from core.diffusion_digits.train import begin

SMALL = Config(width=8)
DIGITS = images.load("digits")


def awake(config):
    """A U-Net whose last layer is not 0."""
    rng = np.random.default_rng(1)
    weights = [w + 0.1 * rng.standard_normal(w.shape) for w in unet.first(config)]
    return unet.build(config, weights)


def one_picture():
    part = DIGITS.part("train")
    return dataclasses.replace(part, x=part.x[:1], labels=part.labels[:1], split={})


class Oracle(nn.Module):
    """Knows the only picture there is, and so the noise."""

    def __init__(self, config, x_0):
        super().__init__()
        self.config, self.x_0 = config, torch.from_numpy(signed(x_0))[:, None]

    def forward(self, x, log_snr, label):
        a = log_snr.double().sigmoid()[:, None, None, None]
        eps = (x - a.sqrt() * self.x_0) / (1 - a).sqrt()
        return target(self.config.prediction, self.x_0.expand_as(x), eps, a)


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_the_target_is_the_inverse_of_the_prediction(prediction):
    s, rng = SMALL.process, np.random.default_rng(0)
    x_0, eps = rng.standard_normal((2, 3, 4, 4), dtype=np.float32)
    for t in (1, 300, 1000):
        a = torch.tensor(s.alpha_bar[t])
        said = target(prediction, torch.from_numpy(x_0), torch.from_numpy(eps), a).numpy()
        back = PREDICTIONS[prediction](jump(x_0, t, eps, s), said, t, s)
        small = min(np.sqrt(s.alpha_bar[t]), np.sqrt(1 - s.alpha_bar[t]))
        assert_allclose(back.x_0, x_0, atol=1e-6 / small)
        assert_allclose(back.eps, eps, atol=1e-6 / small)


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_the_loss_of_the_perfect_prediction_is_0(prediction):
    config = Config(prediction=prediction)
    only = one_picture()
    numbers = loss_on(config, Oracle(config, only.x), only)(np.random.default_rng(0))
    assert numbers["loss"].item() < 1e-6


def test_the_loss_of_a_network_that_says_nothing_is_the_mean_square_of_the_noise():
    config = Config(width=8, prediction="eps", batch=256)
    loss = loss_on(config, unet.build(config), DIGITS)(np.random.default_rng(0))["loss"]
    assert loss.item() == pytest.approx(1, abs=0.01)


def test_the_errors_are_the_loss_by_tenths_of_t():
    config = Config(width=8, batch=100)
    numbers = loss_on(config, awake(config), DIGITS)(np.random.default_rng(0))
    t = times(config.T, 100, np.random.default_rng(0))
    assert numbers["errors"].shape == (10,)
    # times are evenly spread, so each tenth has its tenth of the batch
    assert numbers["errors"].mean().item() == pytest.approx(numbers["loss"].item(), rel=0.02)
    assert len(t) == 100


def test_a_tenth_without_a_picture_has_no_error():
    config = Config(width=8, batch=4)
    errors = loss_on(config, unet.build(config), DIGITS)(np.random.default_rng(0))["errors"]
    assert int(errors.isnan().sum()) == 6


@pytest.mark.parametrize("T", [10, 999, 1000])
def test_times_are_spread_evenly_and_reach_the_ends(T):
    rng = np.random.default_rng(0)
    seen = np.concatenate([times(T, 64, rng) for _ in range(2000)])
    assert (seen.min(), seen.max()) == (1, T)
    counts = np.bincount(seen, minlength=T + 1)[1:]
    assert counts.min() > 0.7 * counts.mean()
    one = np.sort(times(1000, 10, rng))
    assert set(np.diff(one)) <= {99, 100, 101}


class Listener(nn.Module):
    def forward(self, x, log_snr, label):
        self.heard = x, label
        return torch.zeros_like(x)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_labels_are_hidden_as_often_as_it_says(share):
    config = Config(width=8, unlabelled=share)
    net = Listener()
    loss_on(config, net, DIGITS)(np.random.default_rng(0))
    at = np.random.default_rng(0).integers(len(DIGITS), size=config.batch)
    assert_array_equal(net.heard[1], np.full(config.batch, 10) if share else DIGITS.labels[at])


def test_faces_have_no_label_and_look_either_way():
    face = np.zeros((1, 64, 64), np.uint8)
    face[:, :, :32] = 255
    faces = dataclasses.replace(DIGITS, x=face, labels=np.zeros(1, np.int64), split={})
    config = Config(data="olivetti", noise="by hand", beta_1=1e-6, beta_T=1e-6, batch=200)
    net = Listener()
    loss_on(config, net, faces)(np.random.default_rng(0))
    x, label = net.heard
    assert x.shape == (200, 1, 32, 32)
    assert not label.any()
    left = (x[:, 0, :, :16].mean(dim=(1, 2)) > 0).float().mean()
    assert 0.35 < left < 0.65


def test_half_precision_is_nearly_the_same_loss():
    config = Config(width=8)
    net = awake(config)
    whole, half = (
        loss_on(config, net, DIGITS, half=half)(np.random.default_rng(0))["loss"]
        for half in (False, True)
    )
    assert_close(half, whole, rtol=0.02, atol=0)


def test_guidance_1_asks_for_the_label_and_0_for_none():
    net, rng = awake(SMALL), np.random.default_rng(0)
    x = rng.standard_normal((3, 28, 28), dtype=np.float32)
    labels, t = [7, 0, 10], 600

    def said(labels, guidance=1.0):
        return denoiser(SMALL, net, labels, guidance)(x, t)

    none, asked = said(None), said(labels)
    assert np.abs(none.x_0[:2] - asked.x_0[:2]).max() > 1e-3
    assert_allclose(none.x_0[2], asked.x_0[2], atol=1e-5)  # 10 is no label
    assert_allclose(said(labels, 0.0).x_0, none.x_0, atol=1e-5)
    assert_allclose(said(labels, 1.0 + 1e-7).x_0, asked.x_0, atol=1e-5)
    assert_allclose(said(None, 5.0).x_0, none.x_0, atol=1e-6)


def test_guidance_goes_on_beyond_the_label_in_a_straight_line():
    net, s, t = awake(SMALL), SMALL.process, 900
    x = 0.1 * np.random.default_rng(0).standard_normal((2, 28, 28), dtype=np.float32)
    level = torch.full((2,), float(s.log_snr[t]))
    with torch.no_grad():
        with_, without = (
            net(torch.from_numpy(x)[:, None], level, torch.tensor(label))[:, 0].numpy()
            for label in ([3, 8], [10, 10])
        )
    v = without + 2.5 * (with_ - without)
    expected = np.clip(PREDICTIONS["v"](x, v, t, s).x_0, -1, 1)
    assert_allclose(denoiser(SMALL, net, [3, 8], 2.5)(x, t).x_0, expected, atol=1e-4)


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_what_a_denoiser_says_makes_up_x_t(prediction):
    config = Config(width=8, prediction=prediction)
    s, x = config.process, np.random.default_rng(0).standard_normal((2, 28, 28), dtype=np.float32)
    for t in (1, 500, 1000):
        p = denoiser(config, awake(config), [1, 2])(x, t)
        assert np.abs(p.x_0).max() <= 1
        a = s.alpha_bar[t]
        assert_allclose(np.sqrt(a) * p.x_0 + np.sqrt(1 - a) * p.eps, x, atol=1e-4)


def test_networks_that_are_not_finite_are_told_at_the_next_look():
    peek = Peek(SMALL, begin(SMALL).view)
    broken = [torch.full(shape, torch.nan) for shape in unet.shapes(SMALL)]
    errors = {"errors": torch.ones(10)}
    peek.look(1, broken, errors)
    with pytest.raises(FloatingPointError):
        peek.look(SMALL.updates, broken, errors)
