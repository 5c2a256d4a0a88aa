"""The readable engine: PyTorch modules, autograd and optimizers, and every cure for collapse.

`kernel.py` is the same mathematics, fused, for plain SGD; a test holds the two to one trajectory.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from core.gan_1d.config import Config
from core.gan_1d.networks import LOSS_NAMES, Batch, Losses, Vector, View
from core.machine import settle

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "softplus": nn.Softplus,
}
# So small a network only loses by being shared between threads. This holds for the whole process.
torch.set_num_threads(1)
settle()

Moments = tuple[dict[str, Any], dict[str, Any]]


def mlp(inputs: int, width: int, activation: str, flat: Vector) -> nn.Sequential:
    """inputs-width-width-1 with the weights of the flat vector."""
    act = ACTIVATIONS[activation]

    def linear(n: int, m: int) -> nn.Module:
        # torch's own first values would be drawn from the generator that all visitors share
        layer: nn.Module = nn.utils.skip_init(nn.Linear, n, m)
        return layer

    net = nn.Sequential(linear(inputs, width), act(), linear(width, width), act(), linear(width, 1))
    nn.utils.vector_to_parameters(torch.from_numpy(flat.copy()), net.parameters())
    return net


def flat(net: nn.Module) -> Vector:
    """All parameters in one float32 vector, copied."""
    return nn.utils.parameters_to_vector(net.parameters()).detach().numpy().copy()


def optimizer(config: Config, net: nn.Module, lr: float) -> torch.optim.Optimizer:
    """The optimizer of one of the two networks."""
    if config.optimizer == "adam":
        # beta = (0.5, 0.9) as in Gulrajani et al. 2017
        return torch.optim.Adam(net.parameters(), lr=lr, betas=(0.5, 0.9), foreach=False)
    return torch.optim.SGD(net.parameters(), lr=lr, foreach=False)


class Reference:
    """Both networks and their training in PyTorch.

    view : the weights to start from. moments : what the optimizers remember, from `moments()`.
    rng : only the cures draw from it here: instance noise, and the points of the gradient penalty.
    """

    def __init__(
        self, config: Config, view: View, rng: np.random.Generator, moments: Moments | None = None
    ) -> None:
        self.config, self._rng = config, rng
        self.G = mlp(1, config.g_width, config.g_activation, view.g)
        self.D = mlp(config.pac, config.d_width, config.d_activation, view.d)
        self._opt_g = optimizer(config, self.G, config.lr_g)
        self._opt_d = optimizer(config, self.D, config.lr_d)
        if moments is not None:
            for opt, memory in zip((self._opt_g, self._opt_d), moments, strict=True):
                # a copy, because the optimizer writes into it, and a recorded step must stay
                opt.load_state_dict({**opt.state_dict(), "state": _copy(memory)})

    def epoch(self, batch: Batch, part: str = "both") -> Losses:
        """One epoch in place. part : "both", "discriminator" or "generator"."""
        real, z, fresh = (torch.from_numpy(a)[:, None] for a in (batch.real, batch.z, batch.fresh))
        with torch.no_grad():
            fake = self.G(z)
        if part == "generator":
            d = self._d_loss(real, fake)
        else:
            for _ in range(self.config.d_steps):
                d = self._d_loss(real, fake)
                _step(self._opt_d, d[0])
        g = self._g_loss(self.G(fresh))
        if part != "discriminator":
            _step(self._opt_g, g[0])
        return dict(zip(LOSS_NAMES, (d[0].item(), d[1], g[0].item(), g[1]), strict=True))

    def _d_loss(self, real: Tensor, fake: Tensor) -> tuple[Tensor, float]:
        """D's loss and its accuracy on real and fake samples, each of shape (n, 1)."""
        c = self.config
        real, fake = self._seen(real), self._seen(fake)
        if c.r1:
            real.requires_grad_(True)
        on_real, on_fake = self.D(real), self.D(fake)
        if c.loss == "wgan-gp":
            # Gulrajani et al. 2017, eq. 3: the penalty on points between real and fake
            t = torch.from_numpy(self._rng.random((len(real), 1), dtype=np.float32))
            between = (t * real.detach() + (1 - t) * fake).requires_grad_(True)
            norm = _slope(self.D(between), between).norm(dim=1)
            loss = on_fake.mean() - on_real.mean() + c.gp * (norm - 1).square().mean()
            accuracy = float("nan")  # a critic scores; it does not classify
        else:
            loss = (softplus(-on_real).mean() + softplus(on_fake).mean()) / 2
            accuracy = ((on_real > 0).sum() + (on_fake < 0).sum()).item() / (2 * len(real))
        if c.r1:
            # Mescheder et al. 2018, eq. 9
            loss = loss + c.r1 / 2 * _slope(on_real, real).square().sum(dim=1).mean()
        return loss, accuracy

    def _g_loss(self, fake: Tensor) -> tuple[Tensor, float]:
        """G's loss on its samples, shape (n, 1), and the share of them that D takes for real."""
        on_fake = self.D(self._seen(fake))
        if self.config.loss == "wgan-gp":
            return -on_fake.mean(), float("nan")
        fooled = (on_fake > 0).float().mean().item()
        if self.config.loss == "minimax":
            return -softplus(on_fake).mean(), fooled
        return softplus(-on_fake).mean(), fooled

    def _seen(self, x: Tensor) -> Tensor:
        """What D sees: samples, blurred by instance noise, in packs. (n, 1) to (n / pac, pac)."""
        c = self.config
        if c.instance_noise:
            noise = self._rng.standard_normal((len(x), 1), dtype=np.float32)
            x = x + c.instance_noise * torch.from_numpy(noise)
        return x.reshape(-1, c.pac)

    def view(self) -> View:
        """Copies of the weights."""
        return View(flat(self.G), flat(self.D))

    def moments(self) -> Moments:
        """Copies of what the optimizers remember."""
        g, d = (_copy(opt.state_dict()["state"]) for opt in (self._opt_g, self._opt_d))
        return g, d


def _step(opt: torch.optim.Optimizer, loss: Tensor) -> None:
    """One update of the optimizer's own parameters only."""
    params = opt.param_groups[0]["params"]
    for p, gradient in zip(params, torch.autograd.grad(loss, params), strict=True):
        p.grad = gradient
    opt.step()


def _slope(out: Tensor, x: Tensor) -> Tensor:
    """d out / d x per sample, itself differentiable. out : (n, 1), x and result : (n, pac)."""
    return torch.autograd.grad(out.sum(), x, create_graph=True)[0]


def _copy(state: dict[Any, Any]) -> dict[Any, Any]:
    return {k: {n: t.clone() for n, t in memory.items()} for k, memory in state.items()}
