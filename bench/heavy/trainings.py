"""Trainings with the largest settings, update by update."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from core.history import Family
from core.run import Run

Stretches = Iterator[object]


def training(family: Family[Any], config: Any, updates: int = 2, **small: Any) -> Stretches:
    """All stretches of the first updates, as `Run` takes them, after one of a small training."""
    Run(family, replace(config, **small)).nudge()
    yield 0
    run = Run(family, config)
    run.play()
    while run.step.number < updates:
        run.advance(seconds=0)
        yield run.step.number


def digits(data: str) -> Stretches:
    from core import diffusion_digits as family

    config = family.Config(data=data, width=64, batch=512)
    return training(family, config, width=8, batch=4)


def digits_peek() -> Stretches:
    """The pictures of a training, drawn after each 50th update."""
    from core import diffusion_digits as family
    from core.diffusion_digits.train import PEEK

    config = family.Config(width=64, batch=4)
    return islice(training(family, config, PEEK), PEEK - 1, None)


def shape(target: str, **settings: Any) -> Stretches:
    from core import diffusion as family

    return training(family, largest(target, **settings), width=8, batch=8)


def largest(target: str, **settings: Any) -> Any:
    """The Config of a shape with the largest settings."""
    from core.diffusion import Config

    return Config(target, width=256, depth=5, batch=4096, T=1000, **settings)


def vae(network: str) -> Stretches:
    from core import vae as family

    return training(
        family,
        family.Config(
            network=network, batch=1024, hidden=1024, latent=10, data="mnist", sampled=True
        ),
        batch=8, hidden=8,
    )  # fmt: skip


def autoencoder(kind: str) -> Stretches:
    from core import autoencoder as family

    return training(
        family,
        family.Config(kind=kind, batch=1024, hidden=1024, bottleneck=64, data="mnist", every=True),
        batch=8, hidden=8,
    )  # fmt: skip


def gan(**settings: Any) -> Stretches:
    from core import gan_1d as family

    return training(
        family, family.Config(g_width=64, d_width=64, batch=1000, d_steps=100, **settings), 3,
        batch=8, d_steps=1,
    )  # fmt: skip


CURES: dict[str, Any] = {
    "optimizer": "adam", "pac": 4, "r1": 1.0, "instance_noise": 0.1, "lr_d": 1e-3, "lr_g": 1e-3,
}  # fmt: skip
TRAININGS: dict[str, Callable[[], Stretches]] = {
    **{f"digits diffusion, {d}": partial(digits, d)
       for d in ("digits", "mnist", "fashion_mnist", "olivetti")},
    "digits diffusion, its pictures": digits_peek,
    "diffusion, in the plane": partial(shape, "smiley"),
    "diffusion, on the line": partial(shape, "mixture", loss="bound"),
    **{f"VAE, {n}": partial(vae, n) for n in ("dense", "convolutional")},
    **{f"autoencoder, {k}": partial(autoencoder, k)
       for k in ("plain", "convolutional", "denoising", "masked")},
    "GAN, kernel": gan,
    "GAN, PyTorch, PacGAN and R1": partial(gan, **CURES),
    "GAN, PyTorch, WGAN-GP": partial(gan, loss="wgan-gp", **CURES),
}  # fmt: skip
