"""What the page shows and says of a training: rows of pictures, panels, numbers, formula."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from core.data import images
from core.diffusion_digits.config import Config
from core.diffusion_digits.pictures import Pixels, shrunk, signed
from core.diffusion_digits.train import JUMPS, PEEK, SHOWN
from core.figures.training import Curve, Moment, Panel
from core.recipe import shown
from core.step import Step


@cache
def real(data: str, side: int) -> Pixels:
    """Ten test pictures, of one class each, at the size at which they are learned. The same array
    for all."""
    pictures = shrunk(shown(data)[:SHOWN], side)
    pictures.setflags(write=False)
    return pictures


def moment(config: Config, step: Step) -> Moment:
    """The picture of a step: real pictures, samples, and the loss by tenths of t."""
    rows = (
        ("real", real(config.data, config.side), "real"),
        ("samples", step.view.samples, "generated"),
    )
    bars = {f"{k}": float(v) for k, v in enumerate(step.view.errors, start=1)}
    return Moment(step.number, rows, bars)


def panels(words: Mapping[str, str]) -> tuple[Panel, ...]:
    """The curves below the pictures. words : colours of words by their meaning."""

    def coloured(meaning: str, text: str) -> str:
        return f'<span style="color:{words[meaning]}"><b>{text}</b></span>'

    return (
        Panel(coloured("generated", "loss"), (Curve("loss", "loss", "generated"),)),
        Panel(f"{coloured('latent', 'loss')} by tenths of t (10 is noise)",
              bars="errors", unit="", least=0.5),
    )  # fmt: skip


def zero(config: Config) -> float:
    """The loss of a network that always says 0: the mean square of what is asked for."""
    square = float((signed(real(config.data, config.side)) ** 2).mean())
    if config.prediction != "v":
        return 1.0 if config.prediction == "eps" else square
    noise = float(config.process.alpha_bar[1:].mean())
    return noise + (1 - noise) * square


def numbers(config: Config, step: Step, per_epoch: int, total: int) -> list[tuple[str, ...]]:
    """Label, value, what stands below it, and meaning, of each number above the picture."""
    loss = f"{step.losses['loss']:.3f}" if "loss" in step.losses else "–"
    size = len(images.load(config.data).split["train"])
    return [
        ("Update", f"{step.number:,}", f"of {total:,}",
         f"One update: {config.batch} pictures, each at a t of its own."),
        ("Loss", loss, f"saying 0: {zero(config):.2f}",
         "Mean squared error a pixel, of this update's pictures. Below: that of a network that "
         "always says 0, estimated from the ten real pictures shown."),
        ("Each picture", f"{step.number / per_epoch:.1f}×", f"of {size:,}",
         "How often each picture of the training part has been seen so far, on average."),
        ("Samples", f"after {step.view.at:,}", f"{JUMPS} jumps",
         f"Drawn by DDIM from the running mean of the weights, anew every {PEEK} updates, always "
         "from the same ten noises, in few jumps and without guidance."),
    ]  # fmt: skip


def formula(config: Config, step: Step, epoch: float, words: Mapping[str, str]) -> str:
    """The loss with this moment's number, as LaTeX."""

    def colour(meaning: str, text: str) -> str:
        return rf"\textcolor{{{words[meaning]}}}{{{text}}}"

    x_0, eps = colour("real", "x_0"), colour("latent", r"\varepsilon")
    name = {"eps": r"\varepsilon", "x_0": "x_0", "v": "v"}[config.prediction]
    said = colour("generated", rf"{{\hat {name}}}_\theta(x_t, t, c)")
    asked = {"eps": eps, "x_0": x_0, "v": name}[config.prediction]
    value = f" = {step.losses['loss']:.3f}" if "loss" in step.losses else ""
    root, rest = r"\sqrt{\bar\alpha_t}", r"\sqrt{1-\bar\alpha_t}"
    noised = rf"\qquad x_t = {root}\,{x_0} + {rest}\,{eps}"
    v = rf"\qquad v = {root}\,{eps} - {rest}\,{x_0}" if config.prediction == "v" else ""
    return (
        rf"\mathcal L = \mathbb E_{{{x_0}, {eps}, t}}\,\tfrac1d\bigl\lVert {asked} - {said}"
        rf"\bigr\rVert^2{value}{noised}{v}"
    )


def verdict(config: Config, step: Step) -> str:
    """What has become of this training, in a sentence; "" where there is nothing to say."""
    if not step.number:
        return ""
    if np.isclose(config.unlabelled, 1.0):
        return "The label is always hidden: the samples are of whatever digit the noise suggests."
    if step.losses["loss"] > 2 * zero(config):
        return "So far it does worse than one that always says 0: the learning rate is too large."
    return ""
