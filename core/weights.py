"""Trained weights on disk: arrays, the Config that rebuilds their networks, what was measured.

One safetensors file each: loading it can never run code. The header says everything as text.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from core.config import read
from core.layers import Array, cut

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "weights"
FAMILIES = ("vae", "autoencoder", "diffusion", "diffusion_digits", "classifier")


class BadWeights(ValueError):
    """A file that cannot be used. Its text is one sentence for the screen."""


@dataclasses.dataclass(frozen=True, eq=False)
class Checkpoint:
    """Trained weights. parts : the networks' weights by name, float32, read-only.

    measured : figures on the test set, by name. about : how it was made, by name.
    """

    family: str
    config: Any
    parts: Mapping[str, Sequence[Array]]
    measured: Mapping[str, float]
    about: Mapping[str, str]


def save(
    path: Path, family: str, config: Any, weights: Sequence[Array],
    measured: Mapping[str, float], about: Mapping[str, str],
) -> None:  # fmt: skip
    """Write a checkpoint, in float16: that halves the file, and the figures are measured with it.

    weights : all networks' in one flat list.
    """
    header = {
        "family": family, "config": json.dumps(dataclasses.asdict(config)),
        "measured": json.dumps(dict(measured)), "about": json.dumps(dict(about)),
    }  # fmt: skip
    arrays = {f"{k:03d}": np.asarray(w, np.float16, order="C") for k, w in enumerate(weights)}
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_bytes(to_bytes(arrays, header))
    new.replace(path)  # whole, or not at all


def load(path: Path) -> Checkpoint:
    """Read a checkpoint. Raises BadWeights, in one sentence, for a file that is not a whole one."""
    header, weights = _read(path)
    try:
        family = header["family"]
        config = _config(family, _table(header, "config"))
        measured = {name: _number(value) for name, value in _table(header, "measured").items()}
        about = {name: str(value) for name, value in _table(header, "about").items()}
        parts = cut(_module(family).networks(config), weights)
    except KeyError as missing:
        raise BadWeights(f"The header of {path.name} has no {missing}.") from None
    except ValueError as error:
        raise BadWeights(f"{path.name} cannot be used: {error}") from None
    for w in weights:
        w.setflags(write=False)
    return Checkpoint(family, config, parts, measured, about)


def _read(path: Path) -> tuple[dict[str, str], list[Array]]:
    try:
        with safe_open(path, "numpy") as file:
            names = sorted(file.keys())
            if not {file.get_slice(name).get_dtype() for name in names} <= {"F16", "F32"}:
                raise BadWeights(f"{path.name} holds other numbers than float16 and float32.")
            weights = [file.get_tensor(name).astype(np.float32) for name in names]
            header = file.metadata() or {}
    except FileNotFoundError:
        raise BadWeights(f"There is no weights file {path.name}.") from None
    except (SafetensorError, OSError):
        raise BadWeights(f"{path.name} is damaged, or is not a weights file.") from None
    if not all(np.isfinite(w).all() for w in weights):
        raise BadWeights(f"{path.name} holds numbers that are not finite.")
    return header, weights


def _table(header: Mapping[str, str], name: str) -> dict[str, Any]:
    """The JSON object under this name."""
    try:
        table = json.loads(header[name])
    except (ValueError, RecursionError):
        raise ValueError(f"its {name} is not JSON.") from None
    if not isinstance(table, dict):
        raise ValueError(f"its {name} is not a table of names and values.")
    return table


def _number(value: object) -> float:
    if not isinstance(value, int | float) or not -1e300 < value < 1e300:
        raise ValueError("what was measured is not finite numbers.")
    return float(value)


def _module(family: str) -> Any:
    if family not in FAMILIES:
        raise ValueError(f"there is no family '{family[:40]}'; known are {', '.join(FAMILIES)}.")
    return importlib.import_module(f"core.{family}.config")


def _config(family: str, values: Mapping[str, Any]) -> Any:
    kind = _module(family).Config
    fields = {f.name: f for f in dataclasses.fields(kind)}
    unknown = values.keys() - fields.keys()
    if unknown:
        raise ValueError(f"there is no setting '{min(unknown)[:40]}'.")
    return kind(**{name: read(fields[name], value) for name, value in values.items()})


@cache
def shipped(name: str, family: str) -> Checkpoint:
    """The checkpoint assets/weights/NAME.safetensors, loaded once for all visitors.

    Raises BadWeights, also for the weights of another family than this one.
    """
    c = load(FOLDER / f"{name}.safetensors")
    if c.family != family:
        raise BadWeights(
            f"{name}.safetensors holds weights of the family {c.family}; {family} is expected."
        )
    return c
