"""What decoding a picture may cost, known before it is decoded or checked while it is."""

from __future__ import annotations

import io
import re
import time

SEGMENTS = 1000  # of one JPEG; healthy ones have fewer than 300
# A marker that begins a segment: not a stuffed 0, not a fill byte, not a restart.
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_BARE, _END, _SCAN = (0x01, 0xD8), 0xD9, 0xDA  # TEM and SOI, which have no length; EOI; SOS


class TooSlow(Exception):
    """The decoder has had its time."""


class TimedFile(io.BytesIO):
    """A file that raises TooSlow when it is read after so many seconds of this thread's time.

    All decoders but WebP's, whose work is bounded by the pixels, read in small pieces.
    """

    def __init__(self, data: bytes, seconds: float) -> None:
        super().__init__(data)
        self._end = time.thread_time() + seconds

    def read(self, size: int | None = -1, /) -> bytes:
        if time.thread_time() > self._end:
            raise TooSlow
        return super().read(size)


def jpeg_scans(data: bytes) -> int | None:
    """How often a decoder has to go over all pixels: the scans of a JPEG, 1 for other files.

    None for a JPEG of more than SEGMENTS segments, at the first of which this gives up.
    """
    if not data.startswith(b"\xff\xd8"):
        return 1
    at = scans = 0
    for _ in range(SEGMENTS):
        marker = _MARKER.search(data, at)
        if marker is None or (kind := marker[1][0]) == _END:
            return max(scans, 1)
        at = marker.end()
        if kind not in _BARE:
            scans += kind == _SCAN
            at += int.from_bytes(data[at : at + 2])
    return None
