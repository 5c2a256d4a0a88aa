"""From noise to the target: the settings of a sampler, its path, and what if a particle moved."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from core.config import check, knob
from core.diffusion.process import Array, Denoiser
from core.diffusion.samplers import SAMPLERS, Jump, sampler, times
from core.diffusion.schedule import Schedule

N = 500  # particles
DENOISERS = ("learned", "exact")


@dataclass(frozen=True)
class Settings:
    """How samples are drawn. Raises ValueError for an impossible value."""

    denoiser: str = knob(
        "learned", "Denoiser", choices=DENOISERS,
        help="Learned: a trained network. Exact: E[x_0 | x_t] of the target, the best there is.",
    )  # fmt: skip
    sampler: str = knob(
        "DDIM", "Sampler", choices=tuple(SAMPLERS),
        help="DDPM adds fresh noise at each jump; DDIM as much as eta says; the ODE adds none, and "
        "asks the denoiser twice.",
    )  # fmt: skip
    steps: int = knob(
        25, "Jumps", min=1, max=200, slider=True,
        help="From pure noise to data. Where T is larger, a jump leaves steps out.",
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

    @property
    def words(self) -> str:
        """The sampler in a few words, for a legend."""
        eta = f", eta {self.eta:g}" if self.sampler == "DDIM" and self.eta else ""
        return f"{self.denoiser} {self.sampler}{eta}, {self.steps} jumps"


@dataclass(frozen=True, eq=False)
class Path:
    """N particles on their way, at K + 1 stops.

    at : the times of the stops, T first, 0 last. x : (K + 1, N, d). x_0 : (K + 1, N, d), predicted
    at each stop; at the last, x itself. mean : (K, N, d), and std : (K,), of the law that the next
    stop was drawn from. calls : (K + 1,), of the denoiser until each stop. ms : of computing it
    all.
    """

    at: tuple[int, ...]
    x: Array
    x_0: Array
    mean: Array
    std: tuple[float, ...]
    calls: tuple[int, ...]
    ms: float

    def stop(self, t: int) -> int:
        """The number of the last stop that is not below t."""
        return sum(1 for at in self.at if at >= t) - 1


def noise(settings: Settings, d: int) -> Array:
    """The x_T to begin with, (N, d): the same for every sampler and denoiser."""
    rng = np.random.default_rng(settings.noise_seed)
    return rng.standard_normal((N, d), dtype=np.float32)


def record(
    denoise: Denoiser, s: Schedule, settings: Settings, d: int,
    tell: Callable[[float], object] = lambda share: None,
) -> Path:  # fmt: skip
    """Go the whole way. tell : called with the share that is done."""
    begun = time.perf_counter()
    at = times(s, settings.steps)
    rng = np.random.default_rng([settings.noise_seed, 1])
    walk, x = sampler(settings.sampler), noise(settings, d)
    made: list[Jump] = []
    for jump in walk(denoise, x, s, at, rng, settings.eta):
        made.append(jump)
        tell(len(made) / (len(at) - 1))
    return _path(x, made, tuple(at), 1000 * (time.perf_counter() - begun))


def moved(
    denoise: Denoiser, s: Schedule, settings: Settings, path: Path, k: int, i: int, by: Array
) -> Path:
    """Particle i of a path, moved by `by`, (d,), at stop k, on its new way: a path of it alone,
    whose first stop is k.

    Every later jump adds the noise that it added on the old way: moved by nothing, it goes there
    again.
    """
    begun = time.perf_counter()
    walk, rng = sampler(settings.sampler), np.random.default_rng(0)
    begin = x = path.x[k, i : i + 1] + np.asarray(by, np.float32)
    made: list[Jump] = []
    calls = 0
    for number in range(k, len(path.at) - 1):
        pair, std = path.at[number : number + 2], path.std[number]
        jump = next(iter(walk(denoise, x, s, pair, rng, settings.eta)))
        if std:
            was = (path.x[number + 1, i] - path.mean[number, i]) / std
            x = np.asarray(jump.mean + std * was, np.float32)
        else:
            x = jump.x
        calls += jump.calls
        made.append(replace(jump, x=x, calls=calls))
    return _path(begin, made, path.at[k:], 1000 * (time.perf_counter() - begun))


def _path(begin: Array, made: list[Jump], at: tuple[int, ...], ms: float) -> Path:
    end = made[-1].x if made else begin
    return Path(
        at, np.stack([*(j.before for j in made), end]),
        np.stack([*(j.prediction.x_0 for j in made), end]),
        np.array([j.mean for j in made], np.float32).reshape(-1, *end.shape),
        tuple(j.std for j in made), (0, *(j.calls for j in made)), ms,
    )  # fmt: skip
