"""Train the weights that ship: `python -m core.pretrain NAME [--data mnist] [--device cuda]`.

It can be stopped at any time; the same command goes on where it stopped. The result goes to
assets/weights, with what was measured on the test set in its header.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

from core import autoencoder, vae
from core.autoencoder.bench import parts as autoencoder_parts
from core.autoencoder.bench import rebuild
from core.autoencoder.model import losses as autoencoder_losses
from core.data import images
from core.fit import VALIDATED, State, fit
from core.layers import Array, count, pixels
from core.recipe import DATA, updates
from core.vae.latent import bound, parts
from core.vae.model import losses as vae_losses
from core.weights import FOLDER, Checkpoint, load, save

_LONG: dict[str, Any] = {"data": "mnist", "schedule": "one-cycle", "lr": 0.002}
_EVERY: dict[str, Any] = {**_LONG, "every": True, "bottleneck": 64, "epochs": 30}

MODELS: dict[str, tuple[ModuleType, Any]] = {
    "vae_dense": (vae, vae.Config(**_LONG, epochs=110)),
    # two numbers are soon learned by heart: the encoder sees each picture sampled
    "vae_dense_2d": (
        vae, vae.Config(**{**_LONG, "lr": 0.005}, epochs=60, latent=2, sampled=True),
    ),
    "autoencoder_plain": (autoencoder, autoencoder.Config(**_EVERY)),
    "autoencoder_plain_2d": (autoencoder, autoencoder.Config(**_LONG, bottleneck=2, epochs=30)),
    "autoencoder_denoising": (
        autoencoder, autoencoder.Config(**_EVERY, kind="denoising", noise=1.0),
    ),
    "autoencoder_masked": (
        autoencoder,
        autoencoder.Config(**{**_EVERY, "epochs": 45}, kind="masked", masked=0.95, patch=14),
    ),
    "vae_conv": (vae, vae.Config(**{**_LONG, "lr": 0.005}, epochs=25, network="convolutional")),
    "autoencoder_convolutional": (
        autoencoder,
        autoencoder.Config(**{**_EVERY, "epochs": 20, "lr": 0.005}, kind="convolutional"),
    ),
}  # fmt: skip

# between these lines of assets/weights/README.md stands the table
BEGIN, END = "<!-- python -m core.pretrain --table writes this -->", "<!-- end -->"


def measure_vae(config: vae.Config, weights: list[Array], data: images.Images) -> dict[str, float]:
    """Minus the lower bound on log p(x) and its two terms on the test set, in nats."""
    test = data.part("test").x
    b = bound(config, parts(config, weights), test, np.random.default_rng(0))
    return {"bound": b.total, "reconstruction": b.reconstruction, "kl": b.kl}


def measure_autoencoder(
    config: autoencoder.Config, weights: list[Array], data: images.Images
) -> dict[str, float]:
    """Mean squared error a pixel on the test set, of a code of at most 32 numbers; of a denoising
    one at noise 0.5, of a masked one at 75 % of patches of 4x4, in the hidden pixels."""
    usual = dataclasses.replace(config, noise=0.5, masked=0.75, patch=4)
    x = pixels(data.part("test").x)
    width = min(config.bottleneck, 32)
    cut = autoencoder_parts(config, weights)
    result = rebuild(usual, cut, x, np.random.default_rng(0), width)
    return {"squared_error": float(result.error.mean())}


MEASURE: dict[ModuleType, Callable[..., dict[str, float]]] = {
    vae: measure_vae,
    autoencoder: measure_autoencoder,
}


def loss_of(family: ModuleType, config: Any, model: Any) -> Callable[..., Any]:
    """The family's loss, as `fit` calls it."""
    if family is vae:
        return lambda x, rng, epoch: vae_losses(config, model, x, rng, epoch)
    return lambda x, rng, epoch: autoencoder_losses(config, model, x, rng)


def pretrain(
    name: str, data: str, device: str, part: Path, log: Callable[[str, float, int], None]
) -> dict[str, float]:
    """Train one model to its end and write its file; the figures measured on the test set.

    part : where an unfinished training is kept, after each epoch. log : name, value, update.
    """
    family, config = MODELS[name]
    config = dataclasses.replace(config, data=data)
    pictures = images.load(data, progress=lambda share, sentence: say(sentence, share))
    number, seconds = 0, 0.0
    state: State | None = None
    if part.exists():
        kept = torch.load(part, weights_only=True)
        number, seconds, plain = kept["number"], kept["seconds"], kept["state"]
        weights = [w.numpy() for w in plain["weights"]]
        state = State(**{**plain, "weights": weights, "order": plain["order"].numpy()})
    model = family.build(config, state and state.weights).to(device)
    validation = pictures.part("validation").x
    # what validation does not look at is better learned from
    train = np.concatenate([pictures.part("train").x, validation[VALIDATED:]])
    per_epoch = updates(config, len(train))
    begun = time.perf_counter() - seconds
    steps = fit(
        model, train, validation, config, np.random.default_rng(config.seed),
        loss_of(family, config, model), lambda numbers: None, number, state, device,
    )  # fmt: skip
    for step in steps:
        seconds = time.perf_counter() - begun
        if step.number % 100 == 0:
            for key, value in step.losses.items():
                log(key, value, step.number)
        if step.number % per_epoch == 0:
            state = step.state()
            keep(part, step.number, seconds, state)
            epoch, loss = step.number // per_epoch, step.losses["val_loss"]
            words = f"epoch {epoch} of {config.epochs}, validation loss {loss:.3f}, {seconds:.0f} s"
            say(f"{name}: {words}", epoch / config.epochs)
    if state is None:
        raise SystemExit(f"{name}: no epoch was trained.")
    weights = [w.astype(np.float16).astype(np.float32) for w in state.weights]
    measured = MEASURE[family](config, weights, pictures)
    about = {
        "data": pictures.source, "licence": pictures.licence, "seed": str(config.seed),
        "command": f"python -m core.pretrain {name} --data {data}", "seconds": f"{seconds:.0f}",
    }  # fmt: skip
    family_name = family.__name__.removeprefix("core.")
    save(FOLDER / f"{name}.safetensors", family_name, config, weights, measured, about)
    part.unlink(missing_ok=True)
    return measured


