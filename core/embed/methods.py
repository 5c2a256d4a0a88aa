"""The methods, each a function of the codes: PCA in numpy, t-SNE and UMAP by their libraries."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

Array = NDArray[np.floating[Any]]
Points = NDArray[np.float32]
Progress = Callable[[float, str], None]

_blas = threading.Lock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Linear algebra on one thread: beside a training on two cores, two wait for each other.

    Measured so: k-means of 1,797 x 784 took 5.0 s on two threads, 0.3 s on one; t-SNE 38 s and 7 s.
    """
    # a setting of the process, so no two may set it, and set it back, at the same time
    with _blas, threadpool_limits(1, user_api="blas"):
        yield


def principal(codes: Array) -> tuple[Array, Array]:
    """The mean of the codes, and the two directions in which they vary most.

    codes : (n, d). Returns mean (d,) and axes (2, d), orthonormal rows, the largest entry of each
    positive, so that the picture is `(codes - mean) @ axes.T` (Jolliffe 2002, section 3.5).
    Raises ValueError as `embed` does.
    """
    codes = checked(codes)
    mean = codes.mean(0)
    with one_thread():
        axes = np.linalg.svd(codes - mean, full_matrices=False)[2][:2]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(1, keepdims=True), 1)
    return mean, axes * np.sign(largest)


def checked(codes: Array) -> Array:
    """The codes as float64. Raises ValueError, one sentence, if they cannot be laid out."""
    codes = np.asarray(codes, np.float64)
    if codes.ndim != 2 or codes.shape[0] < 10 or codes.shape[1] < 2:
        raise ValueError(
            f"A layout needs at least 10 codes of at least 2 numbers; the shape is {codes.shape}."
        )
    if not np.isfinite(codes).all():
        raise ValueError("A layout needs finite codes; some of these are infinite or NaN.")
    return codes


def _pca(codes: Array, seed: int, report: Progress) -> Points:
    mean, axes = principal(codes)
    return np.asarray((codes - mean) @ axes.T, np.float32)


def _tsne(codes: Array, seed: int, report: Progress) -> Points:
    report(0.0, "t-SNE: loading scikit-learn")
    from sklearn.manifold import TSNE

    report(0.0, "t-SNE: 1,000 iterations")
    with threadpool_limits(1, user_api="openmp"):  # a setting of this thread alone
        method = TSNE(perplexity=min(30.0, (len(codes) - 1) / 3), init="pca", random_state=seed)
        return np.asarray(method.fit_transform(codes), np.float32)


def _umap(codes: Array, seed: int, report: Progress) -> Points:
    report(0.0, "UMAP: loading")
    from umap import UMAP

    report(0.0, "UMAP: finding neighbours (slow the first time)")
    epochs = 500  # umap's own choice for up to 10,000 codes

    class Bar:
        """The file that umap writes its progress bar to: the numbers of finished epochs."""

        def write(self, text: str) -> None:
            if text.strip().isdecimal():
                report(int(text) / epochs, f"UMAP: epoch {int(text)} of {epochs}")

        def flush(self) -> None:
            pass

    method = UMAP(
        n_neighbors=min(15, len(codes) - 1), n_epochs=epochs, random_state=seed, n_jobs=1,
        # from the same start as t-SNE: what lies where can be compared (Kobak and Linderman 2021)
        init=_pca(codes, seed, report),
        tqdm_kwds={"file": Bar(), "disable": False, "bar_format": "{n_fmt}", "mininterval": 0.1},
    )  # fmt: skip
    return np.asarray(method.fit_transform(codes.astype(np.float32)), np.float32)


@dataclass(frozen=True)
class Method:
    """run : (codes, seed, report) -> points. about : what it keeps, in a sentence.

    seconds : what it takes where it cannot say how far it is, for n codes, on a core of 2024; 0
    where it can, or where it takes no time.
    """

    run: Callable[[Array, int, Progress], Points]
    about: str
    seconds: Callable[[int], float] = lambda n: 0.0


METHODS = {
    "PCA": Method(
        _pca,
        "The two directions in which the codes vary most. Distances are true, but only in these "
        "two directions (Hotelling 1933).",
    ),
    "t-SNE": Method(
        _tsne,
        "Keeps neighbours together. Sizes of clusters and gaps between them mean nothing "
        "(van der Maaten and Hinton 2008).",
        lambda n: 1.0 + 3.5e-4 * n * np.log2(n),
    ),
    "UMAP": Method(
        _umap,
        "Keeps neighbours together, and lays clusters out tighter than t-SNE. Distances between "
        "clusters mean little (McInnes et al. 2018).",
    ),
}
