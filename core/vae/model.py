"""The VAE in torch, as it is trained: its networks, the reparameterization, the loss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from core.layers import Array, pixels
from core.networks import Net
from core.recipe import shown
from core.vae.config import PIXELS, Config, networks
from core.vae.latent import parts
from core.vae.train import View, fixed_codes, view


class VAE(nn.Module):
    """q(z | x) and p(x | z). weights : all parts in one flat list, as `core.vae.train.first`."""

    def __init__(self, config: Config, weights: Sequence[Array]) -> None:
        super().__init__()
        nets, cut = networks(config), parts(config, weights)
        self.trunk = Net(nets["trunk"], cut["trunk"])
        self.mu = Net(nets["mu"], cut["mu"])
        self.log_var = Net(nets["log_var"], cut["log_var"])
        self.decoder = Net(nets["decoder"], cut["decoder"], logits=True)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """mu and log_var. x : (n, 784). Each (n, latent)."""
        hidden = self.trunk(x)
        return self.mu(hidden), self.log_var(hidden)


def losses(
    config: Config, model: VAE, x: Tensor, rng: np.random.Generator, epoch: float
) -> dict[str, Tensor]:
    """Reconstruction and KL in nats a picture, their sum, what is minimized, and KL by dimension.

    x : (n, 784). The reconstruction is the cross-entropy (Kingma and Welling 2014, appendix C.1).
    """
    seen = x
    if config.sampled and torch.is_grad_enabled():
        chance = torch.from_numpy(rng.random(tuple(x.shape), dtype=np.float32))
        seen = (chance.to(x.device) < x).to(x.dtype)
    mu, log_var = model.encode(seen)
    epsilon = torch.from_numpy(rng.standard_normal(tuple(mu.shape), dtype=np.float32))
    z = mu + (log_var / 2).exp() * (config.noise * epsilon.to(x.device))
    entropy = binary_cross_entropy_with_logits(model.decoder(z), x, reduction="sum") / len(x)
    each = 0.5 * (log_var.exp() + mu.square() - 1 - log_var).mean(dim=0)
    kl = each.sum()
    warmth = min(1.0, epoch / config.warm_up) if config.warm_up else 1.0
    if config.reduction == "mean":
        loss = entropy / PIXELS + warmth * config.beta * kl / config.latent
    else:
        loss = entropy + warmth * config.beta * kl
    return {"loss": loss, "reconstruction": entropy, "kl": kl, "sum": entropy + kl, "each": each}


def look(config: Config, model: VAE, numbers: dict[str, Tensor]) -> View:
    """The view of the model as it is now. Raises FloatingPointError where that is not finite."""
    with torch.no_grad():
        x = torch.from_numpy(pixels(shown(config.data)))
        mu, log_var = model.encode(x)
        z = torch.cat([mu, torch.from_numpy(fixed_codes(config))])
        drawn = model.decoder(z).sigmoid()
    if not (drawn.sum() + log_var.exp().sum()).isfinite():
        raise FloatingPointError
    each = numbers["each"].detach().numpy().copy()
    return view(drawn.numpy().reshape(-1, 28, 28), each, mu.numpy())
