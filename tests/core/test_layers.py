"""Tables of layers: numpy against torch, counts, shapes, first values."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from core.layers import (
    CHUNK,
    Conv,
    Dense,
    Pool,
    Reshape,
    Row,
    Up,
    count,
    cut,
    describe,
    first,
    forward,
    pixels,
    table,
)
from core.networks import Net

# name: layers, shape of the input
NETWORKS = {
    "dense": ((Dense(7, 5), Dense(5, 4, "sigmoid"), Dense(4, 3, "linear")), (7,)),
    "conv": ((Conv(2, 3), Conv(3, 2, "sigmoid"), Conv(2, 4, "linear")), (2, 6, 5)),
    "unpadded": ((Conv(2, 3, "linear", padding=0), Conv(3, 1, padding=0)), (2, 8, 7)),
    "pool": ((Pool(),), (3, 6, 4)),
    "odd pool": ((Pool(), Pool()), (3, 7, 5)),
    "up": ((Up(),), (2, 3, 4)),
    "flatten": ((Reshape((24,)),), (2, 3, 4)),
    "all": (
        (
            Reshape((1, 7, 7)), Conv(1, 4), Pool(), Conv(4, 3), Up(), Conv(3, 2, padding=0),
            Reshape((72,)), Dense(72, 3, "linear"),
        ),
        (49,),
    ),
}  # fmt: skip


def weighted(layers, rng):
    """Weights and biases, none of them zero."""
    return [rng.normal(0, 0.5, w.shape).astype(np.float32) for w in first(layers, rng)]


@pytest.mark.parametrize("n", [1, 3, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK - 5])
@pytest.mark.parametrize("name", NETWORKS)
def test_numpy_computes_what_torch_does(name, n):
    layers, shape = NETWORKS[name]
    rng = np.random.default_rng(0)
    weights = weighted(layers, rng)
    x = rng.normal(-1, 1, (n, *shape)).astype(np.float32)
    with torch.no_grad():
        expected = Net(layers, weights)(torch.from_numpy(x))
    out = forward(layers, weights, x)
    assert out.dtype == np.float32
    assert out.shape == (n, *table(layers, shape)[-1].shape)
    assert_allclose(out, expected, rtol=1e-5, atol=1e-5)


def test_a_pool_at_an_odd_edge_takes_the_largest_of_what_is_left():
    x = -np.arange(1.0, 10).reshape(1, 1, 3, 3)  # negative: a padding of zeros would win
    assert_array_equal(forward([Pool()], [], x)[0, 0], [[-1, -3], [-7, -9]])


def test_a_convolution_is_not_mirrored():
    x = np.zeros((1, 1, 3, 3))
    x[0, 0, 1, 1] = 1.0
    w = np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3)
    out = forward([Conv(1, 1, "linear")], [w, np.zeros(1, np.float32)], x)
    assert_array_equal(out[0, 0], w[0, 0, ::-1, ::-1])


def test_the_input_is_left_as_it_was():
    for layers, shape in NETWORKS.values():
        x = np.random.default_rng(0).normal(size=(2, *shape)).astype(np.float32)
        before = x.copy()
        forward(layers, weighted(layers, np.random.default_rng(1)), x)
        assert_array_equal(x, before)


def test_parameters_are_counted_and_the_table_says_where():
    layers, shape = NETWORKS["all"]
    assert table(layers, shape) == [
        Row("Reshape", (1, 7, 7), 0),
        Row("Conv, relu", (4, 7, 7), 40),
        Row("Pool", (4, 4, 4), 0),
        Row("Conv, relu", (3, 4, 4), 111),
        Row("Up", (3, 8, 8), 0),
        Row("Conv, relu", (2, 6, 6), 56),
        Row("Reshape", (72,), 0),
        Row("Dense", (3,), 219),
    ]
    assert count(layers) == 40 + 111 + 56 + 219


@pytest.mark.parametrize("name", NETWORKS)
def test_the_count_is_that_of_the_arrays_and_of_torch(name):
    layers, _ = NETWORKS[name]
    weights = first(layers, np.random.default_rng(0))
    assert count(layers) == sum(w.size for w in weights)
    assert count(layers) == sum(p.numel() for p in Net(layers, weights).parameters())


def test_a_reshape_that_loses_numbers_is_refused():
    with pytest.raises(ValueError, match=r"\(2, 3\) cannot be reshaped to \(7,\)\.$"):
        table([Reshape((7,))], (2, 3))


KINDS = {"dense": Dense, "conv": Conv, "pool": Pool, "up": Up, "reshape": Reshape}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_description_survives_json_and_builds_the_same_layers(name):
    layers, _ = NETWORKS[name]
    again = []
    for row in json.loads(json.dumps(describe(layers))):
        kind = KINDS[row.pop("kind")]
        assert row.keys() == {f.name for f in dataclasses.fields(kind)}
        again.append(kind(**{k: tuple(v) if k == "shape" else v for k, v in row.items()}))
    assert tuple(again) == layers


def test_the_first_weights_are_glorot_uniform_and_the_biases_zero():
    layers = [Dense(40, 60), Conv(8, 16)]
    # a field of 3x3 counts nine times, for what goes in and what comes out
    limits = [np.sqrt(6 / 100), None, np.sqrt(6 / (9 * 24)), None]
    for w, limit in zip(first(layers, np.random.default_rng(0)), limits, strict=True):
        assert w.dtype == np.float32
        if limit is None:
            assert not w.any()
        else:
            assert 0.98 * limit < np.abs(w).max() <= limit * (1 + 1e-6)
            assert_allclose(w.std(), limit / np.sqrt(3), rtol=0.05)
            assert_allclose(w.mean(), 0, atol=0.1 * limit)


def test_the_first_weights_come_from_the_generator_that_was_passed_in():
    layers, _ = NETWORKS["all"]
    one, two, other = (first(layers, np.random.default_rng(seed)) for seed in (1, 1, 2))
    for a, b in zip(one, two, strict=True):
        assert_array_equal(a, b)
    assert not np.array_equal(one[0], other[0])


NETS = {"encoder": (Dense(3, 2), Dense(2, 1)), "nothing": (Up(),), "decoder": (Dense(1, 3),)}


def flat():
    rng = np.random.default_rng(0)
    return [w for layers in NETS.values() for w in weighted(layers, rng)]


def test_a_flat_list_is_taken_apart_by_name():
    weights = flat()
    parts = cut(NETS, weights)
    assert [(name, len(ws)) for name, ws in parts.items()] == [
        ("encoder", 4), ("nothing", 0), ("decoder", 2),
    ]  # fmt: skip
    for a, b in zip([w for ws in parts.values() for w in ws], weights, strict=True):
        assert a is b


@pytest.mark.parametrize(
    "spoil",
    [
        lambda w: w[:-1],
        lambda w: [],
        lambda w: [*w, w[0]],
        lambda w: w[::-1],
        lambda w: [w[0].T, *w[1:]],
        lambda w: [w[0].ravel(), *w[1:]],
    ],
    ids=["too few", "none", "too many", "another order", "transposed", "flat"],
)
def test_weights_of_other_networks_are_refused(spoil):
    with pytest.raises(ValueError, match="do not have the shapes of these networks"):
        cut(NETS, spoil(flat()))


def test_pixels_go_from_0_to_1():
    x = pixels(np.array([[[0, 51], [102, 255]]], np.uint8))
    assert x.dtype == np.float32
    assert_allclose(x, [[0, 0.2, 0.4, 1]], rtol=1e-6)
