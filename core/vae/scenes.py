"""Named set-ups, the lecture's own experiments first."""

from __future__ import annotations

from core.scene import Scene
from core.vae.config import Config

SCENES: dict[str, Scene[Config]] = {
    "The lecture, dense": Scene(
        Config(noise=0.01, reduction="mean", optimizer="rmsprop"),
        "Both terms averaged, and hardly any noise. Written as sums, its KL weight is 784 / 10; "
        "yet the codes only shrink, because without noise a small code is as good as a large one. "
        "Samples from the prior are far from all codes.",
    ),
    "The lecture, convolutional": Scene(
        Config(network="convolutional", noise=0.01, reduction="mean", patience=10),
        "The same loss, 8,373 parameters instead of 820,004, Adam, early stopping. Half a minute.",
    ),
    "The textbook's bound": Scene(
        Config(),
        "Sums and unit noise. The KL pays for every digit that is told from another: samples from "
        "the prior look like digits.",
    ),
    "Two numbers": Scene(
        Config(latent=2, lr=0.002),
        "A code of two numbers, which can be drawn as a map. Watch the blur: more does not fit in.",
    ),
    "Posterior collapse": Scene(
        Config(beta=30.0, network="convolutional", epochs=20),
        "The KL term weighs 30 times as much: all bars fall to nothing. The decoder ignores z, and "
        "every digit is rebuilt as the same average one.",
    ),
    "KL warm-up": Scene(
        Config(warm_up=20),
        "beta grows from 0 to 1 over 20 epochs: first the codes spread, then they are drawn "
        "together. Fork at update 1 without it, and compare the bars.",
    ),
    "No KL at all": Scene(
        Config(beta=0.0, noise=0.0),
        "An autoencoder. The codes run away from the prior, and samples are scribbles.",
    ),
}
