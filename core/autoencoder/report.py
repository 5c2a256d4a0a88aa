"""What the page shows and says of a training: rows of pictures, panels, numbers, formula."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.autoencoder.compare import mean_digit
from core.autoencoder.config import Config, networks
from core.autoencoder.train import View
from core.figures.training import Curve, Moment, Panel
from core.layers import count, pixels
from core.recipe import shown
from core.step import Step

HIDDEN = 70  # grey of a masked pixel, of every second one


def moment(config: Config, step: Step) -> Moment:
    """The picture of a step: a digit of each class, what is seen of it, and what comes out."""
    view: View = step.view
    real = ("real", shown(config.data), "real")
    if config.kind == "denoising":
        rows = (real, ("noisy", view.seen, "real"), ("rebuilt", view.rebuilt, "generated"))
        return Moment(step.number, rows)
    if config.kind == "masked":
        every_second = np.indices(view.seen.shape[1:]).sum(axis=0) % 2 * HIDDEN
        seen = np.where(view.hidden, every_second, view.seen).astype(np.uint8)
        filled = np.where(view.hidden, view.rebuilt, 0).astype(np.uint8)
        return Moment(
            step.number, (real, ("seen", seen, "real"), ("filled in", filled, "generated"))
        )
    return Moment(step.number, (real, ("rebuilt", view.rebuilt, "generated")))


def panels(words: Mapping[str, str]) -> tuple[Panel, ...]:
    """The curves below the pictures. words : colours of words by their meaning."""
    title = f'<span style="color:{words["generated"]}"><b>loss</b></span>  ┄ validation'
    return (
        Panel(
            title,
            (
                Curve("loss", "loss", "generated"),
                Curve("val_loss", "loss, validation", "generated", "dash"),
            ),
        ),
    )


def squared_error(config: Config, view: View) -> tuple[float | None, float | None]:
    """Of the shown digits, a pixel; and that of the mean digit. Of a masked one: where hidden.

    None where nothing is hidden; the second also for pictures that are not digits.
    """
    x = pixels(shown(config.data))
    counts = view.hidden.reshape(x.shape) if config.kind == "masked" else x >= 0
    if not counts.any():
        return None, None
    error = float(((pixels(view.rebuilt) - x)[counts] ** 2).mean())
    if config.data == "fashion_mnist":
        return error, None
    return error, float(((mean_digit() - x)[counts] ** 2).mean())


def numbers(config: Config, step: Step, per_epoch: int, total: int) -> list[tuple[str, ...]]:
    """Label, value, what stands below it, and meaning, of each number above the picture."""
    loss, below = "–", "not trained yet"
    if "loss" in step.losses:
        loss, below = f"{step.losses['loss']:.1f}", f"validation {step.losses['val_loss']:.1f}"
    error, mean = squared_error(config, step.view)
    nets = networks(config)
    parts = {name: count(layers) for name, layers in nets.items()}
    return [
        ("Epoch", f"{step.number / per_epoch:.1f}", f"of {total // per_epoch}",
         f"One epoch is {per_epoch} updates: every training picture once."),
        ("Loss", loss, below,
         "Cross-entropy between picture and reconstruction, summed over the pixels that count, in "
         "nats; of this update's pictures. A masked one's are the hidden pixels."),
        ("Squared error", "–" if error is None else f"{error:.3f}",
         "nothing hidden" if error is None else "" if mean is None else f"mean: {mean:.3f}",
         "A pixel, of the ten digits shown, which are not trained on. Below: that of the mean "
         "training digit, which one gets without looking at the picture."),
        ("Code", f"{config.bottleneck} of 784", "numbers", "What is left of the 784 pixels."),
        ("Parameters", f"{sum(parts.values()):,}",
         f"encoder {parts['encoder']:,}", "Encoder and decoder together."),
    ]  # fmt: skip


def formula(config: Config, step: Step, epoch: float, words: Mapping[str, str]) -> str:
    """The loss with this moment's number, as LaTeX."""

    def colour(meaning: str, text: str) -> str:
        return rf"\textcolor{{{words[meaning]}}}{{{text}}}"

    x, rebuilt = colour("real", "x_i"), colour("generated", r"\hat x_i")
    seen = {
        "denoising": rf"x + {config.noise:g}\,\varepsilon",
        "masked": r"x_\text{visible}",
    }.get(config.kind, "x")
    over = r"i\ \text{hidden}" if config.kind == "masked" else "i"
    value = f" = {step.losses['loss']:.1f}" if "loss" in step.losses else ""
    net = rf"\hat x = \mathrm{{decoder}}({colour('latent', 'z')}),\quad {colour('latent', 'z')} = "
    return (
        rf"\mathcal L = -\sum_{{{over}}} \bigl[{x} \log {rebuilt} + (1 - {x}) "
        rf"\log(1 - {rebuilt})\bigr]{value} \qquad {net}"
        rf"\mathrm{{encoder}}({seen}) \in \mathbb R^{{{config.bottleneck}}}"
    )


def verdict(config: Config, step: Step) -> str:
    """What has become of this training, in a sentence; "" where there is nothing to say."""
    error, mean = squared_error(config, step.view)
    if step.number and error is not None and mean is not None and error > 0.9 * mean:
        return "So far it has learned little more than the mean digit."
    return ""
