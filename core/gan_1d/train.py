"""The family's verbs: build, train, sample; and the same as a `Run` needs them: begin, resume."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from core.gan_1d.config import Config
from core.gan_1d.networks import Batch, Losses, Vector, View, draw, first, generate
from core.step import Diverged, Step


class Engine(Protocol):
    """What trains: `kernel.Fused` or `model.Reference`."""

    config: Config

    def epoch(self, batch: Batch, part: str = "both") -> Losses: ...
    def view(self) -> View: ...
    def moments(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class State:
    """What a training needs beyond its weights: the generator's state, the optimizers' moments."""

    random: Mapping[str, Any]
    moments: Any


def build(config: Config, rng: np.random.Generator) -> Engine:
    """Untrained networks: the fused kernel where it can train this, else PyTorch."""
    return _engine(config, first(config, rng), rng)


def train(
    model: Engine, config: Config, rng: np.random.Generator, epoch: int = 0, part: str = "both"
) -> Generator[Step, None, None]:
    """Train for ever; one Step after each epoch.

    epoch : epochs done before. part : "both", "discriminator" or "generator" only.
    Raises Diverged at the first epoch whose weights or losses are not finite.
    """
    while True:
        losses = model.epoch(draw(config, rng), part)
        view = model.view()
        epoch += 1
        good_d = np.isfinite(view.d).all() and np.isfinite(losses["d_loss"])
        good_g = np.isfinite(view.g).all() and np.isfinite(losses["g_loss"])
        if not (good_d and good_g):
            what = "generator" if good_d else "discriminator"
            rate = "lr_d" if what == "discriminator" else "lr_g"
            raise Diverged(
                f"Stopped: in epoch {epoch:,} the {what} left the finite numbers. "
                f"Its learning rate of {getattr(config, rate):g} is too large; "
                f"epoch {epoch - 1:,} is kept."
            )
        yield Step(epoch, losses, view, State(rng.bit_generator.state, model.moments()))


def sample(config: Config, view: View, n: int, rng: np.random.Generator) -> Vector:
    """n samples of the generator. Returns (n,)."""
    return generate(config, view, rng.standard_normal(n, dtype=np.float32))


def begin(config: Config) -> Step:
    """Step 0: the untrained networks of this seed."""
    rng = np.random.default_rng(config.seed)
    view = first(config, rng)
    return Step(0, {}, view, State(rng.bit_generator.state, None))


def resume(config: Config, step: Step, part: str = "both") -> Generator[Step, None, None]:
    """Go on from any Step, bit for bit as if there had been no break."""
    rng = np.random.default_rng(config.seed)
    rng.bit_generator.state = step.state.random
    model = _engine(config, step.view, rng, step.state.moments)
    return train(model, config, rng, step.number, part)


def total(config: Config) -> int:
    """Epochs after which the training is done."""
    return config.epochs


def _engine(config: Config, view: View, rng: np.random.Generator, moments: Any = None) -> Engine:
    # imported here: the page paints before either compiler or torch is needed
    if config.fused:
        from core.gan_1d.kernel import Fused

        return Fused(config, view)
    from core.gan_1d.model import Reference

    return Reference(config, view, rng, moments if config.optimizer == "adam" else None)
