"""How long the stretches of one line take, what memory, and how long they hold the interpreter."""

from __future__ import annotations

import gc
import threading
import time

from bench.heavy.trainings import Stretches
from core.memory import forget_peak, resident


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


def measure(work: Stretches) -> dict[str, float]:
    """Seconds of the longest stretch, and of the processor in it; of all; MB.

    The first stretch is not measured: it loads what the others need.
    """
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
    most = resident("VmHWM") - before
    return {
        "first": first, "longest": longest, "worked": worked, "all": whole, "stretches": n,
        "peak": most, "held": waiting.longest,
    }  # fmt: skip
