"""The networks, their first values, and the reference engine with its cures."""

import dataclasses

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from core.gan_1d import Config
from core.gan_1d.model import Reference, flat, mlp
from core.gan_1d.networks import draw, evaluate, first, generate, glorot, logit, shapes, split

ACTIVATIONS = ("tanh", "relu", "softplus")


def test_the_lectures_networks_have_141_and_481_parameters():
    view = first(Config(), np.random.default_rng(0))
    assert (view.g.size, view.d.size) == (141, 481)
    assert view.g.dtype == view.d.dtype == np.float32


@pytest.mark.parametrize(("inputs", "width"), [(1, 1), (1, 10), (1, 20), (2, 7), (4, 64)])
def test_the_first_weights_are_glorot_uniform_and_the_biases_zero(inputs, width):
    draws = [glorot(inputs, width, np.random.default_rng(seed)) for seed in range(50)]
    layers = zip(*(split(d, inputs, width) for d in draws), strict=True)
    for shape, values in zip(shapes(inputs, width), map(np.array, layers), strict=True):
        limit = np.sqrt(6 / sum(shape)) if len(shape) == 2 else 0.0
        assert np.abs(values).max() <= limit * (1 + 1e-6)
        if limit and values.size > 1000:
            assert np.abs(values).max() > 0.99 * limit
            assert_allclose(values.std(), limit / np.sqrt(3), rtol=0.05)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("inputs", "width"), [(1, 10), (2, 7), (4, 1)])
def test_numpy_torch_and_flat_weights_agree(inputs, width, activation):
    rng = np.random.default_rng(0)
    weights = glorot(inputs, width, rng) + rng.normal(0, 0.1, len(glorot(inputs, width, rng)))
    weights = weights.astype(np.float32)
    net, x = mlp(inputs, width, activation, weights), rng.normal(0, 3, (50, inputs))
    expected = net(torch.from_numpy(x.astype(np.float32)))[:, 0].detach()
    assert_allclose(evaluate(weights, x, width, activation), expected, atol=2e-6)
    assert_array_equal(flat(net), weights)


def test_the_logit_of_a_pack_is_that_of_equal_samples():
    config = Config(pac=4)
    view = first(config, np.random.default_rng(0))
    x = np.linspace(-2, 2, 7)
    packs = np.repeat(x[:, None], 4, axis=1)
    assert_array_equal(logit(config, view, x), evaluate(view.d, packs, 20, "tanh"))
    assert generate(config, view, x).shape == (7,)


def engine(seed=0, **settings):
    config = Config(**settings)
    rng = np.random.default_rng(seed)
    return Reference(config, first(config, rng), rng), rng


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "adam"},
        {"optimizer": "adam", "loss": "wgan-gp", "pac": 2, "instance_noise": 0.2, "r1": 0.5},
    ],
)
def test_the_reference_resumes_bit_for_bit(settings):
    config = Config("far modes", d_steps=3, **settings)
    rng = np.random.default_rng(0)
    whole = Reference(config, first(config, rng), rng)
    for _ in range(5):
        whole.epoch(draw(config, rng))
    half = (whole.view(), whole.moments(), rng.bit_generator.state)
    for _ in range(5):
        whole.epoch(draw(config, rng))
    for _ in range(2):  # twice: the memory that was kept must not have been written into
        view, moments, state = half
        rng = np.random.default_rng()
        rng.bit_generator.state = state
        again = Reference(config, view, rng, moments)
        for _ in range(5):
            again.epoch(draw(config, rng))
        assert_array_equal(again.view().g, whole.view().g)
        assert_array_equal(again.view().d, whole.view().d)


def test_an_adam_step_is_the_papers():
    """Kingma and Ba 2015, algorithm 1: the first step is lr * g / (|g| + eps)."""
    model, rng = engine(optimizer="adam", d_steps=1, lr_d=0.01)
    before, batch = model.view().d, draw(model.config, rng)
    sgd = Reference(Config(d_steps=1, lr_d=1.0), model.view(), rng)
    model.epoch(batch, "discriminator")
    sgd.epoch(batch, "discriminator")
    gradient = before - sgd.view().d
    clear = np.abs(gradient) > 1e-4
    step = 0.01 * gradient / (np.abs(gradient) + 1e-8)
    assert_allclose((before - model.view().d)[clear], step[clear], rtol=1e-2)


@pytest.mark.parametrize("part", ["discriminator", "generator"])
def test_the_other_part_stays_as_it_is(part):
    model, rng = engine(d_steps=2)
    before = model.view()
    model.epoch(draw(model.config, rng), part)
    after = model.view()
    assert np.array_equal(before.d, after.d) is (part == "generator")
    assert np.array_equal(before.g, after.g) is (part == "discriminator")


def test_r1_adds_half_gamma_times_the_mean_squared_slope_at_real_samples():
    """Mescheder et al. 2018, eq. 9, the slope by finite differences in float64."""
    plain, rng = engine(lr_d=0.0, d_steps=1)
    batch = draw(plain.config, rng)
    cured = Reference(dataclasses.replace(plain.config, r1=3.0), plain.view(), rng)
    D = mlp(1, 20, "tanh", plain.view().d).double()
    x = torch.from_numpy(batch.real).double()[:, None]
    with torch.no_grad():
        slope = (D(x + 1e-5) - D(x - 1e-5)) / 2e-5
    extra = cured.epoch(batch)["d_loss"] - plain.epoch(batch)["d_loss"]
    assert_allclose(extra, 3.0 / 2 * slope.square().mean(), rtol=1e-4)


def test_the_gradient_penalty_is_the_squared_distance_of_slopes_from_one():
    """Gulrajani et al. 2017, eq. 3, for the critic max(x, 0), whose slope at positive x is 1."""
    config = Config("far modes", loss="wgan-gp", gp=7.0, d_activation="relu", d_width=1, lr_d=0.0)
    rng = np.random.default_rng(0)
    start = first(config, rng)
    batch = draw(config, rng)
    batch = dataclasses.replace(batch, real=np.abs(batch.real) + 1)
    fake = dataclasses.replace(start, g=np.append(np.zeros(140, np.float32), np.float32(5)))
    for scale, penalty in ((1.0, 0.0), (3.0, 7.0 * 4), (0.5, 7.0 / 4)):
        critic = np.array([scale, 0, 1, 0, 1, 0], np.float32)
        model = Reference(config, dataclasses.replace(fake, d=critic), rng)
        recorded = model.epoch(batch, "discriminator")
        wasserstein = scale * (5.0 - batch.real.mean())
        assert_allclose(recorded["d_loss"], wasserstein + penalty, rtol=1e-4)
        assert_allclose(recorded["g_loss"], -scale * 5.0, rtol=1e-5)
        assert np.isnan([recorded["d_acc"], recorded["g_acc"]]).all()


def test_instance_noise_blurs_what_d_sees_by_its_standard_deviation():
    model, _ = engine(instance_noise=2.0, batch=1000)
    seen = model._seen(torch.full((1000, 1), 3.0))
    assert_allclose([seen.mean(), seen.std()], [3.0, 2.0], atol=0.2)


def test_a_pack_holds_neighbours():
    model, _ = engine(pac=2)
    assert model._seen(torch.arange(6.0)[:, None]).tolist() == [[0, 1], [2, 3], [4, 5]]


def test_building_networks_leaves_torchs_global_generator_alone():
    before = torch.get_rng_state()
    engine()
    torch.testing.assert_close(torch.get_rng_state(), before)
