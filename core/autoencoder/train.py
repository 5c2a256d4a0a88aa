"""The family's verbs: build, train, sample; and the same as a `Run` needs them: begin, resume."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import layers
from core.autoencoder.bench import Corrupted, Weights, decode, parts, rebuild
from core.autoencoder.config import Config, networks
from core.data import images
from core.layers import Array, pixels
from core.recipe import shown, updates
from core.step import Step

SHOWN = 10


@dataclass(frozen=True, slots=True)
class View:
    """What the pictures of a training need, of one test digit of each class.

    seen : (10, 28, 28) uint8, what goes in. hidden : (10, 28, 28) bool, the masked pixels.
    rebuilt : (10, 28, 28) uint8, what comes out.
    """

    seen: NDArray[np.uint8]
    hidden: NDArray[np.bool_]
    rebuilt: NDArray[np.uint8]


def first(config: Config) -> list[Array]:
    """The weights before training, both parts in one flat list."""
    rng = np.random.default_rng(config.seed)
    return [w for part in networks(config).values() for w in layers.first(part, rng)]


def view(corrupted: Corrupted, rebuilt: Array) -> View:
    """A View from what goes in and what comes out, (10, 784) in 0 to 1."""
    shape = (-1, 28, 28)
    return View(
        np.round(255 * corrupted.x).astype(np.uint8).reshape(shape),
        corrupted.hidden.reshape(shape) > 0,
        np.round(255 * rebuilt).astype(np.uint8).reshape(shape),
    )


def build(config: Config, weights: Sequence[Array] | None = None) -> Any:
    """The model in torch, untrained or with these weights; see `core.autoencoder.model`."""
    from core.autoencoder.model import Autoencoder  # the page paints before torch is needed

    return Autoencoder(config, first(config) if weights is None else weights)


def train(
    model: Any, data: images.Images, config: Config, rng: np.random.Generator, number: int = 0,
    state: Any = None, device: str = "cpu",
) -> Generator[Step, None, str | None]:  # fmt: skip
    """Train on the training part; one Step after each update. Ends as `core.fit.fit` does."""
    from core.autoencoder.model import look, losses
    from core.fit import fit

    return fit(
        model, data.part("train").x, data.part("validation").x, config, rng,
        lambda x, noise, epoch: losses(config, model, x, noise),
        lambda numbers: look(config, model), number, state, device,
    )  # fmt: skip


def sample(
    config: Config, weights: Weights, n: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """n pictures from codes drawn like normal noise, for which no autoencoder was ever trained.

    Returns (n, 28, 28) in 0 to 1.
    """
    z = rng.standard_normal((n, config.bottleneck), dtype=np.float32)
    return decode(config, weights, z).reshape(-1, 28, 28)


def begin(config: Config) -> Step:
    """Step 0: the untrained networks of this seed. Its state is None: the seed is all of it."""
    x = pixels(shown(config.data))
    r = rebuild(config, parts(config, first(config)), x, np.random.default_rng(0))
    return Step(0, {}, view(Corrupted(r.seen, r.hidden), r.rebuilt), None)


def resume(config: Config, step: Step, part: str = "both") -> Generator[Step, None, str | None]:
    """Go on from a step, bit for bit as if there had been no break."""
    state = step.state
    model = build(config, state.weights if state else None)
    rng = np.random.default_rng(config.seed)
    return train(model, images.load(config.data), config, rng, step.number, state)


def total(config: Config) -> int:
    """Updates after which the training is done."""
    return config.epochs * updates(config, len(images.load(config.data).split["train"]))
