"""The family in torch: the loss it learns by, the trained U-Net as a denoiser in numpy, and what is
shown of it while it trains."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from core.data.images import Images
from core.diffusion.fit import target, times
from core.diffusion.process import PREDICTIONS, Array, Denoiser, Prediction
from core.diffusion_digits import unet
from core.diffusion_digits.config import Config
from core.diffusion_digits.pictures import shrunk, signed
from core.diffusion_digits.train import PEEK, SHOWN, TENTHS, View, blended, picture


def loss_on(
    config: Config, model: nn.Module, data: Images, device: str = "cpu", half: bool = False
) -> Callable[[np.random.Generator], dict[str, Tensor]]:
    """The simple loss (Ho et al. 2020, eq. 14) on random pictures of `data`, in the prediction's
    own unit: "loss", and "errors", its mean in each tenth of t, NaN where no t was.

    half : convolutions in bfloat16. Faces are mirrored at random.
    """
    alpha_bar = torch.from_numpy(config.process.alpha_bar.astype(np.float32)).to(device)
    log_snr = torch.from_numpy(config.process.log_snr.astype(np.float32)).to(device)

    def loss(rng: np.random.Generator) -> dict[str, Tensor]:
        n = config.batch
        at = rng.integers(len(data), size=n)
        t = torch.from_numpy(times(config.T, n, rng)).to(device)
        x_0 = torch.from_numpy(signed(shrunk(data.x[at], config.side)))[:, None].to(device)
        if config.classes:
            hidden = torch.from_numpy(rng.random(n) < config.unlabelled).to(device)
            label = torch.from_numpy(data.labels[at]).to(device).masked_fill(hidden, config.classes)
        else:
            label = torch.zeros(n, dtype=torch.int64, device=device)
            mirrored = torch.from_numpy(rng.random(n) < 0.5).to(device)
            x_0 = torch.where(mirrored[:, None, None, None], x_0.flip(3), x_0)
        noise = rng.standard_normal(tuple(x_0.shape), dtype=np.float32)
        eps = torch.from_numpy(noise).to(device)
        a = alpha_bar[t][:, None, None, None]
        x_t = a.sqrt() * x_0 + (1 - a).sqrt() * eps
        with torch.autocast(device, torch.bfloat16, enabled=half):
            said = model(x_t, log_snr[t], label)
        wanted = target(config.prediction, x_0, eps, a)
        each = (said.float() - wanted).square().mean(dim=(1, 2, 3))
        tenth = ((t - 1) * TENTHS) // config.T
        sums = torch.zeros(TENTHS, device=device).index_add(0, tenth, each.detach())
        return {"loss": each.mean(), "errors": sums / torch.bincount(tenth, minlength=TENTHS)}

    return loss


def denoiser(
    config: Config, model: nn.Module, labels: Sequence[int] | None = None, guidance: float = 1.0
) -> Denoiser:
    """The U-Net as samplers use it: numpy in and out, x_t of shape (n, side, side).

    labels : one for each picture, `classes` for none; None asks for none. guidance : w in
    out(x) + w (out(x, label) - out(x)); 1 only asks for the label, more exaggerates what makes it
    that label (Ho and Salimans 2022, eq. 6, there with w - 1). x_0 is kept within -1 to 1.
    """
    s = config.process

    def denoise(x: Array, t: int) -> Prediction:
        n = len(x)
        none = np.full(n, config.classes)
        wanted = none if labels is None else np.asarray(labels)
        guided = guidance != 1.0 and bool((wanted != config.classes).any())
        with torch.inference_mode():
            x_t = torch.from_numpy(np.asarray(x, np.float32))[:, None]
            label = torch.from_numpy(np.concatenate([wanted, none] if guided else [wanted]))
            if guided:
                x_t = torch.cat([x_t, x_t])
            level = torch.full((len(x_t),), float(s.log_snr[t]))
            said = model(x_t, level, label)[:, 0].numpy()
        if guided:
            said = said[n:] + np.float32(guidance) * (said[:n] - said[n:])
        prediction = PREDICTIONS[config.prediction](x, said, t, s)
        x_0 = np.clip(prediction.x_0, -1, 1)
        return PREDICTIONS["x_0"](x, x_0, t, s)

    return denoise


class Peek:
    """What is shown of a training: `look`, as `core.diffusion.fit.fit` calls it, and the loss that
    it listens to. before : the view of the update before."""

    def __init__(
        self, config: Config, loss: Callable[[np.random.Generator], dict[str, Tensor]], before: View
    ) -> None:
        self._config, self._loss, self._before = config, loss, before
        self._errors = before.errors
        self._net = unet.build(config).requires_grad_(False)  # to be given the averaged weights

    def loss(self, rng: np.random.Generator) -> dict[str, Tensor]:
        numbers = self._loss(rng)
        self._errors = numbers["errors"].cpu().numpy()
        return numbers

    def look(self, number: int, average: list[Tensor]) -> View:
        """The view; its samples are drawn anew at each PEEK, and at the end.

        Raises FloatingPointError where the samples are not finite.
        """
        c, old = self._config, self._before
        samples, at = old.samples, old.at
        if number % PEEK == 0 or number == c.updates:
            for p, value in zip(self._net.parameters(), average, strict=True):
                p.copy_(value)
            labels = range(SHOWN) if c.classes else None
            samples, at = picture(c, denoiser(c, self._net, labels)), number
        self._before = View(samples, at, blended(old.errors, self._errors))
        return self._before
