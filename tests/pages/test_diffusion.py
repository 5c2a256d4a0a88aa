"""The page as a person drives it, through Streamlit's own harness: Forward and Reverse."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from streamlit.testing.v1 import AppTest

from core.diffusion import Config
from core.diffusion.denoiser import exact
from core.diffusion.forward import walk
from core.diffusion.path import Settings, moved, record
from core.weights import BadWeights
from ui.diffusion import denoisers

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "pages" / "diffusion.py"
TARGETS = ("two moons", "spiral", "checkerboard", "smiley", "drawn", "far modes", "mixture")


def opened(**query: str) -> AppTest:
    at = AppTest.from_file(str(PAGE), default_timeout=60)
    for name, value in query.items():
        at.query_params[f"diffusion.{name}"] = value
    at.run()
    assert not at.exception
    return at


def ran(widget: Any) -> AppTest:
    at: AppTest = widget.run()
    assert not at.exception
    return at


def click(at: AppTest, key: str) -> AppTest:
    return ran(at.button(key=f"diffusion.{key}").click())


def t(at: AppTest) -> int:
    return int(at.slider(key="diffusion.t").value)


def chart(at: AppTest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(at.get("plotly_chart")[0].proto.spec)
    return found


def names(at: AppTest) -> list[str]:
    return [trace.get("name", "") for trace in chart(at)["data"]]


def points(at: AppTest, name: str) -> np.ndarray:
    (trace,) = (one for one in chart(at)["data"] if one.get("name") == name)
    xy = [np.frombuffer(b64decode(trace[axis]["bdata"]), np.float32) for axis in "xy"]
    return np.column_stack(xy)


def said(at: AppTest) -> str:
    kinds = (at.error, at.warning, at.markdown, at.caption)
    return " ".join(e.value for kind in kinds for e in kind).replace("\\", "")


def metric(at: AppTest, label: str) -> str:
    return next(m.value for m in at.metric if m.label == label)


def test_opens_within_the_harness_limit_through_the_app_and_alone() -> None:
    at = AppTest.from_file(str(PAGE)).run()
    assert not at.exception
    app = AppTest.from_file(str(ROOT / "app.py")).run()
    app.switch_page("pages/diffusion.py").run()
    assert not app.exception
    assert app.title[0].value == at.title[0].value


@pytest.mark.parametrize("view", ["Forward", "Reverse"])
def test_the_first_paint_waits_for_nothing_heavy(view: str) -> None:
    out = subprocess.run(
        [sys.executable, "-c", "import sys\n"
         "from streamlit.testing.v1 import AppTest\n"
         f"at = AppTest.from_file({str(PAGE)!r}, default_timeout=30)\n"
         f"at.query_params['diffusion.view'] = {view!r}\n"
         "at.run()\n"
         "print([m for m in ('torch', 'sklearn', 'umap', 'numba') if m in sys.modules])"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert out.strip().endswith("[]")


def test_the_slider_shows_the_particles_after_t_single_steps() -> None:
    at = opened()
    x = walk(Config().data, Config().process, 0)
    for now in (0, 77, 200):
        ran(at.slider(key="diffusion.t").set_value(now))
        assert_allclose(points(at, "particles"), x[now], rtol=1e-6)
    assert_allclose(float(metric(at, "Noise in xₜ")), 1, atol=0.05)


def test_one_step_back_and_forth_and_not_beyond_the_ends() -> None:
    at = opened()
    assert t(at) == 40
    assert t(click(at, "forward")) == 41
    assert t(click(click(at, "back"), "back")) == 39
    ran(at.slider(key="diffusion.t").set_value(0))
    assert at.button(key="diffusion.back").disabled
    ran(at.slider(key="diffusion.t").set_value(200))
    assert at.button(key="diffusion.forward").disabled


def test_the_formula_has_this_steps_numbers() -> None:
    at, s = opened(t="100"), Config().process
    (text,) = (e.value for e in at.latex)
    for value in (np.sqrt(1 - s.beta[100]), np.sqrt(s.alpha_bar[100])):
        assert f"{value:.4f}" in text


@pytest.mark.parametrize("view", ["Forward", "Reverse"])
@pytest.mark.parametrize("target", TARGETS)
def test_every_target_draws(view: str, target: str) -> None:
    at = opened(view=view, target=target, steps="5")
    assert "particles" in names(at)
    assert at.selectbox(key="diffusion.target").value == target
    assert not at.warning


def test_schedules_and_the_one_by_hand() -> None:
    at = opened()
    assert "Noise schedule" not in [e.label for e in at.main.expander]  # it lies in the open
    for noise in ("linear", "constant", "by hand"):
        ran(at.selectbox(key="diffusion.noise").set_value(noise))
    ran(at.number_input(key="diffusion.beta_T").set_value(0.01))
    ran(at.slider(key="diffusion.t").set_value(200))
    s = Config(noise="by hand", beta_T=0.01).process
    assert float(metric(at, "Kept of x₀")) == pytest.approx(np.sqrt(s.alpha_bar[200]), abs=0.05)


def test_a_smaller_T_takes_the_slider_along() -> None:
    at = opened(t="150")
    ran(at.number_input(key="diffusion.T").set_value(100))
    assert t(at) == 100
    assert t(opened(t="150", T="100")) <= 100


def test_a_set_up_changes_what_it_speaks_of_and_is_lit() -> None:
    at = opened(lr="0.25")
    ran(at.button_group(key="diffusion.noising").set_value("Linear, 1,000 steps"))
    assert at.number_input(key="diffusion.T").value == 1000
    assert at.button_group(key="diffusion.noising").value == "Linear, 1,000 steps"
    assert at.session_state["diffusion.lr"] == 0.25
    ran(at.selectbox(key="diffusion.target").set_value("smiley"))
    assert at.button_group(key="diffusion.noising").value is None


def test_another_noise_number_draws_other_particles() -> None:
    at = opened()
    before = points(at, "particles")
    click(at, "redraw")
    assert at.number_input(key="diffusion.noise_seed").value == 1
    assert np.abs(points(at, "particles") - before).max() > 0.1


def test_an_impossible_drawing_or_mixture_is_one_sentence_and_the_last_stays() -> None:
    at = opened(target="drawn")
    before = points(at, "particles")
    ran(at.text_input(key="diffusion.drawing").set_value("!!"))
    assert "0-9a-zA-Z" in said(at)
    assert_allclose(points(at, "particles"), before)
    ran(at.selectbox(key="diffusion.target").set_value("mixture"))
    ran(at.text_input(key="diffusion.mixture").set_value("0.5 N(0, 0)"))
    assert "widths" in said(at)


def path(**settings: object) -> tuple[Any, Settings]:
    now = Settings(**settings)  # type: ignore[arg-type]
    c = Config()
    return record(exact(c.data, c.process), c.process, now, c.d), now


def test_reverse_shows_the_stop_at_or_above_t() -> None:
    at = opened(view="Reverse", denoiser="exact", steps="10", t="95")
    made, _ = path(steps=10)
    assert_allclose(points(at, "particles"), made.x[5], atol=1e-5)  # at t = 100
    assert t(click(at, "back")) == 80
    assert t(click(click(at, "forward"), "forward")) == 120
    assert metric(at, "Evaluations") == "4 of 10"


def test_without_a_training_the_exact_denoiser_steps_in_and_the_way_to_train_is_a_button() -> None:
    at = opened(view="Reverse", noise="constant")
    assert "Nothing is trained yet" in said(at)
    assert "learned" not in names(at)
    click(at, "to_train")
    assert at.button_group(key="diffusion.view").value == "Train"


def test_a_training_of_this_session_is_what_takes_the_noise_away() -> None:
    at = opened(view="Train", target="two modes", updates="30")
    click(at, "train")
    ran(at.button_group(key="diffusion.view").set_value("Reverse"))
    assert "Yours, after 30 updates." in said(at)
    assert {"learned", "exact"} <= set(names(at))
    bound = metric(at, "Bound, nats")
    ran(at.selectbox(key="diffusion.denoiser").set_value("exact"))
    assert metric(at, "Bound, nats") != bound
    ran(at.selectbox(key="diffusion.target").set_value("far modes"))
    assert "Yours" not in said(at)


def test_the_shipped_network_is_at_hand_and_close_to_the_exact_denoiser() -> None:
    at = opened(view="Reverse")
    assert "Shipped, after 1,500 updates." in said(at)
    assert {"learned", "exact"} <= set(names(at))
    assert float(metric(at, "Sliced W1")) < 0.1


def test_damaged_weights_are_one_sentence_and_the_exact_denoiser_steps_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def damaged(config: Config) -> None:
        raise BadWeights("The file is damaged.")

    monkeypatch.setattr(denoisers, "trained", damaged)
    at = opened(view="Reverse")
    assert "The file is damaged. So the exact denoiser is used" in said(at)
    assert "particles" in names(at)


def test_the_same_noise_takes_another_path_and_the_one_before_is_dotted() -> None:
    at = opened(view="Reverse", denoiser="exact")
    assert "before" not in names(at)
    ran(at.selectbox(key="diffusion.sampler").set_value("DDPM"))
    assert "before" in names(at)
    assert "the same noise under exact DDIM, 25 jumps" in said(at)
    ran(at.slider(key="diffusion.t").set_value(200))
    first = points(at, "particles")
    ran(at.selectbox(key="diffusion.sampler").set_value("ODE (Heun)"))
    assert_allclose(points(at, "particles"), first)
    ran(at.slider(key="diffusion.steps").set_value(6))
    assert metric(at, "Evaluations") == "0 of 11"
    ran(at.number_input(key="diffusion.noise_seed").set_value(5))
    assert "before" not in names(at)  # another noise is no comparison


def test_eta_belongs_to_DDIM() -> None:
    at = opened(view="Reverse")
    ran(at.slider(key="diffusion.eta").set_value(1.0))
    assert at.button_group(key="diffusion.way").value == "DDIM with noise"
    ran(at.selectbox(key="diffusion.sampler").set_value("DDPM"))
    assert not [s for s in at.slider if s.key == "diffusion.eta"]


def test_a_moved_particle_goes_on_from_where_it_was_put() -> None:
    at = opened(view="Reverse", denoiser="exact", sampler="DDPM", steps="20", t="100", picked="7")
    assert "moved" not in names(at)
    ran(at.slider(key="diffusion.move_x").set_value(-1.0))
    ran(at.slider(key="diffusion.move_y").set_value(0.5))
    made, now = path(sampler="DDPM", steps=20)
    c = Config()
    way = moved(exact(c.data, c.process), c.process, now, made, 10, 7, np.array([-1, 0.5]))
    assert_allclose(points(at, "moved")[:-1], way.x[:, 0], atol=1e-4)
    ran(at.number_input(key="diffusion.picked").set_value(8))
    assert np.abs(points(at, "moved")[0] - way.x[0, 0]).max() > 0.01


def test_the_formula_is_that_of_the_picked_particle() -> None:
    at = opened(view="Reverse", denoiser="exact", sampler="DDPM", steps="20", t="100", picked="7")
    made, _ = path(sampler="DDPM", steps=20)
    (text,) = (e.value for e in at.latex)
    x, y = made.mean[10, 7]
    assert rf"({x:.2f},\,{y:.2f})" in text
    assert f"{made.std[10] ** 2:.5f}" in text


def test_the_distance_has_its_floor_and_the_bound_its_entropy() -> None:
    at = opened(view="Reverse", denoiser="exact", steps="40")
    below = {m.label: m.delta for m in at.metric}
    assert below["Sliced W1"].startswith("floor 0.05")
    assert float(metric(at, "Sliced W1")) < 0.09
    assert abs(float(below["Bound, nats"].removeprefix("entropy ")) - 0.537) < 0.02


def test_a_link_holds_the_view_and_its_own_settings() -> None:
    at = opened(view="Reverse", steps="7", move_x="0.5", picked="3")
    link = next(e.value for e in at.code if "diffusion.view" in e.value)
    for part in ("view=Reverse", "steps=7", "move_x=0.5", "picked=3"):
        assert f"diffusion.{part}" in link


BAD = {
    "t": "t = '99999999': allowed are whole numbers 0 to 200.",
    "picked": "picked = '99999999': allowed are whole numbers 0 to 499.",
    "sampler": "sampler = '99999999': allowed are DDPM, DDIM, ODE (Heun).",
    "view": "view = '99999999': allowed are Forward, Train, Reverse.",
    "T": "T = '99999999': allowed are whole numbers 10 to 1000.",
    "target": "target = '99999999': allowed are ring of eight",
    "scene": "scene = '99999999': allowed are ",
    "wings": "wings: there is no such setting.",
}


@pytest.mark.parametrize("name", BAD)
def test_nonsense_in_a_link_is_answered_and_leaves_it_usable(name: str) -> None:
    at = opened(**{name: "99999999"})
    assert BAD[name] in said(at)
    assert "particles" in names(at)
    ran(at.selectbox(key="diffusion.target").set_value("spiral"))
    assert not at.warning
