"""The fused engine against the reference, against autograd, and against functions of PyTorch."""

import dataclasses

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from torch.nn.functional import softplus

from core.gan_1d import Config, layers
from core.gan_1d.kernel import Fused
from core.gan_1d.model import Reference, mlp
from core.gan_1d.networks import draw, first

ACTIVATIONS = ("tanh", "relu", "softplus")
GRID = np.concatenate([np.linspace(-30, 30, 60_001), np.linspace(-0.1, 0.1, 2001)])


@pytest.mark.parametrize(
    ("ours", "torchs"),
    [(layers.tanh, torch.tanh), (layers.softplus, torch.nn.Softplus(threshold=50))],
)
def test_activations_are_torchs_within_rounding(ours, torchs):
    x = GRID.astype(np.float32)
    exact = torchs(torch.from_numpy(x.astype(np.float64))).numpy()
    # a few units in the last place of float32
    assert_allclose([ours(v) for v in x], exact, atol=5e-7, rtol=2e-7)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slopes_are_autograds(name):
    x = torch.from_numpy(GRID.astype(np.float32)).requires_grad_(True)
    a = {"tanh": torch.tanh, "relu": torch.relu, "softplus": softplus}[name](x)
    (expected,) = torch.autograd.grad(a.sum(), x)
    d = np.ones((1, len(GRID)), np.float32)
    layers.times_slope(d, a.detach().numpy()[None], layers.KINDS[name])
    assert_allclose(d[0], expected, atol=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("n", [5, 32])
def test_a_nan_stays_a_nan(name, n):
    a = np.zeros((2, n), np.float32)
    a[:, ::2] = np.nan
    layers.activate(a, layers.KINDS[name])
    assert_array_equal(np.isnan(a), [np.arange(n) % 2 == 0] * 2)


def follow(config, epochs, parts=("both",)):
    """Train both engines on the same random numbers; compare after every epoch."""
    rng = np.random.default_rng(config.seed)
    start = first(config, rng)
    fused, reference = Fused(config, start), Reference(config, start, rng)
    for k in range(epochs):
        batch, part = draw(config, rng), parts[k % len(parts)]
        ours, theirs = fused.epoch(batch, part), reference.epoch(batch, part)
        assert_allclose(fused.view().g, reference.view().g, atol=2e-5, rtol=1e-4)
        assert_allclose(fused.view().d, reference.view().d, atol=2e-5, rtol=1e-4)
        for name in ("d_loss", "g_loss"):
            assert_allclose(ours[name], theirs[name], atol=2e-5, rtol=1e-4)
        for name in ("d_acc", "g_acc"):  # one sample may fall on the other side of the boundary
            assert_allclose(ours[name], theirs[name], atol=1.01 / config.batch)
    moved = np.abs(fused.view().g - start.g).max(), np.abs(fused.view().d - start.d).max()
    assert min(moved) > 1e-4


@pytest.mark.parametrize("loss", ["non-saturating", "minimax"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_both_engines_follow_one_trajectory_for_50_epochs(activation, loss):
    follow(Config(g_activation=activation, d_activation=activation, loss=loss), 50)


@pytest.mark.parametrize(
    ("g", "d"), [("softplus", "tanh"), ("relu", "tanh"), ("tanh", "softplus"), ("softplus", "relu")]
)
def test_mixed_activations_follow_one_trajectory(g, d):
    follow(Config("two modes", g_activation=g, d_activation=d, d_steps=5, lr_d=0.05, lr_g=0.05), 20)


@pytest.mark.parametrize("widths", [(1, 3), (3, 1), (7, 10), (10, 7), (2, 4), (64, 5)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_odd_widths_and_batches_follow_one_trajectory(widths, activation):
    g, d = widths
    config = Config(g_width=g, d_width=d, g_activation=activation, d_activation=activation)
    follow(dataclasses.replace(config, batch=20, d_steps=3, lr_g=0.05), 20)


def test_parts_follow_one_trajectory():
    follow(Config(d_steps=3), 12, ("discriminator", "generator", "both"))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", ["non-saturating", "minimax"])
def test_one_step_of_g_is_autograds(activation, loss):
    config = Config(
        g_activation=activation, d_activation=activation, loss=loss, lr_d=0.0, lr_g=1.0, batch=64
    )
    rng = np.random.default_rng(5)
    start, batch = first(config, rng), draw(config, rng)
    engine = Fused(config, start)
    recorded = engine.epoch(batch)

    G = mlp(1, config.g_width, activation, start.g)
    D = mlp(1, config.d_width, activation, start.d)
    p = torch.sigmoid(D(G(torch.from_numpy(batch.fresh)[:, None])))
    value = -torch.log(p).mean() if loss == "non-saturating" else torch.log(1 - p).mean()
    gradient = torch.autograd.grad(value, list(G.parameters()))
    expected = torch.cat([t.ravel() for t in gradient]).numpy()
    assert_allclose(start.g - engine.view().g, expected, atol=2e-6)
    assert_allclose(recorded["g_loss"], value.item(), atol=1e-6)
    assert_array_equal(engine.view().d, start.d)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_one_step_of_d_is_autograds(activation):
    config = Config(d_activation=activation, d_steps=1, lr_d=1.0, batch=64)
    rng = np.random.default_rng(5)
    start, batch = first(config, rng), draw(config, rng)
    engine = Fused(config, start)
    recorded = engine.epoch(batch, "discriminator")

    G = mlp(1, config.g_width, config.g_activation, start.g)
    D = mlp(1, config.d_width, activation, start.d)
    fake = G(torch.from_numpy(batch.z)[:, None]).detach()
    logits = D(torch.cat([torch.from_numpy(batch.real)[:, None], fake]))
    labels = torch.cat([torch.ones(64, 1), torch.zeros(64, 1)])
    value = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)
    gradient = torch.autograd.grad(value, list(D.parameters()))
    expected = torch.cat([t.ravel() for t in gradient]).numpy()
    assert_allclose(start.d - engine.view().d, expected, atol=2e-6)
    assert_allclose(recorded["d_loss"], value.item(), atol=1e-6)
    assert_allclose(recorded["d_acc"], ((logits > 0) == (labels > 0)).float().mean(), atol=1e-7)
    assert_array_equal(engine.view().g, start.g)


def test_the_engine_leaves_what_it_was_given_alone():
    config = Config(d_steps=1)
    start = first(config, np.random.default_rng(0))
    g, d = start.g.copy(), start.d.copy()
    engine = Fused(config, start)
    view = engine.view()
    engine.epoch(draw(config, np.random.default_rng(1)))
    for kept in (start, view):
        assert_array_equal(kept.g, g)
        assert_array_equal(kept.d, d)
