"""Named set-ups, the lecture's own experiments first."""

from __future__ import annotations

from core.diffusion.config import Config
from core.scene import Scene

SCENES: dict[str, Scene[Config]] = {
    "Ring of eight": Scene(
        Config(),
        "Eight modes, all found: no game, so nothing collapses. Compare the far modes of the GAN.",
    ),
    "The lecture's two modes": Scene(
        Config(target="two modes"),
        "The target on which the 1-D GAN struggles, on the line, where every density is exact.",
    ),
    "Far modes": Scene(
        Config(target="far modes"),
        "Mode collapse in the GAN lesson. Here noise joins the modes before they are learned.",
    ),
    "Ho et al. 2020": Scene(
        Config(target="two moons", noise="linear", T=1000, prediction="eps"),
        "The paper's own choices: 1,000 steps, linear beta, the network says the noise.",
    ),
    "Few steps": Scene(
        Config(target="spiral", T=10),
        "Ten steps only: each reverse step is far from Gaussian, and the bound pays for it.",
    ),
    "The bound as loss": Scene(
        Config(target="checkerboard", loss="bound"),
        "Trained by the bound itself: its weights are largest at small t, where only detail is "
        "decided.",
    ),
    "Too small": Scene(
        Config(target="checkerboard", width=8, depth=1),
        "Eight hidden units cannot say so much: the learned arrows stay far from the exact ones.",
    ),
    "Smiley": Scene(
        Config(target="smiley", updates=2500, width=128),
        "Fine lines need small noise levels: watch the left end of the error by t.",
    ),
    "Drawn": Scene(
        Config(target="drawn", updates=2500, width=128),
        "Draw a shape of your own, and train on it.",
    ),
}
