"""The longest stretch of work at the largest settings that each form allows.

    python -m bench.heavy [WORD ...]    only the lines that hold one of these words

A stretch is what Pause, or another visitor who waits for a slot, has to wait for: of a training,
from one look at the clock to the next. Each line runs in a process of its own. "first" loads what
the others need, a small training included, and is not judged. "longest" is by the clock, "worked"
by the processor: it stays the same on a busy machine. "all" are the processor's seconds of all
stretches together. MB: what they take beyond what the process took before. "held" is the longest
time for which another thread that wants the interpreter each 5 ms did not get it.

Memory is read from /proc: on Linux only.

Data sets other than the digits need DGM_DATA_DIR. Exit status 1 where a stretch is over the budget.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from core.history import Family
from core.memory import resident
from core.run import Run

SECONDS, MEGABYTES = 2.0, 500.0
Stretches = Iterator[object]


def training(family: Family[Any], config: Any, updates: int = 2, **small: Any) -> Stretches:
    """All stretches of the first updates, as `Run` takes them, after one of a small training."""
    Run(family, replace(config, **small)).nudge()
    yield 0
    run = Run(family, config)
    run.play()
    while run.step.number < updates:
        run.advance(seconds=0)
        yield run.step.number


def digits(data: str) -> Stretches:
    from core import diffusion_digits as family

    config = family.Config(data=data, width=64, batch=512)
    return training(family, config, width=8, batch=4)


def digits_peek() -> Stretches:
    """The pictures of a training, drawn after each 50th update."""
    from core import diffusion_digits as family
    from core.diffusion_digits.train import PEEK

    config = family.Config(width=64, batch=4)
    return islice(training(family, config, PEEK), PEEK - 1, None)


def shape(target: str, **settings: Any) -> Stretches:
    from core import diffusion as family

    return training(family, _shape(target, **settings), width=8, batch=8)


def _shape(target: str, **settings: Any) -> Any:
    from core.diffusion import Config

    return Config(target, width=256, depth=5, batch=4096, T=1000, **settings)


def shape_words(target: str) -> Stretches:
    """What the page computes of one step, besides training: outside of any slot."""
    from core import diffusion as family
    from core.diffusion.bound import bound, entropy
    from core.diffusion.denoiser import exact, learned
    from core.diffusion.measure import SAMPLES, distance, drawn, floor
    from core.diffusion.moment import moment

    config = _shape(target)
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


def vae(network: str) -> Stretches:
    from core import vae as family

    return training(
        family,
        family.Config(
            network=network, batch=1024, hidden=1024, latent=10, data="mnist", sampled=True
        ),
        batch=8, hidden=8,
    )  # fmt: skip


def autoencoder(kind: str) -> Stretches:
    from core import autoencoder as family

    return training(
        family,
        family.Config(kind=kind, batch=1024, hidden=1024, bottleneck=64, data="mnist", every=True),
        batch=8, hidden=8,
    )  # fmt: skip


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


def gan(**settings: Any) -> Stretches:
    from core import gan_1d as family

    return training(
        family, family.Config(g_width=64, d_width=64, batch=1000, d_steps=100, **settings), 3,
        batch=8, d_steps=1,
    )  # fmt: skip


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


CURES: dict[str, Any] = {
    "optimizer": "adam", "pac": 4, "r1": 1.0, "instance_noise": 0.1, "lr_d": 1e-3, "lr_g": 1e-3,
}  # fmt: skip
JOBS: dict[str, Callable[[], Stretches]] = {
    **{f"digits diffusion, {d}": partial(digits, d)
       for d in ("digits", "mnist", "fashion_mnist", "olivetti")},
    "digits diffusion, its pictures": digits_peek,
    "diffusion, in the plane": partial(shape, "smiley"),
    "diffusion, on the line": partial(shape, "mixture", loss="bound"),
    "diffusion, numbers in the plane": partial(shape_words, "smiley"),
    "diffusion, numbers on the line": partial(shape_words, "mixture"),
    **{f"VAE, {n}": partial(vae, n) for n in ("dense", "convolutional")},
    **{f"autoencoder, {k}": partial(autoencoder, k)
       for k in ("plain", "convolutional", "denoising", "masked")},
    "validation after an epoch": validation,
    "GAN, kernel": gan,
    "GAN, PyTorch, PacGAN and R1": partial(gan, **CURES),
    "GAN, PyTorch, WGAN-GP": partial(gan, loss="wgan-gp", **CURES),
    "Quality, a jump": quality,
    "Quality, 1,000 judged": classifier,
    "One label, a jump of eight": partial(drawing, "diffusion_digits", 8, "ODE (Heun)"),
    "Faces, a jump": partial(drawing, "diffusion_faces", 6, "DDIM"),
    "Surgery, a jump made ten times": surgery,
    "nearest faces": nearest_faces,
    **{f"layout, {m}": partial(layout, m) for m in ("PCA", "t-SNE", "UMAP")},
    "purity, k-means": purity,
    "the hole": hole,
}  # fmt: skip


def peak() -> float:
    """The most memory of this process so far, in MB."""
    return resident("VmHWM")


def forget_peak() -> None:
    """Let `peak` begin anew."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


class Waiting:
    """A thread that wants the interpreter each 5 ms. longest : how long it did not get it."""

    def __init__(self) -> None:
        self.longest, self._on = 0.0, True
        self._thread = threading.Thread(target=self._tick, daemon=True)
        self._thread.start()

    def _tick(self) -> None:
        last = time.perf_counter()
        while self._on:
            time.sleep(0.005)
            now = time.perf_counter()
            self.longest, last = max(self.longest, now - last - 0.005), now

    def end(self) -> None:
        self._on = False
        self._thread.join()


def measure(name: str) -> dict[str, float]:
    """Of one line: seconds of the longest stretch, and of the processor in it; of all; MB.

    The first stretch is not measured: it loads what the others need.
    """
    work = JOBS[name]()
    begun = time.perf_counter()
    next(work)
    first = time.perf_counter() - begun
    gc.collect()
    forget_peak()
    before, longest, worked, whole, n = resident(), 0.0, 0.0, 0.0, 0
    waiting = Waiting()
    begun, busy = time.perf_counter(), time.process_time()
    for _ in work:
        now, used = time.perf_counter(), time.process_time()
        longest, worked = max(longest, now - begun), max(worked, used - busy)
        whole, n, begun, busy = whole + used - busy, n + 1, now, used
    waiting.end()
    most = peak() - before
    return {
        "first": first, "longest": longest, "worked": worked, "all": whole, "stretches": n,
        "peak": most, "held": waiting.longest,
    }  # fmt: skip


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2])))
        return 0
    heads = ("first s", "longest", "worked", "all s", "parts", "MB", "held s")
    print(f"{'':34}" + "".join(f"{head:>9}" for head in heads))
    good = True
    for name in (j for j in JOBS if not sys.argv[1:] or any(w in j for w in sys.argv[1:])):
        command = [sys.executable, "-m", "bench.heavy", "--one", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name:34} {done.stderr.strip().splitlines()[-1]}")
            good = False
            continue
        m = json.loads(done.stdout)
        fits = min(m["longest"], m["worked"]) <= SECONDS and m["peak"] <= MEGABYTES
        good = good and fits
        print(
            f"{name:34}{m['first']:9.2f}{m['longest']:9.2f}{m['worked']:9.2f}{m['all']:9.2f}"
            f"{m['stretches']:9}{m['peak']:9.0f}{m['held']:9.2f}{'' if fits else '  OVER'}",
            flush=True,
        )  # fmt: skip
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
