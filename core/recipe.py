"""How a family that learns from pictures is trained: the settings that they all share."""

from __future__ import annotations

from dataclasses import Field, dataclass
from functools import cache
from math import ceil
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from core.config import check, knob
from core.data import images

DATA = ("digits", "mnist", "fashion_mnist")
TRAINING = "Training"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Raises ValueError for an impossible value."""

    data: str = knob(
        "digits", "Pictures", choices=DATA, group=TRAINING,
        help="The 1,797 digits that are built in train in seconds. The others need a download, or "
        "a folder named by DGM_DATA_DIR, and minutes.",
    )  # fmt: skip
    optimizer: str = knob("adam", "Optimizer", choices=("adam", "rmsprop"), group=TRAINING)
    lr: float = knob(
        0.001, "Learning rate", min=0.0, max=1.0, live=True, group=TRAINING,
        help="Of the optimizer; with one-cycle, the largest.",
    )  # fmt: skip
    schedule: str = knob(
        "constant", "Schedule", choices=("constant", "one-cycle"), live=True, group=TRAINING,
        help="Of the learning rate. One-cycle: up, then down to nothing at the last epoch "
        "(Smith and Topin 2018).",
    )  # fmt: skip
    epochs: int = knob(
        50, "Epochs", min=1, max=1000, live=True, group=TRAINING,
        help="One epoch: every picture of the training part once.",
    )  # fmt: skip
    batch: int = knob(128, "Batch", min=8, max=1024, group=TRAINING, unit="pictures")
    patience: int = knob(
        0, "Patience", min=0, max=1000, live=True, group=TRAINING, unit="epochs",
        help="Stop early when the validation loss has not fallen for so long; 0 never stops.",
    )  # fmt: skip
    min_delta: float = knob(
        1e-4, "Least fall", min=0.0, max=10.0, live=True, group=TRAINING,
        help="A smaller fall of the validation loss counts as none.",
    )  # fmt: skip
    seed: int = knob(
        0, "Seed", min=0, max=999_999, group=TRAINING,
        help="The same seed gives the same curves, to the last digit.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        check(self)


class Batches(Protocol):
    """What is read of settings, a dataclass, by which pictures are learned in batches."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def data(self) -> str: ...
    @property
    def batch(self) -> int: ...


def updates(recipe: Batches, pictures: int) -> int:
    """Updates in an epoch over so many pictures."""
    return ceil(pictures / recipe.batch)


@cache
def shown(data: str) -> NDArray[np.uint8]:
    """The first test picture of each class: what is looked at while a family trains.

    Returns (classes, H, W), read-only, the same array for all.
    """
    test = images.load(data).part("test")
    first = test.x[[int(np.argmax(test.labels == k)) for k in range(len(test.names))]]
    first.setflags(write=False)
    return first
