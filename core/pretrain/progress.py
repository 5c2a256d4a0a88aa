"""What one sees of a long training."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def say(sentence: str, share: float) -> None:
    """A progress bar, drawn over itself on a terminal, one line each in a file."""
    bar = "█" * round(20 * share) + "·" * (20 - round(20 * share))
    end = "\r" if sys.stdout.isatty() and share < 1 else "\n"
    print(f"{bar} {sentence}", end=end, flush=True)


def logger(folder: str) -> Callable[[str, float, int], None]:
    """Writes a TensorBoard log into `folder`; nothing where it is ""."""
    if not folder:
        return lambda name, value, number: None
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise SystemExit("--log needs TensorBoard: pip install tensorboard") from None
    writer: Any = SummaryWriter(folder)
    return lambda name, value, number: writer.add_scalar(name, value, number)
