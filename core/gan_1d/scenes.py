"""Named set-ups, the lecture's own experiments first."""

from __future__ import annotations

from typing import Any

from core.gan_1d.config import Config
from core.scene import Scene

_RELU: dict[str, Any] = {"g_activation": "relu", "d_activation": "relu"}

SCENES: dict[str, Scene[Config]] = {
    "Shifted Gaussian": Scene(
        Config(),
        "A straight line is all that G has to learn. Both losses settle near log 2: "
        "D can only guess.",
    ),
    "Long tail": Scene(
        Config(target="long tail", **_RELU),
        "f folds the line: two z for every x. G has to fold as well, or find another map "
        "with the same law.",
    ),
    "Two modes": Scene(
        Config(target="two modes", seed=2, **_RELU),
        "G is continuous, so it crosses the gap, steeply. "
        "Seed 2; with others W1 ends at 0.1 to 0.5.",
    ),
    "Far modes": Scene(
        Config(target="far modes", **_RELU),
        "Mode collapse: nothing that D says about the left mode points to the other one, 15 away.",
    ),
    "Collapse and its cure": Scene(
        Config(
            target="far modes", loss="wgan-gp", optimizer="adam", d_steps=5, lr_d=0.005,
            lr_g=0.005, gp=0.1, epochs=1500, **_RELU,
        ),
        "The far modes again, with a Wasserstein critic: its slope does not fade with distance, "
        "so G is pulled across. About ten seconds.",
    ),
    "D too strong": Scene(
        Config(
            target="mixture", mixture="1 N(6, 0.5)", loss="minimax", d_steps=100, lr_d=0.2,
            epochs=1000,
        ),
        "D is perfect: D(x) is a cliff, and flat where the fakes are. No slope, nothing to "
        "learn from. Then switch the loss to non-saturating.",
    ),
    "D too weak": Scene(
        Config(target="two modes", d_steps=1, lr_d=0.001, lr_g=0.05, **_RELU),
        "D lags behind. G runs to wherever D was last fooled, and back again.",
    ),
    "G too small": Scene(
        Config(target="two modes", g_width=2, **_RELU),
        "Two hidden units per layer cannot bend enough: no equilibrium, however long it trains.",
    ),
}  # fmt: skip
