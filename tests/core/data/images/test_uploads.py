"""Uploads: every kind of picture that is allowed, and everything that is not."""

import io
import itertools
import re
import struct
import subprocess
import sys
import threading
import tracemalloc
import warnings
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from core.data.images import PARTS, BadInput, effort, load, picture, unpack, upload, uploads


def encoded(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def page(size=112, place=(30, 40), width=180, height=150):
    """A digit 2 somewhere on a page, shape (height, width), ink 255 on black."""
    digit = Image.fromarray(load("digits").x[2]).resize((size, size), Image.Resampling.BICUBIC)
    sheet = Image.new("L", (width, height))
    sheet.paste(digit, place)
    return np.asarray(sheet)


INK = page()
PAPER = Image.fromarray(255 - INK)
BLACK = Image.new("L", PAPER.size)
EXPECTED = picture(encoded(Image.fromarray(INK)))


def alike(x, y=EXPECTED):
    return np.corrcoef(x.ravel().astype(float), y.ravel().astype(float))[0, 1]


def transparent(colour):
    image = Image.new("RGBA", PAPER.size, colour)
    image.putalpha(Image.fromarray(INK))
    return image


def palette():
    image = Image.fromarray((INK > 127).astype(np.uint8))
    image.putpalette([250, 240, 200, 20, 30, 90])
    return image


def turned(image):
    """As a camera held upright saves it: lying, with a note to turn it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(image.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif, quality=95)


def photograph(noise=0.03):
    """Dark ink on grey paper under a lamp from the right."""
    rng = np.random.default_rng(0)
    light = np.linspace(0.5, 0.9, INK.shape[1])
    grey = light * (1 - 0.75 * INK / 255) + noise * rng.standard_normal(INK.shape)
    return Image.fromarray((255 * grey.clip(0, 1)).astype(np.uint8)).resize((720, 600))


def test_a_picture_in_the_shape_of_mnist_is_read_as_it_is():
    for x in load("digits").x[:20]:
        assert alike(picture(encoded(Image.fromarray(x))), x) > 0.95


GOOD = {
    "dark on light": encoded(PAPER),
    "jpeg": encoded(PAPER, "JPEG", quality=90),
    "colour": encoded(Image.merge("RGB", [PAPER, PAPER, Image.new("L", PAPER.size, 255)])),
    "gif": encoded(PAPER, "GIF"),
    "bmp": encoded(PAPER, "BMP"),
    "webp": encoded(PAPER.convert("RGB"), "WEBP", lossless=True),
    "cmyk": encoded(PAPER.convert("CMYK"), "JPEG", quality=90),
    "grey and alpha": encoded(transparent("black").convert("LA")),
    "black on transparent": encoded(transparent("black")),
    "white on transparent": encoded(transparent("white")),
    "palette": encoded(palette()),
    "transparent palette": encoded(palette(), transparency=0),
    "1 bit": encoded(PAPER.convert("1", dither=Image.Dither.NONE)),
    "16 bits": encoded(Image.fromarray(65535 - INK.astype(np.uint16) * 257)),
    "faint 16 bits": encoded(Image.fromarray(40000 - INK.astype(np.uint16) * 40)),
    "turned by a camera": turned(PAPER),
    "dark on dim": encoded(Image.fromarray((90 - INK // 4).astype(np.uint8))),
    "chalk on bright": encoded(Image.fromarray((200 + INK // 5).astype(np.uint8))),
    "faint": encoded(Image.fromarray((200 - INK // 8).astype(np.uint8))),
    "animated gif": encoded(PAPER, "GIF", save_all=True, append_images=[BLACK]),
    "animated png": encoded(PAPER, "PNG", save_all=True, append_images=[BLACK]),
    "photograph": encoded(photograph(), "JPEG", quality=80),
    "large": encoded(PAPER.resize((3600, 3000))),
    "no margin": encoded(Image.fromarray(255 - page(112, (0, 0), 112, 112))),
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
def test_a_digit_is_read_from_every_kind_of_picture(kind):
    x = picture(GOOD[kind], kind)
    assert x.shape == (28, 28)
    assert x.dtype == np.uint8
    assert alike(x) > (0.9 if kind in ("photograph", "palette", "1 bit") else 0.96)


def test_it_reads_what_it_should_and_not_just_anything():
    assert alike(picture(encoded(PAPER.rotate(180)))) < 0.8
    assert_array_equal(picture(encoded(PAPER)), EXPECTED)


def png(width, height):
    """The smallest file that claims to be a picture of this size."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def half(data):
    return data[: len(data) // 2]


FLAT = [encoded(Image.new(*kind)) for kind in [("L", (9, 9), 255), ("RGB", (40, 30), "red")]]
BAD = [
    (b"", "is empty: it has 0 bytes"),
    (b"hello, I am a text", "is not a picture that can be read; allowed are PNG, JPEG, GIF"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a picture that can be read"),
    (encoded(PAPER, "TIFF"), "is not a picture that can be read"),
    (encoded(PAPER, "PDF"), "is not a picture that can be read"),
    (b"\x89PNG\r\n\x1a\n", "allowed are"),
    (bytes(10_000_001), "has 10,000,001 bytes; the limit is 10,000,000"),
    (png(30_000, 30_000), "has far too many pixels; the limit is 4,000 x 4,000"),
    (png(9_500, 9_500), "has 9,500 x 9,500 pixels; the limit is 4,000 x 4,000"),
    (png(4_001, 2), "has 4,001 x 2 pixels; the limit is"),
    (png(100, 100), "is damaged or not complete"),
    (png(0, 0), "allowed are"),
    *((half(encoded(PAPER, kind)), "allowed are") for kind in uploads.FORMATS),
    *((flat, "is empty: it has one colour only") for flat in FLAT),
    (encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0))), "is empty: it has one colour only"),
    (encoded(Image.new("L", (1, 1))), "is empty: it has one colour only"),
]


