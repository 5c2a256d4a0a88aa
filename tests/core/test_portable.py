"""Networks on their way into the browser."""

from base64 import b64decode

import numpy as np
import pytest

from core.layers import Conv, Dense, Reshape, first
from core.portable import LARGEST, portable, rounded

LAYERS = (Dense(2, 9, "linear"), Reshape((1, 3, 3)), Conv(1, 2, "sigmoid"))


def unpack(network: dict, shapes: list) -> list[np.ndarray]:
    """The weights as a browser reads them."""
    flat = np.frombuffer(b64decode(network["weights"]), "<f2").astype(np.float32)
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in shapes])
    assert len(flat) == ends[-1]
    return [w.reshape(s) for w, s in zip(np.split(flat, ends[:-1]), shapes, strict=True)]


def test_layers_are_named_and_weights_are_the_rounded_ones():
    weights = first(LAYERS, np.random.default_rng(0))
    network = portable(LAYERS, weights)
    assert [layer["kind"] for layer in network["layers"]] == ["dense", "reshape", "conv"]
    assert network["layers"][2]["padding"] == 1
    for sent, kept, exact in zip(
        unpack(network, [w.shape for w in weights]), rounded(weights), weights, strict=True
    ):
        np.testing.assert_array_equal(sent, kept)
        np.testing.assert_allclose(kept, exact, rtol=2**-11)
        assert kept.dtype == np.float32


def test_what_is_rounded_once_stays():
    weights = rounded(first(LAYERS, np.random.default_rng(1)))
    for once, twice in zip(weights, rounded(weights), strict=True):
        np.testing.assert_array_equal(once, twice)


def test_a_training_that_diverged_stays_within_half_precision():
    with np.errstate(over="raise", invalid="raise"):
        (w,) = rounded([np.array([1e30, -np.inf, 1e-30, np.nan], np.float32)])
    np.testing.assert_array_equal(w, [LARGEST, -LARGEST, 0, np.nan])


def test_weights_of_another_network_are_refused():
    with pytest.raises(ValueError, match="expected"):
        portable(LAYERS, first(LAYERS, np.random.default_rng(0))[1:])
