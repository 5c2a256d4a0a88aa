"""One digit from the set, the pad or a file, and the seed of what is drawn at random."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data import images
from core.data.images import BadInput, Images
from ui import form
from ui.form import ERROR, plain
from ui.live import digit_pad
from ui.page import Look
from ui.sessions import LEFT_OUT

SOURCES = ("From the set", "Drawn", "Uploaded")
EACH = 174  # digits of the rarest class: every class has at least so many
ALLOWED: dict[str, form.Allowed] = {"source": SOURCES, "digit": (0, 9), "number": (1, EACH)}
Picture = NDArray[np.uint8]


def names(first: tuple[int, int]) -> dict[str, Any]:
    """What stands in a link, and its default. first : class and number of the digit at first."""
    return {"source": SOURCES[0], "digit": first[0], "number": first[1]}


def draw_number(
    lesson: str, name: str, button: str, meaning: str, label: str = "Draw number"
) -> int:
    """The seed of what is drawn at random, and a button for the next; keys LESSON.NAME, .BUTTON."""
    key = f"{lesson}.{name}"
    left, right = st.columns(2, gap="small", vertical_alignment="bottom")
    with left:
        seed = st.number_input(
            label, 0, 9999, 0, key=key, help=meaning, bind="query-params",
            persist_state="session",
        )  # fmt: skip
    right.button("Draw anew", key=f"{lesson}.{button}", icon=":material/casino:", width="stretch",
                 on_click=_redraw, args=(key,))  # fmt: skip
    return int(seed)


def _redraw(key: str) -> None:
    st.session_state[key] = (st.session_state[key] + 1) % 10_000


def digit(lesson: str, look: Look, first: tuple[int, int]) -> Picture:
    """The inputs for one digit; the digit, (28, 28). first : class and number of the one at first.

    Keys: LESSON.source; .digit and .number; .pad; .upload and .uploaded.
    A source that has no picture yet, or a bad one, leaves the last good one on the bench.
    """
    source = st.segmented_control(
        "The digit", SOURCES, default=SOURCES[0], required=True, key=f"{lesson}.source",
        label_visibility="collapsed", bind="query-params", persist_state="session",
    )  # fmt: skip
    kept = f"{lesson}.last"
    if source in ("Drawn", "Uploaded"):
        new = {"Drawn": _drawn, "Uploaded": _uploaded}[source](lesson, look)
    else:
        new = _from_the_set(lesson, first)
    if new is not None:
        st.session_state[kept] = new
    elif kept not in st.session_state:
        st.session_state[kept] = of_class(*first)
    last: Picture = st.session_state[kept]
    return last


def of_class(k: int, number: int) -> Picture:
    """The digit `number`, from 1, of class k."""
    digits = images.load("digits")
    return np.asarray(digits.x[np.flatnonzero(digits.labels == k)[number - 1]])


def _from_the_set(lesson: str, first: tuple[int, int]) -> Picture:
    common: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}
    left, right = st.columns(2, gap="small")
    k = left.selectbox("Digit", range(10), first[0], key=f"{lesson}.digit", **common)
    number = right.number_input(
        "Number", 1, EACH, first[1], key=f"{lesson}.number", **common
    )  # fmt: skip
    return of_class(k, number)


def _drawn(lesson: str, look: Look) -> Picture | None:
    key = f"{lesson}.strokes"
    with st.container(width=176):
        new = digit_pad(
            f"{lesson}.pad", st.session_state.get(key, []), label="Your digit",
            colour=look.theme.real,
        )  # fmt: skip
    if new is not None:
        st.session_state[key] = new
    strokes = st.session_state.get(key)
    return images.rasterize(strokes) if strokes else None


def _uploaded(lesson: str, look: Look) -> Picture | None:
    """Single pictures, or zips of them; with several, a number chooses."""
    files = st.file_uploader(
        "Pictures of a digit, or a zip", accept_multiple_files=True, key=f"{lesson}.upload",
        help="PNG, JPEG, GIF, BMP or WebP, dark on light or light on dark. It is centred and "
        "brought to 28 x 28, as MNIST is. Nothing leaves this computer.",
    )  # fmt: skip
    key, ids = f"{lesson}.uploaded", [file.file_id for file in files]
    known: _Upload = st.session_state.get(key, _Upload())
    if ids and ids != known.ids:
        known.ids, known.trouble = ids, ""
        try:
            if any(file.type == LEFT_OUT for file in files):
                raise BadInput(images.TOO_LARGE)
            known.images = images.upload((file.name, file.getvalue()) for file in files)
        except BadInput as error:
            known.trouble = str(error)
        st.session_state[key] = known
    if known.trouble and ids:
        stays = " The last good one stays." if known.images else ""
        st.error(plain(known.trouble + stays), icon=ERROR)
    if known.images is None:
        return None
    n, number = len(known.images), 1
    if n > 1:
        number = st.number_input(f"Which of {n:,}", 1, n, key=f"{lesson}.which{n}")
    return np.asarray(known.images.x[number - 1])


@dataclass
class _Upload:
    """What was uploaded last: the files' ids; the last good pictures; what is wrong with these."""

    ids: list[str] = field(default_factory=list)
    images: Images | None = None
    trouble: str = ""
