"""Compile what is compiled on first use, with a progress line: `python -m core.warm`.

numba keeps the machine code on disk: this takes seconds once for each checkout, nothing later.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def gan_1d() -> None:
    """The fused epoch of the 1-D GAN, for the types that it is called with."""
    from core.gan_1d import Config, begin, resume

    config = Config()
    next(resume(config, begin(config)))


WARM: dict[str, Callable[[], None]] = {"1-D GAN kernel": gan_1d}


def main() -> None:
    for k, (name, warm) in enumerate(WARM.items(), start=1):
        sys.stdout.write(f"[{k}/{len(WARM)}] compiling the {name} ... ")
        sys.stdout.flush()
        begun = time.perf_counter()
        warm()
        sys.stdout.write(f"{time.perf_counter() - begun:.1f} s\n")


if __name__ == "__main__":
    main()
