"""A small U-Net: a picture with noise in it, how much, and a label, to what is asked for.

Blocks of 2 x 2 pixels become channels first, and pixels again at the end: at full resolution the
same network would cost four times as much, and digits have no finer detail.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pixel_shuffle, pixel_unshuffle, silu

from core.layers import Array
from core.networks import frequencies

if TYPE_CHECKING:
    from core.diffusion_digits.config import Config

EMBEDDED = 128
FEATURES = 64


class Block(nn.Module):
    """Two convolutions with a way around them; the embedding scales and shifts in between
    (Dhariwal and Nichol 2021, section 3)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.norm_1 = nn.GroupNorm(8, inputs)
        self.conv_1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.embed = nn.Linear(EMBEDDED, 2 * outputs)
        self.norm_2 = nn.GroupNorm(8, outputs)
        self.conv_2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.around = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x: Tensor, e: Tensor) -> Tensor:
        h = self.conv_1(silu(self.norm_1(x)))
        scale, shift = self.embed(e)[:, :, None, None].chunk(2, dim=1)
        h = self.norm_2(h) * (1 + scale) + shift
        out: Tensor = self.around(x) + self.conv_2(silu(h))
        return out


class Attention(nn.Module):
    """Every place looks at every other, so that both ends of a stroke agree (Vaswani et al. 2017),
    in heads of 32 channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.heads = max(channels // 32, 1)
        self.norm = nn.GroupNorm(8, channels)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.out = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        flat = self.qkv(self.norm(x)).reshape(n, 3, self.heads, c // self.heads, h * w)
        q, k, v = flat.transpose(3, 4).unbind(dim=1)  # each (n, heads, places, channels)
        seen = nn.functional.scaled_dot_product_attention(q, k, v)
        out: Tensor = x + self.out(seen.transpose(2, 3).reshape(n, c, h, w))
        return out


class UNet(nn.Module):
    """x : (n, 1, side, side), log_snr : (n,), label : (n,), `classes` for none; to (n, 1, side,
    side)."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        wide = 2 * width
        self.time = nn.Sequential(
            nn.Linear(FEATURES, EMBEDDED), nn.SiLU(), nn.Linear(EMBEDDED, EMBEDDED)
        )
        # its own first values, drawn on no device, would have torch import for a second
        self.label = nn.Embedding.from_pretrained(torch.empty(classes + 1, EMBEDDED), freeze=False)
        self.stem = nn.Conv2d(4, width, 3, padding=1)
        self.down_block = Block(width, width)
        self.down = nn.Conv2d(width, wide, 3, stride=2, padding=1)
        self.low_1 = Block(wide, wide)
        self.attention = Attention(wide)
        self.low_2 = Block(wide, wide)
        self.low_3 = Block(wide, wide)
        self.up = nn.Conv2d(wide, width, 3, padding=1)
        self.up_block = Block(2 * width, width)
        self.norm = nn.GroupNorm(8, width)
        self.out = nn.Conv2d(width, 4, 3, padding=1)

    def forward(self, x: Tensor, log_snr: Tensor, label: Tensor) -> Tensor:
        e = silu(self.time(frequencies(log_snr, FEATURES)) + self.label(label))
        h = pixel_unshuffle(x, 2).contiguous(memory_format=torch.channels_last)
        across = h = self.down_block(self.stem(h), e)
        h = self.attention(self.low_1(self.down(h), e))
        h = self.low_3(self.low_2(h, e), e)
        h = self.up(interpolate(h, scale_factor=2.0))
        h = self.up_block(torch.cat([h, across], dim=1), e)
        return pixel_shuffle(self.out(silu(self.norm(h))), 2)


# zero at first, so that each block begins as the way around it, and the whole predicts nothing
ZERO = ("conv_2.weight", "attention.out.weight", "out.weight")


def _empty(config: Config) -> UNet:
    with torch.device("meta"):  # torch's own first values would come from everybody's generator
        return UNet(config.width, config.classes)


@lru_cache(maxsize=16)
def shapes(config: Config) -> tuple[tuple[int, ...], ...]:
    """Of all arrays, in the order in which they are kept."""
    return tuple(tuple(p.shape) for p in _empty(config).parameters())


def first(config: Config) -> list[Array]:
    """The weights before training: He uniform, biases 0, and see ZERO."""
    rng = np.random.default_rng(config.seed)
    weights = []
    for name, p in _empty(config).named_parameters():
        fan_in = int(np.prod(p.shape[1:]))
        if name.endswith(ZERO) or p.ndim == 1:
            value = np.full(p.shape, float("norm" in name and name.endswith("weight")))
        elif name == "label.weight":
            value = rng.normal(0, 1, p.shape)
        else:
            value = rng.uniform(-1, 1, p.shape) * np.sqrt(3 / fan_in)
        weights.append(value.astype(np.float32))
    return weights


def build(config: Config, weights: Sequence[Array] | None = None) -> UNet:
    """The U-Net, untrained or with these weights, which are copied."""
    net = _empty(config)
    values = first(config) if weights is None else weights
    names = [name for name, _ in net.named_parameters()]
    # assigned, for `to_empty` would have torch import for a second
    net.load_state_dict(
        {
            name: torch.from_numpy(np.array(value, np.float32))
            for name, value in zip(names, values, strict=True)
        },
        assign=True,
    )
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
