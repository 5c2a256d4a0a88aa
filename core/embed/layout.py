"""Layouts are made in the background, one at a time, in the order they were asked for, and kept.

Whoever asks for the same again, even while it is being made, shares the work. One that nobody asks
about any more when its turn comes is left out: those who wait behind it do not wait for it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from concurrent.futures import Future, wait
from hashlib import blake2b

from core.embed.methods import METHODS, Array, Points, Progress, checked
from core.machine import Slots, settle

KEPT = 24  # layouts of some 15 kB each
FORGOTTEN = 3.0  # seconds after which a layout that nobody asks about is not begun


class Layout:
    """A picture of codes that is being made in the background, or has been. From `start` only."""

    def __init__(self, method: str) -> None:
        self.method = method
        self._result: Future[Points] = Future()
        self._asked = time.monotonic()
        self._began: float | None = None
        self._expected = 0.0
        self._said = 0.0, "Waiting for another layout to end"

    @property
    def done(self) -> bool:
        return self._result.done() and not self.left_out

    @property
    def left_out(self) -> bool:
        """Whether it was given up, since nobody asked for a while: `start` begins it anew."""
        return self._result.cancelled()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most. Whether it is done."""
        self.ask()
        wait([self._result], timeout=seconds)
        return self.done

    def progress(self) -> tuple[float, str]:
        """A share from 0 to 1, and a sentence."""
        self.ask()
        share, words = self._said
        if self._began is None:
            return share, f"{words}."
        seconds = time.monotonic() - self._began
        if not self._expected:
            return share, f"{words}, {seconds:.0f} s so far."
        usual = f"usually about {self._expected:.0f} s"
        return min(seconds / self._expected, 0.99), f"{words}, {seconds:.0f} s so far, {usual}."

    def points(self) -> Points:
        """(n, 2), read-only, once it is done. Raises ValueError, one sentence, if it failed."""
        try:
            return self._result.result()
        except Exception as error:
            what = f"{self.method} cannot lay out these codes ({type(error).__name__})."
            raise ValueError(what) from error

    def ask(self) -> None:
        """Somebody waits for it."""
        self._asked = time.monotonic()

    def forgotten(self) -> bool:
        """Give up what nobody has asked about of late. Whether it was given up."""
        return time.monotonic() - self._asked > FORGOTTEN and self._result.cancel()

    def work(self, codes: Array, seed: int) -> None:
        method = METHODS[self.method]
        self._began, self._expected = time.monotonic(), method.seconds(len(codes))
        try:
            points = method.run(codes, seed, self._say)
            settle(least=20_000)  # the first one has loaded a library, and compiled it
            points.setflags(write=False)
            self._result.set_result(points)
        except Exception as error:  # raised again, by `points`, to whoever asks
            self._result.set_exception(error)

    def _say(self, share: float, words: str) -> None:
        self._said = share, words


Key = tuple[bytes, str, int]  # digest of the codes, method, seed

# One at a time: two at once would be no faster, and numba may end a process in which two threads
# enter its parallel code, which UMAP uses.
_turn = Slots(1)
_layouts: OrderedDict[Key, Layout] = OrderedDict()
_lock = threading.Lock()


def _work_in_turn(key: Key, layout: Layout, codes: Array) -> None:
    with _turn:
        with _lock:  # nobody may find it in the table meanwhile
            if layout.forgotten():
                if _layouts.get(key) is layout:
                    del _layouts[key]
                return
        layout.work(codes, key[-1])


def start(codes: Array, method: str, seed: int = 0) -> Layout:
    """Begin to lay the codes out, or find where that has begun, for whomever. PCA is done at once.

    Arguments and errors as for `embed`.
    """
    if method not in METHODS:
        raise ValueError(f"There is no method '{method}'; known are {', '.join(METHODS)}.")
    codes = checked(codes)
    spread = codes.std(0).max()
    if not spread > 0:
        raise ValueError("All codes are equal: there is nothing to lay out.")
    layout = Layout(method)
    if method == "PCA":
        layout.work(codes, seed)
        return layout
    # neither method depends on the scale, but squares of very small or large numbers would be lost
    codes = (codes - codes.mean(0)) / spread
    digest = blake2b(codes.tobytes() + repr(codes.shape).encode(), digest_size=16).digest()
    key = digest, method, seed
    with _lock:
        if key in _layouts:
            _layouts.move_to_end(key)
            _layouts[key].ask()
            return _layouts[key]
        _layouts[key] = layout
        if len(_layouts) > KEPT:
            _layouts.popitem(last=False)
    threading.Thread(target=_work_in_turn, args=(key, layout, codes), daemon=True).start()
    return layout


def embed(codes: Array, method: str, seed: int = 0, progress: Progress | None = None) -> Points:
    """The codes in the plane. Equal codes and seeds give equal pictures.

    codes : (n, d), n at least 10, d at least 2. method : one of METHODS. progress : called a few
    times a second with a share from 0 to 1 and a sentence; it may raise to leave, and the work goes
    on for whoever asks again. Returns (n, 2), read-only.

    Raises ValueError for codes of another shape, that are not finite, or all equal, for an unknown
    method, and where the method fails.
    """
    layout = start(codes, method, seed)
    while not layout.done:
        if layout.left_out:
            layout = start(codes, method, seed)
        if progress is not None:
            progress(*layout.progress())
        layout.wait(0.2)
    return layout.points()