def keep(part: Path, number: int, seconds: float, state: State) -> None:
    """Write an unfinished training, whole or not at all."""
    plain = {f.name: getattr(state, f.name) for f in dataclasses.fields(state)}
    plain |= {"weights": [torch.from_numpy(w) for w in state.weights],
              "order": torch.from_numpy(state.order)}  # fmt: skip
    part.parent.mkdir(parents=True, exist_ok=True)
    new = part.with_suffix(".new")
    torch.save({"number": number, "seconds": seconds, "state": plain}, new)
    os.replace(new, part)


def row(name: str, c: Checkpoint, size: int) -> str:
    """A line of the table of weights files. size : in bytes."""
    config = c.config
    if c.family == "vae":
        layers: Any = vae.config.networks(config)
        model = f"{config.network} VAE, {config.latent} dimensions"
    else:
        layers = autoencoder.config.networks(config)
        most = "up to " if config.every else ""
        model = f"{config.kind} autoencoder, {most}{config.bottleneck} numbers"
    recipe = f"{config.epochs} epochs of batches of {config.batch}, {config.optimizer}, "
    recipe += f"{config.schedule} {config.lr:g}, seed {config.seed}"
    recipe += ", sampled input" if getattr(config, "sampled", False) else ""
    measured = ", ".join(f"{k.replace('_', ' ')} {v:.4g}" for k, v in c.measured.items())
    source = f"{c.about['data'].partition(':')[0]} ({c.about['licence']})"
    cells = (
        f"`{name}`", model, f"{sum(map(count, layers.values())):,}", source, recipe, measured,
        f"{size / 1e6:.2f} MB", f"`{c.about['command']}`",
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def table(folder: Path) -> str:
    """The weights files in `folder`, those of MODELS first, as a table in Markdown."""
    order = [*MODELS]
    files = sorted(
        folder.glob("*.safetensors"),
        key=lambda f: (order.index(f.stem) if f.stem in order else len(order), f.stem),
    )
    head = ("name", "model", "parameters", "trained on", "recipe", "measured", "size", "made by")
    rows = [row(f.stem, load(f), f.stat().st_size) for f in files]
    return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *rows])


def tell(folder: Path) -> None:
    """Bring the table in the folder's README.md up to date."""
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else f"{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    readme.write_text(
        f"{before}{BEGIN}\n{table(folder)}\n{END}{rest.partition(END)[2]}", encoding="utf-8"
    )


def say(sentence: str, share: float) -> None:
    """A progress bar, drawn over itself on a terminal, one line each in a file."""
    bar = "█" * round(20 * share) + "·" * (20 - round(20 * share))
    end = "\r" if sys.stdout.isatty() and share < 1 else "\n"
    print(f"{bar} {sentence}", end=end, flush=True)


def logger(folder: str) -> Callable[[str, float, int], None]:
    """Writes a TensorBoard log into `folder`; nothing where it is ""."""
    if not folder:
        return lambda name, value, number: None
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise SystemExit("--log needs TensorBoard: pip install tensorboard") from None
    writer: Any = SummaryWriter(folder)
    return lambda name, value, number: writer.add_scalar(name, value, number)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    known = f"one or more of: {', '.join(MODELS)}; or all"
    ask.add_argument("names", nargs="*", metavar="NAME", help=known)
    ask.add_argument("--data", default="mnist", choices=DATA)
    ask.add_argument("--device", default="cpu", help="cpu or cuda")
    ask.add_argument("--threads", type=int, default=os.cpu_count(), help="of the processor")
    ask.add_argument("--log", default="", metavar="FOLDER", help="write a TensorBoard log here")
    ask.add_argument("--table", action="store_true", help="write the README's table, no more")
    asked = ask.parse_args()
    if {*asked.names} - {*MODELS, "all"} or not (asked.names or asked.table):
        ask.error(f"NAME: {known}")
    torch.set_num_threads(asked.threads)
    for name in MODELS if "all" in asked.names else asked.names:
        part = FOLDER / f"{name}.{asked.data}.part"
        log = logger(asked.log and str(Path(asked.log, name)))
        measured = pretrain(name, asked.data, asked.device, part, log)
        print(name, {k: round(v, 4) for k, v in measured.items()})
        tell(FOLDER)
    if asked.table:
        tell(FOLDER)


if __name__ == "__main__":
    main()
