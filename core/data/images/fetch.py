"""Large sets: from the folder DGM_DATA_DIR, else from scikit-learn's cache or the network."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.images.base import BadInput, Unavailable
from core.machine import settle

FOLDER = "DGM_DATA_DIR"
LIMIT = 120.0  # seconds that a page waits for a download

Arrays = Mapping[str, NDArray[Any]]
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Source:
    """Where a large set comes from, and what it must look like.

    title : its name in a sentence. shape : height and width of a picture. classes : how many.
    pairs : which array of labels belongs to which array of pictures. fetch : the way through
    scikit-learn, to the same arrays.
    """

    name: str
    title: str
    shape: tuple[int, int]
    classes: int
    pairs: Mapping[str, str]
    fetch: Callable[[], Arrays]


def arrays(source: Source, progress: Progress) -> Arrays:
    """The arrays of `source`, checked, from the first place that has them.

    Raises BadInput for a file in the folder that is broken or holds anything else, rather than go
    on to the network behind the user's back; Unavailable where there is neither.
    """
    found = read(source)
    if found is None:
        found = download(source, progress)
        check(source, f"{source.title} as downloaded", found)
    return found


def read(source: Source) -> Arrays | None:
    """The arrays of the file in the folder DGM_DATA_DIR; None where there is no such file."""
    folder = os.environ.get(FOLDER, "")
    if not folder:
        return None
    if not Path(folder).is_dir():
        raise BadInput(f"{FOLDER} must name a folder; there is none at the place that it names.")
    file = Path(folder) / f"{source.name}.npz"
    if not file.exists():
        return None
    what = f"{file.name} in the folder {FOLDER}"
    wanted = [key for pair in source.pairs.items() for key in pair]
    try:
        # a pickle, which could run code, is refused by numpy itself
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
            found = {key: np.asarray(data[key]) for key in wanted}
    except KeyError:
        raise BadInput(f"{what} must hold the arrays {', '.join(wanted)}.") from None
    except Exception:  # a broken zip, a cut array, a pickle, a header of nonsense, ...
        raise BadInput(
            f"{what} cannot be read; it must be a complete .npz file of numbers, without objects."
        ) from None
    check(source, what, found)
    return found


def check(source: Source, what: str, found: Arrays) -> None:
    """Raise BadInput, a sentence about `what`, unless pictures and labels are as `source` says."""
    height, width = source.shape
    for pictures, labels in source.pairs.items():
        x, y = found[pictures], found[labels]
        if x.dtype != np.uint8 or x.shape[1:] != source.shape or len(x) < 12:
            raise BadInput(
                f"{what}: {pictures} must be uint8 of shape (12 or more, {height}, {width});"
                f" it is {x.dtype} of shape {x.shape}."
            )
        if y.dtype.kind not in "iu" or y.shape != x.shape[:1]:
            raise BadInput(
                f"{what}: {labels} must be one whole number for each of {len(x)} pictures;"
                f" it is {y.dtype} of shape {y.shape}."
            )
        if not np.isin(y, np.arange(source.classes)).all():
            raise BadInput(f"{what}: each of {labels} must lie from 0 to {source.classes - 1}.")


@dataclass(frozen=True)
class _Download:
    result: Future[Arrays]
    began: float


_under_way: dict[str, _Download] = {}
_lock = threading.Lock()


def download(source: Source, progress: Progress, limit: float | None = None) -> Arrays:
    """What `source.fetch` returns, if it does so within `limit` seconds (LIMIT).

    Visitors who ask at the same time share one download. One that hangs cannot be stopped: its
    thread is left behind, and if it ends after all, it has filled the cache for the next attempt.
    Raises Unavailable if it fails or takes too long.
    """
    limit = LIMIT if limit is None else limit
    way_out = f"Check the network, or set {FOLDER} to a folder that holds {source.name}.npz."
    mine = _begin(source, limit)
    while not mine.result.done() and (seconds := time.monotonic() - mine.began) < limit:
        note = f"Downloading {source.title}: {seconds:.0f} s so far, at most {limit:.0f} s."
        progress(seconds / limit, note)
        wait([mine.result], timeout=0.25)
    if not mine.result.done():
        raise Unavailable(f"{source.title} did not arrive within {limit:.0f} s. {way_out}")
    with _lock:
        if _under_way.get(source.name) is mine:
            del _under_way[source.name]
    if (error := mine.result.exception()) is not None:
        why = type(error).__name__
        raise Unavailable(f"{source.title} cannot be downloaded ({why}). {way_out}")
    return mine.result.result()


def _begin(source: Source, limit: float) -> _Download:
    """The download of `source` that is under way, or else a new one."""
    with _lock:
        old = _under_way.get(source.name)
        if old and not old.result.done() and time.monotonic() - old.began < limit:
            return old
        new = _under_way[source.name] = _Download(Future(), time.monotonic())
    threading.Thread(target=_work, args=(source, new.result), daemon=True).start()
    return new


def _work(source: Source, result: Future[Arrays]) -> None:
    try:
        result.set_result(source.fetch())
    except Exception as error:  # whatever it is, the visitor is told, by `download`
        result.set_exception(error)


def openml(name: str) -> Callable[[], Arrays]:
    """The fetcher of a set of 60,000 + 10,000 pictures of 28 x 28 from OpenML."""

    def fetch() -> Arrays:
        from sklearn.datasets import fetch_openml  # costs over a second: only where it is needed

        settle()
        x, y = fetch_openml(name, version=1, return_X_y=True, as_frame=False, n_retries=1)
        x = x.reshape(-1, 28, 28).astype(np.uint8)
        y = y.astype(np.int64)
        return dict(x_train=x[:60_000], y_train=y[:60_000], x_test=x[60_000:], y_test=y[60_000:])

    return fetch


def olivetti() -> Arrays:
    """The 400 faces of 64 x 64 through scikit-learn."""
    from sklearn.datasets import fetch_olivetti_faces

    settle()
    faces = fetch_olivetti_faces(n_retries=1)
    x = np.rint(faces.images * 255).astype(np.uint8)
    return dict(x=x, y=faces.target.astype(np.int64))
