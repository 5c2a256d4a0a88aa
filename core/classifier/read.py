"""The trained classifier in use, in numpy: what it reads in a picture, and what it sees there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.classifier.config import Config, body, head
from core.layers import Array, forward, pixels
from core.metrics import Gaussian
from core.weights import shipped

Weights = Mapping[str, Sequence[Array]]


@dataclass(frozen=True, eq=False)
class Reading:
    """features : (n, features), the activations before the last layer. probabilities : (n, 10)."""

    features: Array
    probabilities: Array

    @property
    def labels(self) -> NDArray[np.int64]:
        """The likeliest class of each picture, (n,)."""
        return np.asarray(self.probabilities.argmax(axis=1))


def read(config: Config, weights: Weights, x: NDArray[np.uint8]) -> Reading:
    """x : (n, 28, 28), white on black."""
    features = forward(body(config), weights["body"], pixels(x))
    logits = forward(head(config), weights["head"], features)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return Reading(features, p / p.sum(axis=1, keepdims=True))


def reading(x: NDArray[np.uint8]) -> Reading:
    """What the shipped classifier makes of pictures. Raises BadWeights where it cannot be had."""
    c = shipped("classifier", "classifier")
    return read(c.config, c.parts, x)


def reference() -> Gaussian:
    """The shipped classifier's features of the whole MNIST test set, as a Gaussian."""
    mean, covariance = shipped("classifier", "classifier").parts["moments"]
    return Gaussian(mean.astype(np.float64), covariance.astype(np.float64))
