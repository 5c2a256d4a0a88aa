"""Pictures in figures: what is decoded from a PNG is what was painted, where, in which colour."""

import json

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from core.figures.images import GAP, cells, digit, figure, grey, placed, png, sheet, strip
from core.figures.theme import DARK, LIGHT
from tests.pictures import rgba

RNG = np.random.default_rng(0)
DIGITS = RNG.integers(0, 256, (7, 28, 28), np.uint8)


PICTURES = {
    "random": DIGITS[0],
    "empty": np.zeros((28, 28), np.uint8),
    "full": np.full((28, 28), 255, np.uint8),
    "not square": RNG.integers(0, 256, (3, 11), np.uint8),
    "one pixel": np.array([[7]], np.uint8),
    "all 256": np.arange(256, dtype=np.uint8).reshape(4, 64),
}


@pytest.mark.parametrize("image", PICTURES.values(), ids=PICTURES)
def test_the_values_are_the_opacities_exactly(image):
    pixels = rgba(png(image, "#D55E00"))
    assert_array_equal(pixels[..., 3], image)
    assert_array_equal(pixels[..., :3], np.broadcast_to([0xD5, 0x5E, 0], (*image.shape, 3)))


def test_a_zoom_repeats_each_pixel():
    pixels = rgba(png(DIGITS[0], "#0072B2", zoom=3))[..., 3]
    assert_array_equal(pixels, np.kron(DIGITS[0], np.ones((3, 3), np.uint8)))


def test_numbers_from_0_to_1_are_cut_off_beyond():
    values = np.array([[-1.0, 0.0, 0.5, 1.0, 2.0, np.nan, np.inf, -np.inf]])
    assert_array_equal(grey(values), [[0, 0, 128, 255, 255, 0, 255, 0]])
    assert_array_equal(rgba(png(values, "#000000"))[..., 3], grey(values))


def test_a_digit_takes_less_than_a_kilobyte():
    from core.data.images import load

    sizes = [len(png(image, LIGHT.real)) for image in load("digits").x[:50]]
    assert np.mean(sizes) < 1024


@pytest.mark.parametrize(("columns", "rows"), [(1, 7), (3, 3), (7, 1), (9, 1)])
def test_a_sheet_holds_each_picture_in_its_cell_and_nothing_else(columns, rows):
    whole = sheet(DIGITS, columns, gap=3)
    assert whole.shape == (rows * 31 - 3, columns * 31 - 3)
    for k, image in enumerate(DIGITS):
        y, x = k // columns * 31, k % columns * 31
        assert_array_equal(whole[y : y + 28, x : x + 28], image)
    assert whole.sum(dtype=int) == DIGITS.sum(dtype=int)


@pytest.mark.parametrize("wrong", [(DIGITS[:0], 3), (DIGITS, 0), (DIGITS[0], 3)])
def test_a_sheet_of_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="a sheet needs pictures"):
        sheet(*wrong)


def test_a_placed_picture_fills_its_box():
    entry = placed(DIGITS[0], LIGHT.real, (0.25, 0.75, 0.0, 0.5), opacity=0.5)
    assert (entry["x"], entry["y"], entry["sizex"], entry["sizey"]) == (0.5, 0.25, 0.5, 0.5)
    assert (entry["xref"], entry["sizing"], entry["opacity"]) == ("paper", "contain", 0.5)
    pixels = rgba(entry["source"])[..., 3]
    assert len(pixels) >= 200  # enough for a browser's smoothing not to be seen
    assert_array_equal(pixels[:: len(pixels) // 28, :: len(pixels) // 28], DIGITS[0])


def test_cells_fill_the_box_row_by_row_from_the_upper_left():
    boxes = cells(2, 3, gap=0.1, box=(0, 1, 0, 1))
    assert len(boxes) == 6
    first, last = boxes[0], boxes[-1]
    assert (first[0], first[3]) == (0, 1)
    assert (last[1], last[2]) == (pytest.approx(1), pytest.approx(0))
    assert boxes[1][0] - first[1] == pytest.approx(0.1)
    assert first[2] - boxes[3][3] == pytest.approx(0.1)


ROWS = [("real", DIGITS, "real"), ("decoded", DIGITS[::-1] / 255, "generated")]


def test_each_row_of_a_strip_is_painted_in_the_colour_of_its_meaning():
    lay = strip(ROWS, DARK, captions="0123456")["layout"]
    for entry, (_, row, meaning) in zip(lay["images"], ROWS, strict=True):
        pixels = rgba(entry["source"])
        wanted = sheet(row, 7)
        zoom = len(pixels) // len(wanted)
        assert_array_equal(pixels[::zoom, ::zoom, 3], wanted)
        assert "#" + bytes(pixels[0, 0, :3]).hex().upper() == getattr(DARK, meaning)
    assert [a["text"] for a in lay["annotations"]] == ["real", "decoded", *"0123456"]
    assert lay["annotations"][1]["font"]["color"] == DARK.words["generated"]


def test_captions_and_clicks_are_at_the_middle_of_each_picture():
    spec = strip(ROWS, LIGHT, captions="0123456")
    middles = [k * (28 + GAP) + 14 for k in range(7)]
    for trace in spec["data"]:
        assert (trace["x"], trace["customdata"]) == (middles, list(range(7)))
    assert [a["x"] for a in spec["layout"]["annotations"][2:]] == middles
    upper, lower = (trace["y"][0] for trace in spec["data"])
    assert (upper, lower) == (14, 14 + 28 + 2 * GAP)  # the axis points down


def test_a_strip_is_json_and_a_figure():
    spec = strip(ROWS, LIGHT)
    assert json.loads(json.dumps(spec)) == spec
    fig = figure(spec)
    assert len(fig.layout.images) == len(fig.data) == 2
    assert fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1]


def test_a_strip_grows_with_its_rows_and_its_width():
    one, two = (strip(ROWS[:n], LIGHT)["layout"]["height"] for n in (1, 2))
    assert two > 1.7 * one
    assert strip(ROWS, LIGHT, width=1280)["layout"]["height"] > 1.7 * two


@pytest.mark.parametrize("rows", [[], [ROWS[0], ("short", DIGITS[:3], "generated")]])
def test_a_strip_of_unequal_rows_is_refused(rows):
    with pytest.raises(ValueError, match="rows of equal shape"):
        strip(rows, LIGHT)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_data_of_a_digit_is_its_picture(theme):
    fig = digit(DIGITS[0] / 255, "generated", theme, 200)
    (trace,) = fig.data
    assert_array_equal(rgba(trace.source)[..., 3], DIGITS[0])
    assert "#" + bytes(rgba(trace.source)[0, 0, :3]).hex().upper() == theme.generated
    assert (fig.layout.width, fig.layout.height) == (200, 200)
    assert fig.layout.shapes[0].line.color == theme.faint  # the edge of an empty one
    assert digit(DIGITS[1] / 255, "generated", theme, 200).data[0].source != trace.source
