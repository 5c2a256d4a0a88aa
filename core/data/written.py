"""Targets that a user writes: a mixture, a formula in z, a drawn density. Text in, a map out."""

from __future__ import annotations

import re
import string
from collections.abc import Callable

import numpy as np
from scipy.special import ndtr

from core.data.law import Array, Z

Map = Callable[[Array], Array]

NORMAL = re.compile(r"^\s*([^\s*]+)\s*\*?\s*N\(\s*([^,]+?)\s*,\s*([^)]+?)\s*\)\s*$")
MIXTURE_HELP = (
    "write parts such as 0.5 N(-2, 0.5) + 0.5 N(2, 1): weight N(mean, standard deviation)"
)


def parse_mixture(text: str) -> Array:
    """'0.5 N(-2, 0.5) + 0.5 N(2, 1)' as rows of weight, mean, standard deviation; shape (K, 3).

    Weights are brought to sum 1. Raises ValueError with the sentence for the screen.
    """
    # a plus sign between parts, not the one inside 1e+3 or N(+2, 1)
    if len(text) > 500:
        raise ValueError(f"The mixture has {len(text)} characters; the limit is 500.")
    parts = re.split(r"(?<=\))\s*\+\s*", text.strip())
    rows = []
    for part in parts:
        match = NORMAL.match(part)
        try:
            if match is None:
                raise ValueError
            rows.append([float(g) for g in match.groups()])
        except ValueError:
            raise ValueError(
                f"Cannot read the mixture part '{part[:40]}': {MIXTURE_HELP}."
            ) from None
    return check_mixture(np.array(rows))


def check_mixture(rows: Array) -> Array:
    """Rows of weight, mean, standard deviation with the weights summing to 1. Shape (K, 3).

    Raises ValueError with the sentence for the screen.
    """
    if not 1 <= len(rows) <= 12:
        raise ValueError(f"A mixture has 1 to 12 parts; this one has {len(rows)}.")
    if not np.isfinite(rows).all():
        raise ValueError(
            "Every weight, mean and standard deviation of the mixture must be a number."
        )
    weight, mean, std = rows.T
    if (weight < 0).any():
        raise ValueError(f"Mixture weights must be 0 or more; one is {weight.min():g}.")
    if weight.sum() <= 0:
        raise ValueError("At least one mixture weight must be above 0.")
    if (np.abs(mean) > 50).any():
        raise ValueError("Mixture means must lie between -50 and 50.")
    if (std < 0.02).any() or (std > 20).any():
        raise ValueError(
            f"Mixture widths must lie between 0.02 and 20; one is {std[np.argmin(std)]:g}."
        )
    return np.column_stack([weight / weight.sum(), mean, std])


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


FUNCTIONS = (
    "abs arccos arccosh arcsin arcsinh arctan arctan2 arctanh ceil cos cosh exp expm1 floor log "
    "log10 log1p sin sinh sqrt tan tanh where"
).split()
NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
TOKEN = re.compile(rf"\s*(?:({NUMBER})|([A-Za-z_]\w*)|(\*\*|<=|>=|==|[-+*/(),<>]))")


def _formula(text: str) -> Map:
    import numexpr

    expression = check_formula(text)

    def f(z: Array) -> Array:
        names = {"z": np.asarray(z, np.float64), "pi": np.pi}
        with np.errstate(all="ignore"):
            x = numexpr.evaluate(expression, local_dict=names, global_dict={}, sanitize=True)
        if np.iscomplexobj(x):  # (-1)**0.5, worked out before numexpr sees it
            x = np.full(np.shape(z), np.nan)
        return np.broadcast_to(x, np.shape(z)).astype(np.float64)

    try:
        x = f(Z)
    except ZeroDivisionError:
        raise ValueError(f"The formula '{text}' divides by zero.") from None
    except OverflowError:
        raise ValueError(f"The formula '{text}' has a number that is too large.") from None
    except (ValueError, TypeError, SyntaxError, KeyError, AttributeError, NotImplementedError):
        raise ValueError(
            f"The formula '{text}' is not complete: an example is 0.5*z + 1."
        ) from None
    bad = ~np.isfinite(x)
    if bad.any():
        raise ValueError(f"The formula '{text}' has no finite value at z = {Z[bad][0]:g}.")
    if np.abs(x).max() > 1e3:
        raise ValueError(f"The formula '{text}' reaches {np.abs(x).max():.3g}; the limit is 1,000.")
    if np.ptp(x) < 1e-6:
        raise ValueError(f"The formula '{text}' is the same for every z; it must depend on z.")
    return f


def check_formula(text: str) -> str:
    """The expression ready for numexpr, which sees only numbers, z, pi, functions, operators.

    Whole numbers become floating point, so that 9**9**9 overflows at once instead of computing for
    ever. Raises ValueError with the sentence for the screen.
    """
    if not text.strip():
        raise ValueError("The formula is empty: an example is 0.5*z + 1.")
    if len(text) > 200:
        raise ValueError(f"The formula has {len(text)} characters; the limit is 200.")
    out, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = TOKEN.match(text, at)
        if match is None:
            hint = "; write ** for a power" if text[at:].lstrip()[0] == "^" else ""
            raise ValueError(f"The formula cannot contain '{text[at:].lstrip()[0]}'{hint}.")
        number, name, operator = match.groups()
        if name and name not in ("z", "pi", *FUNCTIONS):
            raise ValueError(
                f"The formula cannot use '{name[:20]}'; "
                f"allowed are z, pi and {', '.join(FUNCTIONS)}."
            )
        out.append(repr(float(number)) if number else name or operator)
        at = match.end()
    return " ".join(out)


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
