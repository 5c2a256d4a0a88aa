"""The settings of the classifier, and its network as a table of layers."""

from __future__ import annotations

from dataclasses import dataclass

from core.config import check, knob
from core.layers import Arrays, Conv, Dense, Layer, Pool, Reshape
from core.recipe import DATA

CLASSES = 10


@dataclass(frozen=True)
class Config:
    """Everything a training depends on. Raises ValueError for an impossible value."""

    data: str = knob("mnist", "Pictures", choices=DATA)
    width: int = knob(16, "Channels", min=4, max=64, help="Of the first convolution.")
    features: int = knob(64, "Features", min=8, max=512, help="Numbers before the last layer.")
    shift: int = knob(
        2, "Shift", min=0, max=4, unit="pixels",
        help="While it trains, each picture is moved at random by at most so much, both ways.",
    )  # fmt: skip
    updates: int = knob(4000, "Updates", min=1, max=100_000)
    batch: int = knob(128, "Batch", min=8, max=1024, unit="pictures")
    lr: float = knob(0.004, "Learning rate", min=0.0, max=1.0, help="The largest; Adam, one-cycle.")
    average: float = knob(
        0.998, "Average", min=0.0, max=0.99999,
        help="What is kept is a running mean of the weights, of which so much stays an update.",
    )  # fmt: skip
    seed: int = knob(0, "Seed", min=0, max=999_999)

    def __post_init__(self) -> None:
        check(self)


def body(config: Config) -> tuple[Layer, ...]:
    """From a picture to its features: (784,) to (features,)."""
    w = config.width
    return (
        Reshape((1, 28, 28)), Conv(1, w), Conv(w, w), Pool(), Conv(w, 2 * w), Pool(),
        Conv(2 * w, 2 * w), Pool(), Reshape((2 * w * 16,)), Dense(2 * w * 16, config.features),
    )  # fmt: skip


def head(config: Config) -> tuple[Layer, ...]:
    """From features to the logits of the classes: (features,) to (10,)."""
    return (Dense(config.features, CLASSES, "linear"),)


def networks(config: Config) -> dict[str, tuple[Layer, ...] | tuple[Arrays]]:
    """Both parts, and the mean and the covariance of the test set's features, with which those of
    other pictures are compared."""
    n = config.features
    return {"body": body(config), "head": head(config), "moments": (Arrays(((n,), (n, n))),)}
