"""The settings of the VAE, and its networks as tables of layers."""

from __future__ import annotations

from dataclasses import dataclass

from core.config import check, knob
from core.layers import CONV_TRUNK, Dense, Layer, conv_decoder
from core.recipe import Recipe

PIXELS = 28 * 28
NETWORK = "Networks"


@dataclass(frozen=True, kw_only=True)
class Config(Recipe):
    """Everything a training depends on. Raises ValueError for an impossible value.

    The defaults are the textbook's bound: sums, unit noise, beta 1 (Kingma and Welling 2014).
    """

    network: str = knob(
        "dense", "Network", choices=("dense", "convolutional"),
        help="Dense: 784-512-(z, z) and z-512-784. Convolutional: 16, 8 and 8 filters of 3x3.",
    )  # fmt: skip
    latent: int = knob(
        10, "Latent dimensions", min=2, max=10, help="Numbers in a code z: so many sliders."
    )
    beta: float = knob(
        1.0, "beta", min=0.0, max=1000.0, live=True,
        help="The weight of the KL term. 0 leaves an autoencoder; a large one empties the code "
        "(Higgins et al. 2017).",
    )  # fmt: skip
    noise: float = knob(
        1.0, "Noise std", min=0.0, max=2.0, step=0.1, live=True,
        help="Standard deviation of epsilon in z = mu + sigma epsilon. The bound needs 1; the "
        "lecture's code had 0.01.",
    )  # fmt: skip
    reduction: str = knob(
        "sum", "Reduction", choices=("sum", "mean"), live=True,
        help="Sum: both terms added up over pixels and over dimensions, as in the bound. Mean: "
        "both averaged, which weighs the KL term 784 / z times as much.",
    )  # fmt: skip
    warm_up: int = knob(
        0, "KL warm-up", min=0, max=1000, live=True, unit="epochs",
        help="beta grows from 0 to its value over so many epochs (Bowman et al. 2016).",
    )  # fmt: skip
    sampled: bool = knob(
        False, "Sampled input", live=True, group=NETWORK,
        help="While it trains, the encoder sees each pixel as black or white, white with the "
        "pixel's value as probability: it cannot learn single pictures by heart "
        "(Shu et al. 2018).",
    )  # fmt: skip
    hidden: int = knob(
        512, "Hidden units", min=8, max=1024, group=NETWORK, only={"network": "dense"},
        help="In the one hidden layer of the encoder, and of the decoder.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        check(self)

    @property
    def weight(self) -> float:
        """The weight of the summed KL beside the summed reconstruction: beta, or 784 beta / z."""
        return self.beta * (PIXELS / self.latent if self.reduction == "mean" else 1.0)


def trunk(config: Config) -> tuple[Layer, ...]:
    """The encoder without its two heads: (784,) to (hidden,)."""
    if config.network == "dense":
        return (Dense(PIXELS, config.hidden),)
    return CONV_TRUNK


def head(config: Config) -> tuple[Layer, ...]:
    """From the trunk to mu, and another such to log_var: (hidden,) to (latent,)."""
    return (Dense(config.hidden if config.network == "dense" else 128, config.latent, "linear"),)


def decoder(config: Config) -> tuple[Layer, ...]:
    """The generator: (latent,) to (784,)."""
    if config.network == "dense":
        return Dense(config.latent, config.hidden), Dense(config.hidden, PIXELS, "sigmoid")
    return conv_decoder(config.latent)


def networks(config: Config) -> dict[str, tuple[Layer, ...]]:
    """All four parts, in the order in which their weights are kept."""
    return {
        "trunk": trunk(config), "mu": head(config), "log_var": head(config),
        "decoder": decoder(config),
    }  # fmt: skip
