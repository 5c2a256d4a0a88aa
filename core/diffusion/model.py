"""The denoiser in torch, as it is trained, and what it is trained to do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from core.diffusion.config import WAVES, Config, networks
from core.diffusion.denoiser import levels
from core.diffusion.fit import Loss, target, times
from core.layers import Array
from core.networks import Net


class Denoiser(nn.Module):
    """x_t : (n, d), t : (n,), to what is predicted: (n, d)."""

    def __init__(self, config: Config, weights: Sequence[Array]) -> None:
        super().__init__()
        self.net = Net(networks(config)["denoiser"], weights)
        self.levels: Tensor
        self.waves: Tensor
        self.register_buffer("levels", torch.from_numpy(levels(config.process)))
        self.register_buffer("waves", torch.tensor(WAVES))

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        angle = (x[:, :, None] * self.waves).flatten(1)
        seen = torch.cat([x, angle.sin(), angle.cos(), self.levels[t]], dim=1)
        out: Tensor = self.net(seen)
        return out


def loss_on(config: Config, model: Denoiser) -> Loss:
    """The loss on fresh points of the target; see the setting of that name.

    "simple" is Ho et al. 2020, eq. 14. "bound" is eq. 5 without its constants, as Kingma et al.
    2021, eq. 14, write it: T / 2 (SNR(t - 1) - SNR(t)) |x_0 - its prediction|^2, in nats.
    """
    s = config.process
    alpha_bar = torch.from_numpy(s.alpha_bar.astype(np.float32))
    weight = torch.from_numpy(x_0_weights(config).astype(np.float32))
    data = config.data

    def loss(rng: np.random.Generator) -> dict[str, Tensor]:
        t = torch.from_numpy(times(config.T, config.batch, rng))
        x_0 = torch.from_numpy(data.sample(config.batch, rng))
        eps = torch.from_numpy(rng.standard_normal((config.batch, config.d), dtype=np.float32))
        a = alpha_bar[t][:, None]
        x_t = a.sqrt() * x_0 + (1 - a).sqrt() * eps
        error = model(x_t, t) - target(config.prediction, x_0, eps, a)
        each = error.square().sum(dim=1)
        if config.loss == "simple":
            return {"loss": each.mean() / config.d}
        return {"loss": config.T * (weight[t] * each).mean()}

    return loss


def x_0_weights(config: Config) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """By t, (T + 1,), what the squared error of the prediction weighs in the bound, in nats.

    That of x_0 weighs (SNR(t - 1) - SNR(t)) / 2, or 1 / (2 beta_1) at t = 1; what follows from
    another prediction is off by a factor: eps by 1 / SNR, v by 1 - alpha_bar.
    """
    s = config.process
    weight = np.zeros(s.T + 1)
    weight[1] = 1 / (2 * s.beta[1])
    weight[2:] = (s.snr[1:-1] - s.snr[2:]) / 2
    factor = {"x_0": np.ones(s.T), "eps": 1 / s.snr[1:], "v": 1 - s.alpha_bar[1:]}
    weight[1:] *= factor[config.prediction]
    return weight
