"""The settings of diffusion on the line and in the plane, and its network as a table of layers."""

from __future__ import annotations

from dataclasses import dataclass

from core.config import check, knob
from core.data import shapes
from core.data.mixture import Mixture
from core.diffusion.process import PREDICTIONS
from core.diffusion.schedule import SCHEDULES, Schedule, schedule
from core.layers import Dense, Layer

LOSSES = ("simple", "bound")
NOISE, NETWORK, TRAINING = "Noise schedule", "Network", "Training"
WAVES = (1.0, 2.0, 4.0)  # per unit of x: sines and cosines of x that the network sees beside x
LEVELS = 16  # numbers by which it sees the log-SNR


@dataclass(frozen=True)
class Config:
    """Everything a training depends on. Raises ValueError for an impossible value."""

    target: str = knob(
        "ring of eight", "Target", choices=tuple(shapes.SHAPES),
        help="In the plane, or on the line (from shifted to mixture). All have mean 0, variance 1.",
    )  # fmt: skip
    mixture: str = knob(
        "0.5 N(-2, 0.5) + 0.5 N(2, 1)", "Mixture",
        help="Parts such as 0.5 N(-2, 0.5): weight N(mean, standard deviation).",
        only={"target": "mixture"},
    )  # fmt: skip
    drawing: str = knob(
        shapes.HEART, "Drawing",
        help="Two characters of 0-9, a-z, A-Z a point; lines parted by '-'.",
        only={"target": "drawn"},
    )  # fmt: skip
    prediction: str = knob(
        "v", "Prediction", choices=tuple(PREDICTIONS),
        help="What the network is asked for: the noise eps, the clean x_0, or v, between the two. "
        "Each follows from the others.",
    )  # fmt: skip
    loss: str = knob(
        "simple", "Loss", choices=LOSSES, live=True,
        help="Simple: the squared error of the prediction, every t alike. Bound: the variational "
        "bound, whose weights are largest where there is least noise.",
    )  # fmt: skip
    noise: str = knob(
        "cosine", "Schedule", choices=tuple(SCHEDULES), group=NOISE,
        help="How beta, the variance that each step adds, changes from step to step.",
    )  # fmt: skip
    T: int = knob(
        200, "Steps T", min=10, max=1000, group=NOISE, help="From the data to pure noise."
    )
    beta_1: float = knob(
        1e-4, "First beta", min=1e-6, max=0.999, group=NOISE, only={"noise": "by hand"}
    )
    beta_T: float = knob(
        0.1, "Last beta", min=1e-6, max=0.999, group=NOISE, only={"noise": "by hand"}
    )
    width: int = knob(
        96, "Hidden units", min=8, max=256, group=NETWORK, help="In each hidden layer."
    )
    depth: int = knob(3, "Hidden layers", min=1, max=5, group=NETWORK)
    updates: int = knob(
        1500, "Updates", min=1, max=20_000, live=True, group=TRAINING,
        help="One update: one batch of fresh points, each at a t of its own.",
    )  # fmt: skip
    batch: int = knob(256, "Batch", min=8, max=4096, group=TRAINING, unit="points")
    lr: float = knob(
        0.005, "Learning rate", min=0.0, max=1.0, live=True, group=TRAINING,
        help="The largest; Adam. It rises first and falls to nothing at the last update.",
    )  # fmt: skip
    average: float = knob(
        0.99, "Average", min=0.0, max=0.9999, live=True, group=TRAINING,
        help="Samples come from a running mean of the weights, of which so much is kept at each "
        "update (Ho et al. 2020, appendix B).",
    )  # fmt: skip
    seed: int = knob(
        0, "Seed", min=0, max=999_999, group=TRAINING,
        help="The same seed gives the same curves, to the last digit.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        check(self)
        self.data  # an impossible target is an impossible Config  # noqa: B018

    @property
    def data(self) -> Mixture:
        """The target distribution."""
        written = {"mixture": self.mixture, "drawn": self.drawing}
        return shapes.shape(self.target, written.get(self.target, ""))

    @property
    def d(self) -> int:
        """Dimensions, 1 or 2."""
        return 1 if self.target in shapes.LINES else 2

    @property
    def process(self) -> Schedule:
        """The noise schedule."""
        return schedule(self.noise, self.T, self.beta_1, self.beta_T)


def networks(config: Config) -> dict[str, tuple[Layer, ...]]:
    """The denoiser: what `core.diffusion.denoiser.features` makes of x_t and t, to (d,)."""
    inputs = config.d * (1 + 2 * len(WAVES)) + LEVELS
    hidden = [Dense(inputs, config.width)]
    hidden += [Dense(config.width, config.width) for _ in range(config.depth - 1)]
    return {"denoiser": (*hidden, Dense(config.width, config.d, "linear"))}
