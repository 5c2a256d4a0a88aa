"""The 1-D GAN: our engine against a plain PyTorch loop, side by side: `python -m bench.gan_1d`.

The lecture's four scenes, one thread, turn and turn about in one run; the median of the turns. Both
sides draw their random numbers inside the measured time. Exit status 1 if any ratio is below 15.
"""

from __future__ import annotations

import os

# before anything starts its threads
os.environ["OMP_NUM_THREADS"] = "1"

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
import torch
from torch import nn

import core.gan_1d as gan_1d
from core.gan_1d import Config
from core.gan_1d.networks import LOSS_NAMES, first
from core.run import Run

RELU: dict[str, Any] = {"g_activation": "relu", "d_activation": "relu"}
SCENES = {
    "Shifted Gaussian": Config("shifted"),
    "Long tail": Config("long tail", **RELU),
    "Two modes": Config("two modes", **RELU),
    "Far modes": Config("far modes", **RELU),
}
LEAST = 15
TURNS, OURS, PLAIN = 21, 300, 30  # turns for each side, and epochs in one turn
SAME = 100  # epochs after which both sides must have the same losses


def plain(config: Config) -> Iterator[tuple[float, ...]]:
    """The loop of any tutorial: modules, optimizers, a loss module.

    Yields d_loss, d_acc, g_loss, g_acc.
    """
    activation = {"tanh": nn.Tanh, "relu": nn.ReLU, "softplus": nn.Softplus}
    g_act, d_act = activation[config.g_activation], activation[config.d_activation]
    G = nn.Sequential(
        nn.Linear(1, 10), g_act(), nn.Linear(10, 10), g_act(), nn.Linear(10, 1),
    )  # fmt: skip
    D = nn.Sequential(
        nn.Linear(1, 20), d_act(), nn.Linear(20, 20), d_act(), nn.Linear(20, 1),
    )  # fmt: skip
    rng = np.random.default_rng(config.seed)
    start = first(config, rng)  # the same first weights as on the other side
    nn.utils.vector_to_parameters(torch.from_numpy(start.g), G.parameters())
    nn.utils.vector_to_parameters(torch.from_numpy(start.d), D.parameters())
    opt_g = torch.optim.SGD(G.parameters(), lr=config.lr_g)
    opt_d = torch.optim.SGD(D.parameters(), lr=config.lr_d)
    criterion = nn.BCEWithLogitsLoss()
    n, f = config.batch, config.data.f
    ones, zeros = torch.ones(n, 1), torch.zeros(n, 1)
    labels = torch.cat([ones, zeros])

    while True:
        z_real, z, fresh = (rng.standard_normal((n, 1), dtype=np.float32) for _ in range(3))
        real = torch.from_numpy(f(z_real).astype(np.float32))
        fake = G(torch.from_numpy(z)).detach()
        x = torch.cat([real, fake])
        for _ in range(config.d_steps):
            opt_d.zero_grad()
            judged = D(x)
            d_loss = criterion(judged, labels)
            d_loss.backward()
            opt_d.step()
        d_acc = ((judged > 0) == (labels > 0)).float().mean()
        opt_g.zero_grad()
        judged = D(G(torch.from_numpy(fresh)))
        g_loss = criterion(judged, ones)
        g_loss.backward()
        opt_g.step()
        g_acc = (judged > 0).float().mean()
        yield d_loss.item(), d_acc.item(), g_loss.item(), g_acc.item()


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure(config: Config) -> tuple[float, float, float]:
    """Seconds per epoch of our engine and of the plain loop, and how far their losses are apart."""
    run, loop = Run(gan_1d, replace(config, epochs=20_000)), plain(config)
    run.play()
    run.advance(steps=SAME)
    theirs = np.array([next(loop) for _ in range(SAME)])
    ours = np.transpose([run.losses[name] for name in LOSS_NAMES])
    apart = float(np.abs(ours - theirs)[:, [0, 2]].max())  # the losses, not the accuracies

    a, b = [], []
    for _ in range(TURNS):
        a.append(seconds(lambda: run.advance(steps=OURS)) / OURS)
        b.append(seconds(lambda: [next(loop) for _ in range(PLAIN)]) / PLAIN)
    assert run.step.number == SAME + TURNS * OURS
    return median(a), median(b), apart


def main() -> int:
    """Print the table; the exit status."""
    torch.set_num_threads(1)
    begun = time.perf_counter()
    Run(gan_1d, Config()).nudge()  # loads the compiled loop before any clock runs

    print("one thread, medians; 21 updates an epoch; 3,000 epochs; |loss - loss| in 100 epochs\n")
    head = ("scene", "ours us", "plain us", "ours s", "plain s", "ratio", "losses apart")
    print("{:18}{:>9}{:>10}{:>9}{:>10}{:>9}{:>14}".format(*head))
    ratios, equal = [], True
    for name, config in SCENES.items():
        ours, theirs, apart = measure(config)
        updates = config.d_steps + 1
        ratios.append(theirs / ours)
        equal = equal and apart < 1e-3
        print(
            f"{name:18}{1e6 * ours / updates:9.1f}{1e6 * theirs / updates:10.1f}"
            f"{3000 * ours:9.2f}{3000 * theirs:10.1f}{theirs / ours:8.1f}x{apart:14.1e}"
        )
    fast = min(ratios) >= LEAST
    print(f"\nlowest ratio {min(ratios):.1f}, at least {LEAST} asked: {'yes' if fast else 'NO'}")
    print(f"same losses within 1e-3 over {SAME} epochs: {'yes' if equal else 'NO'}")
    print(f"measured in {time.perf_counter() - begun:.0f} s")
    return 0 if fast and equal else 1


if __name__ == "__main__":
    sys.exit(main())
