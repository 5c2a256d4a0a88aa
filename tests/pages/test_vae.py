"""The page as a person drives it, through Streamlit's own harness."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from streamlit.testing.v1 import AppTest

from core import weights
from core.data import images
from core.figures.images import digit
from core.figures.theme import LIGHT
from core.vae.latent import decode, encode
from core.weights import shipped

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "pages" / "vae.py"
VIEWS = ("Latent space", "Train", "Between digits", "Samples", "Codes", "Networks")
MODELS = {
    "Dense, 10 numbers": ("vae_dense", 10),
    "Dense, 2 numbers": ("vae_dense_2d", 2),
    "Convolutional, 10 numbers": ("vae_conv", 10),
}


def opened(**query: str) -> AppTest:
    """The page as a link opens it. A training takes longer than the harness' 3 s."""
    at = AppTest.from_file(str(PAGE), default_timeout=60)
    for name, value in query.items():
        at.query_params[f"vae.{name}"] = value
    at.run()
    assert not at.exception
    return at


def click(at: AppTest, key: str) -> AppTest:
    at.button(key=f"vae.{key}").click().run()
    assert not at.exception
    return at


def charts(at: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


def picture(at: AppTest) -> str:
    """The decoded digit, as the server draws it."""
    return charts(at)[0]["data"][0]["source"]


def code(at: AppTest) -> list[float]:
    return [slider.value for slider in at.slider if slider.key.startswith("vae.z")]


def said(at: AppTest) -> str:
    kinds = (at.error, at.warning, at.markdown, at.caption)
    return " ".join(e.value for kind in kinds for e in kind).replace("\\", "")


def metric(at: AppTest, label: str) -> str:
    return next(m.value for m in at.metric if m.label == label)


def test_opens_within_the_harness_limit_through_the_app_and_alone() -> None:
    at = AppTest.from_file(str(PAGE)).run()
    assert not at.exception
    app = AppTest.from_file(str(ROOT / "app.py")).run()
    app.switch_page("pages/vae.py").run()
    assert not app.exception
    assert app.title[0].value == at.title[0].value


def test_the_first_paint_waits_for_nothing_heavy() -> None:
    out = subprocess.run(
        [sys.executable, "-c", "import sys\n"
         "from streamlit.testing.v1 import AppTest\n"
         f"AppTest.from_file({str(PAGE)!r}, default_timeout=30).run()\n"
         "print([m for m in ('torch', 'sklearn', 'umap', 'numba') if m in sys.modules])"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert out.strip().endswith("[]")


def test_a_slider_changes_the_picture_to_what_its_code_decodes_to() -> None:
    at = opened()
    before = picture(at)
    at.slider(key="vae.z0").set_value(1.5).run()
    assert not at.exception
    assert picture(at) != before
    c = shipped("vae_dense", "vae")
    z = np.zeros((1, 10), np.float32)
    z[0, 0] = 1.5
    expected = digit(decode(c.config, c.parts, z)[0], "generated", LIGHT)
    assert picture(at) == expected.data[0].source


@pytest.mark.parametrize("model", MODELS)
def test_every_shipped_model_has_a_slider_for_each_number(model: str) -> None:
    at = opened(model=model)
    assert len(code(at)) == MODELS[model][1]
    assert len(charts(at)) == 1


def test_a_link_holds_the_code() -> None:
    assert code(opened(z3="-2.5"))[3] == -2.5


def test_a_real_digits_code_goes_to_the_sliders_and_reset_takes_it_away() -> None:
    at = opened()
    at.number_input(key="vae.digit").set_value(42).run()
    click(at, "encode")
    c = shipped("vae_dense", "vae")
    mu, _ = encode(c.config, c.parts, images.load("digits").x[42:43])
    assert_allclose(code(at), mu[0], atol=0.026)  # half a step of the sliders
    click(at, "reset_z")
    assert code(at) == [0.0] * 10


def test_random_is_a_draw_from_the_prior() -> None:
    at = opened()
    draws = np.array([code(click(at, "random_z")) for _ in range(12)])
    assert len(np.unique(draws[:, 0])) > 6
    assert 0.7 < draws.std() < 1.3


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("model", list(MODELS)[1:])
def test_every_view_draws(view: str, model: str) -> None:
    at = opened(view=view, model=model)
    drawn = len(at.get("plotly_chart")) + len(at.get("graphviz_chart"))
    assert drawn >= 1


def test_the_networks_are_the_lectures() -> None:
    text = said(opened(view="Networks"))
    for number in ("407,050", "407,824", "820,004"):
        assert number in text
    text = said(opened(view="Networks", model="Convolutional, 10 numbers"))
    for number in ("4,484", "3,889", "8,373"):
        assert number in text


@pytest.mark.parametrize("way", ["Straight and round", "Square of four", "Plane of two numbers"])
def test_ways_between_digits(way: str) -> None:
    at = opened(view="Between digits", way=way)
    assert charts(at)[0]["layout"]["images"]


def test_a_link_with_settings_opens_the_training() -> None:
    at = opened(scene="No KL at all")
    assert at.number_input(key="vae.beta").value == 0.0
    assert metric(at, "Epoch") == "0.0"
    assert opened(beta="3.5").number_input(key="vae.beta").value == 3.5


def test_a_training_ends_and_can_be_forked_looked_into_and_brought_back() -> None:
    at = opened(epochs="2", latent="2", hidden="64")
    click(at, "train")
    assert metric(at, "Epoch") == "2.0"
    total = float(metric(at, "Reconstruction"))
    assert total < 543.4  # 784 log 2: grey all over
    at.number_input(key="vae.fork_at").set_value(12).run()
    at.number_input(key="vae.beta").set_value(0.0).run()
    click(at, "fork")
    assert float(metric(at, "Reconstruction")) != total
    click(at, "reset")
    click(at, "back")
    assert metric(at, "Epoch") == "2.0"
    at.button_group(key="vae.view").set_value("Latent space").run()
    at.button_group(key="vae.model").set_value("Yours").run()
    assert not at.exception
    assert len(code(at)) == 2


def test_one_update_by_hand() -> None:
    at = opened(view="Train", network="convolutional")
    click(at, "step")
    assert metric(at, "Epoch") == "0.1"
    assert metric(at, "Reconstruction") != "–"


BAD = [
    ({"beta": "-1"}, "beta = '-1': allowed are 0 to 1000."),
    ({"latent": "11"}, "latent = '11': allowed are whole numbers 2 to 10."),
    ({"network": "transformer"}, "allowed are dense, convolutional"),
    ({"scene": "the moon"}, "scene = 'the moon': allowed are "),
    ({"wings": "2"}, "wings: there is no such setting."),
]


@pytest.mark.parametrize(("query", "words"), BAD)
def test_a_bad_link_is_answered_in_a_sentence(query: dict[str, str], words: str) -> None:
    at = opened(**query)
    assert words in said(at)
    assert metric(at, "Epoch") == "0.0"


OWN = {
    "z0": "z0 = '99999999': allowed are -4 to 4.",
    "model": "model = '99999999': allowed are Dense, 10 numbers, ",
    "view": "view = '99999999': allowed are Latent space, Train, ",
    "digit": "digit = '99999999': allowed are whole numbers 0 to 1796.",
}


@pytest.mark.parametrize("name", OWN)
def test_nonsense_for_the_pages_own_widgets_is_answered_and_leaves_it_usable(name: str) -> None:
    at = opened(**{name: "99999999"})
    assert OWN[name] in said(at)
    assert at.get("plotly_chart")
    at.button_group(key="vae.view").set_value("Samples").run()
    assert not at.warning


def test_a_link_to_a_model_that_is_gone_says_so() -> None:
    assert "model = 'Yours': allowed are Dense, 10 numbers, " in said(opened(model="Yours"))


def test_a_training_keeps_its_settings_when_other_views_change_theirs() -> None:
    at = AppTest.from_file(str(ROOT / "pages" / "autoencoders.py"), default_timeout=60)
    at.query_params["autoencoders.view"] = "Train"
    at.run()
    at.button(key="autoencoders.step").click().run()
    at.button_group(key="autoencoders.view").set_value("Bench").run()
    at.slider(key="autoencoders.bottleneck").set_value(3).run()
    at.button_group(key="autoencoders.view").set_value("Train").run()
    assert not at.exception
    assert metric(at, "Epoch") == "0.1"
    assert at.slider(key="autoencoders.bottleneck").value == 32


def test_pictures_that_cannot_be_had_are_refused_and_the_digits_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load = images.load

    def offline(name: str, progress: object = None) -> images.Images:
        if name == "mnist":
            raise images.Unavailable("MNIST is not here.")
        return load(name)

    monkeypatch.setattr(images, "load", offline)
    at = opened(view="Train")
    at.selectbox(key="vae.data").set_value("mnist").run()
    assert not at.exception
    assert "MNIST is not here." in said(at)
    click(at, "step")
    assert metric(at, "Epoch") == "0.1"


def test_missing_weights_are_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    weights.shipped.cache_clear()
    try:
        assert "There is no weights file vae_dense.safetensors." in said(opened())
    finally:
        weights.shipped.cache_clear()
