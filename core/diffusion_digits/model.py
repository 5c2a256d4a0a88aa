"""The family in torch: the loss it learns by, the trained U-Net as a denoiser in numpy, and what is
shown of it while it trains."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from math import ceil

import numpy as np
import torch
from torch import Tensor, nn

from core.data.images import Images
from core.diffusion.fit import Loss, Part, Parts, target, times
from core.diffusion.process import PREDICTIONS, Array, Denoiser, Prediction
from core.diffusion_digits import unet
from core.diffusion_digits.config import Config
from core.diffusion_digits.pictures import shrunk, signed
from core.diffusion_digits.train import PEEK, SHOWN, TENTHS, View, blended, picture

# In channels times pixels times pictures. Each takes up to 0.25 us and 33 bytes for the way back,
# whatever the batch. WHOLE is 1 s and 130 MB on a core of 2024: on one half as fast, or shared by
# two, Pause waits for 2 s. Small parts cost as much an update as large ones, down to 0.25 s.
WHOLE, PART = 4_000_000, 1_000_000


def cuts(config: Config) -> list[slice]:
    """The parts in which a batch is learned from: one, unless that would take too long."""
    work = config.width * config.side**2 * config.batch
    n = ceil(work / PART) if work > WHOLE else 1
    edges = [config.batch * k // n for k in range(n + 1)]
    return [slice(a, b) for a, b in pairwise(edges)]


def loss_on(
    config: Config, model: nn.Module, data: Images, device: str = "cpu", half: bool = False
) -> Loss:
    """The loss of `parts_on` on the whole batch at once.

    half : convolutions in bfloat16.
    """
    parts = parts_on(config, model, data, device, half, [slice(config.batch)])
    return lambda rng: parts(rng)[0]()


def parts_on(
    config: Config, model: nn.Module, data: Images, device: str = "cpu", half: bool = False,
    cut: Sequence[slice] | None = None,
) -> Parts:  # fmt: skip
    """The simple loss (Ho et al. 2020, eq. 14) on random pictures of `data`, in the prediction's
    own unit: "loss", and "errors", its mean in each tenth of t, NaN where no t was.

    Faces are mirrored at random. cut : where the batch is parted, `cuts` by default; all that is
    random is drawn for the whole batch first, so that it is the same however that is.
    """
    cut = cuts(config) if cut is None else cut
    alpha_bar = torch.from_numpy(config.process.alpha_bar.astype(np.float32)).to(device)
    log_snr = torch.from_numpy(config.process.log_snr.astype(np.float32)).to(device)

    def parts(rng: np.random.Generator) -> list[Part]:
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
        wanted = target(config.prediction, x_0, eps, a)
        tenth = ((t - 1) * TENTHS) // config.T
        counts = torch.bincount(tenth, minlength=TENTHS)

        def part(of: slice) -> dict[str, Tensor]:
            with torch.autocast(device, torch.bfloat16, enabled=half):
                said = model(x_t[of], log_snr[t[of]], label[of])
            each = (said.float() - wanted[of]).square().mean(dim=(1, 2, 3))
            sums = torch.zeros(TENTHS, device=device).index_add(0, tenth[of], each.detach())
            return {"loss": each.mean() * (len(each) / n), "errors": sums / counts}

        return [partial(part, of) for of in cut]

    return parts


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
    """What is shown of a training. before : the view of the update before."""

    def __init__(self, config: Config, before: View) -> None:
        self._config, self._before = config, before
        self._net = unet.build(config).requires_grad_(False)  # to be given the averaged weights

    def look(self, number: int, average: list[Tensor], numbers: dict[str, Tensor]) -> View:
        """The view, as `core.diffusion.fit.fit` asks for it; its samples are drawn anew at each
        PEEK, and at the end.

        Raises FloatingPointError where the samples are not finite.
        """
        c, old, errors = self._config, self._before, numbers["errors"].cpu().numpy()
        samples, at = old.samples, old.at
        if number % PEEK == 0 or number == c.updates:
            for p, value in zip(self._net.parameters(), average, strict=True):
                p.copy_(value)
            labels = range(SHOWN) if c.classes else None
            samples, at = picture(c, denoiser(c, self._net, labels)), number
        self._before = View(samples, at, blended(old.errors, errors))
        return self._before
