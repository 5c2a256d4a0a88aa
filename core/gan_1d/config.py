"""The settings of the 1-D GAN. The defaults are the lecture's experiment."""

from __future__ import annotations

from dataclasses import dataclass

from core.config import check, knob
from core.data import toy

ACTIVATIONS = ("tanh", "relu", "softplus")
LOSSES = ("non-saturating", "minimax", "wgan-gp")
CURES, NETS = "Cures for collapse", "Networks, batch, seed"


@dataclass(frozen=True)
class Config:
    """Everything a training depends on. Raises ValueError for an impossible value."""

    target: str = knob(
        "shifted", "Target",
        help="The distribution x = f(z), z ~ N(0, 1), that the generator has to imitate.",
        choices=toy.NAMES,
    )  # fmt: skip
    mixture: str = knob(
        "0.5 N(-2, 0.5) + 0.5 N(2, 1)", "Mixture",
        help="Parts such as 0.5 N(-2, 0.5): weight N(mean, standard deviation).",
        only={"target": "mixture"},
    )  # fmt: skip
    formula: str = knob(
        "sin(2*z) + 0.5*z", "x = f(z) =",
        help="z, pi, numbers, + - * / **, comparisons, and functions such as abs, exp, sin, sqrt, "
        "tanh, where.", only={"target": "formula"},
    )  # fmt: skip
    drawing: str = knob(
        "0000000028gpzIPPIzpg82000000000025apDSZZSDpa5200", "Drawing",
        help="48 heights over x from -4 to 4, each one character of 0-9, a-z, A-Z.",
        only={"target": "drawing"},
    )  # fmt: skip
    g_activation: str = knob(
        "softplus", "G activation", help="Of both hidden layers of G.", choices=ACTIVATIONS
    )
    d_activation: str = knob(
        "tanh", "D activation", help="Of both hidden layers of D.", choices=ACTIVATIONS
    )
    d_steps: int = knob(
        20, "D steps / epoch", min=1, max=100, live=True,
        help="Inner steps of the discriminator on one batch, before the generator's single step.",
    )  # fmt: skip
    lr_d: float = knob(
        0.01, "Learning rate D", min=0.0, max=10.0, live=True, help="Of the discriminator's steps."
    )
    lr_g: float = knob(
        0.01, "Learning rate G", min=0.0, max=10.0, live=True, help="Of the generator's step."
    )
    loss: str = knob(
        "non-saturating", "Loss", choices=LOSSES, live=True,
        help="Non-saturating: G maximizes log D(G(z)). Minimax: G minimizes log(1 - D(G(z))). "
        "Wasserstein: D becomes a critic with slope held near 1.",
    )  # fmt: skip
    epochs: int = knob(
        3000, "Epochs", min=1, max=20000, live=True, help="One epoch: the D steps, then one G step."
    )
    optimizer: str = knob(
        "sgd", "Optimizer", choices=("sgd", "adam"), live=True, group=CURES,
        help="Adam with beta = (0.5, 0.9), as is usual for GANs.",
    )  # fmt: skip
    instance_noise: float = knob(
        0.0, "Instance noise", min=0.0, max=10.0, live=True, group=CURES, unit="in x",
        help="Standard deviation of the noise added to what D sees, real and fake "
        "(Sønderby et al. 2017).",
    )  # fmt: skip
    pac: int = knob(
        1, "PacGAN pack size", choices=(1, 2, 4), group=CURES,
        help="D judges this many samples of one kind together (Lin et al. 2018).",
    )  # fmt: skip
    r1: float = knob(
        0.0, "R1 weight", min=0.0, max=100.0, live=True, group=CURES,
        help="gamma of (gamma / 2) |grad D|^2 on real samples (Mescheder et al. 2018).",
    )  # fmt: skip
    gp: float = knob(
        0.1, "Gradient penalty", min=0.0, max=100.0, live=True, group=CURES,
        only={"loss": "wgan-gp"},
        help="lambda of (|grad D| - 1)^2 between real and fake; used by the Wasserstein loss "
        "(Gulrajani et al. 2017).",
    )  # fmt: skip
    g_width: int = knob(
        10, "G width", min=1, max=64, group=NETS, help="Units in each of two hidden layers."
    )
    d_width: int = knob(
        20, "D width", min=1, max=64, group=NETS,
        help="Units in each of two hidden layers.",
    )  # fmt: skip
    batch: int = knob(
        100, "Batch", min=4, max=1000, step=4, group=NETS, unit="samples",
        help="Real samples, and as many fakes, for D; as many fresh fakes for G.",
    )  # fmt: skip
    seed: int = knob(
        0, "Seed", min=0, max=999_999, group=NETS,
        help="The same seed gives the same curves, to the last digit.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        check(self)
        if self.batch % self.pac:
            raise ValueError(f"batch = {self.batch}: it must be a multiple of pac = {self.pac}.")
        self.data  # an impossible target is an impossible Config  # noqa: B018

    @property
    def data(self) -> toy.Target:
        """The target distribution."""
        written = {"mixture": self.mixture, "formula": self.formula, "drawing": self.drawing}
        return toy.target(self.target, written.get(self.target, ""))

    @property
    def fused(self) -> bool:
        """Whether the fused kernel can train this: plain SGD on a GAN loss, without any cure."""
        return (
            self.optimizer == "sgd"
            and self.loss != "wgan-gp"
            and self.pac == 1
            and self.r1 == 0
            and self.instance_noise == 0
        )
