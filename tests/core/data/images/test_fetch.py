"""Large sets: the folder of a class room, what may be wrong with it, and a network that is."""

import pickle
import threading
from dataclasses import replace
from urllib.error import URLError

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from core.data.images import BadInput, Unavailable, fetch, load, sets

RNG = np.random.default_rng(3)


def arrays(n=24, m=12, **other):
    """A small set in the form of MNIST, with `other` arrays put in."""
    x = RNG.integers(0, 256, (n + m, 28, 28), dtype=np.uint8)
    y = np.arange(n + m) % 10
    return dict(x_train=x[:n], y_train=y[:n], x_test=x[n:], y_test=y[n:]) | other


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DGM_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def network(monkeypatch):
    """Puts a function in the place of the download of MNIST; without one, any attempt fails."""
    monkeypatch.delenv("DGM_DATA_DIR", raising=False)
    monkeypatch.setattr(sets, "_loaded", {})
    monkeypatch.setattr(fetch, "_under_way", {})
    mnist = sets.NAMES["mnist"]

    def put(function):
        origin = replace(mnist.origin, fetch=function)
        monkeypatch.setitem(sets.NAMES, "mnist", replace(mnist, origin=origin))
        return origin

    put(lambda: pytest.fail("the network was asked"))
    return put


def test_the_folder_comes_before_the_network(network, folder):
    theirs = arrays()
    np.savez(folder / "mnist.npz", **theirs)
    data = load("mnist")
    assert_array_equal(data.part("test").x, theirs["x_test"])
    assert_array_equal(data.part("test").labels, theirs["y_test"])
    held = [
        np.flatnonzero((theirs["x_train"] == x).all((1, 2)))[0] for x in data.part("validation").x
    ]
    kept = [np.flatnonzero((theirs["x_train"] == x).all((1, 2)))[0] for x in data.part("train").x]
    assert len(held) == 2
    assert min(held) < max(kept)  # picked, not cut off the end
    assert sorted(held + kept) == list(range(24))
    assert_array_equal(data.part("train").labels, theirs["y_train"][kept])
    assert load("mnist") is data


def test_the_faces_come_from_the_folder(folder):
    x = RNG.integers(0, 256, (40, 64, 64), dtype=np.uint8)
    np.savez(folder / "olivetti.npz", x=x, y=np.arange(40, dtype=np.uint8))
    assert_array_equal(load("olivetti").x, x)


FLOATS = np.zeros((24, 28, 28))
BROKEN = {
    "x_train must be uint8": arrays(x_train=FLOATS),
    r"uint8 of shape \(12 or more, 28, 28\); it is uint8 of shape \(24, 784\)": arrays(
        x_train=np.zeros((24, 784), np.uint8)
    ),
    "x_test must be uint8": arrays(m=0),
    "y_train must be one whole number for each of 24": arrays(y_train=np.zeros(23, int)),
    "y_test must be one whole number": arrays(y_test=np.full(12, np.nan)),
    "each of y_test must lie from 0 to 9": arrays(y_test=np.full(12, 10)),
    "each of y_train must lie from 0 to 9": arrays(y_train=np.full(24, -1)),
    "must hold the arrays x_train, y_train, x_test, y_test": {"x_train": FLOATS},
    "without objects": arrays(y_train=np.array([{}] * 24, object)),
}


@pytest.mark.parametrize("says", BROKEN)
def test_a_wrong_file_is_named_and_the_network_not_asked(network, folder, says):
    np.savez(folder / "mnist.npz", **BROKEN[says])
    with pytest.raises(BadInput, match=says) as caught:
        load("mnist")
    assert str(caught.value).startswith("mnist.npz in the folder DGM_DATA_DIR")
    assert str(caught.value).endswith(".")
    assert str(folder) not in str(caught.value)


def whole(folder):
    np.savez(folder / "mnist.npz", **arrays())
    return (folder / "mnist.npz").read_bytes()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: b"hello",
        lambda data: data[: len(data) // 2],
        lambda data: data[:3000] + bytes(500) + data[3500:],
        lambda data: pickle.dumps([1, 2]),
        lambda data: b"\x93NUMPY\x01\x00v\x00" + b"{" * 118,
    ],
    ids=["nothing", "text", "cut", "holes", "pickle", "nonsense"],
)
def test_a_broken_file_is_named_and_the_network_not_asked(network, folder, spoil):
    (folder / "mnist.npz").write_bytes(spoil(whole(folder)))
    with pytest.raises(BadInput, match=r"mnist\.npz in the folder DGM_DATA_DIR cannot be read"):
        load("mnist")


