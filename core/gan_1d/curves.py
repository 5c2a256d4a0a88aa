"""What the screen shows of a pair of networks: curves, distances with their floors, lost modes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import expit, ndtri

from core.data.law import Array, Z, pushforward
from core.data.toy import Target
from core.gan_1d.config import Config
from core.gan_1d.networks import View, generate, logit
from core.metrics import jensen_shannon, shares, wasserstein_1
from core.step import Step

# What the distances are measured on, as in the lecture's figures.
SAMPLES = 20_000
LOST, REAL = 0.1, 0.05


@dataclass(frozen=True)
class Curves:
    """Curves on a grid of z, shape (M,), and on bins of x, shape (K,).

    noise : density of z. true, generated : f(z) and G(z).
    p_data, p_g : exact mean densities in the bins around x. d : D(x); a Wasserstein critic, which
    has no scale of its own, from 0 at its lowest to 1 at its highest. d_star : the best possible D
    against this generator, p_data / (p_data + p_g) (Goodfellow et al. 2014, prop. 1); NaN where
    neither density has any mass, for a critic, and under instance noise.
    at, push : some generated samples, and the descent direction of G's loss there, shape (S,).
    outside : the share of the generated mass that lies outside the bins. median : of the generated.
    """

    z: Array
    noise: Array
    true: Array
    generated: Array
    x: Array
    p_data: Array
    p_g: Array
    d: Array
    d_star: Array
    at: Array
    push: Array
    outside: float
    median: float


def curves(config: Config, view: View) -> Curves:
    """The curves of one recorded view."""
    target = config.data
    z = np.linspace(-3.5, 3.5, 141)
    edges = target.edges
    x = (edges[:-1] + edges[1:]) / 2
    p_data = target.law.density(edges)
    law = pushforward(generate(config, view, Z))
    p_g = law.density(edges)
    both = p_data + p_g
    score = logit(config, view, x)
    if config.loss == "wgan-gp":
        d, d_star = (
            (score - score.min()) / max(float(np.ptp(score)), 1e-9),
            np.full_like(both, np.nan),
        )
    else:
        d = expit(score)
        # what D sees are packs; the curve shows packs of equal samples
        real, fake = p_data**config.pac, p_g**config.pac
        d_star = np.full_like(both, np.nan)
        np.divide(real, real + fake, out=d_star, where=both > 1e-6)
        if config.instance_noise:
            d_star[:] = np.nan  # the best D of the blurred densities is another one
    at = generate(config, view, _even(24))
    return Curves(
        z=z,
        noise=np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi),
        true=target.f(z),
        generated=generate(config, view, z),
        x=x,
        p_data=p_data,
        p_g=p_g,
        d=d,
        d_star=d_star,
        at=at,
        push=push(config, view, at),
        outside=1.0 - float(np.diff(law.cdf(edges[[0, -1]]))[0]),
        median=float(law.quantile(np.array([0.5]))[0]),
    )


def push(config: Config, view: View, x: Array) -> Array:
    """-d loss / d x: where, and how hard, the discriminator pushes a sample at x. Shape as x."""
    h = 1e-2 * (config.data.span[1] - config.data.span[0]) / 10
    ends = logit(config, view, np.concatenate([x - h, x + h])).astype(np.float64)
    slope = (ends[len(x) :] - ends[: len(x)]) / (2 * h)
    score = logit(config, view, x)
    factor = {"non-saturating": expit(-score), "minimax": expit(score), "wgan-gp": 1.0}
    return np.asarray(factor[config.loss] * slope)


@dataclass(frozen=True)
class Distances:
    """How far the generator is from its target, on 20,000 samples.

    w1 : Wasserstein-1 in the unit of x. js : Jensen-Shannon in nats, 0 to log 2.
    mass : share of the samples in each mode, shape (modes,).
    """

    w1: float
    js: float
    mass: Array


def distances(config: Config, view: View) -> Distances:
    """Distances of one recorded view, always on the same 20,000 noise values, so that they move
    only when the generator does."""
    return _measure(config.data, generate(config, view, _noise()).astype(np.float64))


@lru_cache(maxsize=64)
def floor(target: Target) -> Distances:
    """What a perfect sampler scores: the mean over 16 samples of the target, of the same size."""
    rng = np.random.default_rng(20_000)
    runs = [_measure(target, target.f(rng.standard_normal(SAMPLES))) for _ in range(16)]
    return Distances(
        w1=float(np.mean([r.w1 for r in runs])),
        js=float(np.mean([r.js for r in runs])),
        mass=target.mass,
    )


def _measure(target: Target, x: Array) -> Distances:
    # 100 bins over the span, and one at each side for what lies outside
    inner = np.linspace(*target.span, 101)
    F = np.concatenate([[0.0], target.law.cdf(inner), [1.0]])
    return Distances(
        w1=wasserstein_1(x, _quantiles(target)),
        js=jensen_shannon(shares(x, inner), np.diff(F)),
        mass=shares(x, target.bounds),
    )


@lru_cache(maxsize=64)
def _quantiles(target: Target) -> Array:
    return target.law.quantile((np.arange(SAMPLES) + 0.5) / SAMPLES)


@lru_cache(maxsize=1)
def _noise() -> Array:
    return np.random.default_rng(7).standard_normal(SAMPLES, dtype=np.float32)


@lru_cache(maxsize=2)
def _even(n: int) -> Array:
    """n values of z that cut N(0, 1) into equal shares."""
    return np.asarray(ndtri((np.arange(n) + 0.5) / n))


@dataclass(frozen=True)
class Lost:
    """A mode of the target that the generator has given up, or never found.

    center : its x. share : its share of the target. since : the recorded epoch from which on it
    has been missing; 0 where it was never found.
    """

    center: float
    share: float
    since: int


def lost_modes(config: Config, steps: Sequence[Step]) -> list[Lost]:
    """The modes missing at the last of the recorded steps.

    A mode counts if it holds 5 % of the target or more, and is missing while the generator puts
    less than a tenth of that there.
    """
    target = config.data
    if len(target.mass) == 1:
        return []
    z = _even(128)
    # from the newest step backwards, until every mode has been seen alive
    since = np.full(len(target.mass), -1)
    missing = target.mass >= REAL
    for step in reversed(steps):
        mass = shares(generate(config, step.view, z), target.bounds)
        missing = missing & (mass < LOST * target.mass)
        since[missing] = step.number
        if not missing.any():
            break
    return [
        Lost(float(target.centers[k]), float(target.mass[k]), int(since[k]))
        for k in np.flatnonzero(since >= 0)
    ]
