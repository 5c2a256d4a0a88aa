"""The loss against torch's own distributions, the reparameterization, the two conventions."""

import dataclasses

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch.distributions import Bernoulli, Normal, kl_divergence

from core.data import images
from core.layers import pixels
from core.recipe import shown
from core.vae import Config, build
from core.vae.model import look, losses

CONFIGS = {
    "dense": Config(hidden=16, latent=3),
    "convolutional": Config(network="convolutional", latent=3),
}
X = torch.from_numpy(pixels(images.load("digits").x[:12]))


def model_of(config, seed=0):
    """Untrained, but with biases, and with posteriors that differ from the prior."""
    model = build(config)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.1 * torch.randn(p.shape, generator=generator))
    return model


def noise_of(seed, shape):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape, dtype=np.float32))


def gradients(loss, model):
    model.zero_grad()
    loss.backward()
    return [p.grad.clone() for p in model.parameters()]


@pytest.mark.parametrize("name", CONFIGS)
def test_the_loss_is_minus_the_bound_by_torchs_distributions(name):
    config = CONFIGS[name]
    model = model_of(config)
    numbers = losses(config, model, X, np.random.default_rng(5), epoch=0.0)

    q = Normal(model.encode(X)[0], (model.encode(X)[1] / 2).exp())
    z = q.mean + q.stddev * noise_of(5, (12, 3))
    # pictures are grey: the cross-entropy, minus the logarithm only for black and white
    p = Bernoulli(logits=model.decoder(z), validate_args=False)
    reconstruction = -p.log_prob(X).sum(dim=1).mean()
    kl = kl_divergence(q, Normal(0.0, 1.0))
    torch.testing.assert_close(numbers["reconstruction"], reconstruction)
    torch.testing.assert_close(numbers["each"], kl.mean(dim=0))
    torch.testing.assert_close(numbers["kl"], kl.sum(dim=1).mean())
    torch.testing.assert_close(numbers["sum"], reconstruction + kl.sum(dim=1).mean())
    torch.testing.assert_close(numbers["loss"], numbers["sum"])
    expected = gradients(reconstruction + kl.sum(dim=1).mean(), model)
    torch.testing.assert_close(gradients(numbers["loss"], model), expected)


def test_of_black_and_white_pictures_the_reconstruction_is_minus_a_log_probability():
    config = CONFIGS["dense"]
    model, x = model_of(config), X.round()
    numbers = losses(config, model, x, np.random.default_rng(5), epoch=0.0)
    mu, log_var = model.encode(x)
    p = model.decoder(mu + (log_var / 2).exp() * noise_of(5, (12, 3))).sigmoid()
    likelihood = torch.where(x == 1, p, 1 - p).double().log().sum(dim=1)
    assert_allclose(numbers["reconstruction"].item(), -likelihood.mean().item(), rtol=1e-5)


def test_the_kl_is_nothing_at_the_prior_only():
    config = CONFIGS["dense"]
    model = build(config)
    with torch.no_grad():
        for p in (*model.mu.parameters(), *model.log_var.parameters()):
            p.zero_()
    assert losses(config, model, X, np.random.default_rng(0), 0.0)["each"].tolist() == [0, 0, 0]
    with torch.no_grad():
        model.mu[0].bias[1] = 2.0  # mu^2 / 2
        model.log_var[0].bias[2] = np.log(4.0)  # sigma = 2: (4 - 1 - log 4) / 2
    each = losses(config, model, X, np.random.default_rng(0), 0.0)["each"]
    assert_allclose(each.detach(), [0, 2, (3 - np.log(4)) / 2], rtol=1e-6)


def linear(config, w, b):
    """A model whose encoder gives the same q for every picture, and whose logits are w z + b."""
    model = build(dataclasses.replace(config, hidden=8)).double()
    with torch.no_grad():
        for p in model.parameters():
            p.zero_()
    model.decoder = torch.nn.Linear(config.latent, 784).double()
    with torch.no_grad():
        model.decoder.weight.copy_(w)
        model.decoder.bias.copy_(b)
    return model