@pytest.mark.parametrize(("data", "says"), BAD)
def test_a_bad_picture_is_refused_in_one_sentence(data, says):
    before = list(warnings.filters), Image.MAX_IMAGE_PIXELS
    with pytest.raises(BadInput) as caught:
        picture(data, "my/dir/2.png")
    message = str(caught.value)
    assert says in message
    assert message.startswith("'2.png' ")
    assert message.endswith(".")
    assert message.count(". ") == 0
    assert caught.value.__cause__ is None
    assert (list(warnings.filters), Image.MAX_IMAGE_PIXELS) == before


@pytest.mark.parametrize("kind", uploads.FORMATS)
def test_a_spoilt_picture_is_read_or_refused_but_never_anything_else(kind):
    whole, rng = encoded(PAPER, kind), np.random.default_rng(1)
    refused = 0
    for _ in range(60):
        data = bytearray(whole)
        for at in rng.integers(0, len(data), 4):
            data[at] = rng.integers(256)
        try:
            assert picture(bytes(data[: rng.integers(len(data) // 2, 2 * len(data))])).any()
        except BadInput as error:
            refused += str(error).endswith(".")
    assert refused


def scanned(size, times, add=b""):
    """A progressive JPEG whose shortest later scan stands there so many times more."""
    data = encoded(PAPER.resize((size, size)), "JPEG", progressive=True, quality=75)
    at = [m.start() for m in re.finditer(b"\xff\xda", data)]
    scans = [data[a:b] for a, b in zip(at, [*at[1:], len(data) - 2], strict=True)]
    assert effort.jpeg_scans(data) == len(scans) == 6
    return data[:-2] + (add + min(scans[1:], key=len)) * times + data[-2:]


FILL = b"\xff\xfe\x00\x02"  # a comment without a word
TOO_MUCH = [
    (lambda: scanned(2000, 95), "holds its 2,000 x 2,000 pixels in 101 scans; the limit at that"),
    (lambda: scanned(100, 2000), "is cut into far too many pieces"),
    (lambda: scanned(100, 500, FILL), "is cut into far too many pieces"),
    (lambda: b"\xff\xd8" + FILL * 1000 + encoded(PAPER, "JPEG")[2:], "far too many pieces"),
]


@pytest.mark.parametrize(("make", "says"), TOO_MUCH)
def test_a_jpeg_that_would_be_gone_over_too_often_is_not_decoded(make, says, monkeypatch):
    data = make()
    monkeypatch.setattr(uploads, "_grey", None)  # nor is anything looked at but its markers
    for files in ([("a.jpg", data)], [("a.zip", zipped({f"{i}.jpg": data for i in range(4)}))]):
        with pytest.raises(BadInput, match=says) as caught:
            upload(files)
        assert str(caught.value).endswith(".")
        assert caught.value.__cause__ is None


def test_the_scans_of_healthy_jpegs_are_counted_and_taken():
    assert alike(picture(scanned(112, 40))) > 0.8
    assert alike(picture(scanned(2000, 4))) > 0.8
    thumbnail = encoded(PAPER.resize((20, 20)), "JPEG", progressive=True)
    outer = encoded(PAPER, "JPEG", exif=b"Exif\0\0" + thumbnail, restart_marker_blocks=1)
    assert effort.jpeg_scans(outer) == 1
    assert effort.jpeg_scans(outer + 50 * thumbnail) == 1  # a film after the end is not decoded
    assert effort.jpeg_scans(encoded(PAPER, "PNG")) == 1
    assert effort.jpeg_scans(b"\xff\xd8") == 1


def run_length(size=700):
    """A BMP of one long list of runs of one pixel, which Pillow unpacks in Python."""
    body, palette = b"\1\5\0\0" * size, bytes(range(256)) * 4
    sizes = (40, size, size, 1, 8, 1, len(body), 0, 0, 256, 0)
    begin = 54 + len(palette)
    head = b"BM" + struct.pack("<IHHI", begin + len(body), 0, 0, begin)
    return head + struct.pack("<IiiHHIIiiII", *sizes) + palette + body


@pytest.mark.parametrize(
    "make", [run_length, lambda: b"\xff\xd8" + b"\xff" * 500 + encoded(PAPER, "JPEG")[2:]]
)
def test_a_decoder_is_stopped_when_it_has_had_its_time(make, monkeypatch):
    data, now = make(), itertools.count()
    monkeypatch.setattr(effort.time, "thread_time", lambda: next(now) / 100)  # each look: 10 ms
    with pytest.raises(
        BadInput, match=r"'a\.x' takes too long to decode; save it anew, or smaller"
    ):
        picture(data, "a.x")
    assert next(now) < 100 * (uploads.SECONDS + 1)


def test_an_upload_is_stopped_when_it_has_had_its_time(monkeypatch):
    monkeypatch.setattr(uploads, "TOTAL_SECONDS", -1.0)
    with pytest.raises(BadInput, match=r"takes too long to read; choose fewer or smaller"):
        upload([("a.png", ink(0))])


def test_a_small_picture_does_not_wait_for_a_large_one(monkeypatch):
    inside, go, whole = threading.Event(), threading.Event(), uploads._grey
    size = (2500, 2000)

    def slow(image, paper):
        if image.size == size:
            inside.set()
            assert go.wait(60)
        return whole(image, paper)

    monkeypatch.setattr(uploads, "_grey", slow)
    large = encoded(PAPER.resize(size))
    with ThreadPoolExecutor(2) as pool:
        try:
            first = pool.submit(picture, large)
            assert inside.wait(60)
            assert_array_equal(pool.submit(picture, encoded(PAPER)).result(timeout=60), EXPECTED)
            assert not first.done()
            # but of large ones, which take much memory, only one is decoded at a time
            assert not uploads._one_large_at_a_time._free
        finally:
            go.set()
        assert alike(first.result(timeout=60)) > 0.9


def test_what_pillow_finds_odd_is_no_warning_and_changes_nothing_for_others():
    """In a fresh process, where warnings are errors from the start."""
    source = (
        "import sys; from core.data.images import BadInput, picture\n"
        "try: picture(sys.stdin.buffer.read(), 'a.png')\n"
        "except BadInput as error: print(error)"
    )
    command = [sys.executable, "-W", "error", "-c", source]
    done = subprocess.run(command, input=png(9_500, 9_500), capture_output=True, check=True)
    assert b"has 9,500 x 9,500 pixels; the limit is 4,000 x 4,000." in done.stdout
    assert done.stderr == b""


def test_a_name_reaches_the_sentence_without_markup():
    with pytest.raises(BadInput) as caught:
        picture(b"", "<b>[x](http://e.org)\u202e`*" + "y" * 99)
    assert not set("<>[]*`\u202e") & set(str(caught.value))
    assert len(str(caught.value)) < 90
    with pytest.raises(BadInput, match=r"^The picture is empty"):
        picture(b"")


# --- zips ---------------------------------------------------------------------------------------


def zipped(entries, method=zipfile.ZIP_DEFLATED):
    """entries : name -> content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def ink(i):
    return encoded(Image.fromarray(load("digits").x[i]))


def test_folders_are_classes():
    entries = {
        "set/two/a.png": ink(2),
        "set/one/b.png": ink(1),
        "set/one/c.png": ink(11),
        "__MACOSX/set/one/._b.png": b"junk",
        "set/.DS_Store": b"junk",
        "set/one/Thumbs.db": b"junk",
        "set/empty/": b"",
    }
    data = upload([("set.zip", zipped(entries))])
    assert data.names == ("one", "two")
    assert_array_equal(data.labels, [1, 0, 0])
    for x, i in zip(data.x, [2, 1, 11], strict=True):
        assert_array_equal(x, picture(ink(i)))


def test_without_folders_there_is_one_class():
    data = upload([("a.png", ink(0)), ("b.zip", zipped({"c.png": ink(3), "./d.png": ink(4)}))])
    assert data.names == ("upload",)
    assert_array_equal(data.labels, [0, 0, 0])
    assert_array_equal(data.x[2], picture(ink(4)))


def test_pictures_inside_and_outside_of_folders():
    data = upload([("b.zip", zipped({"c.png": ink(3), "w\\x\\d.png": ink(4)})), ("e.png", ink(5))])
    assert data.names == ("upload", "x")
    assert_array_equal(data.labels, [0, 1, 0])


@pytest.mark.parametrize("n", [1, 2, 3, 12])
def test_an_upload_is_split(n):
    data = upload([(f"{i}.png", ink(i)) for i in range(n)])
    sizes = [len(data.part(p)) for p in PARTS]
    assert sum(sizes) == n
    assert sizes[0] >= 1
    assert min(sizes) >= (1 if n > 2 else 0)
    assert data.source == f"Uploaded, {n} picture{'' if n == 1 else 's'}"


def patched(data, find, offset, value):
    """The zip with one field changed in every header that begins with `find`."""
    data, at = bytearray(data), -1
    while (at := data.find(find, at + 1)) >= 0:
        data[at + offset : at + offset + len(value)] = value
    return bytes(data)


def encrypted():
    data = zipped({"a.png": ink(0)})
    return patched(patched(data, b"PK\x03\x04", 6, b"\x01"), b"PK\x01\x02", 8, b"\x01")


def lying():
    """A bomb whose header says that it is small."""
    data = zipped({"a.png": bytes(30_000_000)})
    return patched(data, b"PK\x01\x02", 24, struct.pack("<I", 1000))


def hollow():
    """A picture inside whose packed bytes are spoilt."""
    data = bytearray(zipped({"a.png": ink(0)}))
    data[60:80] = bytes(20)
    return bytes(data)


ZIPS = [
    (lambda: zipped({"../../etc/a.png": ink(0)}), "holds 'a.png', which points out of the zip"),
    (lambda: zipped({"x/../../a.png": ink(0)}), "points out of the zip"),
    (lambda: zipped({"/etc/a.png": ink(0)}), "points out of the zip"),
    (lambda: zipped({"..\\a.png": ink(0)}), "points out of the zip"),
    (lambda: zipped({"C:\\a.png": ink(0)}), "points out of the zip"),
    (lambda: zipped({"a.zip": zipped({"b.png": ink(0)})}), "holds another zip"),
    (lambda: zipped({"a.png": zipped({"b.png": ink(0)})}), "holds another zip"),
    (lambda: zipped({"a.png": bytes(20_000_000)}), "times its size; the limit is 100 times"),
    (lambda: zipped({"a.png": bytes(10_000_009)}, zipfile.ZIP_STORED), "has 10,000,009 bytes"),
    (
        lambda: zipped({f"{i}.png": b"" for i in range(4001)}),
        "has 4,001 entries; the limit is 4,000",
    ),
    (lambda: zipped({"a.png": ink(0)}, zipfile.ZIP_LZMA), "packed in a way that is not allowed"),
    (lambda: zipped({"a.png": ink(0)}, zipfile.ZIP_BZIP2), "packed in a way that is not allowed"),
    (lambda: zipped({"a.png": ink(0), "notes.txt": b"hello"}), "'notes.txt' is not a picture"),
    (lambda: zipped({"a.png": ink(0), "b.png": b""}), "'b.png' is empty: it has 0 bytes"),
    (lambda: zipped({}), "The upload holds no picture"),
    (lambda: zipped({"folder/": b""}), "The upload holds no picture"),
    (lambda: zipped({"a.png": ink(0)})[:-30], "is damaged, not complete, or no zip at all"),
    (lambda: b"hello", "is damaged, not complete, or no zip at all"),
    (lambda: b"", "is damaged, not complete, or no zip at all"),
    (encrypted, "is encrypted; upload it without a password"),
    (lying, "is damaged at 'a.png'"),
    (hollow, "is damaged at 'a.png'"),
]


@pytest.mark.parametrize(("make", "says"), ZIPS)
def test_a_bad_zip_is_refused_in_one_sentence(make, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput) as caught:
        upload([("set.zip", make())])
    message = str(caught.value)
    assert says in message
    assert message.endswith(".")
    assert message.count(". ") == 0
    assert caught.value.__cause__ is None
    assert not list(tmp_path.rglob("*"))  # nothing was unpacked to the disk


def test_a_bomb_is_not_unpacked_to_find_out():
    data = lying()
    tracemalloc.start()
    try:
        with pytest.raises(BadInput):
            upload([("set.zip", data)])
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("limit", "value", "says"),
    [
        ("COUNT", 3, "holds too many pictures; the limit is 3"),
        ("TOTAL_BYTES", 1000, "is too large; the limit is 200,000,000 bytes in all"),
        ("TOTAL_PIXELS", 3 * 28 * 28, "the limit is 2,352 pixels in all"),
    ],
)
def test_an_upload_has_limits_as_a_whole(monkeypatch, limit, value, says):
    files = [(f"{i}.png", ink(i)) for i in range(4)]
    assert len(upload(files)) == 4
    monkeypatch.setattr(uploads, limit, value)
    with pytest.raises(BadInput, match=says):
        upload(files)


def test_a_zip_has_limits_as_a_whole(monkeypatch):
    data = zipped({"a.png": ink(0), "b.png": ink(1)})
    monkeypatch.setattr(unpack, "TOTAL_BYTES", len(data))
    with pytest.raises(BadInput, match=f"'s.zip' unpacks to .* the limit is {len(data)}"):
        upload([("s.zip", zipped({"a.png": bytes(len(data) + 1)}))])
    monkeypatch.setattr(unpack, "TOTAL_BYTES", len(data) - 1)
    with pytest.raises(BadInput, match=rf"'s.zip' has {len(data)} bytes"):
        upload([("s.zip", data)])


def test_no_files_are_refused():
    with pytest.raises(BadInput, match="The upload holds no picture; allowed are PNG"):
        upload([])


def test_a_noisy_photograph_has_no_specks():
    x = picture(encoded(photograph(noise=0.04), "JPEG", quality=70))
    assert alike(x) > 0.9
    assert_allclose(x.mean(), EXPECTED.mean(), rtol=0.25)
