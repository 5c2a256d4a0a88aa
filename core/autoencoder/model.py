"""The autoencoder in torch, as it is trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from core.autoencoder.bench import corrupt, given, parts
from core.autoencoder.config import PATCHES, Config, networks
from core.autoencoder.train import View, view
from core.layers import Array, pixels
from core.networks import Net
from core.recipe import shown


class Autoencoder(nn.Module):
    """Encoder and decoder. weights : both in one flat list, as `core.autoencoder.train.first`."""

    def __init__(self, config: Config, weights: Sequence[Array]) -> None:
        super().__init__()
        nets, cut = networks(config), parts(config, weights)
        self.encoder = Net(nets["encoder"], cut["encoder"])
        self.decoder = Net(nets["decoder"], cut["decoder"], logits=True)


def vary(config: Config, rng: np.random.Generator) -> tuple[Config, int]:
    """The settings of one batch, and how many numbers of the code it may use.

    With `every`: a random noise level, masked share and patch, and a code cut off at a random
    place (nested dropout; Rippel et al. 2014, section 2).
    """
    if not config.every:
        return config, config.bottleneck
    low, high, kept = rng.random(3)
    high, kept = high**0.5, kept**0.5  # the hard masks and the long codes need more practice
    patches = [p for p in PATCHES if p <= config.patch]
    changed = replace(
        config, noise=float(low * config.noise), masked=float(high * config.masked),
        patch=int(rng.choice(patches)),
    )  # fmt: skip
    return changed, round(float(config.bottleneck**kept))


def losses(
    config: Config, model: Autoencoder, x: Tensor, rng: np.random.Generator
) -> dict[str, Tensor]:
    """Cross-entropy in nats, summed over a picture's pixels; a masked one's are the hidden only.

    x : (n, 784) in 0 to 1.
    """
    config, width = vary(config, rng)
    corrupted = corrupt(config, x.cpu().numpy(), rng)
    codes = model.encoder(torch.from_numpy(given(config, corrupted)).to(x.device))
    if width < config.bottleneck:
        codes = codes * (torch.arange(config.bottleneck, device=x.device) < width)
    entropy = binary_cross_entropy_with_logits(model.decoder(codes), x, reduction="none")
    if config.kind == "masked":
        entropy = entropy * torch.from_numpy(corrupted.hidden).to(x.device)
    return {"loss": entropy.sum() / len(x)}


def look(config: Config, model: Autoencoder) -> View:
    """The view of the model as it is now. Raises FloatingPointError where that is not finite."""
    x = pixels(shown(config.data))
    corrupted = corrupt(config, x, np.random.default_rng(0))
    with torch.no_grad():
        codes = model.encoder(torch.from_numpy(given(config, corrupted)))
        rebuilt = model.decoder(codes).sigmoid()
    if not rebuilt.isfinite().all():
        raise FloatingPointError
    return view(corrupted, rebuilt.numpy())
