"""The denoiser that takes noise away: this session's, a shipped one, or the exact one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from core.diffusion import Config
from core.diffusion.denoiser import exact, learned
from core.diffusion.process import Denoiser
from core.diffusion.trained import trained
from core.layers import Array
from core.weights import BadWeights
from ui import form, training
from ui.diffusion.common import LESSON, digest


@dataclass(frozen=True, eq=False)
class Source:
    """Where a learned denoiser comes from. config : of its network. weights : None, if nothing is
    learned for this target and noise. words : a sentence. key : names it among all others."""

    config: Config
    weights: Sequence[Array] | None
    words: str
    key: Hashable

    @property
    def denoise(self) -> Denoiser | None:
        return None if self.weights is None else learned(self.config, self.weights)


def source(config: Config) -> Source:
    """The best that there is for this target and noise."""
    player = training.known(LESSON)
    run = player.run if player else None
    if run:
        step, trained_by = run.step, run.config  # once: a training may go on meanwhile
        if step.number and _same(trained_by, config):
            words = f"Yours, after {step.number:,} updates."
            return Source(trained_by, step.view.weights, words, digest(step.view.weights))
    first = Config(target=config.target)
    if _same(first, config):
        try:
            weights = trained(first)
        except BadWeights as error:
            return Source(config, None, form.plain(str(error)), None)
        if weights is not None:
            return Source(first, weights, f"Shipped, after {first.updates:,} updates.", first)
    return Source(config, None, "Nothing is trained yet for this target and noise.", None)


def _same(a: Config, b: Config) -> bool:
    """Whether both have the same target and noise, which are made once for all who ask."""
    return a.data is b.data and a.process is b.process


def best(config: Config) -> Denoiser:
    """E[x_0 | x_t] in closed form."""
    return exact(config.data, config.process)
