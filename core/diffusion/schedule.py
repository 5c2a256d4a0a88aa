"""Noise schedules: how much noise each step adds, and what follows from it.

Every array is indexed by t = 0 ... T, and t = 0 is the clean data, so that formulas read as in the
papers: beta[t], alpha_bar[t].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SMALLEST = 1e-30  # of alpha_bar: its root must not vanish, also in float32
LAST = np.exp(-10.0)  # alpha_bar at T where a schedule may choose: the log-SNR ends at -10


@dataclass(frozen=True, eq=False)  # compared by identity: `schedule` makes each only once
class Schedule:
    """beta : (T + 1,), the variance that step t adds; beta[0] = 0 belongs to no step."""

    name: str
    beta: Floats

    @property
    def T(self) -> int:
        return len(self.beta) - 1

    @cached_property
    def alpha_bar(self) -> Floats:
        """prod (1 - beta_s) for s = 1 ... t: the share of x_t's variance that is data (Ho et al.
        2020, eq. 4). (T + 1,), from 1 downwards."""
        return np.asarray(np.maximum(np.cumprod(1.0 - self.beta), SMALLEST))

    @cached_property
    def snr(self) -> Floats:
        """alpha_bar / (1 - alpha_bar), the signal-to-noise ratio (Kingma et al. 2021, eq. 2);
        infinite at t = 0."""
        with np.errstate(divide="ignore"):
            return np.asarray(self.alpha_bar / (1.0 - self.alpha_bar))

    @cached_property
    def log_snr(self) -> Floats:
        """The logarithm of `snr`. At t = 0, where nothing is ever denoised, that of t = 1."""
        log = np.log(self.snr[1:])
        return np.concatenate([log[:1], log])

    def table(self) -> dict[str, list[float]]:
        """Its columns, to take along; the SNR at t = 0 is not a number."""
        return {
            "t": list(range(self.T + 1)), "beta": self.beta.tolist(),
            "alpha_bar": self.alpha_bar.tolist(), "snr": [float("nan"), *self.snr[1:].tolist()],
        }  # fmt: skip


def _from_alpha_bar(alpha_bar: Floats) -> Floats:
    """beta from alpha_bar at t = 0 ... T."""
    return np.concatenate([[0.0], 1.0 - alpha_bar[1:] / alpha_bar[:-1]])


def linear(T: int, beta_1: float, beta_T: float) -> Floats:
    """From 1e-4 to 0.02 at T = 1000, as Ho et al. 2020, section 4, have it. At another T each step
    does the work of 1000 / T of theirs, so that x_T is as noisy."""
    beta = 1 - (1 - np.linspace(1e-4, 0.02, T)) ** (1000 / T)
    return np.concatenate([[0.0], beta])


def cosine(T: int, beta_1: float, beta_T: float) -> Floats:
    """alpha_bar falls along a squared cosine (Nichol and Dhariwal 2021, eq. 17), here to e^-10:
    at their 0 no x_0 could be told from x_T."""
    f = np.cos((np.arange(T + 1) / T + 0.008) / 1.008 * np.pi / 2) ** 2
    return _from_alpha_bar(LAST + (1.0 - LAST) * f / f[0])


def constant(T: int, beta_1: float, beta_T: float) -> Floats:
    """The same beta at every step, such that alpha_bar ends at e^-10."""
    return _from_alpha_bar(LAST ** (np.arange(T + 1) / T))


def by_hand(T: int, beta_1: float, beta_T: float) -> Floats:
    """Evenly from beta_1 to beta_T."""
    return np.concatenate([[0.0], np.linspace(beta_1, beta_T, T)])


SCHEDULES: dict[str, Callable[[int, float, float], Floats]] = {
    "linear": linear,
    "cosine": cosine,
    "constant": constant,
    "by hand": by_hand,
}


@lru_cache(maxsize=64)
def schedule(name: str, T: int, beta_1: float = 1e-4, beta_T: float = 0.02) -> Schedule:
    """The schedule `name` of T steps; beta_1 and beta_T are those of "by hand".

    Raises ValueError for an unknown name, fewer than 1 step, or a beta outside 0 to 1.
    """
    if name not in SCHEDULES:
        known = ", ".join(SCHEDULES)
        raise ValueError(f"There is no schedule '{name}'; known are {known}.")
    if T < 1:
        raise ValueError(f"T = {T}: a schedule has at least 1 step.")
    if not (0 < beta_1 < 1 and 0 < beta_T < 1):
        raise ValueError(f"beta_1 = {beta_1:g}, beta_T = {beta_T:g}: both must lie in 0 to 1.")
    return Schedule(name, SCHEDULES[name](T, beta_1, beta_T))
