"""The files of an upload one by one, those in zips included, none unpacked beyond its limit."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from core.data.images.base import BadInput

BYTES = 10_000_000  # of one picture
TOTAL_BYTES = 200_000_000  # of one upload, packed or unpacked
TOO_LARGE = f"The upload is too large; the limit is {TOTAL_BYTES:,} bytes in all."
ENTRIES = 4000  # in one zip, folders and all
RATIO = 100  # unpacked to packed, for a zip that unpacks to more than BYTES


def unpacked(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, str, bytes]]:
    """Name, class and content of each file: its folder's name, or "upload". Raises BadInput."""
    for name, data in files:
        if _is_zip(name, data):
            yield from _unzipped(name, data)
        else:
            yield name, "upload", data


def _is_zip(name: str, data: bytes) -> bool:
    return name.lower().endswith(".zip") or data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def _unzipped(name: str, data: bytes) -> Iterator[tuple[str, str, bytes]]:
    what = called(name, "The zip")
    if len(data) > TOTAL_BYTES:
        raise BadInput(f"{what} has {len(data):,} bytes; the limit is {TOTAL_BYTES:,}.")
    # counted by its signature, because opening it makes an object for every entry
    if (count := data.count(b"PK\x01\x02")) > ENTRIES:
        raise BadInput(f"{what} has {count:,} entries; the limit is {ENTRIES:,}.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception:  # zipfile promises no more than that it raises
        raise BadInput(f"{what} is damaged, not complete, or no zip at all.") from None
    with archive:
        entries = [e for e in archive.infolist() if not e.is_dir()]
        size = sum(e.file_size for e in entries)
        if size > TOTAL_BYTES:
            raise BadInput(f"{what} unpacks to {size:,} bytes; the limit is {TOTAL_BYTES:,}.")
        if size > max(BYTES, RATIO * len(data)):
            raise BadInput(
                f"{what} unpacks to {size // len(data)} times its size; the limit is {RATIO} times."
            )
        for entry in entries:
            path = re.split(r"[/\\]", entry.filename)
            if path[0] == "" or ".." in path or ":" in path[0]:
                raise BadInput(
                    f"{what} holds {called(entry.filename)}, which points out of the zip;"
                    " only names inside it are allowed."
                )
            path = [p for p in path if p not in ("", ".")]
            if _is_litter(path):
                continue
            if entry.flag_bits & 1:
                raise BadInput(f"{what} is encrypted; upload it without a password.")
            content = _content(archive, entry, what)
            if _is_zip(entry.filename, content):
                raise BadInput(f"{what} holds another zip; put the pictures into one zip.")
            yield entry.filename, clean(path[-2] if len(path) > 1 else "") or "upload", content


def _is_litter(path: Sequence[str]) -> bool:
    """Whether an operating system put this into the zip by itself."""
    return any(p.startswith((".", "__MACOSX")) for p in path) or path[-1:] in (
        [], ["Thumbs.db"], ["desktop.ini"],
    )  # fmt: skip


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, what: str) -> bytes:
    """One entry's bytes, and never more than its header says, or than a picture may have."""
    if entry.file_size > BYTES:
        what = called(entry.filename)
        raise BadInput(f"{what} has {entry.file_size:,} bytes; the limit is {BYTES:,}.")
    # the other methods unpack in one go, without a limit
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadInput(f"{what} is packed in a way that is not allowed; use plain zip (deflate).")
    try:
        with archive.open(entry) as file:
            return file.read(entry.file_size + 1)  # plain read() unpacks it all first
    except Exception:  # a false header ends in errors of many kinds
        raise BadInput(f"{what} is damaged at {called(entry.filename)}; pack it anew.") from None


def called(name: str, unnamed: str = "The picture") -> str:
    """What a complaint calls a file."""
    last = clean(name.replace("\\", "/").rsplit("/", 1)[-1])
    return f"'{last}'" if last else unnamed


def clean(name: str) -> str:
    """A name from outside, fit for a sentence: no markup, no control characters, not too long."""
    return re.sub(r"[^\w .+()-]", "?", name).strip()[:40]
