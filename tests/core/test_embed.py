"""Layouts: PCA against another decomposition, all methods on codes whose structure is known."""

import threading
from collections import OrderedDict
from functools import cache

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.embed import METHODS, Method, clusters, embed, layout, principal, purity, start

RNG = np.random.default_rng(0)
CODES = RNG.normal(size=(60, 5)) * [5, 3, 1, 0.5, 0.1] + 7
HALVES = np.repeat([0, 1], 60)
BLOBS = (np.random.default_rng(1).normal(size=(120, 6)) + 20 * HALVES[:, None]).astype(np.float32)


@cache
def drawn(method):
    """Of the two blobs; and all that was said on the way."""
    said = []
    return embed(BLOBS, method, 3, lambda share, words: said.append((share, words))), said


def turn(d, rng):
    """A random rotation of d dimensions."""
    return np.linalg.qr(rng.normal(size=(d, d)))[0]


def test_pca_finds_the_eigenvectors_of_the_covariance():
    mean, axes = principal(CODES)
    variance, vectors = np.linalg.eigh(np.cov(CODES.T))
    wanted = vectors[:, [-1, -2]].T
    assert_allclose(mean, CODES.mean(0))
    assert_allclose(np.abs(axes @ wanted.T), np.eye(2), atol=1e-9)
    assert_allclose(axes @ axes.T, np.eye(2), atol=1e-12)
    points = embed(CODES, "PCA")
    assert points.dtype == np.float32
    assert_allclose(points, (CODES - mean) @ axes.T, rtol=1e-5, atol=1e-5)
    assert_allclose(points.var(0, ddof=1), variance[[-1, -2]], rtol=1e-4)


def test_pca_has_a_fixed_sign():
    _, axes = principal(CODES)
    assert (axes[[0, 1], np.abs(axes).argmax(1)] > 0).all()
    assert_allclose(principal(-CODES)[1], axes)


def test_distances_in_pca_do_not_depend_on_the_coordinates():
    turned = CODES @ turn(5, np.random.default_rng(2)) - 3
    gaps = [np.linalg.norm(p[:, None] - p, axis=2) for p in (embed(CODES, "PCA"),
                                                           embed(turned, "PCA"))]  # fmt: skip
    assert_allclose(gaps[0], gaps[1], atol=1e-4)


def test_pca_of_two_numbers_keeps_all_distances():
    flat = CODES[:, :2]
    points = embed(flat, "PCA")
    assert_allclose(
        np.linalg.norm(points[:, None] - points, axis=2),
        np.linalg.norm(flat[:, None] - flat, axis=2),
        atol=1e-4,
    )


@pytest.mark.parametrize("method", METHODS)
def test_two_blobs_stay_apart(method):
    points, _ = drawn(method)
    assert points.shape == (120, 2)
    assert np.isfinite(points).all()
    one, other = points[:60], points[60:]
    between = np.linalg.norm(one.mean(0) - other.mean(0))
    within = max(np.linalg.norm(half - half.mean(0), axis=1).mean() for half in (one, other))
    assert between > 2 * within
    assert purity(points, HALVES).value == 1


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_picture(method, monkeypatch):
    first, _ = drawn(method)
    monkeypatch.setattr(layout, "_layouts", OrderedDict())  # nothing is remembered
    assert_array_equal(embed(BLOBS, method, 3), first)
    with pytest.raises(ValueError, match="read-only"):
        embed(BLOBS, method, 3)[0] = 0


def test_chance_enters_umap_alone():
    assert not np.array_equal(embed(BLOBS, "UMAP", 4), drawn("UMAP")[0])
    assert_array_equal(embed(BLOBS, "t-SNE", 4), drawn("t-SNE")[0])


@pytest.mark.parametrize("method", ["t-SNE", "UMAP"])
def test_progress_is_told_in_the_callers_thread_and_never_goes_back(method, monkeypatch):
    monkeypatch.setattr(layout, "_layouts", OrderedDict())
    said, threads = [], set()

    def progress(share, words):
        said.append((share, words))
        threads.add(threading.current_thread())

    embed(BLOBS, method, 3, progress)
    shares = [share for share, _ in said]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)
    assert all(words.startswith((method, "Waiting")) for _, words in said)
    assert threads == {threading.current_thread()}
    said.clear()
    embed(BLOBS, method, 3, progress)
    assert said == []  # it was kept


def test_work_goes_on_for_the_next_who_asks(monkeypatch):
    began, go, calls = threading.Event(), threading.Event(), []

    def slow(codes, seed, report):
        calls.append(seed)
        report(0.5, "Slow: halfway")
        began.set()
        assert go.wait(10)
        return np.ones((len(codes), 2), np.float32)

    class Left(Exception):
        pass

    def leave(share, words):
        assert began.wait(10)
        raise Left

    monkeypatch.setitem(METHODS, "slow", Method(slow, "Waits."))
    with pytest.raises(Left):
        embed(CODES, "slow", progress=leave)
    said = []

    def look(share, words):
        said.append((share, words))
        go.set()

    assert (embed(CODES, "slow", progress=look) == 1).all()
    assert calls == [0]
    assert said[0] == (0.5, "Slow: halfway, 0 s so far.")


def test_a_failure_is_told_in_a_sentence_again_and_again(monkeypatch):
    def fail(codes, seed, report):
        raise RuntimeError("no luck")

    monkeypatch.setitem(METHODS, "unlucky", Method(fail, "Fails."))
    for _ in range(2):  # a page that ran again for each failure would never rest
        with pytest.raises(ValueError, match=r"unlucky cannot .* \(RuntimeError\)"):
            embed(CODES, "unlucky")


