"""The sets that the app knows by name: digits, MNIST, Fashion-MNIST and the Olivetti faces."""

from __future__ import annotations

import gzip
import importlib.util
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.data.images import fetch
from core.data.images.base import PARTS, Images, Unavailable, shuffled
from core.data.images.shape import centred_all, cubic

DIGITS = tuple("0123456789")
CLOTHES = (
    "T-shirt", "trousers", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
PEOPLE = tuple(f"person {i + 1}" for i in range(40))

# What becomes black and white in the digits: so their mean ink is that of MNIST (0.131 of white),
# so is the share of bright pixels, and networks trained on MNIST read them best.
BLACK, WHITE = 0.38, 0.88


def _digits(progress: fetch.Progress) -> Images:
    """scikit-learn's 1,797 digits, read from its folder: importing it takes over a second.

    Each was a black-and-white picture of 32 x 32, of which the ink in blocks of 4 x 4 was counted.
    So they are brought back to that grid, smoothly, made as sharp as MNIST's, and centred.
    """
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise Unavailable("The digits come with scikit-learn, which is not installed.")
    file = Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"
    try:
        table = np.loadtxt(io.BytesIO(gzip.decompress(file.read_bytes())), delimiter=",")
        blocks = table[:, :64].reshape(-1, 8, 8).astype(np.float32) / 16
        labels = table[:, 64].astype(np.int64)
    except (OSError, EOFError, ValueError, IndexError):
        raise Unavailable("The digits in scikit-learn cannot be read; install it anew.") from None
    fine, coarse = np.arange(0.5, 32), np.arange(0.5, 8)
    up = cubic((fine[:, None] / 4 - coarse).astype(np.float32))  # (32, 8)
    up = up @ np.asarray(np.linalg.inv(up.reshape(8, 4, 8).mean(1)))  # blocks keep their counts
    ink = up @ blocks @ up.T
    x = centred_all(np.clip((ink - BLACK) / (WHITE - BLACK), 0.0, 1.0))
    return Images(
        name="digits",
        x=x,
        labels=labels,
        names=DIGITS,
        source="Optical Recognition of Handwritten Digits, UCI, 1998; as it comes in scikit-learn",
        licence="CC BY 4.0 at UCI; scikit-learn's copy: BSD",
        split=shuffled(len(x)),
    )


@dataclass(frozen=True)
class Large:
    """A large set: where it comes from, and what to say about it."""

    origin: fetch.Source
    names: tuple[str, ...]
    source: str
    licence: str

    def __call__(self, progress: fetch.Progress) -> Images:
        data = fetch.arrays(self.origin, progress)
        if len(self.origin.pairs) == 1:
            x, y = data["x"], data["y"].astype(np.int64)
            split = shuffled(len(x))
        else:
            # A twelfth of x_train, 5,000, is for validation. The pictures are kept in the order
            # of the parts, so that each part is a view: no visitor needs a copy.
            n = len(data["x_train"])
            held = np.random.default_rng(0).permutation(n)[: n // 12]
            kept = np.setdiff1d(np.arange(n), held)
            pick = np.concatenate([kept, np.sort(held)])
            x = np.concatenate([data["x_train"][pick], data["x_test"]])
            y = np.concatenate([data["y_train"][pick], data["y_test"]]).astype(np.int64)
            ends = [len(kept), n]
            split = dict(zip(PARTS, np.split(np.arange(len(x)), ends), strict=True))
        return Images(self.origin.name, x, y, self.names, self.source, self.licence, split)


_TRAIN_AND_TEST = {"x_train": "y_train", "x_test": "y_test"}

NAMES: dict[str, Callable[[fetch.Progress], Images]] = {
    "digits": _digits,
    "mnist": Large(
        fetch.Source(
            "mnist", "MNIST", (28, 28), 10, _TRAIN_AND_TEST, fetch.openml("mnist_784")
        ),
        DIGITS,
        source="MNIST: Y. LeCun, C. Cortes and C. J. C. Burges, 1998",
        licence="CC BY-SA 3.0",
    ),
    "fashion_mnist": Large(
        fetch.Source(
            "fashion_mnist", "Fashion-MNIST", (28, 28), 10, _TRAIN_AND_TEST,
            fetch.openml("Fashion-MNIST"),
        ),
        CLOTHES,
        source="Fashion-MNIST: H. Xiao, K. Rasul and R. Vollgraf, Zalando Research, 2017",
        licence="MIT, Zalando SE",
    ),
    "olivetti": Large(
        fetch.Source("olivetti", "Olivetti faces", (64, 64), 40, {"x": "y"}, fetch.olivetti),
        PEOPLE,
        source="The Olivetti faces, taken from 1992 to 1994 at AT&T Laboratories Cambridge",
        licence="Credit to AT&T Laboratories Cambridge wherever the pictures are used",
    ),
}  # fmt: skip

_loaded: dict[tuple[str, str], Images] = {}


def load(name: str, progress: fetch.Progress | None = None) -> Images:
    """The set `name`, one of NAMES, made once per process and shared by all visitors.

    "digits" needs no network. The others are read from NAME.npz in the folder that the environment
    variable DGM_DATA_DIR names, else from scikit-learn's cache, else downloaded.

    Splits are seeded permutations (80, 10 and 10 %; faces of one person may be in all parts), but
    for MNIST and Fashion-MNIST: their test part is their own, 5,000 of the rest are `validation`.

    progress : called with a share from 0 to 1 and a sentence, while a download goes on. Raises
    BadInput where the set cannot be had, with a way out; ValueError for an unknown name.
    """
    if name not in NAMES:
        raise ValueError(f"There is no data set '{name}'; known are {', '.join(NAMES)}.")
    tell = progress or (lambda share, sentence: None)
    key = name, "" if name == "digits" else os.environ.get(fetch.FOLDER, "")
    if key not in _loaded:
        # without a lock, so that everybody sees the download go on; the first to be ready counts
        _loaded.setdefault(key, NAMES[name](tell))
    return _loaded[key]
