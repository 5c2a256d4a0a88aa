"""The settings of the autoencoders, and their networks as tables of layers."""

from __future__ import annotations

from dataclasses import dataclass

from core.config import check, knob
from core.layers import CONV_TRUNK, Dense, Layer, conv_decoder
from core.recipe import Recipe

PIXELS = 28 * 28
KINDS = ("plain", "convolutional", "denoising", "masked")
PATCHES = (1, 2, 4, 7, 14)


@dataclass(frozen=True, kw_only=True)
class Config(Recipe):
    """Everything a training depends on. Raises ValueError for an impossible value."""

    kind: str = knob(
        "plain", "Autoencoder", choices=KINDS,
        help="Plain: rebuild the input. Convolutional: the same with filters. Denoising: rebuild "
        "the clean picture from a noisy one. Masked: fill in hidden patches.",
    )  # fmt: skip
    bottleneck: int = knob(
        32, "Bottleneck", min=1, max=64, slider=True,
        help="Numbers in the code: all that the decoder gets to know of the picture.",
    )  # fmt: skip
    noise: float = knob(
        0.5, "Noise std", min=0.0, max=1.0, step=0.05, live=True, slider=True,
        only={"kind": "denoising"},
        help="Of the normal noise added to each pixel; black is 0, white is 1.",
    )  # fmt: skip
    masked: float = knob(
        0.75, "Masked share", min=0.0, max=0.95, step=0.05, live=True, slider=True,
        only={"kind": "masked"},
        help="The share of patches that are hidden (He et al. 2022 hide 75 %).",
    )  # fmt: skip
    patch: int = knob(
        4, "Patch", choices=PATCHES, live=True, slider=True, only={"kind": "masked"},
        unit="pixels", help="The side of a patch.",
    )  # fmt: skip
    every: bool = knob(
        False, "Vary all", live=True,
        help="Bottleneck, noise, masked share and patch size vary from batch to batch, up to the "
        "values here: one network for all of them (Rippel et al. 2014).",
    )  # fmt: skip
    hidden: int = knob(
        512, "Hidden units", min=8, max=1024, help="In the hidden layer on either side."
    )
    epochs: int = knob(
        30, "Epochs", min=1, max=1000, live=True, group="Training",
        help="One epoch: every picture of the training part once.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        check(self)


def encoder(config: Config) -> tuple[Layer, ...]:
    """The picture to its code: (784,) to (bottleneck,). A masked one is also told the mask."""
    code = config.bottleneck
    if config.kind == "convolutional":
        return *CONV_TRUNK, Dense(128, code, "linear")
    inputs = 2 * PIXELS if config.kind == "masked" else PIXELS
    return Dense(inputs, config.hidden), Dense(config.hidden, code, "linear")


def decoder(config: Config) -> tuple[Layer, ...]:
    """The code to a picture: (bottleneck,) to (784,)."""
    code = config.bottleneck
    if config.kind == "convolutional":
        return conv_decoder(code)
    return Dense(code, config.hidden), Dense(config.hidden, PIXELS, "sigmoid")


def networks(config: Config) -> dict[str, tuple[Layer, ...]]:
    """Both parts, in the order in which their weights are kept."""
    return {"encoder": encoder(config), "decoder": decoder(config)}
