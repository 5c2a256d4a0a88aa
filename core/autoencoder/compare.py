"""One picture through all four shipped autoencoders, at the same settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.autoencoder.bench import Corrupted, decode, encode, given, rebuild
from core.autoencoder.config import KINDS, PIXELS, Config
from core.data import images
from core.layers import Array, pixels
from core.weights import shipped


@dataclass(frozen=True)
class Column:
    """What one autoencoder makes of one picture. Pictures are (28, 28), in 0 to 1.

    seen : what goes in. hidden : which of its pixels are masked. rebuilt : what comes out.
    wrong : the size of the error of each pixel that counts: of a masked one, the hidden ones.
    counted : how many these are. error : mean squared error of these. mean : that of the mean
    digit, which knows nothing of the picture; both are None where no pixel counts.
    """

    kind: str
    seen: Array
    hidden: NDArray[np.bool_]
    rebuilt: Array
    wrong: Array
    counted: int
    error: float | None
    mean: float | None


def compare(x: NDArray[np.uint8], config: Config, draw: int) -> list[Column]:
    """The picture through the shipped autoencoder of each kind; see `column`."""
    return [column(kind, x, config, draw) for kind in KINDS]


def column(kind: str, picture: NDArray[np.uint8], config: Config, draw: int) -> Column:
    """The picture through the shipped autoencoder of this kind.

    picture : (28, 28). config : bottleneck, noise, masked and patch are used. draw : seed of noise
    and mask. Raises BadWeights where its file is missing or damaged.
    """
    x = pixels(picture[None])
    known = shipped(f"autoencoder_{kind}", "autoencoder")
    usual = replace(known.config, noise=config.noise, masked=config.masked, patch=config.patch)
    rng = np.random.default_rng(draw)
    result = rebuild(usual, known.parts, x, rng, config.bottleneck)
    hidden = result.hidden[0] > 0
    counts = hidden if kind == "masked" else np.ones(PIXELS, bool)
    wrong = np.where(counts, np.abs(result.rebuilt[0] - x[0]), 0)
    square = (28, 28)
    return Column(
        kind, result.seen.reshape(square), hidden.reshape(square), result.rebuilt.reshape(square),
        wrong.reshape(square).astype(np.float32), int(counts.sum()),
        float(result.error[0]) if counts.any() else None,
        float(((mean_digit() - x[0])[counts] ** 2).mean()) if counts.any() else None,
    )  # fmt: skip


@cache
def codes(kind: str) -> Array:
    """The codes of all embedded digits, uncorrupted, by a shipped autoencoder. (1797, 64)."""
    known, x = shipped(f"autoencoder_{kind}", "autoencoder"), pixels(images.load("digits").x)
    found = encode(known.config, known.parts, given(known.config, Corrupted(x, np.zeros_like(x))))
    found.setflags(write=False)
    return found


def decoded(kind: str, code: Array) -> Array:
    """The picture of a code, of which the first numbers are given. (width,) to (28, 28)."""
    known = shipped(f"autoencoder_{kind}", "autoencoder")
    whole = np.zeros((1, known.config.bottleneck), np.float32)
    whole[0, : len(code)] = code
    return decode(known.config, known.parts, whole).reshape(28, 28)


@cache
def mean_digit() -> Array:
    """The mean of the training digits, (784,) in 0 to 1."""
    return np.asarray(pixels(images.load("digits").part("train").x).mean(axis=0))


def formula(columns: Iterable[Column], words: Mapping[str, str], across: int = 2) -> str:
    """The error of each column with its numbers, in LaTeX, so many beside each other.

    words : colours by meaning.
    """
    rebuilt = rf"\textcolor{{{words['generated']}}}{{\hat x_i}}"
    real = rf"\textcolor{{{words['real']}}}{{x_i}}"
    cells = []
    for c in columns:
        over = "i \\text{ hidden}" if c.kind == "masked" else "i"
        sum_ = rf"\frac{{1}}{{{c.counted}}} \sum_{{{over}}} ({rebuilt} - {real})^2"
        name = rf"\text{{{c.kind}: }}"
        if c.error is None:
            cells.append(rf"{name} & \text{{nothing is hidden, so nothing counts}}")
        else:
            value = rf"\frac{{{c.error * c.counted:.2f}}}{{{c.counted}}} = {c.error:.4f}"
            cells.append(rf"{name} & {sum_} = {value}")
    rows = [r" &\quad ".join(cells[k : k + across]) for k in range(0, len(cells), across)]
    return rf"\begin{{alignedat}}{{{across}}} " + r" \\ ".join(rows) + r" \end{alignedat}"


def table(x: NDArray[np.uint8], columns: Iterable[Column]) -> dict[str, list[Any]]:
    """Every pixel as a row: its place, its value, and what each autoencoder saw and said."""
    rows, across = np.indices((28, 28)).reshape(2, -1)
    data: dict[str, list[Any]] = {
        "row": rows.tolist(), "column": across.tolist(), "x": pixels(x[None])[0].tolist(),
    }  # fmt: skip
    for c in columns:
        data[f"{c.kind}_in"] = np.where(c.hidden, np.nan, c.seen).ravel().tolist()
        data[f"{c.kind}_out"] = c.rebuilt.ravel().tolist()
    return data


def code_table(kind: str, width: int) -> dict[str, list[Any]]:
    """Each digit as a row: its class, and the first numbers of its code."""
    found = codes(kind)[:, :width]
    data: dict[str, list[Any]] = {"class": images.load("digits").labels.tolist()}
    return data | {f"z{k + 1}": found[:, k].tolist() for k in range(width)}
