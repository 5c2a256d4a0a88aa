"""Targets that a user writes: a mixture, a formula in z, a drawn density. Text in, a map out."""

from __future__ import annotations

import re
import string
from collections.abc import Callable

import numpy as np
from scipy.special import ndtr

from core.config import shown
from core.data.formula import formula
from core.data.law import Array, Z

Map = Callable[[Array], Array]

MIXTURE_LENGTH = 500  # characters
WEIGHT = 1e6  # the largest; of the largest of a mixture, the least is its inverse
MIXTURE_HELP = (
    "write parts such as 0.5 N(-2, 0.5) + 0.5 N(2, 1): weight N(mean, standard deviation)"
)
# possessive (*+, ++): what has been read is never tried again in another way
_NUMBER = r"\s*+([+-]?(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?)\s*+"
PART = re.compile(rf"{_NUMBER}\*?\s*+N\({_NUMBER},{_NUMBER}\)\s*+")


def parse_mixture(text: str) -> Array:
    """'0.5 N(-2, 0.5) + 0.5 N(2, 1)' as rows of weight, mean, standard deviation; shape (K, 3).

    Weights are brought to sum 1. Raises ValueError with the sentence for the screen.
    """
    if len(text) > MIXTURE_LENGTH:
        raise ValueError(f"The mixture has {len(text)} characters; the limit is {MIXTURE_LENGTH}.")
    rows, at = [], 0
    while True:
        match = PART.match(text, at)
        end = match.end() if match else at
        if match is None or text[end : end + 1] not in ("", "+"):
            part = " ".join(text[at : text.find(")", end) + 1 or None].split())
            raise ValueError(f"Cannot read the mixture part {shown(part)}: {MIXTURE_HELP}.")
        rows.append([float(number) for number in match.groups()])
        if end == len(text):
            return check_mixture(np.array(rows))
        at = end + 1


def check_mixture(rows: Array) -> Array:
    """Rows of weight, mean, standard deviation with the weights summing to 1. Shape (K, 3).

    Raises ValueError with the sentence for the screen.
    """
    if not 1 <= len(rows) <= 12:
        raise ValueError(f"A mixture has 1 to 12 parts; this one has {len(rows)}.")
    if np.isnan(rows).any():
        raise ValueError(
            "Every weight, mean and standard deviation of the mixture must be a number."
        )
    weight, mean, std = rows.T
    for name, values, low, high in (
        ("weights", weight, 0, WEIGHT), ("means", mean, -50, 50), ("widths", std, 0.02, 20),
    ):  # fmt: skip
        bad = values[(values < low) | (values > high)]
        if bad.size:
            raise ValueError(
                f"Mixture {name} must lie between {low} and {high:,.7g}; one is {_plain(bad[0])}."
            )
    if weight.max() < 1 / WEIGHT:
        raise ValueError(
            f"At least one mixture weight must be {1 / WEIGHT:f} or more; "
            f"the largest is {_plain(abs(weight.max()))}."
        )
    return np.column_stack([weight / weight.sum(), mean, std])


def _plain(x: float) -> str:
    """As short as it can be typed."""
    return repr(float(x)).removesuffix(".0")


def write_mixture(rows: Array) -> str:
    """The inverse of `parse_mixture`."""
    return " + ".join(f"{w:.4g} N({m:.4g}, {s:.4g})" for w, m, s in rows)


def _mixture(text: str) -> Map:
    weight, mean, std = (column[:, None] for column in parse_mixture(text).T)
    reach = 6.5 * std[weight > 0].max()
    near = np.linspace(-6.5, 6.5, 801)
    x = np.unique(
        np.concatenate([(mean + std * near).ravel(), [mean.min() - reach, mean.max() + reach]])
    )
    F = (weight * ndtr((x - mean) / std)).sum(axis=0)
    return from_cdf(x, F)


def from_cdf(x: Array, F: Array) -> Map:
    """The monotone map with law F: f(z) = F^-1(Phi(z))."""
    # in float64: the upper tail of a float32 Phi(z) is too coarse
    return lambda z: np.interp(ndtr(np.asarray(z, np.float64)), F, x)


def _formula(text: str) -> Map:
    f = formula(text)
    x = f(Z)
    bad = ~np.isfinite(x)
    if bad.any():
        raise ValueError(f"The formula {shown(text)} has no finite value at z = {Z[bad][0]:g}.")
    if np.abs(x).max() > 1e3:
        highest = f"{np.abs(x).max():.3g}"
        raise ValueError(f"The formula {shown(text)} reaches {highest}; the limit is 1,000.")
    if np.ptp(x) < 1e-6:
        raise ValueError(f"The formula {shown(text)} is the same for every z; it must depend on z.")
    return f


LEVELS = string.digits + string.ascii_lowercase + string.ascii_uppercase
COLUMNS = 48


def parse_drawing(text: str) -> Array:
    """A drawn density: 48 heights from 0 to 1 over x in [-4, 4], each a character of 0-9a-zA-Z.

    Raises ValueError with the sentence for the screen.
    """
    if len(text) != COLUMNS or set(text) - set(LEVELS):
        raise ValueError(f"A drawing is {COLUMNS} characters from 0-9a-zA-Z, one height each.")
    if set(text) == {"0"}:
        raise ValueError("The drawing is empty: draw a density with the pointer or a finger.")
    return np.array([LEVELS.index(c) for c in text]) / (len(LEVELS) - 1)


def _drawing(text: str) -> Map:
    heights = parse_drawing(text)
    edge = np.linspace(-4.0, 4.0, COLUMNS + 1)
    x = np.linspace(-4.0, 4.0, 20 * COLUMNS + 1)
    # heights at the middles of the columns, joined by straight lines
    p = np.interp(x, (edge[:-1] + edge[1:]) / 2, heights)
    F = np.concatenate([[0.0], np.cumsum((p[:-1] + p[1:]) / 2)])
    return from_cdf(x, F / F[-1])


# What a text setting turns into; the fixed maps above need none.
WRITTEN: dict[str, Callable[[str], Map]] = {
    "mixture": _mixture,
    "formula": _formula,
    "drawing": _drawing,
}
