"""The table of the models that ship: the family and the settings of each."""

from __future__ import annotations

from typing import Any

from core import autoencoder, classifier, diffusion, diffusion_digits, vae
from core.data.shapes import SHAPES
from core.diffusion.trained import file_name

_LONG: dict[str, Any] = {"data": "mnist", "schedule": "one-cycle", "lr": 0.002}
_EVERY: dict[str, Any] = {**_LONG, "every": True, "bottleneck": 64, "epochs": 30}
_SLOW: dict[str, Any] = {"batch": 128, "lr": 0.0015, "average": 0.999}

# by family: the name of its module in core, which `core.pretrain.families` explains
MODELS: dict[str, tuple[str, Any]] = {
    "vae_dense": ("vae", vae.Config(**_LONG, epochs=110)),
    # two numbers are soon learned by heart: the encoder sees each picture sampled
    "vae_dense_2d": (
        "vae", vae.Config(**{**_LONG, "lr": 0.005}, epochs=60, latent=2, sampled=True),
    ),
    "autoencoder_plain": ("autoencoder", autoencoder.Config(**_EVERY)),
    "autoencoder_plain_2d": ("autoencoder", autoencoder.Config(**_LONG, bottleneck=2, epochs=30)),
    "autoencoder_denoising": (
        "autoencoder", autoencoder.Config(**_EVERY, kind="denoising", noise=1.0),
    ),
    "autoencoder_masked": (
        "autoencoder",
        autoencoder.Config(**{**_EVERY, "epochs": 45}, kind="masked", masked=0.95, patch=14),
    ),
    "vae_conv": ("vae", vae.Config(**{**_LONG, "lr": 0.005}, epochs=25, network="convolutional")),
    "autoencoder_convolutional": (
        "autoencoder",
        autoencoder.Config(**{**_EVERY, "epochs": 20, "lr": 0.005}, kind="convolutional"),
    ),
    "classifier": ("classifier", classifier.Config()),
    "diffusion_digits": (
        "diffusion_digits", diffusion_digits.Config(**_SLOW, data="mnist", width=64, updates=4000),
    ),
    "diffusion_faces": (
        "diffusion_digits",
        diffusion_digits.Config(**{**_SLOW, "batch": 32}, data="olivetti", width=48, updates=4000),
    ),
    # what its page trains in seconds, so that the way back can be seen at once
    **{file_name(target): ("diffusion", diffusion.Config(target=target)) for target in SHAPES},
}  # fmt: skip
