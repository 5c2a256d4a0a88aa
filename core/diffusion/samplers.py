"""From noise to data: samplers of one signature, as generators that yield after each jump."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.diffusion.process import Array, Denoiser, Prediction, posterior, velocity
from core.diffusion.schedule import Schedule


@dataclass(frozen=True)
class Jump:
    """One jump of a sampler, from x_t to x_r.

    before : x_t. prediction : what the denoiser said of it. mean, std : of the law that x was
    drawn from. x : x_r, after the jump. calls : of the denoiser, so far.
    """

    t: int
    r: int
    before: Array
    prediction: Prediction
    mean: Array
    std: float
    x: Array
    calls: int


Sampler = Callable[
    [Denoiser, Array, Schedule, Sequence[int], np.random.Generator, float], Iterator[Jump]
]


def times(schedule: Schedule, steps: int, start: int | None = None) -> list[int]:
    """The t at which a sampler stops: `steps` jumps, or fewer where there are not so many t, evenly
    from `start` (T by default) down to 0."""
    top = schedule.T if start is None else start
    even = np.rint(np.linspace(0, top, min(steps, top) + 1)).astype(int)
    return [int(t) for t in np.unique(even)[::-1]]


def ancestral(
    denoise: Denoiser, x: Array, s: Schedule, at: Sequence[int], rng: np.random.Generator,
    eta: float = 1.0,
) -> Iterator[Jump]:  # fmt: skip
    """DDPM: x_r is drawn from q(x_r | x_t, x_0) with the predicted x_0 (Ho et al. 2020, algorithm
    2). eta has no meaning here.

    x : (n, ...), the noise to begin with, at time at[0]. at : falling times, such as `times` makes.
    """
    for k, (t, r) in enumerate(pairwise(at), start=1):
        prediction = denoise(x, t)
        mean, variance = posterior(x, prediction.x_0, t, r, s)
        std = float(np.sqrt(variance))
        after = mean + np.float32(std) * _noise(x, rng) if r else mean
        yield Jump(t, r, x, prediction, mean, std, after, k)
        x = after


def ddim(
    denoise: Denoiser, x: Array, s: Schedule, at: Sequence[int], rng: np.random.Generator,
    eta: float = 0.0,
) -> Iterator[Jump]:  # fmt: skip
    """DDIM (Song, Meng and Ermon 2021, eq. 12 and 16): along the predicted noise, with as much
    fresh noise as eta says; 0 is none, 1 is DDPM. Arguments as in `ancestral`."""
    for k, (t, r) in enumerate(pairwise(at), start=1):
        prediction = denoise(x, t)
        a_t, a_r = s.alpha_bar[t], s.alpha_bar[r]
        std = float(eta * np.sqrt((1 - a_r) / (1 - a_t) * (1 - a_t / a_r)))
        along = np.sqrt(max(1 - a_r - std**2, 0.0))
        mean = np.asarray(np.sqrt(a_r) * prediction.x_0 + along * prediction.eps, x.dtype)
        after = mean + np.float32(std) * _noise(x, rng) if std else mean
        yield Jump(t, r, x, prediction, mean, std, after, k)
        x = after


def heun(
    denoise: Denoiser, x: Array, s: Schedule, at: Sequence[int], rng: np.random.Generator,
    eta: float = 0.0,
) -> Iterator[Jump]:  # fmt: skip
    """The probability-flow ODE (Song et al. 2021, eq. 13) by Heun's method, in the angle phi with
    cos phi = sqrt(alpha_bar): dx / dphi = v (Salimans and Ho 2022, appendix D), which is mild from
    noise to data. Two calls a jump, but for the last one, which is DDIM's and ends at the predicted
    x_0. No fresh noise: eta has no meaning here. Arguments as in `ancestral`."""
    calls, phi = 0, np.arccos(np.sqrt(s.alpha_bar))
    for t, r in pairwise(at):
        prediction = denoise(x, t)
        calls += 1
        after = prediction.x_0
        if r:
            turn, slope = phi[r] - phi[t], velocity(prediction, t, s)
            ahead = np.asarray(x + turn * slope, x.dtype)
            slope = (slope + velocity(denoise(ahead, r), r, s)) / 2
            after = np.asarray(x + turn * slope, x.dtype)
            calls += 1
        yield Jump(t, r, x, prediction, after, 0.0, after, calls)
        x = after


SAMPLERS: dict[str, Sampler] = {"DDPM": ancestral, "DDIM": ddim, "ODE (Heun)": heun}


def sampler(name: str) -> Sampler:
    """The sampler of this name. Raises ValueError, listing the known ones."""
    if name not in SAMPLERS:
        raise ValueError(f"There is no sampler '{name}'; known are {', '.join(SAMPLERS)}.")
    return SAMPLERS[name]


def _noise(x: Array, rng: np.random.Generator) -> Array:
    return rng.standard_normal(x.shape, dtype=np.float32)
