"""Named set-ups of the lesson: of the noise that is added, of what is learned, of how pictures are
drawn."""

from __future__ import annotations

from dataclasses import replace

from core.diffusion_digits.config import Config
from core.diffusion_digits.path import Settings
from core.scene import Scene

# these differ in how noise is added, which needs no network to be seen
FORWARD: dict[str, Scene[Config]] = {
    "Cosine": Scene(
        Config(),
        "The digit fades evenly: about half of the steps are left for what can still be seen.",
    ),
    "Linear": Scene(
        Config(noise="linear"),
        "The first paper's. The digit is gone soon after the middle; the last third of the steps "
        "only turns noise into noise.",
    ),
    "Constant": Scene(
        Config(noise="constant"),
        "The same beta at each step: half of the digit's contrast is gone within the first "
        "seventh of the steps.",
    ),
    "Too little noise": Scene(
        Config(noise="by hand", beta_T=0.004),
        "x at T still shows the digit. Sampling begins from pure noise, which a network trained so "
        "has never seen.",
    ),
    "In a hundred steps": Scene(
        Config(T=100),
        "A tenth of the steps, each ten times as large; the curves are the same.",
    ),
}
_NOISE = ("noise", "T", "beta_1", "beta_T")


def forward(now: Config) -> dict[str, Scene[Config]]:
    """The same of the present settings: what the forward process does not depend on stays."""
    return {
        name: replace(scene, config=replace(now, **{k: getattr(scene.config, k) for k in _NOISE}))
        for name, scene in FORWARD.items()
    }


SCENES: dict[str, Scene[Config]] = {
    **FORWARD,
    "Asked for the noise": Scene(
        Config(prediction="eps"),
        "What the first paper learned. At much noise it is easy and says little of the digit: x_0 "
        "is what is left after a division by nearly nothing.",
    ),
    "Asked for the picture": Scene(
        Config(prediction="x_0"),
        "At little noise it is easy: the picture is already there. At much noise the answer is the "
        "mean of all digits of that label.",
    ),
    "No labels": Scene(
        Config(unlabelled=1.0),
        "The label is always hidden: it draws digits, but none that one asks for.",
    ),
}
# of a trained network
DRAWN: dict[str, Scene[Settings]] = {
    "A two in 25 jumps": Scene(
        Settings(),
        "The predicted picture is a blur at first, the mean of all twos; with each jump it is more "
        "of one two.",
    ),
    "Any digit": Scene(
        Settings(label="none"),
        "No label: at first the prediction is the mean of all digits. Watch when it makes up its "
        "mind.",
    ),
    "No guidance": Scene(
        Settings(guidance=1.0),
        "The label is only asked for. More variety than with guidance, and more slips of the pen.",
    ),
    "Heavy guidance": Scene(
        Settings(guidance=8.0),
        "What makes a two a two is exaggerated: thick, safe, and more alike.",
    ),
    "Five jumps": Scene(
        Settings(steps=5),
        "Each jump is long, and its prediction a mean of what could be: paler, smoother, more "
        "alike.",
    ),
    "DDPM": Scene(
        Settings(sampler="DDPM", steps=200),
        "Fresh noise at each jump, as in the first paper; it needs many of them.",
    ),
    "The ODE in ten": Scene(
        Settings(sampler="ODE (Heun)", steps=10),
        "No fresh noise, and each jump but the last looks ahead: 19 network calls in all.",
    ),
}
