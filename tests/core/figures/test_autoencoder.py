"""The bench and the planes: which pictures lie where, in which colour, with which numbers."""

import io
from base64 import b64decode

import numpy as np
import plotly.graph_objects as go
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from core.autoencoder.compare import Column
from core.autoencoder.config import KINDS
from core.autoencoder.hole import FRAME, Plane
from core.figures.autoencoder import bench, plane
from core.figures.autoencoder.sheet import SIDE, ZOOM, Sheet
from core.figures.theme import DARK, LIGHT

RNG = np.random.default_rng(0)
X = RNG.integers(0, 256, (28, 28), np.uint8)


def pixels(uri):
    """The pixels of a data URI, read by another implementation: (H, W, 4)."""
    return np.asarray(Image.open(io.BytesIO(b64decode(uri.split(",")[1]))).convert("RGBA"))


def values(array):
    """What plotly.js reads of a typed array."""
    return np.frombuffer(b64decode(array["bdata"]), array["dtype"])


def column(kind, error=0.0123, mean=0.0456):
    hidden = np.zeros((28, 28), bool)
    if kind == "masked":
        hidden[:14] = True
    picture = RNG.random((28, 28)).astype(np.float32)
    return Column(
        kind, np.where(hidden, 0, picture), hidden, 1 - picture, picture, 784, error, mean
    )


COLUMNS = [column(kind) for kind in KINDS]


def words(fig):
    return [a.text for a in fig.layout.annotations]


def test_a_column_for_each_with_its_numbers():
    fig = bench(X, COLUMNS, LIGHT, lit="masked")
    text = " ".join(words(fig))
    for kind in KINDS[:3]:
        assert f"<b>{kind}</b>" in text
    assert "<b><u>masked</u></b>" in text
    assert text.count("<b>0.012</b>") == text.count("0.046") == 4
    explained = [a.hovertext for a in fig.layout.annotations if "0.0" in a.text]
    assert all(explained)


def test_a_number_that_does_not_exist_is_a_dash_with_a_reason():
    fig = bench(X, [*COLUMNS[:3], column("masked", None, None)], LIGHT)
    dashes = [a for a in fig.layout.annotations if "–" in a.text]
    assert len(dashes) == 2
    assert all("othing is hidden" in a.hovertext for a in dashes)


def by_row(fig):
    """The pictures of each row, from the top; the digit itself left out."""
    rows = {}
    for image in fig.layout.images:
        if image.x > SIDE:
            rows.setdefault(image.y, []).append(image)
    return [rows[y] for y in sorted(rows)]


def cell(image, k):
    """Opacities of the k-th picture in a row, without the zoom."""
    step = (image.sizex - SIDE) / (len(KINDS) - 1)
    x = round(step * k)
    return pixels(image.source)[::ZOOM, ::ZOOM, 3][:, x : x + SIDE]


def test_the_pictures_are_the_arrays():
    seen, _, wrong = by_row(bench(X, COLUMNS, LIGHT))
    for k, c in enumerate(COLUMNS):
        assert_array_equal(cell(seen[0], k), np.rint(c.seen * 255))
        assert_array_equal(cell(wrong[0], k), np.rint(c.wrong * 255))


def test_hidden_pixels_are_hatched_and_not_black():
    seen, _, _ = by_row(bench(X, COLUMNS, LIGHT))
    hatch = cell(seen[1], 3)
    assert (hatch[:14] > 0).all()
    assert not hatch[14:].any()
    assert not cell(seen[1], 0).any()


def test_what_the_masked_one_was_given_is_blue_and_what_it_filled_in_is_vermillion():
    _, out, _ = by_row(bench(X, COLUMNS, LIGHT))
    given, made = (cell(image, 3) for image in out)
    masked = COLUMNS[3]
    assert_array_equal(given, np.rint(np.where(masked.hidden, 0, masked.seen) * 255))
    assert_array_equal(made, np.rint(np.where(masked.hidden, masked.rebuilt, 0) * 255))
    assert not cell(out[0], 0).any()
    assert pixels(out[1].source)[0, 0, :3].tolist() == [0xD5, 0x5E, 0x00]


def test_no_two_pictures_share_a_place():
    """plotly.js tells the pictures of a layout apart by their places alone."""
    places = [(i.x, i.y, i.sizex, i.sizey) for i in bench(X, COLUMNS, LIGHT).layout.images]
    assert len(set(places)) == len(places)


def test_a_phone_sees_the_same_without_the_digit():
    wide, narrow = bench(X, COLUMNS, DARK), bench(X, COLUMNS, DARK, narrow=True)
    assert len(narrow.layout.images) == len(wide.layout.images) - 1
    assert narrow.layout.xaxis.range[1] < wide.layout.xaxis.range[1]
    assert {"goes in", "comes out", "error"} <= set(words(narrow))


def test_nothing_hidden_leaves_no_hatching():
    draw = Sheet(LIGHT, gap=2)
    draw.hatch(np.zeros((2, 28, 28), bool), 0, 0)
    assert not draw.figure(2, 1, 100, 10).layout.images


CODES = RNG.normal([5.0, -3.0], [20.0, 4.0], (60, 2)).astype(np.float32)
LABELS = np.arange(60) % 10
PLANE = Plane(
    "a plane", lambda x: CODES[: len(x)],
    lambda z: np.repeat(np.asarray(z)[:, :1, None] > 0, 28, 1).repeat(28, 2).astype(np.float32),
    (), [], CODES, CODES.mean(axis=0), CODES.std(axis=0),
)  # fmt: skip


def drawn(**more) -> go.Figure:
    walk = np.linspace([0, 0], [10, 10], 5)
    args = {"probe": np.array([1.0, 2.0]), "walk": walk, "draws": walk[:3], "behind": True, **more}
    return plane(PLANE, LABELS, LIGHT, **args)


def test_every_code_is_a_dot_in_the_colour_of_its_class():
    codes = next(t for t in drawn().data if t.name == "codes")
    assert_allclose(values(codes.x), CODES[:, 0], rtol=1e-6)
    assert_allclose(values(codes.marker.color), LABELS)
    assert len({colour for _, colour in codes.marker.colorscale}) == 10


def test_the_frame_is_the_planes_own_scale():
    fig = drawn()
    low, high = (PLANE.mean[0] + s * FRAME * PLANE.std[0] for s in (-1, 1))
    assert fig.layout.xaxis.range == pytest.approx((low, high))
    # 95 % of N(0, 1), as large as it is there
    circle = fig.layout.shapes[0]
    assert circle.x1 - circle.x0 == pytest.approx(2 * 2.4477)
    assert 1 - np.exp(-(circle.x1**2) / 2) == pytest.approx(0.95, abs=1e-4)


def test_what_lies_behind_is_the_decoded_plane():
    assert not drawn(behind=False).layout.images
    image = drawn().layout.images[0]
    alpha = pixels(image.source)[..., 3]
    boundary = -float(PLANE.mean[0] - FRAME * PLANE.std[0]) / float(2 * FRAME * PLANE.std[0])
    side = alpha.shape[1] // SIDE
    # this decoder is white to the right of 0
    assert (alpha > 0).mean() == pytest.approx(1 - boundary, abs=1 / side)


def test_the_ring_the_walk_and_the_draws_are_where_they_should_be():
    traces = {t.name: t for t in drawn().data}
    assert [*values(traces["probe"].x), *values(traces["probe"].y)] == [1.0, 2.0]
    assert_allclose(values(traces["walk"].y), np.linspace(0, 10, 5))
    assert len(values(traces["draws"].x)) == 3
    assert traces["places"].marker.opacity == 0
