"""The shipped diffusion models, ready to denoise: built once, shared by all visitors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from core.diffusion_digits import unet
from core.diffusion_digits.config import Config
from core.weights import Checkpoint, shipped

NAMES = ("diffusion_digits", "diffusion_faces")


@dataclass(frozen=True, eq=False)
class Trained:
    """A model to look into, never to train. checkpoint : with what was measured of it."""

    config: Config
    model: unet.UNet
    checkpoint: Checkpoint


@cache
def trained(name: str) -> Trained:
    """The shipped model of this name, one of NAMES. Raises BadWeights where it cannot be had."""
    c = shipped(name, "diffusion_digits")
    model = unet.build(c.config, c.parts["unet"]).eval()
    return Trained(c.config, model.requires_grad_(False), c)
