"""What a process takes of the machine's memory, and how it is given back."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from pathlib import Path
from typing import Any


def resident(which: str = "VmRSS", pid: int | None = None) -> float:
    """MB of memory that a process takes now, or by another name of its /proc status.

    which : "VmHWM" is the most there ever were, or since `forget_peak`. pid : this process without
    one. Raises OSError where there is no such file: everywhere but on Linux.
    """
    status = _proc(pid) / "status"
    for line in status.read_text().splitlines():
        if line.startswith(f"{which}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"{status} does not say {which}.")


def forget_peak(pid: int | None = None) -> None:
    """Let "VmHWM" of a process begin anew. Raises OSError as `resident` does."""
    (_proc(pid) / "clear_refs").write_text("5")


def _proc(pid: int | None) -> Path:
    return Path("/proc", "self" if pid is None else str(pid))


def give_back() -> None:
    """Hand what is free, but still kept for later, to the machine.

    glibc keeps what a thread has freed for that thread, and each rerun of a page is a new one:
    after three large trainings 1.5 GB were kept of nothing. Other C libraries need no such call.
    Takes tenths of a second after those, a millisecond after a small training; others go on
    meanwhile. May be called from any thread, also while objects are being finalized.
    """
    trim = None if sys.is_finalizing() else _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    """glibc's malloc_trim; None where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
