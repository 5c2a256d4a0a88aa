"""The learned denoiser, and the exact one, in numpy: what samplers and pictures use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core import layers
from core.data.mixture import Mixture
from core.diffusion.config import LEVELS, WAVES, Config, networks
from core.diffusion.process import PREDICTIONS, Array, Denoiser, Prediction, from_x_0
from core.diffusion.schedule import Schedule

CHUNK = 1024  # points at once: so many rows of so narrow a network fit the cache


def first(config: Config) -> list[layers.Array]:
    """The weights before training."""
    return layers.first(networks(config)["denoiser"], np.random.default_rng(config.seed))


def levels(s: Schedule) -> layers.Array:
    """What the network sees of t: sines and cosines of the log-SNR, (T + 1, LEVELS).

    Of the log-SNR, not of t itself: so the network knows how much noise there is, whatever the
    schedule (Kingma et al. 2021, section 3.2).
    """
    rate = np.exp(np.linspace(-2.5, 0.5, LEVELS // 2))
    angle = s.log_snr[:, None] * rate
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=1).astype(np.float32)


def features(x: Array, level: Array) -> Array:
    """The network's input, (n, inputs). x : (n, d). level : (LEVELS,), a row of `levels`.

    Beside x its sines and cosines: without them, small shapes are learned ten times slower
    (Tancik et al. 2020).
    """
    angle = (x[:, :, None] * np.array(WAVES, np.float32)).reshape(len(x), -1)
    rows = np.broadcast_to(level, (len(x), len(level)))
    return np.concatenate([x, np.sin(angle), np.cos(angle), rows], axis=1)


def learned(config: Config, weights: Sequence[layers.Array]) -> Denoiser:
    """The network with these weights as a denoiser. x : (n, d)."""
    s, table, level = config.process, networks(config)["denoiser"], levels(config.process)
    predict = PREDICTIONS[config.prediction]

    def denoise(x: Array, t: int) -> Prediction:
        seen = features(np.asarray(x, np.float32), level[t])
        said = layers.forward(table, weights, seen, CHUNK)
        return predict(x, said, t, s)

    return denoise


def exact(data: Mixture, s: Schedule) -> Denoiser:
    """The best possible denoiser, E[x_0 | x_t], of a target that is known. x : (n, d)."""

    def denoise(x: Array, t: int) -> Prediction:
        x_0 = data.posterior_mean(x, s.alpha_bar[t]).astype(np.float32)
        return from_x_0(x, x_0, t, s)

    return denoise
