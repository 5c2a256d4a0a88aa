"""The family's verbs: build, train, sample; and the same as a `Run` needs them: begin, resume."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data import images
from core.diffusion.process import PREDICTIONS, Denoiser, Prediction, from_x_0
from core.diffusion.samplers import sampler, times
from core.diffusion_digits.config import Config
from core.diffusion_digits.pictures import Pixels, grey
from core.layers import Array
from core.step import Step

SHOWN = 10  # samples from fixed noise, one of each label
PEEK = 50  # updates from one set of them to the next
JUMPS = 12  # of the sampler, while it trains
TENTHS = 10
SMOOTH = 0.9  # of the errors that are shown, so much is kept at each update


@dataclass(frozen=True, slots=True)
class View:
    """What the picture of a training needs.

    samples : (10, side, side), of the averaged weights, from the same noise each time. at : the
    update after which they were drawn. errors : (10,), a running mean of the loss in each tenth of
    t, from clean pictures to noise; NaN where there was none yet.
    """

    samples: Pixels
    at: int
    errors: Array


def fixed_noise(config: Config) -> Array:
    """x_T of the samples that are shown while it trains. (10, side, side)."""
    shape = (SHOWN, config.side, config.side)
    return np.random.default_rng(1).standard_normal(shape, dtype=np.float32)


def picture(config: Config, denoise: Denoiser) -> Pixels:
    """What DDIM makes of the fixed noise in a few jumps. (10, side, side).

    Raises FloatingPointError where that is not finite.
    """
    s, rng = config.process, np.random.default_rng(0)
    *_, last = sampler("DDIM")(denoise, fixed_noise(config), s, times(s, JUMPS), rng, 0.0)
    if not np.isfinite(last.x).all():
        raise FloatingPointError
    return grey(last.x)


def untrained(config: Config) -> Denoiser:
    """The denoiser of step 0, without torch: the U-Net's last layer is 0 at first, and so all that
    it says is 0."""
    s = config.process

    def denoise(x: NDArray[np.floating[Any]], t: int) -> Prediction:
        x_0 = PREDICTIONS[config.prediction](x, np.zeros_like(x), t, s).x_0
        return from_x_0(x, np.clip(x_0, -1, 1), t, s)

    return denoise


def blended(old: Array, new: Array) -> Array:
    """The running mean of errors one update later; NaN stands for none."""
    mixed = np.where(np.isnan(old), new, SMOOTH * old + (1 - SMOOTH) * new)
    return np.where(np.isnan(new), old, mixed).astype(np.float32)


def build(config: Config, weights: Sequence[Array] | None = None) -> Any:
    """The U-Net in torch, untrained or with these weights; see `core.diffusion_digits.unet`."""
    from core.diffusion_digits import unet  # the page paints before torch is needed

    return unet.build(config, weights)


def train(
    model: Any, data: images.Images, config: Config, rng: np.random.Generator, number: int = 0,
    state: Any = None, device: str = "cpu", before: View | None = None,
) -> Generator[Step | None, None, str | None]:  # fmt: skip
    """Train on the training part; yields and ends as `core.diffusion.fit.fit`.

    number, state, before : of the step to go on from; before is its view.
    """
    from core.diffusion.fit import fit
    from core.diffusion_digits.model import Peek, parts_on

    parts = parts_on(config, model, data.part("train"), device)
    peek = Peek(config, before or begin(config).view)
    return fit(model, config, rng, parts, peek.look, number, state)


def sample(
    config: Config, model: Any, n: int, rng: np.random.Generator,
    labels: Sequence[int] | None = None, steps: int = 50, guidance: float = 1.0,
) -> Pixels:  # fmt: skip
    """n pictures by DDIM, of these labels, or of none. Returns (n, side, side)."""
    from core.diffusion_digits.model import denoiser

    s = config.process
    noise = rng.standard_normal((n, config.side, config.side), dtype=np.float32)
    denoise = denoiser(config, model, labels, guidance)
    *_, last = sampler("DDIM")(denoise, noise, s, times(s, steps), rng, 0.0)
    return grey(last.x)


def begin(config: Config) -> Step:
    """Step 0: the untrained network. Its state is None: the seed is all of it."""
    none = np.full(TENTHS, np.nan, np.float32)
    return Step(0, {}, View(picture(config, untrained(config)), 0, none), None)


def resume(
    config: Config, step: Step, part: str = "both"
) -> Generator[Step | None, None, str | None]:
    """Go on from a step, bit for bit as if there had been no break."""
    state = step.state
    model = build(config, state.weights if state else None)
    rng = np.random.default_rng(config.seed)
    data = images.load(config.data)
    return train(model, data, config, rng, step.number, state, before=step.view)


def total(config: Config) -> int:
    """Updates after which the training is done."""
    return config.updates
