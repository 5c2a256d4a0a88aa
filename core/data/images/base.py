"""What a set of pictures is, and how an input is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

PARTS = ("train", "validation", "test")


class BadInput(ValueError):
    """A refused input. Its text is one sentence for the screen: what is wrong, what is allowed."""


class Unavailable(BadInput):
    """A data set that is neither on this computer nor to be had from the network."""


@dataclass(frozen=True, eq=False)  # compared by identity: `load` makes each set only once
class Images:
    """Grey pictures with labels. Every array is read-only, because all visitors share them.

    x : shape (N, H, W), 0 is black. labels : shape (N,), an index into `names`. names : the
    classes. source, licence : one line each, for the screen. split : the indices of each part of
    `PARTS`; together they hold every index once.
    """

    name: str
    x: NDArray[np.uint8]
    labels: NDArray[np.int64]
    names: tuple[str, ...]
    source: str
    licence: str
    split: Mapping[str, NDArray[np.int64]]

    def __post_init__(self) -> None:
        object.__setattr__(self, "split", MappingProxyType(dict(self.split)))
        arrays: list[NDArray[Any]] = [self.x, self.labels, *self.split.values()]
        for array in arrays:
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.x)

    def part(self, name: str) -> Images:
        """The subset `name`, one of `PARTS`; the other parts of what is returned are empty.

        Where the indices are consecutive, as in the large sets, it shares the memory of this set.
        Raises ValueError for any other name.
        """
        if name not in PARTS:
            raise ValueError(f"There is no part '{name}'; known are {', '.join(PARTS)}.")
        at = self.split[name]
        run = len(at) > 0 and np.array_equal(at, np.arange(at[0], at[0] + len(at)))
        rows = slice(int(at[0]), int(at[0]) + len(at)) if run else at
        split = {p: np.arange(len(at) if p == name else 0) for p in PARTS}
        return replace(self, x=self.x[rows], labels=self.labels[rows], split=split)


def shuffled(n: int) -> dict[str, NDArray[np.int64]]:
    """A split of n into 80, 10 and 10 %, the same at every call.

    The smaller parts hold at least one picture as soon as there are three; `train` always does.
    """
    held = max(n // 10, 1 if n > 2 else 0)
    order = np.random.default_rng(0).permutation(n)
    parts = np.split(order, [n - 2 * held, n - held])
    return dict(zip(PARTS, map(np.sort, parts), strict=True))
