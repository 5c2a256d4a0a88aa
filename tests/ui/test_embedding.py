"""The panel of codes in the plane, on 200 synthetic pictures; through AppTest."""

from __future__ import annotations

import io
import json
import threading
from base64 import b64decode
from collections import OrderedDict
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from numpy.testing import assert_array_equal
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.embed import METHODS, Method, embed, purity, start
from ui import embedding

CLASSES = 4


def script() -> None:
    """A page with nothing but the panel."""
    import numpy as np
    import streamlit as st

    from core.data.images import Images
    from core.figures.theme import LIGHT
    from ui import embedding
    from ui.page import Look

    rng = np.random.default_rng(0)
    n = st.session_state.get("n", 200)
    labels = np.arange(n) % 4
    x = rng.integers(0, 256, (n, 28, 28)).astype(np.uint8)
    codes = rng.normal(size=(n, 3)) + 9 * np.eye(4)[labels, :3]
    if st.session_state.get("broken"):
        codes[3] = np.nan
    images = Images("noise", x, labels, tuple("abcd"), "made up", "none", {})
    embedding.panel(
        "tiny", codes, images, Look(LIGHT, st.session_state.get("narrow", False), False),
        of="codes", beside=lambda index: [("decoded", 1 - x[index] / 255, "generated")],
    )  # fmt: skip
    st.text("after")


def opened(query: dict[str, str] | None = None, **state: object) -> AppTest:
    at = AppTest.from_function(script)
    for name, value in (query or {}).items():
        at.query_params[f"tiny.{name}"] = value
    for name, value in state.items():
        at.session_state[name] = value
    at.run()
    assert not at.exception
    assert at.text[-1].value == "after"
    return at


def charts(at: AppTest) -> list[dict]:
    return [json.loads(element.proto.spec) for element in at.get("plotly_chart")]


def the_map(at: AppTest) -> dict:
    (spec,) = [s for s in charts(at) if s["data"][0]["type"] == "scatter"]
    return spec


def shown(at: AppTest) -> list[np.ndarray]:
    """The opacities of the pictures beside the map."""
    sources = [s["data"][0]["source"] for s in charts(at) if s["data"][0]["type"] == "image"]
    files = [io.BytesIO(b64decode(source.split(",")[1])) for source in sources]
    return [np.asarray(Image.open(file).convert("RGBA"))[..., 3] for file in files]


# as in the script
RNG = np.random.default_rng(0)
X = RNG.integers(0, 256, (200, 28, 28)).astype(np.uint8)
CODES = RNG.normal(size=(200, 3)) + 9 * np.eye(4)[np.arange(200) % CLASSES, :3]


def test_it_begins_with_pca_and_the_first_picture() -> None:
    at = opened()
    assert at.get("button_group")[0].value == "PCA"
    names = [trace["name"] for trace in the_map(at)["data"]]
    assert names == [*"abcd", "picked"]
    assert sum(len(trace.get("customdata", ())) for trace in the_map(at)["data"]) == 200
    real, decoded = shown(at)
    assert_array_equal(real, X[0])
    assert_array_equal(decoded, 255 - X[0])
    assert not at.get("progress")


@pytest.mark.parametrize("narrow", [False, True])
def test_a_number_chooses_the_picture(narrow: bool) -> None:
    at = opened(narrow=narrow)
    before = the_map(at)["data"][-1]
    at.number_input(key="tiny.picked").set_value(17).run()
    assert_array_equal(shown(at)[0], X[17])
    assert the_map(at)["data"][-1]["x"] != before["x"]
    assert at.markdown[0].value == "**b**"


def test_a_link_chooses_method_and_picture() -> None:
    points = embed(CODES, "t-SNE")  # kept by the process, so that the page need not wait
    at = opened({"picked": "21", "method": "t-SNE"})
    assert at.get("button_group")[0].value == "t-SNE"
    assert_array_equal(shown(at)[0], X[21])
    assert [metric.label for metric in at.metric] == ["Codes", "t-SNE", "Pixels"]
    assert not at.get("progress")
    assert the_map(at)["data"][-1]["x"] == [points[21, 0]]


@pytest.mark.parametrize("query", [{"picked": "99999"}, {"picked": "-3"}, {"method": "LDA"}])
def test_a_link_that_asks_for_the_impossible_changes_nothing(query: dict[str, str]) -> None:
    at = opened(query)
    assert at.get("button_group")[0].value == "PCA"
    assert_array_equal(shown(at)[0], X[0])


def test_a_smaller_set_begins_again_with_the_first() -> None:
    at = opened()
    at.number_input(key="tiny.picked").set_value(150).run()
    at.session_state["n"] = 40
    at.run()
    assert not at.exception
    assert at.number_input(key="tiny.picked").value == 0


def test_each_purity_is_beside_its_floor() -> None:
    at = opened()
    labels = np.arange(200) % CLASSES
    pixels = purity(X.reshape(200, -1), labels)
    metric = at.metric[2]
    assert (metric.label, metric.value) == ("Pixels", f"{pixels.value:.0%}")
    assert metric.delta == f"floor {pixels.floor:.0%}"
    assert at.metric[0].value == "100%"
    assert "shuffled" in metric.help


def test_while_a_layout_is_made_the_page_shows_pca_and_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go = threading.Event()

    def slow(codes, seed, report):  # type: ignore[no-untyped-def]
        report(0.25, "UMAP: epoch 1 of 4")
        assert go.wait(20)
        return np.asarray(codes[:, :2], np.float32)

    monkeypatch.setitem(METHODS, "UMAP", Method(slow, "Slow."))
    monkeypatch.setattr("core.embed.layout._layouts", OrderedDict())
    at = opened({"method": "UMAP"})
    assert at.get("progress")[0].proto.text.startswith("UMAP: epoch 1 of 4")
    assert at.get("progress")[0].proto.value == 25
    first = embed(CODES, "PCA")[0]
    assert the_map(at)["data"][-1]["x"] == [first[0]]
    assert at.metric[1].value == "–"
    at.number_input(key="tiny.picked").set_value(5).run()  # nothing has to wait
    assert_array_equal(shown(at)[0], X[5])
    go.set()
    assert start(CODES, "UMAP").wait(20)
    at.run()
    assert not at.get("progress")
    assert at.metric[1].value == f"{purity(CODES[:, :2], np.arange(200) % CLASSES).value:.0%}"


def test_codes_that_cannot_be_laid_out_are_told_in_a_sentence() -> None:
    at = opened(broken=True)
    assert "infinite or NaN" in at.error[0].value
    assert_array_equal(shown(at)[0], X[0])  # the pictures stay


def test_a_click_chooses_the_picture_and_one_beside_the_points_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state: dict[str, object] = {"tiny.picked": 3}
    monkeypatch.setattr(st, "session_state", state)
    for points in ([], [{"point_index": 0}]):
        state["tiny.map"] = SimpleNamespace(selection=SimpleNamespace(points=points))
        embedding._click("tiny", "tiny.map")
        assert state["tiny.picked"] == 3
    for data in (42, [42]):
        points = [{"customdata": data}]
        state["tiny.map"] = SimpleNamespace(selection=SimpleNamespace(points=points))
        embedding._click("tiny", "tiny.map")
        assert state["tiny.picked"] == 42
