"""The denoisers that ship: of every target, under the default settings."""

from __future__ import annotations

from collections.abc import Sequence

from core.diffusion.config import Config
from core.layers import Array
from core.weights import FOLDER, shipped


def file_name(target: str) -> str:
    """Of the weights of a target, without its ending."""
    return f"diffusion_{target.replace(' ', '_')}"


def trained(config: Config) -> Sequence[Array] | None:
    """The shipped weights for these settings, if there are any. Raises BadWeights."""
    name = file_name(config.target)
    if config != Config(target=config.target) or not (FOLDER / f"{name}.safetensors").exists():
        return None
    return shipped(name, "diffusion").parts["denoiser"]
