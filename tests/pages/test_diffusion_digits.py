"""The page as a person drives it, through Streamlit's own harness.

What comes of a trained network is compared with the same steps taken here, not with a look.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.data import images
from core.diffusion.process import jump
from core.diffusion_digits import Config, trained
from core.diffusion_digits.model import denoiser
from core.diffusion_digits.path import Settings, jumps, noise, record
from core.diffusion_digits.pictures import signed
from core.diffusion_digits.scenes import DRAWN, FORWARD
from core.figures.diffusion_digits import opacity
from core.figures.images import digit
from core.figures.theme import LIGHT

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "pages" / "diffusion_digits.py"
L = "diffusion_digits"
VIEWS = ("Forward", "Reverse", "One label", "Surgery", "Faces", "Train", "Quality")
TOOLS = ("Paint half way", "SDEdit", "Fill in")
QUICK = {"steps": "3", "guidance": "1.0"}


def opened(**query: str) -> AppTest:
    """The page as a link opens it."""
    at = AppTest.from_file(str(PAGE), default_timeout=60)
    for name, value in query.items():
        at.query_params[f"{L}.{name}"] = value
    at.run()
    assert not at.exception
    return at


def click(at: AppTest, key: str) -> AppTest:
    at.button(key=f"{L}.{key}").click().run()
    assert not at.exception
    return at


def pictures(at: AppTest) -> list[str]:
    """The large pictures on the page, as the server draws them, in their order."""
    specs = [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]
    images_ = [s["data"][0] for s in specs if s["data"] and s["data"][0].get("type") == "image"]
    return [trace["source"] for trace in images_]


def drawn(x: np.ndarray, meaning: str) -> str:
    return str(digit(opacity(x), meaning, LIGHT).data[0].source)


def said(at: AppTest) -> str:
    kinds = (at.error, at.warning, at.markdown, at.caption)
    return " ".join(e.value for kind in kinds for e in kind).replace("\\", "")


def metric(at: AppTest, label: str) -> str:
    return str(next(m.value for m in at.metric if m.label == label))


def two() -> np.ndarray:
    digits = images.load("digits")
    return signed(digits.x[np.flatnonzero(digits.labels == 2)[31:32]])[0]


def test_opens_within_the_harness_limit_through_the_app_and_alone() -> None:
    at = AppTest.from_file(str(PAGE)).run()
    assert not at.exception
    app = AppTest.from_file(str(ROOT / "app.py")).run()
    app.switch_page("pages/diffusion_digits.py").run()
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


def test_forward_shows_the_jump_as_a_sum_of_pictures() -> None:
    at = opened()
    at.slider(key=f"{L}.t").set_value(250).run()
    assert not at.exception
    s, eps = Config().process, np.random.default_rng(0).standard_normal((28, 28), np.float32)
    a = s.alpha_bar[250]
    expected = [drawn(np.sqrt(a) * two(), "real"), drawn(np.sqrt(1 - a) * eps, "latent"),
                drawn(jump(two(), 250, eps, s), "latent")]  # fmt: skip
    assert pictures(at)[:3] == expected
    assert float(metric(at, "SNR")) == pytest.approx(s.snr[250], rel=0.01)
    assert float(metric(at, "Jump − steps")) < 1e-4


def test_forward_steps_one_by_one_and_not_beyond_its_ends() -> None:
    at = opened(t="999")
    click(at, "forward")
    assert at.slider(key=f"{L}.t").value == 1000
    assert at.button(key=f"{L}.forward").disabled
    click(at, "back")
    assert at.slider(key=f"{L}.t").value == 999
    at = opened(t="0")
    assert at.button(key=f"{L}.back").disabled
    assert metric(at, "SNR") == "–"
    assert pictures(at)[2] == drawn(two(), "latent")


@pytest.mark.parametrize("scene", FORWARD)
def test_a_scene_sets_the_schedule_and_is_lit(scene: str) -> None:
    at = opened()
    at.button_group(key=f"{L}.scene").set_value(scene).run()
    assert not at.exception
    assert at.button_group(key=f"{L}.scene").value == scene
    assert at.number_input(key=f"{L}.T").value == FORWARD[scene].config.T
    assert at.slider(key=f"{L}.t").max == FORWARD[scene].config.T
    assert FORWARD[scene].notice in said(at)


def test_another_draw_is_another_noise() -> None:
    at = opened()
    before = pictures(at)
    click(at, "redraw")
    after = pictures(at)
    assert before[0] == after[0]
    assert all(a != b for a, b in zip(before[1:], after[1:], strict=True))


def test_an_uploaded_and_a_drawn_digit_are_noised_too() -> None:
    at = opened(t="0")
    at.button_group(key=f"{L}.source").set_value("Uploaded").run()
    paper = np.full((60, 60), 255, np.uint8)
    paper[10:50, 28:34] = 0
    file = io.BytesIO()
    Image.fromarray(paper).save(file, "PNG")
    at.file_uploader(key=f"{L}.upload").set_value([("one.png", file.getvalue(), "image/png")])
    at.run()
    assert not at.exception
    one = pictures(at)[2]
    assert one != drawn(two(), "latent")
    at.file_uploader(key=f"{L}.upload").set_value([("no.png", b"hello", "image/png")])
    at.run()
    assert len(at.error) == 1
    assert "not a picture" in said(at)
    assert pictures(at)[2] == one
    at.button_group(key=f"{L}.source").set_value("Drawn").run()
    at.session_state[f"{L}.strokes"] = [[(0.3, 0.2), (0.7, 0.2), (0.5, 0.8)]]
    at.run()
    assert pictures(at)[2] != one


def path(settings: Settings):
    net = trained.trained(L)
    denoise = denoiser(net.config, net.model, settings.labels(1), settings.guidance)
    return record(jumps(denoise, noise(settings, 1), net.config.process, settings))


def test_reverse_shows_what_the_network_says_on_the_way() -> None:
    at = opened(view="Reverse", steps="4", label="7")
    expected = path(Settings(label="7", steps=4))
    for k in (1, 4):
        at.slider(key=f"{L}.k").set_value(k).run()
        assert not at.exception
        three = (
            (expected.x[k], "latent"),
            (expected.x_0[k], "generated"),
            (expected.eps[k], "judge"),
        )
        assert pictures(at) == [drawn(*one) for one in three]
        assert metric(at, "t") == f"{expected.at[k]:,}"
    click(at, "back")
    assert at.slider(key=f"{L}.k").value == 3
    assert metric(at, "Network calls") == "3"


@pytest.mark.parametrize("sampler", ["DDPM", "DDIM", "ODE (Heun)"])
def test_the_formula_of_every_sampler_holds_the_numbers_of_the_jump(sampler: str) -> None:
    at = opened(view="Reverse", sampler=sampler, steps="4", k="1", eta="0.5")
    assert "x_{500}" in at.latex[0].value
    assert r"\text{2}" in at.latex[1].value
    ends = {"DDPM": "0.", "DDIM": r"\sigma", "ODE (Heun)": r"\tfrac12"}
    assert ends[sampler] in at.latex[0].value


def test_fewer_jumps_leave_the_slider_within_its_range() -> None:
    at = opened(view="Reverse", steps="10", k="10")
    at.slider(key=f"{L}.steps").set_value(2).run()
    assert not at.exception
    assert at.slider(key=f"{L}.k").value == 2


@pytest.mark.parametrize("scene", ["Any digit", "Five jumps"])
def test_a_named_way_to_draw_sets_it(scene: str) -> None:
    at = opened(view="Reverse")
    at.button_group(key=f"{L}.drawing").set_value(scene).run()
    assert not at.exception
    config = DRAWN[scene].config
    assert at.slider(key=f"{L}.steps").value == config.steps
    assert at.selectbox(key=f"{L}.label").value == config.label
    assert DRAWN[scene].notice in said(at)


def test_one_label_draws_sixteen_the_first_of_which_is_the_reverse_views() -> None:
    at = opened(view="One label", steps="2")
    sheet = at.session_state[f"{L}.sheet"]
    assert sheet.x.shape == (16, 28, 28)
    assert_allclose(sheet.x[0], path(Settings(steps=2)).x[-1], atol=1e-4)
    assert len(np.unique(sheet.x.reshape(16, -1), axis=0)) == 16
    assert float(metric(at, "How different")) > 0.05
    click(at, "anew")
    assert at.number_input(key=f"{L}.noise_seed").value == 1
    assert not np.allclose(at.session_state[f"{L}.sheet"].x, sheet.x)


def test_painting_changes_the_picture_and_no_paint_leaves_it() -> None:
    at = opened(view="Surgery", **QUICK)
    before, after = pictures(at)
    assert before == after
    stroke = {"points": [(0.2, 0.2), (0.8, 0.8)], "ink": True}
    at.session_state[f"{L}.painted_on"] = [stroke]
    at.run()
    assert not at.exception
    assert pictures(at)[0] == before
    assert pictures(at)[1] != before


def test_sdedit_of_no_noise_is_the_digit_itself() -> None:
    at = opened(view="Surgery", tool="SDEdit", edit="0", **QUICK)
    assert pictures(at)[2] == drawn(two(), "generated")
    at.slider(key=f"{L}.edit").set_value(500).run()
    assert not at.exception
    assert pictures(at)[2] != drawn(two(), "generated")


@pytest.mark.parametrize("half", ["upper", "left"])
def test_filling_in_keeps_the_known_half(half: str) -> None:
    at = opened(view="Surgery", tool="Fill in", half=half, resampled="1", **QUICK)
    made = next(iter(at.session_state[f"{L}.filled"].values()))
    part = np.s_[:, :14] if half == "upper" else np.s_[:, :, :14]
    assert_allclose(made[part], np.broadcast_to(two(), made.shape)[part])
    assert not np.allclose(made, two(), atol=0.1)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_by_a_link(view: str) -> None:
    at = opened(view=view, steps="2", face_steps="2", judged_steps="2")
    assert at.button_group(key=f"{L}.view").value == view
    assert not at.warning


def test_impossible_values_in_a_link_are_refused_in_a_sentence_each() -> None:
    at = opened(t="-3", noise="pink", T="1e9", digit="99", source="Nowhere", guidance="nan",
                sampler="<b>", view="Elsewhere", k="x", tool="Saw")  # fmt: skip
    text = said(at)
    for name in ("t", "noise", "T", "digit", "source", "guidance", "sampler", "k", "tool"):
        assert f"{name} = " in text
    assert len(pictures(at)) == 4


@pytest.mark.parametrize("tool", TOOLS)
def test_absurd_numbers_leave_every_tool_usable(tool: str) -> None:
    at = opened(view="Surgery", tool=tool, stop="0", edit="-1", half="middle", resampled="99",
                steps="1", guidance="1.0")  # fmt: skip
    assert "resampled = " in said(at)
    assert pictures(at)


def test_a_missing_weights_file_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from core import weights

    def missing(name: str):
        return weights.load(Path("nowhere", f"{name}.safetensors"))

    monkeypatch.setattr(trained, "trained", missing)
    at = opened(view="Reverse")
    assert len(at.error) == 1
    assert "There is no weights file" in said(at)


def test_settings_survive_leaving_the_page_and_coming_back() -> None:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    at.switch_page("pages/diffusion_digits.py").run()
    at.slider(key=f"{L}.t").set_value(123).run()
    at.selectbox(key=f"{L}.digit").set_value(8).run()
    before = pictures(at)
    at.switch_page("app.py").run()
    at.switch_page("pages/diffusion_digits.py").run()
    assert at.slider(key=f"{L}.t").value == 123
    assert pictures(at) == before


def test_presenter_hides_the_prose() -> None:
    at = opened()
    assert "The forward process" in said(at)
    at.toggle(key="app.presenter").set_value(True).run()
    assert not at.exception
    assert "The forward process" not in said(at)
