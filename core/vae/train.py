"""The family's verbs: build, train, sample; and the same as a `Run` needs them: begin, resume."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import layers
from core.data import images
from core.layers import Array
from core.recipe import shown, updates
from core.step import Step
from core.vae.config import Config, networks
from core.vae.latent import Weights, decode, encode, kl, parts

SHOWN = 10  # test digits whose reconstructions are shown while it trains, and as many samples


@dataclass(frozen=True, slots=True)
class View:
    """What the pictures of a training need.

    rebuilt, samples : (10, 28, 28) uint8, of the shown digits, and of ten fixed codes.
    kl : (latent,), mean KL of each dimension over the pictures of this update, in nats.
    mu : (10, latent), the shown digits' codes.
    """

    rebuilt: NDArray[np.uint8]
    samples: NDArray[np.uint8]
    kl: Array
    mu: Array


def first(config: Config) -> list[Array]:
    """The weights before training, all parts in one flat list."""
    rng = np.random.default_rng(config.seed)
    return [w for part in networks(config).values() for w in layers.first(part, rng)]


def fixed_codes(config: Config) -> Array:
    """The ten codes whose pictures are shown as samples while it trains."""
    return np.random.default_rng(1).standard_normal((SHOWN, config.latent), dtype=np.float32)


def view(drawn: Array, each: Array, mu: Array) -> View:
    """A View from decoded pictures, (20, 28, 28) in 0 to 1: the shown digits', then the samples."""
    levels = np.round(255 * drawn).astype(np.uint8)
    return View(levels[:SHOWN], levels[SHOWN:], each, mu)


def build(config: Config, weights: Sequence[Array] | None = None) -> Any:
    """The model in torch, untrained or with these weights; see `core.vae.model`."""
    from core.vae.model import VAE  # the page paints before torch is needed

    return VAE(config, first(config) if weights is None else weights)


def train(
    model: Any, data: images.Images, config: Config, rng: np.random.Generator, number: int = 0,
    state: Any = None, device: str = "cpu",
) -> Generator[Step, None, str | None]:  # fmt: skip
    """Train on the training part; one Step after each update. Ends as `core.fit.fit` does."""
    from core.fit import fit
    from core.vae.model import look, losses

    train, validation = data.part("train").x, data.part("validation").x
    return fit(
        model, train, validation, config, rng,
        lambda x, noise, epoch: losses(config, model, x, noise, epoch),
        lambda numbers: look(config, model, numbers), number, state, device,
    )  # fmt: skip


def sample(
    config: Config, weights: Weights, n: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """n pictures from codes of the prior. Returns (n, 28, 28) in 0 to 1."""
    return decode(config, weights, rng.standard_normal((n, config.latent), dtype=np.float32))


def begin(config: Config) -> Step:
    """Step 0: the untrained networks of this seed. Its state is None: the seed is all of it."""
    weights = parts(config, first(config))
    mu, log_var = encode(config, weights, shown(config.data))
    drawn = decode(config, weights, np.concatenate([mu, fixed_codes(config)]))
    return Step(0, {}, view(drawn, kl(mu, log_var).mean(axis=0), mu), None)


def resume(config: Config, step: Step, part: str = "both") -> Generator[Step, None, str | None]:
    """Go on from a step, bit for bit as if there had been no break."""
    state = step.state
    model = build(config, state.weights if state else None)
    rng = np.random.default_rng(config.seed)
    return train(model, images.load(config.data), config, rng, step.number, state)


def total(config: Config) -> int:
    """Updates after which the training is done."""
    return config.epochs * updates(config, len(images.load(config.data).split["train"]))
