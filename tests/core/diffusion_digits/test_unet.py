"""The U-Net: what it is before training, and that nothing but its inputs decides what it says."""

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from core.diffusion_digits import Config, unet
from core.networks import arrays

SMALL = Config(width=8, seed=3)


def inputs(n, side=28, seed=0):
    rng = np.random.default_rng(seed)
    x = torch.from_numpy(rng.standard_normal((n, 1, side, side), dtype=np.float32))
    return x, torch.linspace(-9, 9, n), torch.arange(n) % 11


def awake(config):
    """A U-Net whose last layer is not 0."""
    rng = np.random.default_rng(1)
    weights = [w + 0.1 * rng.standard_normal(w.shape) for w in unet.first(config)]
    return unet.build(config, weights)


@pytest.mark.parametrize(
    "config", [SMALL, Config(), Config(width=40), Config(data="olivetti", width=48)]
)
def test_untrained_it_says_nothing(config):
    x, level, label = inputs(2, config.side)
    assert_close(unet.build(config)(x, level, label * bool(config.classes)), torch.zeros_like(x))


@pytest.mark.parametrize("width", [8, 16, 64])
def test_the_parameters_add_up(width):
    def conv(inputs, outputs, size=3):
        return inputs * outputs * size**2 + outputs

    def block(inputs, outputs):
        around = conv(inputs, outputs, 1) if inputs != outputs else 0
        return (
            2 * (inputs + outputs) + conv(inputs, outputs) + (128 + 1) * 2 * outputs
            + conv(outputs, outputs) + around
        )  # fmt: skip

    wide = 2 * width
    attention = 2 * wide + conv(wide, 3 * wide, 1) + conv(wide, wide, 1)
    expected = (
        (64 + 1) * 128 + (128 + 1) * 128 + 11 * 128
        + conv(4, width) + block(width, width) + conv(width, wide) + 3 * block(wide, wide)
        + attention + conv(wide, width) + block(2 * width, width) + 2 * width + conv(width, 4)
    )  # fmt: skip
    shapes = unet.shapes(Config(width=width))
    assert sum(int(np.prod(shape)) for shape in shapes) == expected
    if width == 64:
        assert expected == 1_457_604


def test_the_shapes_are_those_of_the_arrays_that_are_kept():
    net = unet.build(SMALL)
    assert tuple(w.shape for w in arrays(net)) == unet.shapes(SMALL)
    assert tuple(w.shape for w in unet.first(SMALL)) == unet.shapes(SMALL)


def test_the_seed_is_all_of_it_and_the_common_generator_is_left_alone():
    before = torch.get_rng_state()
    one, two = unet.build(SMALL), unet.build(SMALL)
    assert torch.equal(torch.get_rng_state(), before)
    for a, b in zip(arrays(one), arrays(two), strict=True):
        assert np.array_equal(a, b)
    other = unet.first(Config(width=8, seed=4))
    assert any(not np.array_equal(a, b) for a, b in zip(arrays(one), other, strict=True))


def test_weights_are_copied():
    weights = unet.first(SMALL)
    for w in weights:
        w.setflags(write=False)
    net = unet.build(SMALL, weights)
    with torch.no_grad():
        next(net.parameters()).add_(1)
    assert np.array_equal(weights[0], unet.first(SMALL)[0])


def test_each_picture_is_seen_alone():
    net = awake(SMALL)
    x, level, label = inputs(5)
    whole = net(x, level, label)
    for k in range(5):
        one = slice(k, k + 1)
        assert_close(net(x[one], level[one], label[one]), whole[one], rtol=1e-4, atol=1e-4)


def test_noise_and_label_change_what_it_says():
    net = awake(SMALL)
    x, level, label = inputs(3)
    said = net(x, level, label)
    assert (net(x, level + 1, label) - said).abs().max() > 1e-3
    assert (net(x, level, (label + 1) % 11) - said).abs().max() > 1e-3


def test_it_sees_the_whole_picture():
    net = awake(SMALL)
    x = inputs(1)[0].requires_grad_()
    net(x, torch.zeros(1), torch.zeros(1, dtype=torch.int64))[0, 0, 0, 0].backward()
    assert (x.grad[0, 0, -4:, -4:] != 0).any()
