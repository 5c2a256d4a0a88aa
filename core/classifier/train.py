"""The classifier's training: the cross-entropy of pictures that are moved a little at random."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from core import layers
from core.classifier.config import Config, body, head
from core.data.images import Images
from core.diffusion.fit import Loss, State, fit, whole
from core.layers import Array, pixels
from core.networks import Net
from core.step import Step


def first(config: Config) -> list[Array]:
    """The weights before training, both networks in one flat list."""
    return layers.first((*body(config), *head(config)), np.random.default_rng(config.seed))


def build(config: Config, weights: Sequence[Array] | None = None) -> Net:
    """The network in torch, (n, 784) to logits (n, 10), untrained or with these weights."""
    return Net((*body(config), *head(config)), first(config) if weights is None else weights)


def moved(x: NDArray[np.uint8], most: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Each picture moved by -most to most pixels, down and across. (n, H, W)."""
    n, high, wide = x.shape
    padded = np.pad(x, ((0, 0), (most, most), (most, most)))
    down, across = rng.integers(2 * most + 1, size=(2, n))
    windows = sliding_window_view(padded, (high, wide), (1, 2))
    return np.asarray(windows[np.arange(n), down, across])


def loss_on(config: Config, model: nn.Module, data: Images, device: str = "cpu") -> Loss:
    """The cross-entropy on random pictures of `data`, in nats."""

    def loss(rng: np.random.Generator) -> dict[str, Tensor]:
        at = rng.integers(len(data.x), size=config.batch)
        x = torch.from_numpy(pixels(moved(data.x[at], config.shift, rng))).to(device)
        wanted = torch.from_numpy(data.labels[at]).to(device)
        return {"loss": cross_entropy(model(x), wanted)}

    return loss


def train(
    model: nn.Module, data: Images, config: Config, rng: np.random.Generator, number: int = 0,
    state: State | None = None, device: str = "cpu",
) -> Generator[Step | None, None, str | None]:  # fmt: skip
    """Train on the training part; one Step after each update, without a view."""
    loss = loss_on(config, model, data.part("train"), device)
    return fit(model, config, rng, whole(loss), lambda *seen: None, number, state)
