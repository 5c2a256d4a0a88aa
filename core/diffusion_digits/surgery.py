"""Three ways to guide a trained diffusion that it was never trained for: painting over a picture
half way, beginning from a picture, and keeping a part of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from core.diffusion.process import Array, Denoiser, Prediction, jump, posterior
from core.diffusion.samplers import Jump, Sampler
from core.diffusion.schedule import Schedule

HALVES = ("upper", "lower", "left", "right")


def painted(x_t: Array, t: int, said: Prediction, ink: Array, paper: Array, s: Schedule) -> Array:
    """x_t where it has been painted over, with the noise that the network found in it.

    What is under ink becomes sqrt(alpha_bar) 1 + sqrt(1 - alpha_bar) eps, under paper the same of
    -1; where neither is, x_t stays as it is, bit for bit.

    x_t : (n, H, W). said : of x_t. ink, paper : (H, W), from 0 to 1, how much they cover.
    """
    moved = ink * (1 - said.x_0) - paper * (1 + said.x_0)
    return np.asarray(x_t + np.sqrt(s.alpha_bar[t]) * moved, x_t.dtype)


def repainted(
    denoise: Denoiser, x: Array, s: Schedule, at: Sequence[int], stop: int, ink: Array,
    paper: Array, sample: Sampler, rng: np.random.Generator, eta: float = 0.0,
) -> Iterator[Jump]:  # fmt: skip
    """The jumps of `sample` from x, painted over after the first `stop` of them.

    x : (n, H, W), at time at[0]. ink, paper : as in `painted`; where both are nowhere, these are
    the very jumps of the sampler. Their `calls` begin again after the stop.
    """
    for made in sample(denoise, x, s, at[: stop + 1], rng, eta):
        yield made
        x = made.x
    if ink.any() or paper.any():
        x = painted(x, at[stop], denoise(x, at[stop]), ink, paper, s)
    yield from sample(denoise, x, s, at[stop:], rng, eta)


def noised(x_0: Array, n: int, t: int, s: Schedule, rng: np.random.Generator) -> Array:
    """SDEdit's beginning (Meng et al. 2022, section 3): the picture with the noise of time t, n
    times. x_0 : (H, W), in -1 to 1. Returns (n, H, W); x_0 itself at t = 0."""
    eps = rng.standard_normal((n, *x_0.shape), dtype=np.float32)
    return jump(np.broadcast_to(x_0, eps.shape), t, eps, s)


def mask(half: str, side: int = 28) -> Array:
    """1 where a picture is known, 0 where it is to be filled in. half : one of HALVES, which is
    known. Returns (side, side). Raises ValueError for another half."""
    if half not in HALVES:
        raise ValueError(f"half = '{half}'; known are {', '.join(HALVES)}.")
    known = np.zeros((side, side), np.float32)
    middle = side // 2
    rows = {"upper": slice(0, middle), "lower": slice(middle, side)}.get(half, slice(0, side))
    columns = {"left": slice(0, middle), "right": slice(middle, side)}.get(half, slice(0, side))
    known[rows, columns] = 1
    return known


def fill_in(
    denoise: Denoiser, x: Array, x_0: Array, known: Array, s: Schedule, at: Sequence[int],
    rng: np.random.Generator, resampled: int = 1,
) -> Iterator[Jump]:  # fmt: skip
    """RePaint (Lugmayr et al. 2022, algorithm 1): after each jump the known pixels are put back, as
    noisy as the rest; then the rest is noised again and drawn anew, to fit to them.

    x : (n, H, W), the noise to begin with, at time at[0]. x_0 : (H, W), of which `known` (H, W) is
    1 where it counts. resampled : how often each jump is made. Yields once for each time in `at`;
    the last x holds x_0 wherever it is known.
    """
    calls = 0
    for t, r in pairwise(at):
        before = x
        for again in range(resampled):
            said = denoise(x, t)
            calls += 1
            mean, variance = posterior(x, said.x_0, t, r, s)
            std = float(np.sqrt(variance)) if r else 0.0
            drawn = mean + np.float32(std) * _noise(x, rng)
            given = jump(np.broadcast_to(x_0, x.shape), r, _noise(x, rng), s)
            after = np.asarray(known * given + (1 - known) * drawn, x.dtype)
            if again + 1 < resampled and r:
                kept = s.alpha_bar[t] / s.alpha_bar[r]
                x = np.asarray(np.sqrt(kept) * after + np.sqrt(1 - kept) * _noise(x, rng), x.dtype)
            else:
                break
        yield Jump(t, r, before, said, mean, std, after, calls)
        x = after


def _noise(x: Array, rng: np.random.Generator) -> Array:
    return rng.standard_normal(x.shape, dtype=np.float32)
