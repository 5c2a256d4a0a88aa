"""What this process may use of the machine: cores, turns at them, threads, the collector's time."""

from __future__ import annotations

import gc
import os
import re
import sys
import threading
from collections import deque
from pathlib import Path
from types import TracebackType

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

CGROUP, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def cores(cgroup: Path = CGROUP, own: Path = OWN) -> int:
    """The cores that this process may use: its affinity (`taskset`), or its control groups' share
    of time (a container's, a service's) where that is less; at least 1.

    cgroup : where Linux tells of the groups' shares. own : where it tells which ones are ours.
    """
    if hasattr(os, "sched_getaffinity"):
        allowed = len(os.sched_getaffinity(0))
    else:  # macOS and Windows
        allowed = os.cpu_count() or 1
    shares = [share for group in _groups(cgroup, own) if (share := _share(group)) is not None]
    return max(min([allowed, *map(int, shares)]), 1)


def _groups(cgroup: Path, own: Path) -> list[Path]:
    """The control groups that this process is in, from its own up to the one of all."""
    try:
        found = re.search("^0::/(.*)$", own.read_text(), re.MULTILINE)  # of version 2
    except OSError:
        found = None
    group = cgroup / found[1] if found else cgroup
    return [group, *(parent for parent in group.parents if parent.is_relative_to(cgroup))]


def _share(cgroup: Path) -> float | None:
    """Cores' worth of time a second, as control groups of version 2, else 1, say it."""
    for names in (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):
        try:
            quota, period = " ".join((cgroup / name).read_text() for name in names).split()
            if float(quota) > 0:
                return float(quota) / float(period)
        except (OSError, ValueError):  # no such file, or "max": no limit
            continue
    return None


class Slots:
    """So many stretches of computing at once; whoever came first is served first.

    A semaphore would not do: who gives it back and asks again, as every training does, takes it
    again, and two of them keep all others waiting for ever.
    """

    def __init__(self, free: int) -> None:
        self._free = free
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        _one_core()
        turn = threading.Event()
        with self._lock:
            if self._free:
                self._free -= 1
                turn.set()
            else:
                self._queue.append(turn)
        turn.wait()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        with self._lock:
            if self._queue:
                self._queue.popleft().set()  # handed over: nobody can come in between
            else:
                self._free += 1


SLOTS = Slots(cores())


def _one_core() -> None:
    """Have torch keep to its number of threads in this thread too.

    It was told once for the process (`core.networks`), but its matrix products ask OpenMP, which
    remembers a number for each thread and starts a new one with all cores. Asking is what passes it
    on (measured: the second training took 1.9 cores and was no faster; each script run is a
    new thread).
    """
    if ask := getattr(sys.modules.get("torch"), "get_num_threads", None):
        ask()


def one_blas_thread() -> None:
    """Have numpy's linear algebra, in the whole process, use one thread."""
    # asked for in a thread of its own: threadpoolctl holds on to the one that asked last, and the
    # thread of a visitor's page holds his whole session
    thread = threading.Thread(target=threadpool_limits, args=(1, "blas"))
    thread.start()
    thread.join()


def settle(least: int = 0) -> None:
    """Take all objects that are alive out of the collector's sight. To be called, in the thread
    that did it, after an import or a compilation that brought very many.

    A full collection, for which all threads wait, then takes 4 ms with all libraries loaded instead
    of 180. What dies in a cycle afterwards is freed by the next call.

    least : do nothing if the collector sees fewer objects: this call takes those 180 ms itself.
    """
    if len(gc.get_objects()) < least:
        return
    gc.unfreeze()
    gc.collect()
    gc.freeze()
