"""An autoencoder in use, in numpy: corrupt, encode, decode, measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.autoencoder.config import Config, networks
from core.layers import Array, cut, forward

Weights = Mapping[str, Sequence[Array]]


@dataclass(frozen=True)
class Corrupted:
    """What goes in. x : (n, 784) in 0 to 1. hidden : (n, 784), 1 where masked."""

    x: Array
    hidden: Array


@dataclass(frozen=True)
class Rebuilt:
    """What comes of pictures. seen, rebuilt : (n, 784). hidden : (n, 784), 1 where masked.

    error : (n,), mean squared error a pixel; of a masked one, of the hidden pixels only.
    """

    seen: Array
    rebuilt: Array
    hidden: Array
    error: Array


def mask(n: int, share: float, patch: int, rng: np.random.Generator) -> Array:
    """Which pixels are hidden, as 0 or 1: whole patches, the same number in each picture.

    Returns (n, 784). Where a patch does not fit 28, the last one is smaller.
    """
    side = -(-28 // patch)
    order = rng.random((n, side * side)).argsort(axis=1).argsort(axis=1)
    hidden = (order < round(share * side * side)).reshape(n, side, side)
    whole = hidden.repeat(patch, axis=1).repeat(patch, axis=2)[:, :28, :28]
    return whole.reshape(n, -1).astype(np.float32)


def corrupt(config: Config, x: Array, rng: np.random.Generator) -> Corrupted:
    """Noise or mask, as this kind of autoencoder has to cope with. x : (n, 784) in 0 to 1."""
    hidden = np.zeros_like(x)
    if config.kind == "denoising":
        noise = rng.standard_normal(x.shape, dtype=np.float32)
        return Corrupted(np.clip(x + config.noise * noise, 0, 1), hidden)
    if config.kind == "masked":
        hidden = mask(len(x), config.masked, config.patch, rng)
    return Corrupted(x * (1 - hidden), hidden)


def given(config: Config, corrupted: Corrupted) -> Array:
    """The encoder's input: the pixels, and for a masked one also which of them are hidden."""
    if config.kind == "masked":
        return np.concatenate([corrupted.x, corrupted.hidden], axis=1)
    return corrupted.x


def encode(config: Config, weights: Weights, inputs: Array) -> Array:
    """Codes. inputs : from `given`. Returns (n, bottleneck)."""
    return forward(networks(config)["encoder"], weights["encoder"], inputs)


def decode(config: Config, weights: Weights, codes: NDArray[np.floating]) -> Array:
    """Pictures. codes : (n, bottleneck). Returns (n, 784) in 0 to 1."""
    return forward(networks(config)["decoder"], weights["decoder"], codes)


def rebuild(
    config: Config, weights: Weights, x: Array, rng: np.random.Generator, width: int | None = None
) -> Rebuilt:
    """Corrupt, encode, decode. x : (n, 784) in 0 to 1. width : numbers of the code that are kept,
    all by default."""
    corrupted = corrupt(config, x, rng)
    codes = encode(config, weights, given(config, corrupted))
    if width is not None:
        codes[:, width:] = 0
    rebuilt = decode(config, weights, codes)
    counted = corrupted.hidden if config.kind == "masked" else np.ones_like(x)
    squares = (counted * (rebuilt - x) ** 2).sum(axis=1) / np.maximum(counted.sum(axis=1), 1)
    return Rebuilt(corrupted.x, rebuilt, corrupted.hidden, squares)


def parts(config: Config, weights: Sequence[Array]) -> dict[str, list[Array]]:
    """A flat list of weights, cut into those of encoder and decoder."""
    return cut(networks(config), weights)
