"""What both engines share: flat weights, their first values, and the random numbers of an epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.gan_1d.config import Config

Vector = NDArray[np.float32]
Losses = dict[str, float]
LOSS_NAMES = ("d_loss", "d_acc", "g_loss", "g_acc")

ACTIVATE: dict[str, Callable[[Any], Any]] = {
    "tanh": np.tanh,
    "relu": lambda a: np.maximum(a, 0),
    "softplus": lambda a: np.logaddexp(a, 0),
}


@dataclass(frozen=True, slots=True)
class View:
    """Both networks as flat float32 vectors: by layers, weights (row per output) before biases.

    g : 1-h-h-1, shape (h^2 + 4h + 1,), 141 for h = 10.   d : pac-h-h-1, 481 for pac = 1, h = 20.
    """

    g: Vector
    d: Vector


@dataclass(frozen=True, slots=True)
class Batch:
    """The random numbers of one epoch, each (n,). real : of the target, z, fresh : noise."""

    real: Vector
    z: Vector
    fresh: Vector


def shapes(inputs: int, width: int) -> list[tuple[int, ...]]:
    """The shapes of W1, b1, W2, b2, w3, b3 of a network inputs-width-width-1."""
    return [(width, inputs), (width,), (width, width), (width,), (1, width), (1,)]


def split(flat: Vector, inputs: int, width: int) -> Iterator[Vector]:
    """The layers' weights and biases, as views into the flat vector."""
    at = 0
    for shape in shapes(inputs, width):
        size = int(np.prod(shape))
        yield flat[at : at + size].reshape(shape)
        at += size


def glorot(inputs: int, width: int, rng: np.random.Generator) -> Vector:
    """Glorot uniform weights, zero biases (Glorot and Bengio 2010, eq. 16), as a flat vector."""
    parts = []
    for shape in shapes(inputs, width):
        limit = np.sqrt(6.0 / sum(shape)) if len(shape) == 2 else 0.0
        parts.append(rng.uniform(-limit, limit, size=shape).astype(np.float32).ravel())
    return np.concatenate(parts)


def first(config: Config, rng: np.random.Generator) -> View:
    """The weights before training: G drawn first, then D."""
    return View(glorot(1, config.g_width, rng), glorot(config.pac, config.d_width, rng))


def draw(config: Config, rng: np.random.Generator) -> Batch:
    """The next epoch's random numbers, in the one order that every engine shares."""
    z_real, z, fresh = (rng.standard_normal(config.batch, dtype=np.float32) for _ in range(3))
    return Batch(config.data.f(z_real).astype(np.float32), z, fresh)


def evaluate(flat: Vector, x: NDArray[Any], width: int, activation: str) -> Vector:
    """The network's output for each row of x. x : (n,) or (n, inputs). Returns (n,)."""
    x = np.asarray(x, np.float32).reshape(len(x), -1)
    act = ACTIVATE[activation]
    w1, b1, w2, b2, w3, b3 = split(flat, x.shape[1], width)
    out: Vector = (act(act(x @ w1.T + b1) @ w2.T + b2) @ w3.T + b3)[:, 0]
    return out


def generate(config: Config, view: View, z: NDArray[Any]) -> Vector:
    """x = G(z). z : (n,). Returns (n,)."""
    return evaluate(view.g, z, config.g_width, config.g_activation)


def logit(config: Config, view: View, x: NDArray[Any]) -> Vector:
    """The discriminator's logit at x, or the critic's value; a pack is filled with copies of x.

    x : (n,). Returns (n,). The discriminator's probability is the sigmoid of it.
    """
    packs = np.repeat(np.asarray(x, np.float32)[:, None], config.pac, axis=1)
    return evaluate(view.d, packs, config.d_width, config.d_activation)
