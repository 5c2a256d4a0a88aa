"""From noise to pictures with a trained network: the settings, the jumps, and what is kept of
them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from core.config import check, knob
from core.diffusion.process import Array, Denoiser
from core.diffusion.samplers import SAMPLERS, Jump, sampler, times
from core.diffusion.schedule import Schedule
from core.machine import SLOTS

NONE = "none"
LABELS = (*"0123456789", NONE)


@dataclass(frozen=True)
class Settings:
    """How pictures are drawn. Raises ValueError for an impossible value."""

    label: str = knob(
        "2", "Label", choices=LABELS,
        help="What the network is told that the picture shows. None: it may be any digit.",
    )  # fmt: skip
    sampler: str = knob(
        "DDIM", "Sampler", choices=tuple(SAMPLERS),
        help="DDPM adds fresh noise at each jump; DDIM as much as eta says; the ODE adds none, and "
        "asks the network twice.",
    )  # fmt: skip
    guidance: float = knob(
        2.0, "Guidance w", min=0.0, max=8.0, step=0.5, slider=True,
        help="0 ignores the label, 1 asks for it, more exaggerates what makes a picture that label "
        "(Ho and Salimans 2022).",
    )  # fmt: skip
    steps: int = knob(
        25, "Jumps", min=1, max=200, slider=True,
        help="From pure noise to the picture. The network was trained on 1,000 levels of noise; "
        "a sampler stops at so many of them.",
    )  # fmt: skip
    eta: float = knob(
        0.0, "eta", min=0.0, max=1.0, step=0.1, slider=True, only={"sampler": "DDIM"},
        help="Fresh noise at each jump: 0 none, 1 as much as DDPM (Song et al. 2021, eq. 16).",
    )  # fmt: skip
    noise_seed: int = knob(
        0, "Noise number", min=0, max=9999, help="Another number: another noise to begin with."
    )

    def __post_init__(self) -> None:
        check(self)

    def labels(self, n: int) -> list[int]:
        """The label for each of n pictures, as the network counts them."""
        return [LABELS.index(self.label)] * n

    def rng(self, part: int = 0) -> np.random.Generator:
        """Of the fresh noises. part : of what is drawn at the same time."""
        return np.random.default_rng([self.noise_seed, 1 + part])

    def shortened(self, share: float) -> Settings:
        """For a path that begins in the middle: jumps of the same length, but fewer."""
        return replace(self, steps=max(round(self.steps * share), 1))


def noise(settings: Settings, n: int, side: int = 28) -> Array:
    """The x_T that n pictures begin with, (n, side, side). The first ones of more are the same."""
    rng = np.random.default_rng(settings.noise_seed)
    return rng.standard_normal((n, side, side), dtype=np.float32)


def jumps(
    denoise: Denoiser, x: Array, s: Schedule, settings: Settings, start: int | None = None,
    part: int = 0,
) -> Iterator[Jump]:  # fmt: skip
    """The jumps from x at time `start`, T by default, down to 0. x : (n, H, W).

    part : of several that are sampled at the same time; each has its own fresh noises.
    """
    at = times(s, settings.steps, start)
    sample = sampler(settings.sampler)
    return fairly(sample(denoise, x, s, at, settings.rng(part), settings.eta))


def fairly(path: Iterator[Jump]) -> Iterator[Jump]:
    """The same jumps, for each of which one of the machine's slots is waited for."""
    while True:
        with SLOTS:
            jump = next(path, None)
        if jump is None:
            return
        yield jump


def together(parts: Sequence[Iterator[Jump]]) -> Iterator[Jump]:
    """Several batches at the same times, each jump of them in threads of their own, as one batch.

    torch lets go of the interpreter while it computes, so that two halves take both cores. The next
    jump is under way while the caller draws this one.
    """
    with ThreadPoolExecutor(len(parts)) as threads:
        ahead = [threads.submit(next, part, None) for part in parts]
        while ready := [jump for one in ahead if (jump := one.result()) is not None]:
            ahead = [threads.submit(next, part, None) for part in parts]
            yield joined(ready)


def joined(made: Sequence[Jump]) -> Jump:
    """One jump of all pictures, from those of the parts."""
    first = made[0]
    said = [jump.prediction for jump in made]
    return Jump(
        first.t, first.r, np.concatenate([jump.before for jump in made]),
        type(said[0])(np.concatenate([p.x_0 for p in said]), np.concatenate([p.eps for p in said])),
        np.concatenate([jump.mean for jump in made]), first.std,
        np.concatenate([jump.x for jump in made]), first.calls,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Path:
    """A whole path of n jumps, of the first picture of a batch.

    at : the n + 1 times. x : (n + 1, H, W). x_0, eps : (n + 1, H, W), what the network said at each
    time; at the last one nothing is left to say: x itself, and no noise. std : of the n jumps.
    calls : of the network, up to each time.
    """

    at: tuple[int, ...]
    x: Array
    x_0: Array
    eps: Array
    std: tuple[float, ...]
    calls: tuple[int, ...]


def record(path: Iterator[Jump]) -> Path:
    """Go the whole way, of at least one jump."""
    made = list(path)
    end = made[-1].x[0]
    return Path(
        (*(j.t for j in made), made[-1].r), np.stack([*(j.before[0] for j in made), end]),
        np.stack([*(j.prediction.x_0[0] for j in made), end]),
        np.stack([*(j.prediction.eps[0] for j in made), np.zeros_like(end)]),
        tuple(j.std for j in made), (0, *(j.calls for j in made)),
    )  # fmt: skip
