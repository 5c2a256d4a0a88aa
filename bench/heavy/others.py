"""What a page computes besides trainings, in the stretches that it is cut into."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from bench.heavy.trainings import Stretches, largest


def shape_words(target: str) -> Stretches:
    """What the page computes of one step, besides training: outside of any slot."""
    from core import diffusion as family
    from core.diffusion.bound import bound, entropy
    from core.diffusion.denoiser import exact, learned
    from core.diffusion.measure import SAMPLES, distance, drawn, floor
    from core.diffusion.moment import moment

    config = largest(target)
    step = family.begin(config)
    denoise, data, s = learned(config, step.view.weights), config.data, config.process
    for name, work in {
        "picture": lambda: moment(config, 0, step.view.weights),
        "distance": lambda: distance(drawn(denoise, s, SAMPLES, config.d), data),
        "floor": lambda: floor(data),
        "bound": lambda: bound(denoise, data, s, np.random.default_rng(0)),
        "exact bound": lambda: bound(exact(data, s), data, s, np.random.default_rng(0)),
        "entropy": lambda: entropy(data, np.random.default_rng(0)),
    }.items():
        work()
        yield name


def validation() -> Stretches:
    """After an epoch; of the network that takes longest."""
    from core import vae
    from core.data import images
    from core.fit import validate
    from core.vae.model import losses

    config = vae.Config(network="convolutional", data="mnist")
    model = vae.build(config)
    pictures = images.load("mnist").part("validation").x
    yield None
    validate(pictures, lambda x, rng, epoch: losses(config, model, x, rng, epoch), 0.0)
    yield None


def quality() -> Stretches:
    from core.diffusion_digits.quality import Measuring, asked
    from core.diffusion_digits.trained import trained

    net = trained("diffusion_digits")
    job = Measuring(net, asked(60, np.random.default_rng(0)), 0, 5, 2.0)
    while job.share < 1:
        job.advance()
        yield None


def classifier() -> Stretches:
    """A thousand digits judged at once."""
    from core.data import images
    from core.diffusion_digits.quality import judge

    pictures = images.load("digits").x[:1000]
    judge(pictures[:100], images.load("digits").labels[:100])
    yield None
    judge(pictures, images.load("digits").labels[:1000])
    yield None


def drawing(name: str, n: int, sampler: str) -> Stretches:
    """Jumps of a shipped network."""
    from core.diffusion_digits.model import denoiser
    from core.diffusion_digits.path import Settings, jumps, noise
    from core.diffusion_digits.trained import trained

    net = trained(name)
    settings = Settings(sampler=sampler, steps=10, guidance=2.0 if net.config.classes else 1.0)
    labels = settings.labels(n) if net.config.classes else None
    denoise = denoiser(net.config, net.model, labels, settings.guidance)
    x = noise(settings, n, net.config.side)
    return jumps(denoise, x, net.config.process, settings)


def surgery() -> Stretches:
    """Filling in, each jump of which is made ten times."""
    from core.diffusion.samplers import times
    from core.diffusion_digits.model import denoiser
    from core.diffusion_digits.path import Settings, noise
    from core.diffusion_digits.surgery import fill_in, mask
    from core.diffusion_digits.trained import trained

    net, settings = trained("diffusion_digits"), Settings()
    denoise = denoiser(net.config, net.model, settings.labels(6), 2.0)
    x, s = noise(settings, 6), net.config.process
    return fill_in(denoise, x, x[0], mask("upper"), s, times(s, 5), settings.rng(), 10)


def nearest_faces() -> Stretches:
    from core.data import images
    from core.diffusion_digits.nearest import nearest
    from core.diffusion_digits.pictures import shrunk

    faces = images.load("olivetti").part("train").x
    yield None
    nearest(shrunk(faces[:6], 32), shrunk(faces, 32))
    yield None


def layout(method: str) -> Stretches:
    """Of the codes of all digits; in a thread of its own, outside of any slot."""
    from core.autoencoder.compare import codes
    from core.embed import embed

    x = codes("plain")
    embed(x[:100], method)
    yield None
    embed(x, method)
    yield None


def purity() -> Stretches:
    from core.data import images
    from core.embed.agreement import purity

    known = images.load("digits")
    x = known.x.reshape(len(known), -1)
    purity(x[:100], known.labels[:100])
    yield None
    purity(x, known.labels)
    yield None


def hole() -> Stretches:
    """Both planes: loaded, measured, decoded."""
    from core.autoencoder.hole import grid, measured, planes
    from core.figures.autoencoder.plane import SIDE

    for k, plane in enumerate(planes()):
        yield measured(k)
        yield plane.decode(plane.at(grid(SIDE)))


OTHERS: dict[str, Callable[[], Stretches]] = {
    "diffusion, numbers in the plane": partial(shape_words, "smiley"),
    "diffusion, numbers on the line": partial(shape_words, "mixture"),
    "validation after an epoch": validation,
    "Quality, a jump": quality,
    "Quality, 1,000 judged": classifier,
    "One label, a jump of eight": partial(drawing, "diffusion_digits", 8, "ODE (Heun)"),
    "Faces, a jump": partial(drawing, "diffusion_faces", 6, "DDIM"),
    "Surgery, a jump made ten times": surgery,
    "nearest faces": nearest_faces,
    **{f"layout, {m}": partial(layout, m) for m in ("PCA", "t-SNE", "UMAP")},
    "purity, k-means": purity,
    "the hole": hole,
}
