"""The named sets: what is in them, how they are split, and what a network of MNIST sees."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.data.images import NAMES, PARTS, Images, load
from core.data.images.base import shuffled

ROOT = Path(__file__).resolve().parents[4]


def real(name):
    """The set from the folder of a class room; never from the network."""
    if not (Path(os.environ.get("DGM_DATA_DIR") or "/-") / f"{name}.npz").exists():
        pytest.skip(f"DGM_DATA_DIR names no folder with {name}.npz")
    return load(name)


def nearest(data, labels, x):
    """The label of the nearest picture: x (n, 28, 28) -> (n,)."""
    data, x = data.reshape(len(data), -1) / 255.0, x.reshape(len(x), -1) / 255.0
    data, x = data.astype(np.float32), x.astype(np.float32)
    return labels[((data**2).sum(1) - 2 * x @ data.T).argmin(1)]


def test_the_digits_are_scikit_learns():
    from sklearn.datasets import load_digits

    theirs, ours = load_digits(), load("digits")
    assert ours.x.shape == (1797, 28, 28)
    assert ours.x.dtype == np.uint8
    assert ours.labels.dtype == np.int64
    assert_array_equal(ours.labels, theirs.target)
    # the same pictures in the same order: nearest neighbours are nearest neighbours
    ink = theirs.images.sum((1, 2))
    assert np.corrcoef(ink, ours.x.sum((1, 2), dtype=float))[0, 1] > 0.6
    half = np.arange(1797) % 2 == 0
    assert (
        nearest(ours.x[half], ours.labels[half], ours.x[~half]) == ours.labels[~half]
    ).mean() > 0.96


def test_the_digits_are_centred_like_mnist():
    x = load("digits").x.astype(float)
    at = np.arange(28)
    for axis in 1, 2:
        middle = x.sum(axis) @ at / x.sum((1, 2))
        assert_allclose(middle, 14, atol=0.5)
        assert not x.take([0, 1, 26, 27], axis).any(axis).all()
    assert_array_equal(x.max((1, 2)), 255)


def test_the_digits_need_neither_sklearn_nor_the_network():
    source = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise OSError('no network')\n"
        "socket.socket.connect = refuse\n"
        "from core.data.images import load\n"
        "n = len(load('digits'))\n"
        "heavy = 'sklearn', 'scipy', 'torch', 'streamlit', 'pandas'\n"
        "print(n, [m for m in heavy if m in sys.modules])"
    )
    env = {k: v for k, v in os.environ.items() if k != "DGM_DATA_DIR"}
    command = [sys.executable, "-W", "error", "-c", source]
    out = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "1797 []"


def test_a_set_is_made_once_and_cannot_be_changed():
    digits = load("digits")
    assert load("digits") is digits
    for array in (digits.x, digits.labels, *digits.split.values(), digits.part("train").x):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(TypeError):
        digits.split["train"] = np.arange(3)


@pytest.mark.parametrize("n", [1, 2, 3, 9, 10, 57, 400, 1797])
def test_a_split_is_complete_disjoint_and_the_same_twice(n):
    split = shuffled(n)
    assert tuple(split) == PARTS
    assert_array_equal(np.sort(np.concatenate(list(split.values()))), np.arange(n))
    for part, again in zip(split.values(), shuffled(n).values(), strict=True):
        assert_array_equal(part, again)
    train, validation, test = map(len, split.values())
    assert train >= max(1, 0.8 * n if n >= 10 else 0)
    assert validation == test
    assert test >= (1 if n > 2 else 0)


def test_the_parts_hold_the_pictures_of_their_indices():
    digits = load("digits")
    assert [len(digits.part(p)) for p in PARTS] == [1439, 179, 179]
    for name in PARTS:
        part = digits.part(name)
        assert_array_equal(part.x, digits.x[digits.split[name]])
        assert_array_equal(part.labels, digits.labels[digits.split[name]])
        assert part.names == digits.names
        assert_array_equal(part.part(name).x, part.x)
        assert sum(len(part.part(p)) for p in PARTS) == len(part)
    # shuffled, not cut: a part is no run of the file
    assert np.diff(digits.split["test"]).max() > 1


def test_consecutive_parts_share_the_memory():
    x, n = np.zeros((30, 4, 4), np.uint8), np.arange(30)
    split = {"train": n[:20], "validation": n[20:20], "test": n[20:]}
    data = Images("x", x, n, tuple("abc"), "", "", split)
    assert np.shares_memory(data.part("train").x, x)
    assert np.shares_memory(data.part("test").x, x)
    assert len(data.part("validation")) == 0


@pytest.mark.parametrize("name", ["", "tests", "Train", "all"])
def test_an_unknown_part_is_refused(name):
    with pytest.raises(ValueError, match=r"known are train, validation, test\.$"):
        load("digits").part(name)


@pytest.mark.parametrize("name", ["", "MNIST", "cifar", "../mnist"])
def test_an_unknown_set_is_refused(name):
    known = "known are digits, mnist, fashion_mnist, olivetti."
    with pytest.raises(ValueError, match=r"There is no data set") as caught:
        load(name)
    assert known in str(caught.value)
    assert tuple(NAMES) == ("digits", "mnist", "fashion_mnist", "olivetti")


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_the_real_sets_keep_their_own_test_part(name):
    data = real(name)
    assert data.x.shape == (70_000, 28, 28)
    assert [len(data.part(p)) for p in PARTS] == [55_000, 5_000, 10_000]
    together = np.concatenate(list(data.split.values()))
    assert_array_equal(np.sort(together), np.arange(70_000))
    assert_array_equal(
        np.bincount(data.labels[:60_000])[:2], {"mnist": [5923, 6742]}.get(name, 6000)
    )
    with np.load(Path(os.environ["DGM_DATA_DIR"]) / f"{name}.npz") as file:
        assert_array_equal(data.part("test").x, file["x_test"])
        assert_array_equal(data.part("test").labels, file["y_test"])
        # the same pictures with the same labels, in another order
        theirs = np.c_[file["x_train"].sum((1, 2), dtype=np.int64), file["y_train"]]
    ours = np.c_[data.x[:60_000].sum((1, 2), dtype=np.int64), data.labels[:60_000]]
    assert_array_equal(np.sort(ours @ [10, 1]), np.sort(theirs @ [10, 1]))
    assert np.shares_memory(data.part("train").x, data.x)


def test_the_faces_are_40_people_of_10():
    data = real("olivetti")
    assert data.x.shape == (400, 64, 64)
    assert len(data.names) == 40
    assert_array_equal(np.bincount(data.labels), 10)
    assert [len(data.part(p)) for p in PARTS] == [320, 40, 40]


def test_what_knows_mnist_reads_the_digits():
    mnist, digits = real("mnist"), load("digits")
    x, labels = mnist.x[:10_000], mnist.labels[:10_000]
    assert (nearest(x, labels, digits.x) == digits.labels).mean() > 0.83
    assert_allclose(digits.x.mean(), x.mean(), rtol=0.05)
    assert_allclose((digits.x > 128).mean(), (x > 128).mean(), rtol=0.05)
