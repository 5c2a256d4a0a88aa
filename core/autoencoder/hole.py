"""The latent planes of an autoencoder and of a VAE, and what lies between the codes of digits.

Both networks have codes of two numbers and were trained on MNIST: the embedded digits, whose codes
are looked at here, are new to both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import vae
from core.autoencoder import bench
from core.autoencoder.config import networks
from core.data import images
from core.layers import Array, Layers, pixels
from core.vae.config import networks as vae_networks
from core.weights import shipped

FRAME = 3.25  # half the side of the picture of a plane, in standard deviations of the codes
DRAWS = 500
WITHIN = 0.95  # the share of real digits that are within reach, by definition
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Plane:
    """A network's plane of codes.

    encode : (n, 28, 28) to codes (n, 2). decode : back, (n, 28, 28) in 0 to 1. decoder, weights :
    the network that does it. codes : (1797, 2), of the embedded digits; mean, std : (2,), of these.
    """

    name: str
    encode: Callable[[Pixels], Array]
    decode: Callable[[NDArray[np.floating]], Array]
    decoder: Layers
    weights: list[Array]
    codes: Array
    mean: Array
    std: Array

    def at(self, place: NDArray[np.floating]) -> Array:
        """The codes at places that are counted in standard deviations from the mean, (n, 2)."""
        return np.asarray(self.mean + self.std * place, np.float32)

    def place(self, codes: NDArray[np.floating]) -> Array:
        """The places of codes, (n, 2)."""
        return np.asarray((codes - self.mean) / self.std, np.float32)

    def from_place(self) -> list[Array]:
        """The weights of a decoder that is given places rather than codes."""
        w, b, *rest = self.weights
        return [w * self.std, b + w @ self.mean, *rest]


@cache
def planes() -> tuple[Plane, Plane]:
    """The autoencoder's and the VAE's, once for all visitors. Raises BadWeights."""
    a, v = shipped("autoencoder_plain_2d", "autoencoder"), shipped("vae_dense_2d", "vae")
    return (
        _plane(
            "autoencoder", lambda x: bench.encode(a.config, a.parts, pixels(x)),
            lambda z: bench.decode(a.config, a.parts, z).reshape(-1, 28, 28),
            networks(a.config)["decoder"], list(a.parts["decoder"]),
        ),
        _plane(
            "VAE", lambda x: vae.encode(v.config, v.parts, x)[0],
            lambda z: vae.decode(v.config, v.parts, z),
            vae_networks(v.config)["decoder"], list(v.parts["decoder"]),
        ),
    )  # fmt: skip


def _plane(
    name: str, encode: Callable[[Pixels], Array], decode: Callable[[NDArray[np.floating]], Array],
    decoder: Layers, weights: list[Array],
) -> Plane:  # fmt: skip
    codes = encode(images.load("digits").x)
    mean, std = codes.mean(axis=0), codes.std(axis=0)
    return Plane(name, encode, decode, decoder, weights, codes, mean, std)


@dataclass(frozen=True)
class Measured:
    """How well draws serve as codes.

    kinds : of digits in 500 pictures decoded from N(0, 1), each the kind of the real digit that
    is nearest pixel by pixel, as an effective number: exp(entropy). 10 if all are as frequent.
    near : the share of 500 draws from a normal law that have the code of a training digit within
    `reach`. The law is given every chance: it has the mean and the covariance of the codes.
    reach : within it, 95 % of the digits held out have such a code. In the plane's unit.
    """

    kinds: float
    near: float
    reach: float


@cache
def measured(which: int, seed: int = 0) -> Measured:
    """The numbers of `planes()[which]`."""
    plane, rng, digits = planes()[which], np.random.default_rng(seed), images.load("digits")
    split = digits.split
    held = np.concatenate([split["validation"], split["test"]])
    train = plane.codes[split["train"]]
    reach = float(np.quantile(nearest(plane.codes[held], train)[0], WITHIN))
    z = rng.standard_normal((DRAWS, 2))
    decoded = plane.decode(z).reshape(DRAWS, -1)
    _, like = nearest(decoded, pixels(digits.x[split["train"]]))
    law = train.mean(axis=0) + z @ np.linalg.cholesky(np.cov(train.T)).T
    near = float((nearest(law, train)[0] <= reach).mean())
    return Measured(kinds(digits.labels[split["train"]][like]), near, reach)


def nearest(
    a: NDArray[np.floating], b: NDArray[np.floating]
) -> tuple[NDArray[np.floating], NDArray[np.intp]]:
    """For each of a, (n, d), its distance to the nearest of b, (m, d), and the number of that."""
    squares = (a**2).sum(axis=1)[:, None] - 2 * a @ b.T + (b**2).sum(axis=1)
    at = squares.argmin(axis=1)
    # from the difference itself: the sum of squares above loses what is small beside a and b
    return np.linalg.norm(a - b[at], axis=1), at


def kinds(labels: NDArray[np.integer]) -> float:
    """The effective number of classes: exp of their entropy (Hill 1973, order 1)."""
    share = np.unique(labels, return_counts=True)[1] / len(labels)
    return float(np.exp(-(share * np.log(share)).sum()))


def grid(side: int) -> Array:
    """Places on a grid over the frame, row by row from the upper left. (side * side, 2)."""
    at = FRAME * ((2 * np.arange(side) + 1) / side - 1)
    places = np.stack([np.tile(at, side), np.repeat(at[::-1], side)], axis=1)
    return places.astype(np.float32)


def table() -> dict[str, list[Any]]:
    """Each digit as a row: its class, and its codes in both planes."""
    data: dict[str, list[Any]] = {"class": images.load("digits").labels.tolist()}
    for p in planes():
        for k in (0, 1):
            data[f"{p.name}_z{k + 1}"] = p.codes[:, k].tolist()
    return data
