"""How good drawn digits are: what a classifier reads in them, and how far their features lie from
those of real ones."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.classifier import reading, reference
from core.diffusion.samplers import sampler, times
from core.diffusion_digits.config import Config
from core.diffusion_digits.pictures import Pixels, grey
from core.machine import SLOTS
from core.metrics import frechet, gaussian
from core.weights import shipped

if TYPE_CHECKING:
    from core.diffusion_digits.trained import Trained
    from core.diffusion_digits.unet import UNet

# digits of each class in the MNIST test set; drawn ones are asked for as often, or else their mere
# shares would count as a distance
FREQUENT = (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)
STEPS, GUIDANCE = 50, 2.0
BATCH = 20  # pictures at a time: a jump must not keep others waiting


@dataclass(frozen=True, eq=False)
class Quality:
    """Of n drawn digits. labels : what was asked for, (n,). read : what the classifier reads, (n,).
    sure : its probability for that, (n,). frechet : None for fewer pictures than features."""

    labels: NDArray[np.int64]
    read: NDArray[np.int64]
    sure: NDArray[np.float32]
    frechet: float | None

    @property
    def recognised(self) -> float:
        """The share that is read as what was asked for."""
        return float((self.read == self.labels).mean())


def asked(n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """n labels, each class as frequent as in the MNIST test set."""
    return rng.choice(len(FREQUENT), n, p=np.array(FREQUENT) / sum(FREQUENT))


def draw(
    config: Config, model: UNet, labels: Sequence[int] | NDArray[np.int64],
    rng: np.random.Generator, steps: int = STEPS, guidance: float = GUIDANCE,
) -> Iterator[tuple[float, Pixels]]:  # fmt: skip
    """Digits of these labels by DDIM; after each jump the share that is done, and what is finished,
    (m, side, side), the first m of them."""
    from core.diffusion_digits.model import denoiser

    s, wanted = config.process, np.asarray(labels)
    at = times(s, steps)
    done, jumps, all_jumps = [], 0, -(-len(wanted) // BATCH) * (len(at) - 1)
    finished: Pixels = np.empty((0, config.side, config.side), np.uint8)
    for k in range(0, len(wanted), BATCH):
        some = wanted[k : k + BATCH]
        x = rng.standard_normal((len(some), config.side, config.side), dtype=np.float32)
        denoise = denoiser(config, model, some.tolist(), guidance)
        for jump in sampler("DDIM")(denoise, x, s, at, rng, 0.0):
            jumps += 1
            if jump.r == 0:
                done.append(grey(jump.x))
                finished = np.concatenate(done)
            yield jumps / all_jumps, finished


def judge(pictures: Pixels, labels: Sequence[int] | NDArray[np.int64]) -> Quality:
    """What the shipped classifier says of drawn digits. pictures : (n, 28, 28).

    Raises BadWeights where it cannot be had.
    """
    seen, test = reading(pictures), reference()
    known = len(pictures) > len(test.mean)  # else the covariance would be a singular one
    far = frechet(gaussian(seen.features), test) if known else None
    return Quality(np.asarray(labels), seen.labels, seen.probabilities.max(axis=1), far)


def floor(n: int) -> float | None:
    """The Frechet distance of n real digits that no network here has learned from, of the same
    kind: what a perfect model would score. None for an n at which it was not measured."""
    return shipped("classifier", "classifier").measured.get(f"floor_{n}")


class Measuring:
    """A measurement under way. Every method may be called from any thread.

    share : of it that is done. pictures : finished so far, the first of `labels`. stopped : to go
    no further.
    """

    def __init__(self, t: Trained, labels: NDArray[np.int64], seed: int, steps: int,
                 guidance: float) -> None:  # fmt: skip
        self._lock = threading.Lock()
        rng = np.random.default_rng(seed)
        self._jumps = draw(t.config, t.model, labels, rng, steps, guidance)
        self.labels, self.steps, self.guidance = labels, steps, guidance
        self.share, self.stopped = 0.0, False
        self.pictures: Pixels = np.empty((0, t.config.side, t.config.side), np.uint8)
        self._judged: Quality | None = None

    def advance(self) -> None:
        """One jump of a few pictures. Takes one of the machine's slots."""
        with SLOTS, self._lock:  # the slot first, as in `core.run`
            self.share, self.pictures = next(self._jumps, (1.0, self.pictures))

    def judged(self) -> Quality | None:
        """What is known so far; None before the first pictures."""
        with self._lock:
            known = len(self._judged.labels) if self._judged else 0
            if len(self.pictures) > known:
                self._judged = judge(self.pictures, self.labels[: len(self.pictures)])
            return self._judged
