"""The settings of the diffusion on pictures."""

from __future__ import annotations

from dataclasses import dataclass

from core.config import check, knob
from core.diffusion.process import PREDICTIONS
from core.diffusion.schedule import SCHEDULES, Schedule, schedule
from core.layers import Arrays

DATA = ("digits", "mnist", "fashion_mnist", "olivetti")
NOISE, TRAINING = "Noise", "Training"
SIDES = {"olivetti": 32}  # pixels a side; all others have 28
CLASSES = {"olivetti": 0}  # labels to ask for; all others have 10


@dataclass(frozen=True)
class Config:
    """Everything a training depends on. Raises ValueError for an impossible value."""

    data: str = knob(
        "digits", "Pictures", choices=DATA,
        help="The 1,797 digits that are built in. The others need a download, or a folder named "
        "by DGM_DATA_DIR, and far more than minutes. Faces come without a label.",
    )  # fmt: skip
    width: int = knob(
        16, "Channels", min=8, max=64, step=8,
        help="Of the U-Net at half the resolution; twice as many at a quarter.",
    )  # fmt: skip
    prediction: str = knob(
        "v", "Prediction", choices=tuple(PREDICTIONS),
        help="What the U-Net is asked for: the noise, the clean picture, or v, between the two.",
    )  # fmt: skip
    unlabelled: float = knob(
        0.1, "Unlabelled share", min=0.0, max=1.0, live=True,
        help="So often the label is hidden: the U-Net learns both p(x | label) and p(x), which "
        "guidance needs (Ho and Salimans 2022).",
    )  # fmt: skip
    noise: str = knob(
        "cosine", "Schedule", choices=tuple(SCHEDULES), group=NOISE,
        help="How beta, the variance that each step adds, changes from step to step.",
    )  # fmt: skip
    T: int = knob(
        1000, "Steps T", min=10, max=1000, group=NOISE, help="From a picture to pure noise."
    )
    beta_1: float = knob(
        1e-4, "First beta", min=1e-6, max=0.999, group=NOISE, only={"noise": "by hand"}
    )
    beta_T: float = knob(
        0.02, "Last beta", min=1e-6, max=0.999, group=NOISE, only={"noise": "by hand"}
    )
    updates: int = knob(
        1200, "Updates", min=1, max=100_000, live=True, group=TRAINING,
        help="One update: one batch of pictures, each at a t of its own.",
    )  # fmt: skip
    batch: int = knob(32, "Batch", min=4, max=512, group=TRAINING, unit="pictures")
    lr: float = knob(
        0.004, "Learning rate", min=0.0, max=1.0, live=True, group=TRAINING,
        help="The largest; Adam. It rises first and falls to nothing at the last update.",
    )  # fmt: skip
    average: float = knob(
        0.99, "Average", min=0.0, max=0.99999, live=True, group=TRAINING,
        help="Samples come from a running mean of the weights, of which so much is kept at each "
        "update (Ho et al. 2020, appendix B).",
    )  # fmt: skip
    seed: int = knob(
        0, "Seed", min=0, max=999_999, group=TRAINING,
        help="The same seed gives the same curves, to the last digit.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        check(self)
        if self.width % 8:
            raise ValueError(f"width = {self.width}: it must be a multiple of 8.")

    @property
    def side(self) -> int:
        """Pixels a side."""
        return SIDES.get(self.data, 28)

    @property
    def classes(self) -> int:
        """Labels that can be asked for; 0 for faces."""
        return CLASSES.get(self.data, 10)

    @property
    def process(self) -> Schedule:
        """The noise schedule."""
        return schedule(self.noise, self.T, self.beta_1, self.beta_T)


def networks(config: Config) -> dict[str, tuple[Arrays]]:
    """The U-Net's arrays; needs torch."""
    from core.diffusion_digits.unet import shapes

    return {"unet": (Arrays(shapes(config)),)}