def test_a_single_array_is_not_a_set(network, folder):
    with (folder / "mnist.npz").open("wb") as file:
        np.save(file, FLOATS)
    with pytest.raises(BadInput, match="cannot be read"):
        load("mnist")


def test_a_folder_that_is_not_there_is_refused(network, monkeypatch, tmp_path):
    monkeypatch.setenv("DGM_DATA_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(BadInput, match="DGM_DATA_DIR must name a folder"):
        load("mnist")


def test_what_is_not_in_the_folder_is_downloaded(network, folder):
    theirs = arrays()
    network(lambda: theirs)
    assert_array_equal(load("mnist").part("test").x, theirs["x_test"])


def test_a_download_tells_how_it_goes_on(network):
    arrived, told = threading.Event(), []

    def fetched():
        arrived.wait()
        return arrays()

    def progress(share, sentence):
        told.append((share, sentence))
        arrived.set()

    network(fetched)
    assert len(load("mnist", progress)) == 36
    assert told
    assert 0 <= told[0][0] < 0.1
    assert told[0][1] == "Downloading MNIST: 0 s so far, at most 120 s."


def test_a_download_that_hangs_is_given_up(network, monkeypatch):
    never = threading.Event()
    monkeypatch.setattr(fetch, "LIMIT", 0.0)
    network(never.wait)
    with pytest.raises(Unavailable, match=r"MNIST did not arrive within 0 s\. Check the network"):
        load("mnist")
    never.set()


@pytest.mark.parametrize("error", [URLError("no route"), TimeoutError(), MemoryError(), KeyError()])
def test_a_download_that_fails_says_so_and_can_be_tried_again(network, error):
    def fails():
        raise error

    network(fails)
    with pytest.raises(Unavailable, match=type(error).__name__) as caught:
        load("mnist")
    assert "set DGM_DATA_DIR to a folder that holds mnist.npz." in str(caught.value)
    network(lambda: arrays())
    assert len(load("mnist")) == 36
    assert not fetch._under_way  # which would keep the arrays in memory


def test_what_was_downloaded_is_checked(network):
    network(lambda: arrays(x_train=FLOATS))
    with pytest.raises(BadInput, match="MNIST as downloaded: x_train must be uint8"):
        load("mnist")


def test_two_visitors_share_one_download(network):
    joined, calls, results = threading.Event(), [], []

    def fetched():
        calls.append(1)
        joined.wait()
        return arrays()

    origin = network(fetched)
    begun = threading.Event()
    other = threading.Thread(
        target=lambda: results.append(fetch.download(origin, lambda *_: begun.set()))
    )
    other.start()
    assert begun.wait(30)
    results.append(fetch.download(origin, lambda *_: joined.set()))
    other.join(30)
    assert len(calls) == 1
    assert results[0] is results[1]


def test_scikit_learns_fetchers_give_what_the_files_hold(monkeypatch):
    import sklearn.datasets
    from sklearn.utils import Bunch

    x, y = RNG.integers(0, 256, (70_000, 1)), np.arange(70_000) % 10
    x = np.broadcast_to(x, (70_000, 784)).astype(np.uint8)
    monkeypatch.setattr(
        sklearn.datasets, "fetch_openml", lambda *_, **__: (x, y.astype(str).astype(object))
    )
    got = fetch.openml("mnist_784")()
    fetch.check(sets.NAMES["mnist"].origin, "MNIST", got)
    assert_array_equal(got["x_test"][:, 3, 5], x[60_000:, 0])
    assert_array_equal(got["y_test"], y[60_000:])

    faces = RNG.integers(0, 256, (400, 64, 64))
    bunch = Bunch(images=(faces / 255).astype(np.float32), target=np.arange(400) // 10)
    monkeypatch.setattr(sklearn.datasets, "fetch_olivetti_faces", lambda **_: bunch)
    got = fetch.olivetti()
    fetch.check(sets.NAMES["olivetti"].origin, "faces", got)
    assert_array_equal(got["x"], faces)
