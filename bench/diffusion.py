"""Sliced W1 against seconds: this app's training beside Diffusion Explorer's, one run, one thread.

    python -m bench.diffusion [TARGET ...]

Diffusion Explorer (A. Helbling, https://github.com/helblazer811/Diffusion-Explorer) trains in the
browser; its recipe is here in plain PyTorch: flow matching (Lipman et al. 2023) by an MLP of three
layers of 64 ELU units that sees x and t, Adam at 0.01, batches of 1,000 of a data set of 5,000
points, 2,000 updates, sampled by the midpoint rule. Both learn the same target; both are measured
on 10,000 points each, sampled far more finely than needed, against the same 10,000 true ones.
Seconds are processor time of the training alone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor, nn

from core import diffusion
from core.data.mixture import Mixture
from core.diffusion.denoiser import learned
from core.diffusion.process import Array
from core.diffusion.samplers import heun, times
from core.metrics import sliced_wasserstein_1

UPDATES, BATCH, DATA = 2000, 1000, 5000
POINTS, MARKS = 10_000, 8  # measured on; how often in each training
TARGETS = ("ring of eight", "smiley", "drawn")
Sampler = Callable[[Array], Array]


def theirs(target: Mixture) -> Iterator[tuple[int, Sampler]]:
    """Flow matching as described above: the update, and how to sample after it."""
    torch.manual_seed(0)
    data = torch.from_numpy(target.sample(DATA, np.random.default_rng(0)))
    layers: list[nn.Module] = [nn.Linear(3, 64), nn.ELU()]
    for _ in range(2):
        layers += [nn.Linear(64, 64), nn.ELU()]
    net = nn.Sequential(*layers, nn.Linear(64, 2))
    optimizer = torch.optim.Adam(net.parameters(), 0.01)

    def velocity(x: Tensor, t: float) -> Tensor:
        out: Tensor = net(torch.cat([x, torch.full((len(x), 1), t)], dim=1))
        return out

    def sampled(noise: Array) -> Array:
        x, h = torch.from_numpy(np.asarray(noise, np.float32)), 1 / 100
        with torch.no_grad():
            for k in range(100):
                half = x + h / 2 * velocity(x, k * h)
                x = x + h * velocity(half, (k + 0.5) * h)
        return np.asarray(x.numpy())

    for update in range(1, UPDATES + 1):
        x_1 = data[torch.randint(DATA, (BATCH,))]
        x_0, t = torch.randn(BATCH, 2), torch.rand(BATCH, 1)
        said = net(torch.cat([(1 - t) * x_0 + t * x_1, t], dim=1))
        loss = (said - (x_1 - x_0)).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield update, sampled


def ours(name: str, updates: int = 0) -> Iterator[tuple[int, Sampler]]:
    """This app's training under its default settings: the update, and how to sample after it."""
    config = diffusion.Config(target=name)
    if updates:
        config = diffusion.Config(target=name, updates=updates)
    s = config.process
    for step in diffusion.resume(config, diffusion.begin(config)):
        weights = step.view.weights

        def sampled(noise: Array, weights: object = weights) -> Array:
            x = np.asarray(noise, np.float32)
            denoise = learned(config, weights)  # type: ignore[arg-type]
            for jump in heun(denoise, x, s, times(s, 50), np.random.default_rng(0)):
                x = np.asarray(jump.x, np.float32)
            return x

        yield step.number, sampled


def curve(
    target: Mixture, training: Iterator[tuple[int, Sampler]], updates: int
) -> list[tuple[int, float, float]]:
    """Update, seconds of training, sliced W1: at evenly spread updates."""
    noise = np.random.default_rng(5).standard_normal((POINTS, 2), dtype=np.float32)
    true = target.sample(POINTS, np.random.default_rng(9))
    rows, used, begun = [], 0.0, time.process_time()
    for update, sampled in training:
        if update % (updates // MARKS) == 0:
            used += time.process_time() - begun
            rows.append((update, used, sliced_wasserstein_1(sampled(noise), true)))
            begun = time.process_time()
    return rows


def main() -> None:
    torch.set_num_threads(1)
    for name in sys.argv[1:] or TARGETS:
        target = diffusion.Config(target=name).data
        true = target.sample(POINTS, np.random.default_rng(9))
        floor = np.mean([
            sliced_wasserstein_1(target.sample(POINTS, np.random.default_rng(k)), true)
            for k in range(20, 30)
        ])  # fmt: skip
        print(f"\n{name}: sliced W1 by seconds of training; a perfect sampler scores {floor:.4f}")
        updates = diffusion.Config(target=name).updates
        plain = curve(target, theirs(target), UPDATES)
        app = curve(target, ours(name), updates)
        for label, rows in (("Diffusion Explorer's", plain), ("this app's", app)):
            print(f"  {label:21}", "  ".join(f"{s:.2f} s {d:.4f}" for _, s, d in rows))
        best = min(d for _, _, d in plain)
        reached = next((s for _, s, d in app if d <= best), float("nan"))
        print(
            f"  at the end: {app[-1][2] / plain[-1][2]:.2f} of its distance in "
            f"{app[-1][1] / plain[-1][1]:.2f} of its time; its best distance, {best:.4f}, is "
            f"reached in {reached:.2f} s, {reached / plain[-1][1]:.2f} of its time"
        )


if __name__ == "__main__":
    main()
