"""The command: train, keep, go on, measure, write."""

from __future__ import annotations

import argparse
import dataclasses
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

import core.pretrain as package
from core.data import images
from core.diffusion_digits.config import DATA
from core.pretrain import models
from core.pretrain.families import FAMILIES
from core.pretrain.progress import logger, say
from core.pretrain.readme import tell
from core.weights import FOLDER, save

Log = Callable[[str, float, int], None]


def pretrain(name: str, data: str, device: str, part: Path, log: Log) -> dict[str, float]:
    """Train one model to its end and write its file; the figures measured on the test set.

    part : where an unfinished training is kept, after each epoch or so. log : name, value, update.
    """
    family_name, config = models.MODELS[name]
    family = FAMILIES[family_name]
    pictures: Any = None
    source, licence = "the mixture of that name in core/data/shapes.py", "MIT"
    if family.pictures:
        config = dataclasses.replace(config, data=data)
        pictures = images.load(data, progress=lambda share, sentence: say(sentence, share))
        source, licence = pictures.source, pictures.licence
    number, seconds, state = taken_up(part, family.state)
    model = family.build(config, state and state.weights).to(device)
    every = family.every(config, pictures)
    begun = time.perf_counter() - seconds
    for step in filter(None, family.train(config, model, pictures, number, state, device)):
        seconds = time.perf_counter() - begun
        if step.number % 100 == 0:
            for key, value in step.losses.items():
                log(key, value, step.number)
        words, share = family.words(config, step, every)
        if step.number % every == 0 or share == 1:
            state = step.state()
            keep(part, step.number, seconds, state)
            say(f"{name}: {words}, {seconds:.0f} s", share)
    if state is None:
        raise SystemExit(f"{name}: nothing was trained.")
    arrays = family.ships(config, state, pictures)
    weights = [w.astype(np.float16).astype(np.float32) for w in arrays]
    measured = family.measure(config, weights, pictures)
    about = {
        "data": source, "licence": licence, "seed": str(config.seed),
        "command": f"python -m core.pretrain {name}" + (f" --data {data}" if pictures else ""),
        "seconds": f"{seconds:.0f}",
    }  # fmt: skip
    save(FOLDER / f"{name}.safetensors", family_name, config, weights, measured, about)
    part.unlink(missing_ok=True)
    return measured


def keep(part: Path, number: int, seconds: float, state: Any) -> None:
    """Write an unfinished training, whole or not at all."""
    plain = {f.name: _tensors(getattr(state, f.name)) for f in dataclasses.fields(state)}
    part.parent.mkdir(parents=True, exist_ok=True)
    new = part.with_suffix(".new")
    torch.save({"number": number, "seconds": seconds, "state": plain}, new)
    os.replace(new, part)


def taken_up(part: Path, kind: type[Any]) -> tuple[int, float, Any]:
    """Number, seconds and state of an unfinished training; 0 and None where there is none."""
    if not part.exists():
        return 0, 0.0, None
    kept = torch.load(part, weights_only=True)
    plain = {name: _arrays(value) for name, value in kept["state"].items()}
    return kept["number"], kept["seconds"], kind(**plain)


def _tensors(value: Any) -> Any:
    """Arrays as tensors, which are all that is read without running code."""
    if isinstance(value, list):
        return [torch.from_numpy(w) for w in value]
    return torch.from_numpy(value) if isinstance(value, np.ndarray) else value


def _arrays(value: Any) -> Any:
    """The inverse; optimizers keep their tensors."""
    if isinstance(value, list):
        return [w.numpy() for w in value]
    return value.numpy() if isinstance(value, torch.Tensor) else value


def main() -> None:
    ask = argparse.ArgumentParser(prog="python -m core.pretrain", description=package.__doc__)
    known = f"one or more of: {', '.join(models.MODELS)}; or all"
    ask.add_argument("names", nargs="*", metavar="NAME", help=known)
    ask.add_argument("--data", choices=DATA, help="other pictures than the model's own")
    ask.add_argument("--device", default="cpu", help="cpu or cuda")
    ask.add_argument("--threads", type=int, default=os.cpu_count(), help="of the processor")
    ask.add_argument("--log", default="", metavar="FOLDER", help="write a TensorBoard log here")
    ask.add_argument("--table", action="store_true", help="write the README's table, no more")
    asked = ask.parse_args()
    if {*asked.names} - {*models.MODELS, "all"} or not (asked.names or asked.table):
        ask.error(f"NAME: {known}")
    torch.set_num_threads(asked.threads)
    for name in models.MODELS if "all" in asked.names else asked.names:
        family, config = models.MODELS[name]
        data = (asked.data or config.data) if FAMILIES[family].pictures else "points"
        part = FOLDER / f"{name}.{data}.part"
        log = logger(asked.log and str(Path(asked.log, name)))
        measured = pretrain(name, data, asked.device, part, log)
        print(name, {k: round(v, 4) for k, v in measured.items()})
        tell(FOLDER)
    if asked.table:
        tell(FOLDER)
