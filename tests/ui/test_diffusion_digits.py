"""The views that train, judge and compare, each without the page around it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import weights
from core.classifier import reading
from core.data import images
from core.diffusion_digits.quality import Measuring, asked
from core.diffusion_digits.trained import trained
from core.weights import shipped
from ui import page

APP = """
from core.diffusion_digits import Config
from core.diffusion_digits.scenes import SCENES
from ui import link, page, train
from ui.diffusion_digits import faces, quality, training

_, look = page.page("diffusion_digits")
first = link.arrive(
    "diffusion_digits", Config, SCENES,
    {"view": ("a",), **train.ALLOWED, **faces.ALLOWED, **quality.ALLOWED},
)
VIEW
"""
CALLS = {
    "Train": "training.show(first, look)",
    "Faces": "faces.show(look).later()",
    "Quality": "quality.show(look).later()",
}


@pytest.fixture(autouse=True)
def _no_prose(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the page's."""
    monkeypatch.setattr(page, "text", lambda lesson: None)


def opened(view: str, **query: str) -> AppTest:
    at = AppTest.from_string(APP.replace("VIEW", CALLS[view]), default_timeout=60)
    for name, value in query.items():
        at.query_params[f"diffusion_digits.{name}"] = value
    at.run()
    assert not at.exception
    return at


def metric(at: AppTest, label: str) -> tuple[str, str]:
    return next((m.value, m.delta) for m in at.metric if m.label == label)


def said(at: AppTest) -> str:
    return "\n".join(e.value for kind in (at.markdown, at.caption) for e in kind)


def click(at: AppTest, name: str) -> AppTest:
    at.button(key=f"diffusion_digits.{name}").click().run()
    assert not at.exception
    return at


def charts(at: AppTest) -> int:
    return len(at.get("plotly_chart"))


# --- Train --------------------------------------------------------------------------------------


def test_a_training_begins_with_noise_and_goes_on_by_hand() -> None:
    at = opened("Train", width="8", batch="4")
    assert metric(at, "Update") == ("0", "of 1,200")
    assert metric(at, "Loss") == ("–", "saying 0: 0.95")
    click(at, "step")
    assert metric(at, "Update")[0] == "1"
    assert float(metric(at, "Loss")[0]) == pytest.approx(0.95, abs=0.1)
    assert charts(at) == 1


def test_a_training_ends_with_samples_of_its_last_update() -> None:
    at = opened("Train", width="8", batch="4", updates="6")
    click(at, "train")
    assert metric(at, "Samples")[0] == "after 6"
    assert metric(at, "Update") == ("6", "of 6")


def test_settings_that_act_at_once_keep_the_training() -> None:
    at = opened("Train", width="8", batch="4")
    click(at, "step")
    at.number_input(key="diffusion_digits.unlabelled").set_value(1.0).run()
    click(at, "step")
    assert metric(at, "Update")[0] == "2"
    assert "The label is always hidden" in said(at)


# --- Faces --------------------------------------------------------------------------------------

FACES = pytest.mark.skipif("not __import__('os').environ.get('DGM_DATA_DIR')", reason="no faces")


@FACES
def test_each_face_stands_beside_its_nearest_one() -> None:
    at = opened("Faces", face_steps="4")
    here, least = metric(at, "These 6")
    first = at.get("plotly_chart")[0].proto.spec
    measured = trained("diffusion_faces").checkpoint.measured
    assert float(here) > float(least.removeprefix("the nearest ")) > 0
    assert metric(at, "Of 60 drawn") == (
        f"{measured['nearest']:.3f}", f"unseen faces {measured['nearest_test']:.3f}",
    )  # fmt: skip
    click(at, "face_redraw")
    assert at.get("plotly_chart")[0].proto.spec != first
    assert charts(at) == 1


def test_without_the_faces_it_draws_and_says_why_there_is_no_neighbour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def offline(name: str, progress: object = None) -> images.Images:
        raise images.Unavailable("The faces are not here.")

    monkeypatch.setattr(images, "load", offline)
    at = opened("Faces", face_steps="2")
    assert "The faces are not here." in said(at)
    assert metric(at, "These 6")[0] == "–"
    assert charts(at) == 1


# --- Quality ------------------------------------------------------------------------------------


def test_quality_says_what_was_measured_beside_what_real_digits_score() -> None:
    at = opened("Quality", judged_steps="4")
    text, m = said(at), trained("diffusion_digits").checkpoint.measured
    real = shipped("classifier", "classifier").measured
    for share in (m["recognised"], m["recognised_unguided"], real["accuracy"]):
        assert f"{share:.1%}" in text
    for far in (m["frechet"], m["frechet_unguided"], real["floor_1000"]):
        assert f"| {far:.1f} |" in text


def test_ten_digits_are_judged_at_once_and_have_no_distance() -> None:
    at = opened("Quality")
    share, of = metric(at, "Recognised")
    assert of.endswith(" of 10")
    assert float(share.rstrip("%")) >= 70
    assert metric(at, "Fréchet distance") == ("–", "needs more digits")


def test_more_digits_are_measured_when_one_asks_for_them() -> None:
    at = opened("Quality", judged_steps="2", judged_guidance="0")
    at.selectbox(key="diffusion_digits.size").set_value("100 digits").run()
    assert metric(at, "Recognised")[1].endswith(" of 10")  # not yet
    click(at, "measure")
    assert metric(at, "Recognised")[1].endswith(" of 100")
    far, floor = metric(at, "Fréchet distance")
    assert floor == f"floor {shipped('classifier', 'classifier').measured['floor_100']:.1f}"
    assert float(far) > float(floor.removeprefix("floor "))
    assert charts(at) == 2  # nobody asked the network for a label: nearly all are misread


def test_a_measurement_goes_on_where_it_was_left_and_can_be_stopped() -> None:
    t = trained("diffusion_digits")
    labels = asked(45, np.random.default_rng(0))
    job = Measuring(t, labels, 0, 2, 1.0)
    assert job.judged() is None
    for _ in range(3):
        job.advance()
    assert len(job.pictures) == 20
    q = job.judged()
    assert q is not None
    assert q.frechet is None
    assert q.read.tolist() == reading(job.pictures).labels.tolist()
    at = AppTest.from_string(APP.replace("VIEW", CALLS["Quality"]), default_timeout=60)
    at.session_state["diffusion_digits.measuring"] = job
    at.run()
    assert metric(at, "Recognised")[1].endswith(" of 45")
    assert job.share == 1
    stopped = Measuring(t, labels, 0, 2, 1.0)
    stopped.stopped = True
    at.session_state["diffusion_digits.measuring"] = stopped
    at.run()
    assert "0 digits, guidance 1, 2 jumps. Stopped." in said(at)


def test_missing_weights_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    for cache in (trained, weights.shipped):
        cache.cache_clear()
    try:
        at = AppTest.from_string(APP.replace("VIEW", CALLS["Quality"]), default_timeout=60).run()
        assert "There is no weights file" in at.exception[0].message  # the page makes it a sentence
    finally:
        for cache in (trained, weights.shipped):
            cache.cache_clear()
