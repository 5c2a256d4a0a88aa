"""Tables of layers as torch modules."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from torch import nn

from core.layers import Conv, Dense, Pool, Reshape, Up, first, forward
from core.networks import Net, arrays

PICTURE = (
    Dense(3, 8), Reshape((2, 2, 2)), Conv(2, 3), Up(), Conv(3, 1, "sigmoid"), Reshape((16,)),
)  # fmt: skip
SIGMOIDS = {
    "at the end": (Dense(3, 4), Dense(4, 5, "sigmoid")),
    "before a reshape": PICTURE,
    "before a pool": (Reshape((1, 1, 3)), Conv(1, 2, "sigmoid"), Pool()),
    "twice": (Dense(3, 4, "sigmoid"), Dense(4, 5, "sigmoid")),
}


def weights_of(layers, seed=0):
    return first(layers, np.random.default_rng(seed))


def test_the_weights_are_copied():
    weights = weights_of(PICTURE)
    before = [w.copy() for w in weights]
    net = Net(PICTURE, weights)
    with torch.no_grad():
        for p in net.parameters():
            p.add_(1.0)
    for w, b in zip(weights, before, strict=True):
        assert_array_equal(w, b)
    out = arrays(net)
    with torch.no_grad():
        for p in net.parameters():
            p.zero_()
    for w, b in zip(out, before, strict=True):
        assert_array_equal(w, b + 1)


def test_arrays_are_what_the_net_was_made_of_whatever_the_order_in_memory():
    layers = (Conv(3, 4), Conv(4, 2), Reshape((2 * 25,)), Dense(50, 6))
    weights = weights_of(layers)
    net = Net(layers, weights)
    # the channels come last in memory, which makes training faster, and nothing else changes
    assert net[0].weight.is_contiguous(memory_format=torch.channels_last)
    assert not net[0].weight.is_contiguous()
    for a, b in zip(arrays(net), weights, strict=True):
        assert a.flags.c_contiguous
        assert a.dtype == np.float32
        assert_array_equal(a, b)
    for a, b in zip(arrays(Net(layers, arrays(net))), weights, strict=True):
        assert_array_equal(a, b)


@pytest.mark.parametrize("name", SIGMOIDS)
def test_logits_leave_out_the_last_sigmoid_only(name):
    layers = SIGMOIDS[name]
    weights = weights_of(layers)
    x = torch.from_numpy(np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32))
    plain, logits = Net(layers, weights), Net(layers, weights, logits=True)
    count = [sum(isinstance(m, nn.Sigmoid) for m in net) for net in (plain, logits)]
    assert count[1] == count[0] - 1
    with torch.no_grad():
        assert (logits(x) < 0).any()
        torch.testing.assert_close(logits(x).sigmoid(), plain(x))
        torch.testing.assert_close(plain(x).numpy(), forward(layers, weights, x.numpy()))


@pytest.mark.parametrize("change", [lambda w: w[:-1], lambda w: [*w, w[0]]])
def test_too_few_or_too_many_weights_are_refused(change):
    with pytest.raises(ValueError, match="zip"):
        Net(PICTURE, change(weights_of(PICTURE)))


def test_building_leaves_torchs_global_generator_alone():
    before = torch.get_rng_state()
    Net(PICTURE, weights_of(PICTURE))
    torch.testing.assert_close(torch.get_rng_state(), before)
