"""Codes of many pictures in the plane: choose the method, click a point, see its picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np

# scikit-learn imports it, here in the background; plotly looks into it as soon as it is there, even
# half imported, and fails. So it is imported before any figure is drawn.
import pandas as pd  # noqa: F401
import streamlit as st
from numpy.typing import NDArray

from core.data.images import Images
from core.embed import METHODS, Array, Layout, Purity, embed, purity, start
from core.figures import embedding
from core.figures.images import Pixels, digit
from ui.form import ERROR, Allowed, plain
from ui.page import Look

Beside = Callable[[int], Sequence[tuple[str, Pixels, str]]]

COLOURS = {"real": "blue", "generated": "orange", "judge": "green", "latent": "violet"}
PATIENCE = 0.3  # seconds, after which a layout is worth a progress bar
AXES = ("first principal component", "second")
ALLOWED: dict[str, Allowed] = {"method": tuple(METHODS), "picked": (0, 1796)}
BAR = {"displayModeBar": False}
SIZE = 150  # of a picture: Streamlit makes no chart narrower
PURITY = (
    "k-means makes as many clusters as there are classes, without knowing them. Purity is the "
    "share of points whose class is the most frequent one in their cluster: 100 % if each cluster "
    "holds one class only. The floor is what the same clusters score when the labels are shuffled."
)


def panel(
    lesson: str, codes: Array, images: Images, look: Look, *, of: str = "codes",
    beside: Beside = lambda index: (),
) -> None:  # fmt: skip
    """Draw the panel. Its keys are LESSON.method, LESSON.picked and LESSON.map.

    codes : (n, d), one for each of the n pictures in `images`. of : what the codes are, in one or
    two words, for labels. beside : index of a picture -> what to show beside it, such as its
    reconstruction, as (caption, picture (H, W), what its colour means).

    A method that takes seconds is computed in the background; the panel shows how far it is, and
    PCA until then. Nothing on the page waits for it.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = st.segmented_control(
            "In the plane by", list(METHODS), default="PCA", required=True, key=f"{lesson}.method",
            bind="query-params", persist_state="session", help=_methods(),
        ) or "PCA"  # fmt: skip
        picked = _index(lesson, len(images))
        bar = st.empty()
    left, right = (st.container(), st.container()) if look.narrow else st.columns([1.9, 1])
    chart = left.empty()
    with right:
        pictures = [("real", images.x[picked], "real"), *beside(picked)]
        _pictures(lesson, images.names[images.labels[picked]], pictures, look)
        st.caption("Cluster purity", help=PURITY)
        with st.container(horizontal=True, gap="medium"):
            numbers = [st.empty() for _ in range(3)]
    _number(numbers[2], "Pixels", _purity(_flat(images.x), images.labels))
    try:
        layout = start(codes, method)
        _number(numbers[0], of.capitalize(), _purity(codes, images.labels))
        done = layout.wait(PATIENCE)
        drawn = layout.points() if done else embed(codes, "PCA")
    except ValueError as error:
        bar.error(plain(str(error)), icon=ERROR)
        return
    if done:
        _number(numbers[1], method, _purity(drawn, images.labels))
    else:
        with bar:
            _watch(layout)
        numbers[1].metric(method, "–", "not yet", delta_color="off", delta_arrow="off", help=PURITY,
                          width="content")  # fmt: skip
    fig = embedding.figure(
        drawn, images.labels, images.names, look.theme, height=330 if look.narrow else 460,
        axes=AXES if method == "PCA" or not done else ("", ""), picked=picked,
    )  # fmt: skip
    key = f"{lesson}.map"
    chart.plotly_chart(
        fig, theme=None, config=BAR, key=key, on_select=lambda: _click(lesson, key),
        selection_mode="points",
    )  # fmt: skip


@st.fragment(run_every=0.4)
def _watch(layout: Layout) -> None:
    """How far the layout is, in its own reruns: the page stays free. At the end the page reruns."""
    if layout.done or layout.left_out:
        st.rerun()
    share, words = layout.progress()
    st.progress(share, f"{words} Until then, PCA.")


def _methods() -> str:
    return "  \n".join(f"**{name}**: {method.about}" for name, method in METHODS.items())


def _index(lesson: str, n: int) -> int:
    """The number of the chosen picture, as the widget says: below n."""
    key = f"{lesson}.picked"
    if st.session_state.get(key, 0) >= n:
        st.session_state[key] = 0  # of a larger set, before
    return int(
        st.number_input(
            "Picture", 0, n - 1, 0, key=key, bind="query-params", persist_state="session",
            width=140, help="Or click a point.",
        )
    )  # fmt: skip


def _click(lesson: str, key: str) -> None:
    """A click on a point chooses its picture; one beside all points changes nothing."""
    points = st.session_state[key].selection.points
    if points and "customdata" in points[0]:
        st.session_state[f"{lesson}.picked"] = int(np.ravel(points[0]["customdata"])[0])


def _pictures(
    lesson: str, name: str, pictures: Sequence[tuple[str, Pixels, str]], look: Look
) -> None:
    st.markdown(f"**{plain(name)}**")
    with st.container(horizontal=True):
        for k, (caption, picture, meaning) in enumerate(pictures):
            with st.container(width=SIZE, gap="xxsmall"):
                fig = digit(picture, meaning, look.theme, SIZE)
                st.plotly_chart(
                    fig, theme=None, config=BAR, key=f"{lesson}.picture_{k}", width="content"
                )
                st.markdown(f":{COLOURS.get(meaning, 'gray')}[:small[{plain(caption)}]]")


def _number(slot: Any, label: str, score: Purity) -> None:
    slot.metric(
        label, f"{score.value:.0%}", f"floor {score.floor:.0%}", delta_color="off",
        delta_arrow="off", help=PURITY, width="content",
    )  # fmt: skip


def _flat(x: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return x.reshape(len(x), -1)


def _purity(points: NDArray[Any], labels: NDArray[np.integer[Any]]) -> Purity:
    digest = blake2b(np.ascontiguousarray(points).tobytes() + labels.tobytes()).hexdigest()
    return _kept_purity(digest, points, labels)


@st.cache_data(max_entries=64, show_spinner=False)
def _kept_purity(digest: str, _points: NDArray[Any], _labels: NDArray[np.integer[Any]]) -> Purity:
    return purity(_points, _labels)
