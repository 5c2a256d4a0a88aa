"""What is measured of a trained model, on pictures that it has not learned from."""

from __future__ import annotations

import dataclasses

import numpy as np

from core import autoencoder as ae
from core import classifier as judge
from core import diffusion as densities
from core import diffusion_digits as diff
from core import vae as variational
from core.autoencoder.bench import parts as autoencoder_parts
from core.autoencoder.bench import rebuild
from core.classifier.config import body, head
from core.classifier.read import Weights
from core.data.images import Images
from core.diffusion.bound import bound as variational_bound
from core.diffusion.bound import entropy
from core.diffusion.denoiser import learned
from core.diffusion.measure import SAMPLES, distance, drawn, floor
from core.diffusion_digits import quality, unet
from core.diffusion_digits.nearest import nearest
from core.diffusion_digits.pictures import shrunk
from core.layers import Array, cut, pixels
from core.metrics import Gaussian, frechet, gaussian
from core.pretrain.progress import say
from core.vae.latent import bound, parts

SIZES = (100, 200, 500, 1000)  # of samples whose Frechet distance has a floor
DRAWS = 20  # of real pictures for each floor
DIGITS, FACES = 1000, 60  # drawn to be measured


def vae(config: variational.Config, weights: list[Array], data: Images) -> dict[str, float]:
    """Minus the lower bound on log p(x) and its two terms on the test set, in nats."""
    test = data.part("test").x
    b = bound(config, parts(config, weights), test, np.random.default_rng(0))
    return {"bound": b.total, "reconstruction": b.reconstruction, "kl": b.kl}


def autoencoder(config: ae.Config, weights: list[Array], data: Images) -> dict[str, float]:
    """Mean squared error a pixel on the test set, of a code of at most 32 numbers; of a denoising
    one at noise 0.5, of a masked one at 75 % of patches of 4x4, in the hidden pixels."""
    usual = dataclasses.replace(config, noise=0.5, masked=0.75, patch=4)
    x = pixels(data.part("test").x)
    width = min(config.bottleneck, 32)
    cut = autoencoder_parts(config, weights)
    result = rebuild(usual, cut, x, np.random.default_rng(0), width)
    return {"squared_error": float(result.error.mean())}


def cut_classifier(config: judge.Config, weights: list[Array]) -> Weights:
    """The classifier's two networks, from weights without the moments."""
    return cut({"body": body(config), "head": head(config)}, weights)


def classifier(config: judge.Config, weights: list[Array], data: Images) -> dict[str, float]:
    """The share of the test part that is read rightly; and the Frechet distances from its features
    to those of so many other real pictures, of the validation part: means over DRAWS draws."""
    *networks, mean, covariance = weights
    cut = cut_classifier(config, networks)
    test, other = data.part("test"), data.part("validation")
    seen = judge.read(config, cut, test.x)
    fresh = judge.read(config, cut, other.x).features
    rng = np.random.default_rng(0)
    target = Gaussian(mean.astype(np.float64), covariance.astype(np.float64))
    floors = {}
    for n in SIZES:
        if n < len(fresh):
            far = [
                frechet(gaussian(fresh[rng.choice(len(fresh), n, replace=False)]), target)
                for _ in range(DRAWS)
            ]
            floors[f"floor_{n}"] = float(np.mean(far))
    return {"accuracy": float((seen.labels == test.labels).mean()), **floors}


def points(config: densities.Config, weights: list[Array], data: None) -> dict[str, float]:
    """Sliced W1, on the line W1, of generated points to the target, beside what a perfect sampler
    scores; and the variational bound in nats, beside the exact mean of -log p."""
    denoise, s = learned(config, weights), config.process
    return {
        "w1": distance(drawn(denoise, s, SAMPLES, config.d), config.data),
        "w1_floor": floor(config.data, SAMPLES),
        "bound": variational_bound(denoise, config.data, s, np.random.default_rng(0)).total,
        "entropy": entropy(config.data, np.random.default_rng(0)),
    }  # fmt: skip


def diffusion(config: diff.Config, weights: list[Array], data: Images) -> dict[str, float]:
    """Of digits, what the shipped classifier reads in drawn ones, and the Frechet distance of its
    features from those of the MNIST test set, beside that of as many real digits. Of faces, how
    near drawn ones come to training faces, beside faces of the test part."""
    model = unet.build(config, weights).eval().requires_grad_(False)
    rng = np.random.default_rng(0)
    if config.classes:
        return _digits(config, model, rng)
    known, test = (shrunk(data.part(name).x, config.side) for name in ("train", "test"))
    drawn = diff.sample(config, model, FACES, rng, steps=quality.STEPS)
    return {
        "nearest": float(nearest(drawn, known).distance.mean()),
        "nearest_test": float(nearest(test, known).distance.mean()),
        "samples": FACES, "steps": quality.STEPS,
    }  # fmt: skip


def _digits(config: diff.Config, model: unet.UNet, rng: np.random.Generator) -> dict[str, float]:
    labels = quality.asked(DIGITS, rng)
    measured: dict[str, float] = {}
    for guidance, end in ((quality.GUIDANCE, ""), (1.0, "_unguided")):
        for share, made in quality.draw(config, model, labels, rng, guidance=guidance):  # noqa: B007
            if share * 20 % 1 < 1e-3:
                say(f"drawing at guidance {guidance:g}", share)
        q = quality.judge(made, labels)
        measured[f"recognised{end}"] = q.recognised
        if q.frechet is not None:
            measured[f"frechet{end}"] = q.frechet
    floor = quality.floor(DIGITS)
    measured |= {} if floor is None else {"frechet_floor": floor}
    return measured | {"samples": DIGITS, "steps": quality.STEPS, "guidance": quality.GUIDANCE}
