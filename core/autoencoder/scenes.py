"""Named set-ups of the lesson."""

from __future__ import annotations

from core.autoencoder.config import Config
from core.scene import Scene

SCENES: dict[str, Scene[Config]] = {
    "Through 32 numbers": Scene(
        Config(),
        "784 pixels become 32 numbers, and a picture again. What is lost is detail, not the digit.",
    ),
    "Through two numbers": Scene(
        Config(bottleneck=2),
        "Two numbers hardly say which digit it is. What comes out is a blur of those that could "
        "have had this code, no better than the mean digit.",
    ),
    "Filters instead of weights": Scene(
        Config(kind="convolutional"),
        "A filter is the same at every place: a sixtieth of the plain one's parameters.",
    ),
    "Heavy noise": Scene(
        Config(kind="denoising", noise=1.0),
        "Noise as strong as the ink, and the digit is still found: the denoising one has learned "
        "what digits look like.",
    ),
    "Three quarters hidden": Scene(
        Config(kind="masked"),
        "The masked one sees a quarter of the patches, and fills in the rest. Where several digits "
        "would fit, it paints the mean of them.",
    ),
    "Large patches": Scene(
        Config(kind="masked", patch=14),
        "One quadrant of four is left. Draw anew: what is filled in is a guess, "
        "and often of another digit.",
    ),
}
