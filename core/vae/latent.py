"""A VAE in use, in numpy: encode, decode, the bound, and ways through the latent space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from core.layers import Array, count, cut, forward, pixels
from core.vae.config import Config, networks

Weights = Mapping[str, Sequence[Array]]


@dataclass(frozen=True)
class Bound:
    """Means over pictures, in nats. total : minus the lower bound on log p(x). each : KL by
    dimension, (latent,)."""

    reconstruction: float
    kl: float
    each: Array

    @property
    def total(self) -> float:
        return self.reconstruction + self.kl


def parts(config: Config, weights: Sequence[Array]) -> dict[str, list[Array]]:
    """A flat list of weights, cut into those of trunk, mu, log_var and decoder."""
    return cut(networks(config), weights)


def encode(config: Config, weights: Weights, x: NDArray[np.uint8]) -> tuple[Array, Array]:
    """mu and log_var of q(z | x). x : (n, 28, 28). Each returned as (n, latent)."""
    nets = networks(config)
    hidden = forward(nets["trunk"], weights["trunk"], pixels(x))
    return (
        forward(nets["mu"], weights["mu"], hidden),
        forward(nets["log_var"], weights["log_var"], hidden),
    )


def decode(config: Config, weights: Weights, z: NDArray[np.floating]) -> Array:
    """The mean picture p(x | z). z : (n, latent). Returns (n, 28, 28) in 0 to 1."""
    x = forward(networks(config)["decoder"], weights["decoder"], z)
    return x.reshape(-1, 28, 28)


def kl(mu: Array, log_var: Array) -> Array:
    """KL(N(mu, sigma^2) || N(0, 1)) of each number, in nats (Kingma and Welling 2014, app. B)."""
    return np.asarray(0.5 * (np.exp(log_var) + mu**2 - 1 - log_var), np.float32)


def bound(
    config: Config, weights: Weights, x: NDArray[np.uint8], rng: np.random.Generator
) -> Bound:
    """The textbook's bound: sums, unit noise, one sample of z a picture, whatever it trained on."""
    mu, log_var = encode(config, weights, x)
    noise = rng.standard_normal(mu.shape, dtype=np.float32)
    target = pixels(x)
    p = decode(config, weights, mu + np.exp(log_var / 2) * noise).reshape(len(x), -1)
    p = np.clip(p, 1e-7, 1 - 1e-7)
    entropy = -(target * np.log(p) + (1 - target) * np.log1p(-p)).sum(axis=1)
    each = kl(mu, log_var).mean(axis=0)
    return Bound(float(entropy.mean(dtype=np.float64)), float(each.sum()), each)


def line(a: NDArray[np.floating], b: NDArray[np.floating], steps: int) -> Array:
    """The straight way from a to b, ends included. a, b : (d,). Returns (steps, d)."""
    t = np.linspace(0, 1, steps)[:, None]
    return np.asarray((1 - t) * a + t * b, np.float32)


def sphere(a: NDArray[np.floating], b: NDArray[np.floating], steps: int) -> Array:
    """Along the great circle, the lengths blended (slerp; Shoemake 1985, section 3.3).

    In many dimensions a normal code has a length near sqrt(d): the straight way between two of them
    passes through codes that are too short. Parallel codes: the straight way.
    """
    a, b = a.astype(np.float64), b.astype(np.float64)  # or opposite codes would not be found so
    r_a, r_b = np.linalg.norm(a), np.linalg.norm(b)
    if min(r_a, r_b) < 1e-9:
        return line(a, b, steps)
    omega = np.arccos(np.clip(a @ b / (r_a * r_b), -1, 1))
    if np.sin(omega) < 1e-6:
        return line(a, b, steps)
    t = np.linspace(0, 1, steps)[:, None]
    way = (np.sin((1 - t) * omega) * a / r_a + np.sin(t * omega) * b / r_b) / np.sin(omega)
    return np.asarray(((1 - t) * r_a + t * r_b) * way, np.float32)


def square(corners: Array, steps: int) -> Array:
    """The bilinear sheet between four codes: top left, top right, bottom left, bottom right.

    corners : (4, d). Returns (steps * steps, d), row by row.
    """
    left, right = line(corners[0], corners[2], steps), line(corners[1], corners[3], steps)
    return np.concatenate([line(a, b, steps) for a, b in zip(left, right, strict=True)])


def manifold(z: Array, across: int, down: int, steps: int) -> Array:
    """Codes on a grid in two dimensions, the others as in z: quantiles of the normal law.

    Equal mass of the prior lies between neighbours. Returns (steps * steps, d), row by row, the
    first axis growing to the right, the second upwards.
    """
    at = [NormalDist().inv_cdf((k + 0.5) / steps) for k in range(steps)]
    codes = np.tile(np.asarray(z, np.float32), (steps * steps, 1))
    codes[:, across] = np.tile(at, steps)
    codes[:, down] = np.repeat(at, steps)[::-1]
    return codes


def parameters(config: Config) -> dict[str, int]:
    """The number of trainable parameters of each part."""
    return {name: count(layers) for name, layers in networks(config).items()}