def test_a_layout_that_waits_for_its_turn_says_so(monkeypatch):
    began, go = threading.Event(), threading.Event()

    def slow(codes, seed, report):
        began.set()
        assert go.wait(10)
        return np.full((len(codes), 2), seed, np.float32)

    monkeypatch.setitem(METHODS, "slow", Method(slow, "Waits.", lambda n: 100.0))
    first = start(CODES, "slow", 1)
    assert began.wait(10)
    assert first.progress()[1].endswith("usually about 100 s.")
    second = start(CODES, "slow", 2)
    assert not second.wait(0)
    assert second.progress() == (0, "Waiting for another layout to end.")
    assert start(CODES, "slow", 2) is second
    assert start(CODES, "PCA").done  # which waits for nobody
    go.set()
    assert second.wait(10)
    assert (second.points() == 2).all()
    assert (first.points() == 1).all()


def test_a_layout_that_nobody_asks_about_is_left_out(monkeypatch):
    began, go, made = threading.Event(), threading.Event(), []

    def slow(codes, seed, report):
        began.set()
        assert go.wait(10)
        made.append(seed)
        return np.zeros((len(codes), 2), np.float32)

    monkeypatch.setitem(METHODS, "slow", Method(slow, "Waits."))
    monkeypatch.setattr(layout, "_layouts", OrderedDict())
    start(CODES, "slow", 1)
    assert began.wait(10)
    forgotten, wanted = start(CODES, "slow", 2), start(CODES, "slow", 3)
    monkeypatch.setattr(forgotten, "_asked", -np.inf)
    go.set()
    assert wanted.wait(10)
    assert made == [1, 3]  # in turn
    assert forgotten.left_out
    assert not forgotten.done
    again = start(CODES, "slow", 2)
    assert again is not forgotten
    assert again.wait(10)
    assert made == [1, 3, 2]


def test_only_the_latest_layouts_are_kept(monkeypatch):
    def still(codes, seed, report):
        return np.zeros((len(codes), 2), np.float32)

    monkeypatch.setitem(METHODS, "still", Method(still, "Zeros."))
    monkeypatch.setattr(layout, "_layouts", OrderedDict())
    for seed in range(layout.KEPT + 5):
        embed(CODES, "still", seed)
    assert [key[2] for key in layout._layouts] == list(range(5, layout.KEPT + 5))


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_the_scale_of_the_codes_does_not_matter(scale):
    points = embed(BLOBS * np.float32(scale), "t-SNE", 3)
    assert purity(points, HALVES).value == 1


BAD = {
    "too few": (CODES[:9], "at least 10 codes"),
    "one number each": (CODES[:, :1], "at least 2 numbers"),
    "not a table": (CODES[0], "the shape is"),
    "NaN": (np.where(CODES > 7, np.nan, CODES), "infinite or NaN"),
    "infinite": (np.where(CODES > 7, np.inf, CODES), "infinite or NaN"),
    "all equal": (np.zeros((20, 3)), "nothing to lay out"),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("codes", "why"), BAD.values(), ids=BAD)
def test_codes_that_cannot_be_laid_out_are_refused(codes, why, method):
    with pytest.raises(ValueError, match=why):
        embed(codes, method)


def test_an_unknown_method_lists_the_known_ones():
    with pytest.raises(ValueError, match="known are PCA, t-SNE, UMAP"):
        embed(CODES, "LDA")


@pytest.mark.parametrize("method", METHODS)
def test_ten_codes_are_enough(method):
    assert np.isfinite(embed(CODES[:10], method)).all()


# purity


def test_perfect_clusters_have_purity_one_and_a_low_floor():
    labels = np.repeat(np.arange(5), 40)
    points = np.random.default_rng(0).normal(size=(200, 3)) + 50 * np.eye(5)[labels][:, :3]
    points[labels == 4] -= 200
    value, floor = purity(points, labels)
    assert value == 1
    assert 1 / 5 <= floor < 0.35


def test_labels_that_know_nothing_score_the_floor():
    rng = np.random.default_rng(3)
    points, labels = rng.normal(size=(500, 2)), rng.integers(0, 5, 500)
    value, floor = purity(points, labels)
    assert value == pytest.approx(floor, abs=0.05)


def test_purity_counts_the_majority_of_each_cluster():
    points = np.repeat([[0.0, 0.0], [9.0, 9.0]], [4, 6], axis=0)
    labels = np.array([0, 0, 0, 1, 1, 1, 1, 1, 0, 0])
    assert purity(points, labels).value == pytest.approx((3 + 4) / 10)


def test_purity_of_one_class_is_one():
    assert purity(CODES, np.zeros(60, int)) == (1, 1)


def test_purity_needs_a_label_for_each_point():
    with pytest.raises(ValueError, match="a label for each point"):
        purity(CODES, np.zeros(59, int))


def test_k_means_is_as_good_as_another_implementation():
    from sklearn.cluster import KMeans

    points = np.random.default_rng(4).normal(size=(300, 4))
    at = clusters(points, 6, np.random.default_rng(0), tries=10)
    cost = sum(((points[at == k] - points[at == k].mean(0)) ** 2).sum() for k in range(6))
    assert cost < 1.03 * KMeans(6, n_init=10, random_state=0).fit(points).inertia_


def test_k_means_of_fewer_points_than_clusters_ends():
    at = clusters(np.repeat(CODES[:2], 5, axis=0), 4, np.random.default_rng(0))
    assert len(np.unique(at)) == 2
