"""Named set-ups of the two processes: how noise is added, and how it is taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.diffusion.config import Config
from core.diffusion.path import Settings
from core.scene import Scene

# changes of the settings that the forward process depends on, and what to notice
_FORWARD: dict[str, tuple[Mapping[str, Any], str]] = {
    "Eight modes": (
        {},
        "The eight modes melt into one cloud. Each step is small; no particle knows where it ends.",
    ),
    "Two modes on the line": (
        {"target": "two modes"},
        "The whole process in one picture: time goes to the right, and the valley between the "
        "modes fills up.",
    ),
    "Linear, 1,000 steps": (
        {"noise": "linear", "T": 1000},
        "Ho et al. 2020: log SNR falls steeply at first, and the last third adds noise to noise.",
    ),
    "Constant": (
        {"noise": "constant"},
        "The same beta at each step: half of the contrast is gone within the first seventh of the "
        "steps.",
    ),
    "Ten steps": (
        {"T": 10},
        "Each step is large. Forward that does no harm; backwards strays stay between the modes.",
    ),
    "Too little noise": (
        {"noise": "by hand", "beta_T": 0.01},
        "x at T still shows the target, so a sampler that begins with N(0, 1) begins wrongly.",
    ),
    "Spiral": ({"target": "spiral"}, "Fine detail goes first, the rough shape last."),
    "Drawn": ({"target": "drawn"}, "Draw a shape of your own, and watch it dissolve."),
}
_FIELDS = ("target", "noise", "T", "beta_1", "beta_T")


def forward(now: Config) -> dict[str, Scene[Config]]:
    """The set-ups of the forward process; what it does not depend on stays as it is now."""
    first = {name: getattr(Config(), name) for name in _FIELDS}
    made = {}
    for name, (changes, notice) in _FORWARD.items():
        try:
            config = replace(now, **{**first, **changes})
        except ValueError:  # what is drawn now is no drawing
            config = replace(now, **{**first, **changes, "drawing": Config().drawing})
        made[name] = Scene(config, notice)
    return made


FORWARD = tuple(_FORWARD)

REVERSE: dict[str, Scene[Settings]] = {
    "DDIM in 25": Scene(
        Settings(),
        "Move the slider from T down. Predicted x₀, green, is the middle of all data at first; "
        "with each jump it is more of one point.",
    ),
    "DDPM in 50": Scene(
        Settings(sampler="DDPM", steps=50),
        "Fresh noise at each jump (Ho et al. 2020). Dotted: where the sampler before took the same "
        "particles from the same noise.",
    ),
    "Every step": Scene(
        Settings(sampler="DDPM", steps=200),
        "Ho et al. 2020, algorithm 2: as many jumps as T has steps, if these are not above 200.",
    ),
    "DDIM with noise": Scene(
        Settings(eta=1.0),
        "eta = 1 adds as much fresh noise as DDPM does: from the same noise to other ends.",
    ),
    "The ODE in 10": Scene(
        Settings(sampler="ODE (Heun)", steps=10),
        "No noise, and each jump is corrected once: ten jumps are enough.",
    ),
    "Three jumps": Scene(
        Settings(steps=3),
        "Each jump is long: many end at a mean of what could be, between the modes.",
    ),
    "The exact denoiser": Scene(
        Settings(denoiser="exact"),
        "Nothing is learned: E[x₀ | xₜ] in closed form. What is left of W1 is the sampler's.",
    ),
}
