"""The page as a person drives it, through Streamlit's own harness and its default limit of 3 s."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.autoencoder.scenes import SCENES
from ui.sessions import LEFT_OUT

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "pages" / "autoencoders.py"
VIEWS = ("Bench", "Train", "The hole", "Codes")


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(str(PAGE), default_timeout=60).run()


def linked(**query: str) -> AppTest:
    """The page as a link opens it."""
    at = AppTest.from_file(str(PAGE), default_timeout=60)
    for name, value in query.items():
        at.query_params[f"autoencoders.{name}"] = value
    return at.run()


def said(at: AppTest) -> str:
    kinds = (at.error, at.warning, at.markdown, at.caption)
    text = " ".join(element.value for kind in kinds for element in kind)
    return text.replace("\\", "")  # user text is escaped against markdown


def picture(at: AppTest, number: int = 0) -> str:
    """A figure as the browser gets it."""
    return str(at.get("plotly_chart")[number].proto.spec)


def errors(at: AppTest) -> list[float]:
    """The four errors of the bench, from the formula with the numbers of the moment."""
    return [float(part.split()[0]) for part in at.latex[0].value.split("} = ")[1:]]


def test_opens_through_the_app_and_alone(page: AppTest) -> None:
    assert not page.exception
    app = AppTest.from_file(str(ROOT / "app.py")).run()
    app.switch_page("pages/autoencoders.py").run()
    assert not app.exception
    assert app.title[0].value == page.title[0].value


def test_alive_on_first_paint(page: AppTest) -> None:
    assert len(page.get("plotly_chart")) == 1
    assert len(errors(page)) == 4
    assert errors(page)[0] < 0.02  # the plain one, of a digit that it has never seen


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_by_a_link_and_only_the_chosen_one_is_computed(view: str) -> None:
    at = linked(view=view)
    assert not at.exception
    assert not at.error
    keys = {widget.key for widget in (*at.slider, *at.button)}
    assert ("autoencoders.hole_x" in keys) == (view == "The hole")
    assert ("autoencoders.train" in keys) == (view == "Train")


def test_a_narrower_bottleneck_loses_more(page: AppTest) -> None:
    wide = errors(page)
    narrow = errors(page.slider(key="autoencoders.bottleneck").set_value(1).run())
    assert all(n > w for n, w in zip(narrow, wide, strict=True))


def test_each_slider_changes_its_own_columns(page: AppTest) -> None:
    before = errors(page)
    page.slider(key="autoencoders.noise").set_value(1.0).run()
    noisy = errors(page)
    assert (noisy[0], noisy[1], noisy[3]) == (before[0], before[1], before[3])
    assert noisy[2] > before[2]
    page.slider(key="autoencoders.masked").set_value(0.25).run()
    page.select_slider(key="autoencoders.patch").set_value(7).run()
    masked = errors(page)
    assert masked[:3] == noisy[:3]
    assert masked[3] != noisy[3]


def test_nothing_hidden_is_said_rather_than_counted_as_no_error(page: AppTest) -> None:
    page.slider(key="autoencoders.masked").set_value(0.0).run()
    assert not page.exception
    assert "nothing is hidden" in page.latex[0].value
    assert "–" in picture(page) or "\\u2013" in picture(page)


def test_another_draw_is_another_noise_and_mask(page: AppTest) -> None:
    before = errors(page)
    page.button(key="autoencoders.redraw").click().run()
    after = errors(page)
    assert page.number_input(key="autoencoders.draw").value == 1
    assert after[:2] == before[:2]
    assert after[2] != before[2]
    assert after[3] != before[3]


def test_another_digit_is_another_picture(page: AppTest) -> None:
    before = picture(page)
    page.selectbox(key="autoencoders.digit").set_value(7).run()
    page.number_input(key="autoencoders.number").set_value(174).run()
    assert not page.exception
    assert picture(page) != before


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_sets_its_settings_and_is_lit(page: AppTest, scene: str) -> None:
    page.button_group(key="autoencoders.scene").set_value(scene).run()
    assert not page.exception
    assert page.button_group(key="autoencoders.scene").value == scene
    config = SCENES[scene].config
    assert page.slider(key="autoencoders.noise").value == config.noise
    assert SCENES[scene].notice in said(page)
    words = [a["text"] for a in json.loads(picture(page))["layout"]["annotations"]]
    assert f"<b><u>{config.kind}</u></b>" in words


def test_a_scene_is_lit_only_while_its_settings_stand(page: AppTest) -> None:
    page.slider(key="autoencoders.bottleneck").set_value(2).run()
    assert page.button_group(key="autoencoders.scene").value == "Through two numbers"
    page.slider(key="autoencoders.bottleneck").set_value(3).run()
    assert page.button_group(key="autoencoders.scene").value is None


def test_settings_that_a_view_does_not_show_are_kept() -> None:
    at = linked(scene="Heavy noise", epochs="7")
    at.button_group(key="autoencoders.view").set_value("Codes").run()
    assert at.selectbox(key="autoencoders.kind").value == "denoising"
    at.button_group(key="autoencoders.view").set_value("Train").run()
    assert not at.exception
    assert at.number_input(key="autoencoders.epochs").value == 7
    assert at.slider(key="autoencoders.noise").value == 1.0
    at.button_group(key="autoencoders.view").set_value("Bench").run()
    assert at.slider(key="autoencoders.noise").value == 1.0


def test_impossible_settings_in_a_link_are_refused_in_a_sentence() -> None:
    at = linked(noise="nan", patch="3", bottleneck="1e9", kind="<b>", view="Elsewhere", digit="99",
                number="-5", draw="x", source="Nowhere")  # fmt: skip
    assert not at.exception
    text = said(at)
    for field in ("noise", "patch", "bottleneck", "kind"):
        assert f"{field} = " in text
    assert len(errors(at)) == 4


PNG = "image/png"


def png(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(array).save(out, "PNG")
    return out.getvalue()


def seven() -> np.ndarray:
    """A dark seven on white paper."""
    paper = np.full((60, 60), 255, np.uint8)
    paper[10:16, 15:45] = 0
    for y in range(16, 50):
        x = 43 - (y - 16) // 2
        paper[y, x - 5 : x] = 0
    return paper


@pytest.fixture
def uploading(page: AppTest) -> AppTest:
    return page.button_group(key="autoencoders.source").set_value("Uploaded").run()


def upload(at: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    at.file_uploader(key="autoencoders.upload").set_value(list(files))
    return at.run()


def test_an_uploaded_picture_goes_through_all_four(uploading: AppTest) -> None:
    before = picture(uploading)
    upload(uploading, ("seven.png", png(seven()), PNG))
    assert not uploading.exception
    assert not uploading.error
    assert picture(uploading) != before


BAD = {
    "no picture": ("note.png", b"hello", "not a picture"),
    "0 bytes": ("nothing.png", b"", "0 bytes"),
    "truncated": ("half.png", png(np.random.default_rng(0).integers(
        0, 255, (300, 300), np.uint8))[:2000], "damaged"),
    "too large": ("huge.png", png(np.zeros((1, 30_000), np.uint8)), "limit"),
    "empty": ("paper.png", png(np.full((30, 30), 255, np.uint8)), "one colour"),
    "no zip": ("digits.zip", b"PK\x03\x04 and then nothing", "damaged"),
    "markup": ("<b>**x**</b>.png", b"hello", "not a picture"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_upload_is_one_sentence_and_the_last_good_picture_stays(
    uploading: AppTest, case: str
) -> None:
    upload(uploading, ("seven.png", png(seven()), PNG))
    good = picture(uploading)
    name, content, reason = BAD[case]
    upload(uploading, (name, content, PNG))
    assert not uploading.exception
    assert len(uploading.error) == 1
    assert reason in said(uploading)
    assert "The last good one stays." in said(uploading)
    assert "<b>" not in uploading.error[0].value
    assert picture(uploading) == good


def test_files_that_the_session_could_not_keep_are_one_sentence(uploading: AppTest) -> None:
    upload(uploading, ("seven.png", png(seven()), PNG), ("more.png", b"", LEFT_OUT))
    (error,) = uploading.error
    assert "too large; the limit is 200" in error.value


def test_of_several_uploaded_pictures_one_is_chosen(uploading: AppTest) -> None:
    upload(uploading, ("a.png", png(seven()), PNG), ("b.png", png(seven().T), PNG))
    first = picture(uploading)
    uploading.number_input(key="autoencoders.which2").set_value(2).run()
    assert picture(uploading) != first


def test_a_drawing_goes_through_all_four_and_until_then_the_last_picture(page: AppTest) -> None:
    before = picture(page)
    page.button_group(key="autoencoders.source").set_value("Drawn").run()
    assert picture(page) == before
    page.session_state["autoencoders.strokes"] = [[(0.3, 0.2), (0.7, 0.2), (0.5, 0.8)]]
    page.run()
    assert not page.exception
    assert picture(page) != before


def test_the_ring_moves_and_what_it_decodes_with_it() -> None:
    at = linked(view="The hole")
    figures = [picture(at, k) for k in range(len(at.get("plotly_chart")))]
    at.slider(key="autoencoders.hole_x").set_value(1.5).run()
    after = [picture(at, k) for k in range(len(at.get("plotly_chart")))]
    assert len(after) == len(figures) == 6  # two planes, two pictures, two strips
    assert sum(a != b for a, b in zip(after, figures, strict=True)) == 4


def test_the_hole_says_that_the_vae_has_less_of_one() -> None:
    at = linked(view="The hole")
    kinds = [float(m.value.split()[0]) for m in at.metric if m.label == "Kinds drawn"]
    near = [int(m.value.strip("%")) for m in at.metric if m.label == "Draws near a code"]
    assert kinds[1] > kinds[0] + 2
    assert near[1] > near[0] + 5
    assert all(m.delta.startswith("real digits") for m in at.metric)


def test_a_walk_and_draws_change_by_their_keys() -> None:
    at = linked(view="The hole", hole_from="2", hole_to="7")
    assert at.selectbox(key="autoencoders.hole_from").value == 2
    strips = [picture(at, k) for k in range(6)]
    at.button(key="autoencoders.draws").click().run()
    assert at.number_input(key="autoencoders.hole_draw").value == 1
    after = [picture(at, k) for k in range(6)]
    assert sum(a != b for a, b in zip(after, strips, strict=True)) == 3  # planes, and their strip


def test_codes_of_one_number_are_refused_in_a_sentence() -> None:
    at = linked(view="Codes", bottleneck="1")
    assert not at.exception
    assert "2 numbers" in said(at)


def test_training_gets_better_within_seconds() -> None:
    at = linked(view="Train", epochs="2")
    at.button(key="autoencoders.train").click().run(timeout=20)
    assert not at.exception
    value = next(m for m in at.metric if m.label == "Loss")
    assert float(value.value) < 300  # from 543, 784 log 2, of untrained networks


def test_the_scenes_start_a_training_anew() -> None:
    at = linked(view="Train")
    at.button(key="autoencoders.step").click().run(timeout=20)
    at.button_group(key="autoencoders.scene").set_value("Three quarters hidden").run(timeout=20)
    assert not at.exception
    assert next(m.value for m in at.metric if m.label == "Epoch") == "0.0"
    at.button(key="autoencoders.back").click().run(timeout=20)
    assert at.button_group(key="autoencoders.scene").value == "Through 32 numbers"


def test_presenter_hides_the_prose(page: AppTest) -> None:
    assert "Four of a kind" in said(page)
    page.toggle(key="app.presenter").set_value(True).run()
    assert not page.exception
    assert "Four of a kind" not in said(page)


def test_settings_survive_leaving_the_page_and_coming_back() -> None:
    at = AppTest.from_file(str(ROOT / "app.py")).run()
    at.switch_page("pages/autoencoders.py").run()
    at.slider(key="autoencoders.bottleneck").set_value(5).run()
    at.selectbox(key="autoencoders.digit").set_value(8).run()
    before = picture(at)
    at.switch_page("app.py").run()
    at.switch_page("pages/autoencoders.py").run()
    assert at.slider(key="autoencoders.bottleneck").value == 5
    assert picture(at) == before


def test_a_missing_weights_file_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from core import weights
    from core.autoencoder import compare

    monkeypatch.setattr(
        compare, "shipped", lambda name, _: weights.load(Path("nowhere", f"{name}.safetensors"))
    )
    at = AppTest.from_file(str(PAGE)).run()
    assert not at.exception
    assert "There is no weights file" in said(at)


def test_absurd_places_in_a_link_leave_the_hole_usable() -> None:
    at = linked(view="The hole", hole_x="99", hole_y="nan", hole_from="banana", hole_draw="-1")
    assert not at.exception
    assert -3 <= at.slider(key="autoencoders.hole_x").value <= 3
    assert at.selectbox(key="autoencoders.hole_from").value in range(10)


def test_the_first_paint_waits_for_nothing_heavy() -> None:
    out = subprocess.run(
        [sys.executable, "-c", (
            "import sys, logging; logging.disable(logging.CRITICAL)\n"
            "from streamlit.testing.v1 import AppTest\n"
            f"at = AppTest.from_file({str(PAGE)!r}).run(timeout=20)\n"
            "assert not at.exception\n"
            "print([m for m in ('torch', 'sklearn', 'umap', 'numba') if m in sys.modules])"
        )],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=True,
    ).stdout  # fmt: skip
    assert out.strip() == "[]"
