"""What this process takes of the machine's memory, and how it is given back."""

from __future__ import annotations

from pathlib import Path


def resident(which: str = "VmRSS") -> float:
    """MB of memory that this process takes now, or by another name of /proc/self/status.

    Raises OSError where there is no such file: everywhere but on Linux.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{which}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"/proc/self/status does not say {which}.")
