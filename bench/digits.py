"""Sixteen digits in 25 jumps, guided: `python -m bench.digits`.

Seconds from noise to digits as the page draws them, by the shipped network: all in one thread, and
in two halves in two threads, as the page does it.
"""

from __future__ import annotations

import time

import numpy as np

from core.diffusion_digits.model import denoiser
from core.diffusion_digits.path import Settings, jumps, noise, together
from core.diffusion_digits.trained import trained

COUNT, BUDGET = 16, 1.5


def seconds(parts: int) -> float:
    """The median of five draws."""
    net, settings = trained("diffusion_digits"), Settings(label="2", steps=25, guidance=2.0)
    denoise = denoiser(net.config, net.model, settings.labels(COUNT // parts), settings.guidance)
    took = []
    for _ in range(6):
        begun = time.perf_counter()
        pieces = np.split(noise(settings, COUNT), parts)
        paths = [
            jumps(denoise, x, net.config.process, settings, part=k) for k, x in enumerate(pieces)
        ]
        for _ in together(paths):
            pass
        took.append(time.perf_counter() - begun)
    return float(np.median(took[1:]))


def main() -> None:
    for parts in (1, 2):
        print(f"16 digits, 25 jumps, {parts} thread{'s' * (parts > 1)}: {seconds(parts):.2f} s")
    print(f"budget, on two cores: {BUDGET} s")


if __name__ == "__main__":
    main()
