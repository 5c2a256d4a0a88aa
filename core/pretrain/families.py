"""How the models of each family are trained to be shipped, and what their files hold."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core import autoencoder, classifier, diffusion, diffusion_digits, vae
from core import fit as epochs
from core.autoencoder.model import losses as autoencoder_losses
from core.classifier import train as reads
from core.classifier.config import body, head
from core.data.images import Images
from core.diffusion import fit as updates
from core.diffusion.model import loss_on as loss_on_points
from core.diffusion_digits import unet
from core.diffusion_digits.model import loss_on
from core.layers import Array, Layers
from core.layers import Arrays as Shapes
from core.metrics import gaussian
from core.pretrain import measure
from core.recipe import updates as epoch_length
from core.step import Step
from core.vae.model import losses as vae_losses

Training = Generator[Step | None, None, str | None]
OFTEN = 250  # updates after which an unfinished training is kept, where there are no epochs


@dataclass(frozen=True)
class Family:
    """pictures : whether it learns from some; else pictures are None everywhere.
    build : the model in torch, from the settings and the weights, or None.
    state : the kind of State that its steps have.
    train : from settings, model, pictures, the number and the state to go on from, and the device.
    every : how many updates lie between two states that are kept.
    words : how far the training is, after such a state.
    ships : the arrays of the file, from settings, state and pictures, before they are rounded.
    measure : the figures of the header, from settings, rounded arrays and pictures.
    networks : all that counts as parameters. model, recipe : in words, for the table.
    """

    build: Callable[[Any, Sequence[Array] | None], Any]
    state: type[Any]
    train: Callable[[Any, Any, Images, int, Any, str], Training]
    every: Callable[[Any, Images], int]
    words: Callable[[Any, Step, int], tuple[str, float]]
    ships: Callable[[Any, Any, Images], list[Array]]
    measure: Callable[[Any, list[Array], Images], dict[str, float]]
    networks: Callable[[Any], Mapping[str, Layers | Sequence[Shapes]]]
    model: Callable[[Any], str]
    recipe: Callable[[Any], str]
    pictures: bool = True


def _parts(pictures: Images) -> tuple[Any, Any]:
    """What is learned from, and what validation looks at."""
    validation = pictures.part("validation").x
    # what validation does not look at is better learned from
    rest = validation[epochs.VALIDATED :]
    return np.concatenate([pictures.part("train").x, rest]), validation


def _epochs(
    module: Any, loss: Callable[..., Any], figures: Callable[..., dict[str, float]],
    networks: Callable[[Any], Any], model: Callable[[Any], str],
) -> Family:  # fmt: skip
    """A family that is trained by `core.fit`, in epochs."""

    def train(c: Any, net: Any, pictures: Images, number: int, state: Any, device: str) -> Training:
        return epochs.fit(
            net, *_parts(pictures), c, np.random.default_rng(c.seed),
            lambda x, rng, epoch: loss(c, net, x, rng, epoch), lambda numbers: None, number, state,
            device,
        )  # fmt: skip

    def words(c: Any, step: Step, every: int) -> tuple[str, float]:
        epoch, value = step.number // every, step.losses["val_loss"]
        return f"epoch {epoch} of {c.epochs}, validation loss {value:.3f}", epoch / c.epochs

    def recipe(c: Any) -> str:
        sampled = ", sampled input" if getattr(c, "sampled", False) else ""
        return (
            f"{c.epochs} epochs of batches of {c.batch}, {c.optimizer}, {c.schedule} {c.lr:g}, "
            f"seed {c.seed}{sampled}"
        )

    return Family(
        module.build, epochs.State, train,
        lambda c, pictures: epoch_length(c, len(_parts(pictures)[0])), words,
        lambda c, state, pictures: state.weights, figures, networks, model, recipe,
    )  # fmt: skip


def _updates(
    build: Callable[..., Any], loss: Callable[..., updates.Loss],
    ships: Callable[[Any, Any, Images], list[Array]], figures: Callable[..., dict[str, float]],
    networks: Callable[[Any], Any], model: Callable[[Any], str], pictures: bool = True,
) -> Family:  # fmt: skip
    """A family that is trained by `core.diffusion.fit`, in updates; the average is what ships."""

    def train(c: Any, net: Any, data: Any, number: int, state: Any, device: str) -> Training:
        learn = updates.whole(loss(c, net, data.part("train") if pictures else None, device))
        rng = np.random.default_rng(c.seed)
        return updates.fit(net, c, rng, learn, lambda *seen: None, number, state)

    def words(c: Any, step: Step, every: int) -> tuple[str, float]:
        sentence = f"update {step.number:,} of {c.updates:,}, loss {step.losses['loss']:.3f}"
        return sentence, step.number / c.updates

    def recipe(c: Any) -> str:
        return (
            f"{c.updates:,} updates of batches of {c.batch}, adam, one-cycle {c.lr:g}, weights "
            f"averaged at {c.average:g}, seed {c.seed}"
        )

    return Family(
        build, updates.State, train, lambda c, data: OFTEN, words, ships, figures, networks, model,
        recipe, pictures,
    )  # fmt: skip


def _vae(c: vae.Config) -> str:
    return f"{c.network} VAE, {c.latent} dimensions"


def _autoencoder(c: autoencoder.Config) -> str:
    return f"{c.kind} autoencoder, {'up to ' if c.every else ''}{c.bottleneck} numbers"


def _with_moments(c: classifier.Config, state: updates.State, pictures: Images) -> list[Array]:
    """The weights, rounded first, and the moments of the test part's features."""
    weights = [w.astype(np.float16).astype(np.float32) for w in state.average]
    seen = classifier.read(c, measure.cut_classifier(c, weights), pictures.part("test").x)
    moments = gaussian(seen.features)
    return [*weights, moments.mean.astype(np.float32), moments.covariance.astype(np.float32)]


def _denoiser(c: diffusion_digits.Config) -> str:
    labels = "by label" if c.classes else "without labels"
    return f"denoising U-Net, {c.width} channels, {c.side} x {c.side}, {labels}"


FAMILIES: dict[str, Family] = {
    "vae": _epochs(vae, vae_losses, measure.vae, vae.config.networks, _vae),
    "autoencoder": _epochs(
        autoencoder, lambda c, net, x, rng, epoch: autoencoder_losses(c, net, x, rng),
        measure.autoencoder, autoencoder.config.networks, _autoencoder,
    ),
    "classifier": _updates(
        reads.build, reads.loss_on, _with_moments, measure.classifier,
        lambda c: {"body": body(c), "head": head(c)},
        lambda c: f"convolutional classifier, {c.features} features",
    ),
    "diffusion": _updates(
        diffusion.build, lambda c, net, data, device: loss_on_points(c, net),
        lambda c, state, data: state.average, measure.points, diffusion.config.networks,
        lambda c: f"denoiser of '{c.target}', {c.d}-D, {c.depth} layers of {c.width} units",
        pictures=False,
    ),
    "diffusion_digits": _updates(
        unet.build, lambda c, net, data, device: loss_on(c, net, data, device, half=True),
        lambda c, state, pictures: state.average, measure.diffusion,
        diffusion_digits.config.networks, _denoiser,
    ),
}  # fmt: skip
