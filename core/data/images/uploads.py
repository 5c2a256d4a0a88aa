"""Pictures from strangers: every limit is checked before the memory that it protects is used."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable
from contextlib import nullcontext

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from core.data.images.base import BadInput, Images, shuffled
from core.data.images.effort import TimedFile, TooSlow, jpeg_scans
from core.data.images.shape import Floats, centred
from core.data.images.unpack import BYTES, TOO_LARGE, TOTAL_BYTES, called, unpacked
from core.machine import Slots

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
ALLOWED = "PNG, JPEG, GIF, BMP and WebP"
SIDE_LIMIT = 4000  # pixels along each side of a picture
COUNT = 2000  # pictures in one upload
TOTAL_PIXELS = 400_000_000  # of all pictures in one upload

SMALL = 256  # pixels: a larger picture is first brought down to this
EMPTY = 10 / 255  # a picture whose darkest and brightest differ by less is empty
NOISE = 3 / 255  # paper that differs from itself by more was photographed
SECONDS = 3.0  # of processor time to decode one picture
TOTAL_SECONDS = 20.0  # of processor time for one upload
SCANNED = 400_000_000  # pixels times scans of one JPEG: the usual ten scans of 40 million
LARGE = 4_000_000  # pixels: more are decoded one picture at a time, for they may take 250 MB

_one_large_at_a_time = Slots(1)  # in the order they came; a small picture never waits
# Once and for all: what Pillow finds odd in a picture (its size, its EXIF) is no news to a server,
# and warnings.catch_warnings would change the whole process under every other visitor.
warnings.filterwarnings("ignore", module=r"PIL\.")


def picture(data: bytes, name: str = "") -> NDArray[np.uint8]:
    """One picture as MNIST would show it, shape (28, 28), ink bright on black.

    Paper is what most of the border shows, and what is transparent; ink is what differs from it,
    so that a dark digit on light paper is inverted. Of an animation, it is the first frame.

    data : a file in one of FORMATS. name : what to call it in a complaint. Raises BadInput.
    """
    return _read(data, name)[0]


def upload(files: Iterable[tuple[str, bytes]]) -> Images:
    """A set of the pictures in `files`, (name, content) each: pictures, and zips of pictures.

    The classes are the folders in the zips; a picture in no folder is of the class "upload".
    Raises BadInput for the first file that is not allowed. Nothing is written to the disk.
    """
    x: list[NDArray[np.uint8]] = []
    classes: list[str] = []
    pixels = size = 0
    begun = time.thread_time()
    for name, folder, data in unpacked(files):
        size += len(data)
        if len(x) == COUNT:
            raise BadInput(f"The upload holds too many pictures; the limit is {COUNT:,}.")
        if size > TOTAL_BYTES:
            raise BadInput(TOO_LARGE)
        image, area = _read(data, name)
        pixels += area
        if pixels > TOTAL_PIXELS:
            raise BadInput(f"The upload is too large; the limit is {TOTAL_PIXELS:,} pixels in all.")
        if time.thread_time() - begun > TOTAL_SECONDS:
            raise BadInput("The upload takes too long to read; choose fewer or smaller pictures.")
        x.append(image)
        classes.append(folder)
    if not x:
        raise BadInput(f"The upload holds no picture; allowed are {ALLOWED}, and zips of them.")
    names = sorted(set(classes))
    return Images(
        name="upload",
        x=np.stack(x),
        labels=np.array([names.index(c) for c in classes], np.int64),
        names=tuple(names),
        source=f"Uploaded, {len(x):,} picture{'s' * (len(x) > 1)}",
        licence="That of whoever made the pictures",
        split=shuffled(len(x)),
    )


def _read(data: bytes, name: str) -> tuple[NDArray[np.uint8], int]:
    """The picture, shape (28, 28), and how many pixels it had."""
    what = called(name)
    if not data:
        raise BadInput(f"{what} is empty: it has 0 bytes.")
    if len(data) > BYTES:
        raise BadInput(f"{what} has {len(data):,} bytes; the limit is {BYTES:,}.")
    scans = jpeg_scans(data)
    if scans is None:
        raise BadInput(f"{what} is cut into far too many pieces; save it anew.")
    try:
        with Image.open(TimedFile(data, SECONDS), formats=FORMATS) as image:
            width, height = image.size  # as its header says: nothing has been decoded yet
            if max(width, height) > SIDE_LIMIT:
                raise BadInput(
                    f"{what} has {width:,} x {height:,} pixels;"
                    f" the limit is {SIDE_LIMIT:,} x {SIDE_LIMIT:,}."
                )
            if scans * width * height > SCANNED:
                raise BadInput(
                    f"{what} holds its {width:,} x {height:,} pixels in {scans:,} scans;"
                    f" the limit at that size is {SCANNED // (width * height)}."
                )
            with _one_large_at_a_time if width * height > LARGE else nullcontext():
                ink = _ink(_grey(image, "white"))
                if ink is None:  # white on transparent
                    ink = _ink(_grey(image, "black"))
    except BadInput:
        raise
    except TooSlow:
        raise BadInput(f"{what} takes too long to decode; save it anew, or smaller.") from None
    except Image.DecompressionBombError:
        limit = f"{SIDE_LIMIT:,} x {SIDE_LIMIT:,}"
        raise BadInput(f"{what} has far too many pixels; the limit is {limit}.") from None
    except UnidentifiedImageError:
        raise BadInput(
            f"{what} is not a picture that can be read; allowed are {ALLOWED}."
        ) from None
    except Exception:  # a decoder fed with nonsense raises nearly anything
        raise BadInput(f"{what} is damaged or not complete; allowed are {ALLOWED}.") from None
    if ink is None:
        raise BadInput(f"{what} is empty: it has one colour only, where ink on paper is needed.")
    return centred(ink), width * height


def _grey(image: Image.Image, paper: str) -> Floats:
    """Brightness from 0 to 1, at most SMALL pixels along each side, upright as the camera was."""
    image.draft("L", (SMALL, SMALL))  # a JPEG is decoded no finer than needed
    image = ImageOps.exif_transpose(image)
    white = 255.0
    if image.mode.startswith("I"):  # 16 bits, which `convert` would cut off rather than scale
        image, white = Image.fromarray(np.asarray(image, np.float32)), 65535.0
    elif image.has_transparency_data:
        image = image.convert("RGBA")
    else:
        image = image.convert("L")
    image.thumbnail((SMALL, SMALL), Image.Resampling.BOX)
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, paper), image).convert("L")
    return np.asarray(image, np.float32) / np.float32(white)


def _ink(grey: Floats) -> Floats | None:
    """Bright ink on black, at most 1; None where nothing differs from the paper.

    Paper of one colour leaves the ink as it is. Where it is uneven, this is a photograph: shadows
    and noise become black, the ink is sharpened, and specks are removed.
    """
    low, high = float(grey.min()), float(grey.max())
    if high - low < EMPTY:
        return None
    border = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
    paper = float(np.median(border))
    ink = paper - grey if paper > (low + high) / 2 else grey - paper
    peak = float(ink.max())
    uneven = 2 * float(np.quantile(np.abs(border - paper), 0.75))
    if uneven > NOISE:
        floor = min(max(uneven, peak / 4), peak / 2)
        return _without_specks(np.clip((ink - floor) / (0.75 * peak - floor), 0.0, 1.0))
    return np.asarray(np.clip(ink / peak, 0.0, 1.0))


def _without_specks(ink: Floats) -> Floats:
    """The ink without pieces smaller than a fiftieth of the largest one."""
    from scipy import ndimage  # not where there is no photograph

    pieces, _ = ndimage.label(ink > 0)
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    return np.asarray(np.where((sizes >= sizes.max() / 50)[pieces], ink, np.float32(0.0)))
