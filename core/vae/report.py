"""What the page shows and says of a training: rows of pictures, panels, numbers, formulas."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.figures.training import Curve, Moment, Panel
from core.recipe import shown
from core.step import Step
from core.vae.config import PIXELS, Config
from core.vae.train import View

COLLAPSED = 0.05  # nats below which a dimension counts as unused


def moment(config: Config, step: Step) -> Moment:
    """The picture of a step: shown digits, their reconstructions, samples, KL by dimension."""
    view: View = step.view
    rows = (
        ("real", shown(config.data), "real"),
        ("rebuilt", view.rebuilt, "generated"),
        ("samples", view.samples, "generated"),
    )
    return Moment(step.number, rows, {f"z{k}": float(v) for k, v in enumerate(view.kl)})


def panels(words: Mapping[str, str]) -> tuple[Panel, ...]:
    """The curves below the pictures. words : colours of words by their meaning."""

    def coloured(meaning: str, text: str) -> str:
        return f'<span style="color:{words[meaning]}"><b>{text}</b></span>'

    return (
        Panel(
            f"{coloured('generated', 'reconstr.')}, {coloured('theory', 'sum')}  ┄ validation",
            (
                Curve("sum", "sum", "theory"),
                Curve("val_sum", "sum, validation", "theory", "dash"),
                Curve("reconstruction", "reconstruction", "generated"),
                Curve("val_reconstruction", "reconstruction, validation", "generated", "dash"),
            ),
        ),
        Panel(
            coloured("latent", "KL"),
            (Curve("kl", "KL", "latent"), Curve("val_kl", "KL, validation", "latent", "dash")),
            share=0.8,
        ),
        Panel(f"{coloured('latent', 'KL of each dimension')}", bars="kl", share=0.9),
    )


def numbers(config: Config, step: Step, per_epoch: int, total: int) -> list[tuple[str, ...]]:
    """Label, value, what stands below it, and meaning, of each number above the picture."""
    used = int((step.view.kl > COLLAPSED).sum())

    def nats(name: str) -> tuple[str, str]:
        if name not in step.losses:
            return "–", "not trained yet"
        value, checked = step.losses[name], step.losses["val_" + name]
        digits = 2 if abs(value) < 1 else 1
        return f"{value:.{digits}f}", f"validation {checked:.{digits}f}"

    return [
        ("Epoch", f"{step.number / per_epoch:.1f}", f"of {total // per_epoch}",
         f"One epoch is {per_epoch} updates: every training picture once."),
        ("Reconstruction", *nats("reconstruction"),
         "Cross-entropy between picture and reconstruction, summed over its 784 pixels, in nats; "
         "of this update's pictures."),
        ("KL", *nats("kl"),
         "KL(q(z|x) || N(0, 1)) in nats, summed over the dimensions: what the code may say about "
         "one picture."),
        ("Sum", *nats("sum"),
         "Reconstruction and KL. With noise 1 it bounds −log p(x) from above; with less noise it "
         "bounds nothing."),
        ("In use", f"{used} of {config.latent}", f"KL > {COLLAPSED:g} nats",
         "Numbers of the code. The others tell the decoder nothing: their posterior has collapsed "
         "onto the prior."),
    ]  # fmt: skip


def formula(config: Config, step: Step, epoch: float, words: Mapping[str, str]) -> str:
    """The loss with this moment's numbers, each in the colour of its curve, as LaTeX."""
    # epoch : done before this update, as the loss counts
    warmth = min(1.0, epoch / config.warm_up) if config.warm_up else 1.0
    weight = warmth * config.weight
    left = r"\mathcal L" if config.reduction == "sum" else rf"{PIXELS}\,\mathcal L"

    def colour(meaning: str, text: str) -> str:
        return rf"\textcolor{{{words[meaning]}}}{{{text}}}"

    entropy = colour("generated", r"-\mathbb E_{z}\log p(x \mid z)")
    divergence = colour("latent", r"\mathrm{KL}\bigl(q(z \mid x)\,\|\,p(z)\bigr)")
    general = rf"{left} = {entropy} + {weight:.3g}\;{divergence}"
    code = rf"\qquad z = \mu + {config.noise:g}\,\sigma\varepsilon"
    if "kl" not in step.losses:
        return general + code
    r, kl = step.losses["reconstruction"], step.losses["kl"]
    filled = rf"{colour('generated', f'{r:.1f}')} + {weight:.3g}\,{colour('latent', f'{kl:.2f}')}"
    return f"{general} = {filled} = {r + weight * kl:.1f}{code}"


def verdict(config: Config, step: Step) -> str:
    """What has become of this training, in a sentence; "" where there is nothing to say."""
    if step.number < 100:
        return ""
    kl = float(np.sum(step.view.kl))
    if kl < COLLAPSED * config.latent:
        spread = float(np.std(step.view.mu))
        if config.noise < 0.1 and config.beta > 0:
            return (
                f"The KL is only {kl:.2f} nats, and yet the digits are rebuilt: the codes lie "
                f"within ±{2 * spread:.2g} of 0, told apart because hardly any noise is added. "
                "Samples from N(0, 1) lie far outside."
            )
        return f"Posterior collapse: the KL is {kl:.2f} nats, the decoder learns nothing from z."
    if kl > 100:
        return f"The KL is {kl:.0f} nats: the codes lie far from the prior, the source of samples."
    return ""
