"""Networks as tables of layers: counted, drawn and run in numpy here, trained in `core.networks`.

One table serves all: torch builds its modules from it, the browser decodes with it while a slider
moves, and a page's first paint runs it here, without waiting for torch.

Weights are a flat list of float32 arrays, W and b of each layer that has them, in torch's order of
axes: (out, in), (out, in, 3, 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.machine import one_blas_thread

# Sessions share the machine, so each takes one core; and on a busy one, several threads at such
# small products only wait for one another (a hundred times as long). For the whole process.
one_blas_thread()

CHUNK = 64
Array = NDArray[np.float32]
Shape_ = tuple[int, ...]


def _sigmoid(a: Array) -> Array:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * a), np.float32)


ACTIVATE: dict[str, Callable[[Array], Array]] = {
    "linear": lambda a: a,
    "relu": lambda a: np.maximum(a, 0),
    "sigmoid": _sigmoid,
}


@dataclass(frozen=True)
class Dense:
    """a(x W^T + b). x : (n, inputs) to (n, outputs)."""

    inputs: int
    outputs: int
    activation: str = "relu"

    @property
    def shapes(self) -> tuple[Shape_, ...]:
        return (self.outputs, self.inputs), (self.outputs,)

    def becomes(self, shape: Shape_) -> Shape_:
        return (self.outputs,)


@dataclass(frozen=True)
class Conv:
    """A 3x3 convolution, stride 1. (n, inputs, h, w) to (n, outputs, h, w), or h - 2 unpadded."""

    inputs: int
    outputs: int
    activation: str = "relu"
    padding: int = 1

    @property
    def shapes(self) -> tuple[Shape_, ...]:
        return (self.outputs, self.inputs, 3, 3), (self.outputs,)

    def becomes(self, shape: Shape_) -> Shape_:
        cut = 2 - 2 * self.padding
        return self.outputs, shape[1] - cut, shape[2] - cut


@dataclass(frozen=True)
class Pool:
    """The largest of each 2x2 block; at an odd edge, of what is left (Keras' "same")."""

    shapes = ()

    def becomes(self, shape: Shape_) -> Shape_:
        return shape[0], (shape[1] + 1) // 2, (shape[2] + 1) // 2


@dataclass(frozen=True)
class Up:
    """Each pixel becomes a 2x2 block."""

    shapes = ()

    def becomes(self, shape: Shape_) -> Shape_:
        return shape[0], 2 * shape[1], 2 * shape[2]


@dataclass(frozen=True)
class Reshape:
    """The same numbers, another shape, without the batch axis."""

    shape: Shape_

    shapes = ()

    def becomes(self, shape: Shape_) -> Shape_:
        if prod(shape) != prod(self.shape):
            raise ValueError(f"{shape} cannot be reshaped to {self.shape}.")
        return self.shape


Layer = Dense | Conv | Pool | Up | Reshape
Layers = Sequence[Layer]


@dataclass(frozen=True)
class Arrays:
    """A network that is no chain of layers, such as a U-Net: only the shapes of what it learns."""

    shapes: tuple[Shape_, ...]


# the lecture's convolutional encoder, (784,) to (128,), to be followed by what makes the code
CONV_TRUNK: tuple[Layer, ...] = (
    Reshape((1, 28, 28)), Conv(1, 16), Pool(), Conv(16, 8), Pool(), Conv(8, 8), Pool(),
    Reshape((128,)),
)  # fmt: skip


def conv_decoder(code: int) -> tuple[Layer, ...]:
    """The lecture's convolutional decoder: (code,) to (784,)."""
    return (
        Dense(code, 128), Reshape((8, 4, 4)), Conv(8, 8), Up(), Conv(8, 8), Up(),
        Conv(8, 16, padding=0), Up(), Conv(16, 1, "sigmoid"), Reshape((784,)),
    )  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A line of the layer table. shape : of the output, without the batch axis."""

    name: str
    shape: Shape_
    parameters: int


def count(layers: Layers | Sequence[Arrays]) -> int:
    """The number of trainable parameters."""
    return sum(prod(shape) for layer in layers for shape in layer.shapes)


def table(layers: Layers, shape: Shape_) -> list[Row]:
    """One row for each layer. shape : of the input, without the batch axis."""
    rows = []
    for layer in layers:
        shape = layer.becomes(shape)
        activation = getattr(layer, "activation", "linear")
        name = type(layer).__name__ + ("" if activation == "linear" else f", {activation}")
        rows.append(Row(name, shape, count([layer])))
    return rows


def describe(layers: Layers) -> list[dict[str, Any]]:
    """The table as plain dicts, for JSON: each with "kind" and the layer's fields."""
    return [{"kind": type(layer).__name__.lower(), **asdict(layer)} for layer in layers]


def first(layers: Layers, rng: np.random.Generator) -> list[Array]:
    """Glorot uniform weights, zero biases (Glorot and Bengio 2010, eq. 16), as Keras begins."""
    weights = []
    for layer in layers:
        for shape in layer.shapes:
            field = prod(shape[2:])  # 9 for a convolution, else 1
            limit = np.sqrt(6 / (field * sum(shape[:2]))) if len(shape) > 1 else 0.0
            weights.append(rng.uniform(-limit, limit, shape).astype(np.float32))
    return weights


def cut(
    networks: Mapping[str, Layers | Sequence[Arrays]], weights: Sequence[Array]
) -> dict[str, list[Array]]:
    """A flat list of the weights of several networks, taken apart by their names.

    Raises ValueError where there are too many, too few, or of another shape.
    """
    shapes = [shape for layers in networks.values() for layer in layers for shape in layer.shapes]
    if [w.shape for w in weights] != shapes:
        raise ValueError("the weights do not have the shapes of these networks.")
    rest = iter(weights)
    return {
        name: [next(rest) for layer in layers for _ in layer.shapes]
        for name, layers in networks.items()
    }


def pixels(pictures: NDArray[np.uint8]) -> Array:
    """Pictures as a network's input. (n, H, W) in 0 to 255. Returns (n, H * W) in 0 to 1."""
    return pictures.reshape(len(pictures), -1).astype(np.float32) / np.float32(255)


def forward(layers: Layers, weights: Sequence[Array], x: NDArray[Any], chunk: int = CHUNK) -> Array:
    """The network's output. x : (n, *input shape). Returns (n, *output shape), float32.

    chunk : so many at once: what fits the cache is done in half the time.
    """
    x = np.asarray(x, np.float32)
    if len(x) > chunk:
        pieces = np.split(x, range(chunk, len(x), chunk))
        return np.concatenate([forward(layers, weights, piece, chunk) for piece in pieces])
    rest = iter(weights)
    for layer in layers:
        x = _apply(layer, rest, x)
    return x


def _apply(layer: Layer, weights: Iterator[Array], x: Array) -> Array:
    if isinstance(layer, Dense):
        return ACTIVATE[layer.activation](x @ next(weights).T + next(weights))
    if isinstance(layer, Conv):
        return ACTIVATE[layer.activation](
            _convolve(x, next(weights), layer.padding) + next(weights)[:, None, None]
        )
    if isinstance(layer, Pool):
        odd = [(0, 0), (0, 0), (0, x.shape[2] % 2), (0, x.shape[3] % 2)]
        x = np.pad(x, odd, constant_values=-np.inf)
        n, c, h, w = x.shape
        return np.asarray(x.reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5)))
    if isinstance(layer, Up):
        return x.repeat(2, axis=2).repeat(2, axis=3)
    return x.reshape(len(x), *layer.shape)


def _convolve(x: Array, w: Array, padding: int) -> Array:
    """Cross-correlation, as every framework calls convolution, as one matrix product an image."""
    n, c, h, wide = x.shape
    cut = 2 - 2 * padding
    high, broad = h - cut, wide - cut
    x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    columns = np.empty((n, c, 9, high, broad), np.float32)
    for k in range(9):
        columns[:, :, k] = x[:, :, k // 3 : k // 3 + high, k % 3 : k % 3 + broad]
    out: Array = w.reshape(len(w), -1) @ columns.reshape(n, c * 9, high * broad)
    return out.reshape(n, len(w), high, broad)