@pytest.mark.parametrize("noise", [0.0, 0.01, 1.0, 2.0])
def test_the_gradient_passes_through_the_sample_in_closed_form(noise):
    """Logits W z + b: the slope in mu is W^T (p - x), in log_var that times sigma epsilon / 2."""
    config = Config(latent=3, noise=noise, beta=0.0)
    generator = torch.Generator().manual_seed(0)
    w = 0.2 * torch.randn(784, 3, generator=generator, dtype=torch.double)
    b = torch.randn(784, generator=generator, dtype=torch.double)
    model = linear(config, w, b)
    mu, log_var = torch.tensor([0.5, -1.0, 0.2]), torch.tensor([0.3, -2.0, 1.0])
    with torch.no_grad():
        model.mu[0].bias.copy_(mu)
        model.log_var[0].bias.copy_(log_var)
    x = X.double()
    losses(config, model, x, np.random.default_rng(7), epoch=0.0)["loss"].backward()

    sigma, epsilon = (log_var.double() / 2).exp(), noise * noise_of(7, (12, 3)).double()
    slope = ((mu + sigma * epsilon) @ w.T + b).sigmoid().sub(x) @ w
    torch.testing.assert_close(model.mu[0].bias.grad, slope.mean(dim=0), rtol=1e-6, atol=1e-9)
    expected = (slope * sigma * epsilon / 2).mean(dim=0)
    torch.testing.assert_close(model.log_var[0].bias.grad, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", CONFIGS)
def test_the_gradient_is_that_of_finite_differences(name):
    config = dataclasses.replace(CONFIGS[name], beta=2.0)
    model = model_of(config).double()
    x = X.double()

    def loss():
        return losses(config, model, x, np.random.default_rng(5), epoch=0.0)["loss"]

    slopes = gradients(loss(), model)
    rng, h = np.random.default_rng(1), 1e-5
    for p, slope in zip(model.parameters(), slopes, strict=True):
        at = tuple(int(rng.integers(n)) for n in p.shape)
        with torch.no_grad():
            p[at] += h
            above = loss()
            p[at] -= 2 * h
            below = loss()
            p[at] += h
        assert_allclose(slope[at], (above - below) / (2 * h), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("latent", [2, 10])
@pytest.mark.parametrize("noise", [0.01, 1.0])
def test_means_are_sums_with_a_kl_weight_of_784_over_z(latent, noise):
    """Both by 784: the losses, and with them the gradients, are the same but for this factor."""
    mean = Config(hidden=16, latent=latent, noise=noise, reduction="mean", beta=0.7)
    sums = Config(hidden=16, latent=latent, noise=noise, beta=0.7 * 784 / latent)
    assert mean.weight == pytest.approx(sums.weight)
    model = model_of(mean)
    one, two = (losses(c, model, X, np.random.default_rng(5), 0.0) for c in (mean, sums))
    torch.testing.assert_close(784 * one["loss"], two["loss"])
    for name in ("reconstruction", "kl", "sum", "each"):  # told in nats either way
        torch.testing.assert_close(one[name], two[name])
    ones, twos = (gradients(numbers["loss"], model) for numbers in (one, two))
    for a, b in zip(ones, twos, strict=True):
        torch.testing.assert_close(784 * a, b, rtol=1e-4, atol=1e-4)


def test_the_mean_is_keras_mean_of_crossentropy_plus_mean_of_kl():
    config = Config(hidden=16, reduction="mean", noise=0.01)
    model = model_of(config)
    loss = losses(config, model, X, np.random.default_rng(5), 0.0)["loss"]
    mu, log_var = model.encode(X)
    p = model.decoder(mu + 0.01 * (log_var / 2).exp() * noise_of(5, (12, 10))).sigmoid()
    entropy = torch.nn.functional.binary_cross_entropy(p, X)
    kl = (-0.5 * (1 + log_var - mu**2 - log_var.exp())).mean()
    torch.testing.assert_close(loss, entropy + kl)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_beta_weighs_the_kl_and_warms_up(reduction):
    config = Config(hidden=16, reduction=reduction, beta=3.0, warm_up=4)
    model = model_of(config)

    def weight(epoch, config):
        numbers = losses(config, model, X, np.random.default_rng(5), epoch)
        scale = 784 if reduction == "mean" else 1
        rest = scale * numbers["loss"] - numbers["reconstruction"]
        return (rest / numbers["kl"]).item()

    full = config.weight
    for epoch, warmth in ((0, 0), (1, 0.25), (2.5, 0.625), (4, 1), (9, 1)):
        assert_allclose(weight(epoch, config), warmth * full, rtol=1e-3, atol=1e-3)
    assert_allclose(weight(0, dataclasses.replace(config, warm_up=0)), full, rtol=1e-3)


def test_without_noise_the_code_is_mu():
    config = Config(hidden=16, latent=3, noise=0.0)
    model = model_of(config)
    one, two = (losses(config, model, X, np.random.default_rng(seed), 0.0) for seed in (1, 2))
    assert one["loss"] == two["loss"]
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        model.decoder(model.encode(X)[0]), X, reduction="sum"
    )
    torch.testing.assert_close(one["reconstruction"], expected / 12)
    noisy = dataclasses.replace(config, noise=1.0)
    assert losses(noisy, model, X, np.random.default_rng(1), 0.0)["loss"] != one["loss"]


@pytest.mark.parametrize("name", CONFIGS)
def test_what_is_looked_at_is_the_model_as_it_is_now(name):
    config = CONFIGS[name]
    model = model_of(config)
    numbers = losses(config, model, X, np.random.default_rng(0), 0.0)
    view = look(config, model, numbers)
    x = torch.from_numpy(pixels(shown("digits")))
    with torch.no_grad():
        mu, _ = model.encode(x)
        rebuilt = model.decoder(mu).sigmoid().reshape(-1, 28, 28)
    assert_allclose(view.mu, mu)
    assert_allclose(view.rebuilt, 255 * rebuilt, atol=0.51)
    assert_allclose(view.kl, numbers["each"].detach())
    assert view.rebuilt.shape == view.samples.shape == (10, 28, 28)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [200.0, 400.0, float("nan")])
def test_a_model_that_left_the_finite_numbers_is_not_shown(value):
    config = CONFIGS["dense"]
    model = model_of(config)
    numbers = losses(config, model, X, np.random.default_rng(0), 0.0)
    with torch.no_grad():
        model.log_var[0].bias[0] = value
    with pytest.raises(FloatingPointError):
        look(config, model, numbers)
