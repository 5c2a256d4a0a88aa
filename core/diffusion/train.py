"""The family's verbs: build, train, sample; and the same as a `Run` needs them: begin, resume."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.diffusion.config import Config
from core.diffusion.denoiser import first, learned
from core.diffusion.process import Array
from core.diffusion.samplers import ddim, times
from core.layers import Array as Weights
from core.step import Step

JUMPS = 50


@dataclass(frozen=True, slots=True)
class View:
    """weights : of the denoiser, averaged; what is shown is computed from them when it is drawn."""

    weights: Sequence[Weights]


def build(config: Config, weights: Sequence[Weights] | None = None) -> Any:
    """The denoiser in torch, untrained or with these weights; see `core.diffusion.model`."""
    from core.diffusion.model import Denoiser  # the page paints before torch is needed

    return Denoiser(config, first(config) if weights is None else weights)


def train(
    model: Any, config: Config, rng: np.random.Generator, number: int = 0, state: Any = None
) -> Generator[Step | None, None, str | None]:
    """Train on fresh points of the target; one Step after each update. Raises Diverged."""
    from core.diffusion.fit import fit, whole
    from core.diffusion.model import loss_on

    def look(number: int, average: list[Any], numbers: object) -> View:
        weights = [a.numpy().copy() for a in average]
        if not np.isfinite(weights[-1]).all():
            raise FloatingPointError
        return View(weights)

    return fit(model, config, rng, whole(loss_on(config, model)), look, number, state)


def sample(
    config: Config, weights: Sequence[Weights], n: int, rng: np.random.Generator,
    jumps: int = JUMPS,
) -> Array:  # fmt: skip
    """n points by DDIM without fresh noise. Returns (n, d)."""
    s, x = config.process, rng.standard_normal((n, config.d), dtype=np.float32)
    for jump in ddim(learned(config, weights), x, s, times(s, jumps), rng):
        x = np.asarray(jump.x, np.float32)
    return x


def begin(config: Config) -> Step:
    """Step 0: the untrained network of this seed. Its state is None: the seed is all of it."""
    return Step(0, {}, View(first(config)), None)


def resume(
    config: Config, step: Step, part: str = "both"
) -> Generator[Step | None, None, str | None]:
    """Go on from a step, bit for bit as if there had been no break."""
    state = step.state
    model = build(config, state.weights if state else None)
    return train(model, config, np.random.default_rng(config.seed), step.number, state)


def total(config: Config) -> int:
    """Updates after which the training is done."""
    return config.updates
