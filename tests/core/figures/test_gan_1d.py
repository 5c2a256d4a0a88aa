"""The picture of the 1-D GAN as data: what is drawn, where, and what the replay moves."""

import dataclasses
import itertools
import json
from base64 import b64decode
from functools import cache

import numpy as np
import plotly.graph_objects as go
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import core.gan_1d as gan_1d
from core.figures.gan_1d import Moment, Style, figure, spec
from core.figures.theme import DARK, LIGHT
from core.gan_1d import Config
from core.gan_1d.curves import curves
from core.gan_1d.networks import LOSS_NAMES
from core.history import snapshot
from core.run import Run

LOG2 = float(np.log(2))
LOSSES = ("non-saturating", "minimax", "wgan-gp")
STYLES = {
    "plain": Style(LIGHT),
    "arrows": Style(LIGHT, arrows=True),
    "narrow": Style(DARK, arrows=True, narrow=True),
}


@cache
def story(loss="non-saturating", forked=False, most=5):
    """config, moments, losses, losses of the other future: of a training of ten epochs."""
    config = Config("two modes", loss=loss, d_steps=2, batch=20, epochs=200, optimizer="adam")
    run = Run(gan_1d, config)
    run.play()
    run.advance(steps=10)
    other = run.fork(4, config) if forked else None
    moments = [
        Moment(
            step.number,
            curves(config, step.view),
            curves(config, other.before(step.number).view) if other else None,
        )
        for step in snapshot(run, most)
    ]
    return config, moments, run.losses, other.losses if other else None


def drawn(style="plain", **kinds):
    config, moments, losses, other = story(**kinds)
    return spec(config, moments[-1], losses, STYLES[style], other)


def named(picture, name):
    """The one trace of this name."""
    (trace,) = [t for t in picture["data"] if t.get("name") == name]
    return trace


def values(coordinate):
    """The numbers of a trace's x or y, which may be written as the bytes of float32."""
    if isinstance(coordinate, dict):
        return np.frombuffer(b64decode(coordinate["bdata"]), coordinate["dtype"])
    return coordinate


NAMES = [
    ("f(z)", "z", "true", "real"),
    ("G(z)", "z", "generated", "generated"),
    ("p_data", "x", "p_data", "real"),
    ("p_G", "x", "p_g", "generated"),
    ("D", "x", "d", "judge"),
    ("D*", "x", "d_star", "judge"),
]


@pytest.mark.parametrize(("name", "x", "y", "colour"), NAMES)
def test_curves_are_drawn_as_they_are_in_the_colour_of_their_meaning(name, x, y, colour):
    now, trace = story()[1][-1].curves, named(drawn(), name)
    assert_allclose(trace["x"], getattr(now, x), rtol=1e-6)
    assert_allclose(trace["y"], getattr(now, y), rtol=1e-6)
    assert trace["line"]["color"] == getattr(LIGHT, colour)


def test_theory_is_dashed_and_the_other_future_dotted():
    picture = drawn(forked=True)
    assert named(picture, "D*")["line"]["dash"] == "dash"
    assert {s["line"]["dash"] for s in picture["layout"]["shapes"]} == {"dash"}
    for name in ("the other G(z)", "the other p_G", "the other d_loss", "the other g_acc"):
        assert named(picture, name)["line"]["dash"] == "dot"


def test_the_other_future_is_the_one_that_was_passed():
    _, moments, _, _ = story(forked=True)
    other = moments[-1].other
    picture = drawn(forked=True)
    assert_allclose(named(picture, "the other G(z)")["y"], other.generated, rtol=1e-6)
    assert_allclose(named(picture, "the other p_G")["y"], other.p_g, rtol=1e-6)
    assert not np.array_equal(other.generated, moments[-1].curves.generated)


def test_the_noise_stands_on_the_floor_of_its_panel():
    config, moments, *_ = story()
    low, high = config.data.span
    noise = named(drawn(), "p(z)")["y"]
    assert low <= noise.min() < noise.max() <= low + 0.25 * (high - low)
    assert_allclose((noise - low) / (noise - low).max(),
                    moments[-1].curves.noise / moments[-1].curves.noise.max())  # fmt: skip


@pytest.mark.parametrize("name", LOSS_NAMES)
def test_the_history_holds_every_epoch_from_one(name):
    values = story()[2][name]
    smooth = named(drawn(), name)
    assert_array_equal(smooth["x"], np.arange(1, 11))
    assert_allclose(smooth["y"], values, rtol=1e-5)  # ten epochs are too few to smooth
    assert any(np.allclose(t["y"], values) for t in drawn()["data"] if t.get("opacity") == 0.3)


@pytest.mark.parametrize("n", [1, 49, 500, 999, 20_000])
def test_a_long_history_is_thinned_and_smoothed_over_the_past(n):
    config, moments, *_ = story()
    ramp = np.arange(1, n + 1) / n
    trace = named(spec(config, moments[-1], {"d_loss": ramp}, STYLES["plain"]), "d_loss")
    assert 1 <= len(trace["x"]) <= 1000
    assert trace["x"][-1] > n - max(n // 500, 1)
    window = max(n // 50, 1)
    wanted = [ramp[max(int(k) - window, 0) : int(k)].mean() for k in trace["x"]]
    assert_allclose(trace["y"], wanted, rtol=1e-5)


def test_arrows_point_along_the_push_and_the_strongest_is_the_longest():
    now = story()[1][-1].curves
    plain, more = drawn(), drawn("arrows")
    line, tail, tip = [t for t in more["data"] if t["xaxis"] == "x2"][-3:]
    assert len(more["data"]) == len(plain["data"]) + 3
    assert_array_equal(tail["x"], now.at)
    length = tip["x"] - now.at
    assert_array_equal(np.sign(length), np.sign(now.push))
    assert np.argmax(np.abs(length)) == np.argmax(np.abs(now.push))
    assert np.abs(length).max() <= 0.13 * np.ptp(now.x)
    assert_array_equal(line["x"].reshape(-1, 3)[:, :2], np.column_stack([now.at, tip["x"]]))
    assert (tail["y"] < 0).all()
    low, _ = more["layout"]["yaxis2"]["range"]
    assert low < tail["y"].min()


def test_where_nothing_pushes_arrows_have_no_length():
    config, moments, losses, _ = story()
    now = moments[-1].curves
    still = Moment(1, dataclasses.replace(now, push=np.zeros_like(now.push)))
    tips = spec(config, still, losses, STYLES["arrows"])["data"]
    assert any(t.get("mode") == "markers" and np.array_equal(t["x"], now.at) for t in tips)
    assert all(np.isfinite(t["x"]).all() for t in tips if t.get("mode") == "markers")


# --- axes and references ------------------------------------------------------------------------


def test_a_phone_has_one_column_and_a_screen_two():
    narrow, wide = drawn("narrow")["layout"], drawn()["layout"]
    assert {tuple(narrow[f"xaxis{k}"]["domain"]) for k in range(1, 5)} == {(0, 1)}
    assert len({tuple(wide[f"xaxis{k}"]["domain"]) for k in range(1, 5)}) == 2


@pytest.mark.parametrize("style", STYLES)
def test_panels_do_not_overlap(style):
    layout = drawn(style)["layout"]
    boxes = [(*layout[f"xaxis{k}"]["domain"], *layout[f"yaxis{k}"]["domain"]) for k in range(1, 5)]
    for (a, b, c, d), (e, f, g, h) in itertools.combinations(boxes, 2):
        assert b <= e or f <= a or d <= g or h <= c


REFERENCES = {
    "non-saturating": {(3, LOG2), (3, 2 * LOG2), (4, 0.5)},
    "minimax": {(3, LOG2), (3, 2 * LOG2), (3, -LOG2), (4, 0.5)},
    "wgan-gp": {(3, 0.0)},
}


@pytest.mark.parametrize("loss", LOSSES)
def test_references_stand_where_the_theory_says(loss):
    shapes = drawn(loss=loss)["layout"]["shapes"]
    assert {(int(s["yref"][1:]), s["y0"]) for s in shapes} == REFERENCES[loss]
    assert all(s["y0"] == s["y1"] and s["line"]["color"] == LIGHT.theory for s in shapes)


@pytest.mark.parametrize("loss", LOSSES)
def test_each_reference_has_its_name_at_its_height(loss):
    notes = {(n["yref"], n["y"]): n["text"] for n in drawn(loss=loss)["layout"]["annotations"]}
    names = {LOG2: "log 2", 2 * LOG2: "2 log 2", -LOG2: "−log 2", 0.5: "50 %", 0.0: ""}
    for k, y in REFERENCES[loss]:
        assert notes[f"y{k}", y] == names[y]


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_lie_inside_their_axis(loss):
    low, high = drawn(loss=loss)["layout"]["yaxis3"]["range"]
    _, _, losses, _ = story(loss=loss)
    values = np.array([losses["d_loss"], losses["g_loss"]])
    assert low <= values.min() <= values.max() <= high
    assert low <= 0
    assert high >= 1.5


def test_the_place_in_time_is_marked_in_both_histories():
    marks = [t for t in drawn()["data"] if t.get("meta") == "moving" and t["xaxis"] in ("x3", "x4")]
    assert [t["xaxis"] for t in marks] == ["x3", "x4"]
    assert all(t["x"].tolist() == [10, 10] for t in marks)


def test_an_epoch_beyond_the_planned_ones_is_on_the_axis():
    config, moments, losses, _ = story()
    late = Moment(999, moments[-1].curves)
    assert spec(config, late, losses, STYLES["plain"])["layout"]["xaxis3"]["range"] == [0, 999]


@pytest.mark.parametrize("style", ["plain", "narrow"])
def test_words_in_the_titles_have_the_themes_colours(style):
    text = " ".join(note["text"] for note in drawn(style)["layout"]["annotations"])
    for meaning in ("real", "generated", "judge", "latent"):
        assert STYLES[style].theme.words[meaning] in text


# --- figure, and its replay ---------------------------------------------------------------------

CASES = [
    *itertools.product(LOSSES, STYLES, [False]),
    ("non-saturating", "arrows", True),
    ("wgan-gp", "narrow", True),
]


@pytest.mark.parametrize(("loss", "style", "forked"), CASES)
def test_the_figure_is_the_spec_of_its_last_moment(loss, style, forked):
    config, moments, losses, other = story(loss, forked)
    fig = figure(config, moments, losses, STYLES[style], other)
    last = spec(config, moments[-1], losses, STYLES[style], other)
    alone = go.Figure(**last).to_dict()
    whole = fig.to_dict()
    assert json.dumps(whole["data"]) == json.dumps(alone["data"])
    for name, value in alone["layout"].items():
        assert whole["layout"][name] == value


@pytest.mark.parametrize(("loss", "style", "forked"), CASES)
def test_a_frame_changes_only_what_moves_and_fits_the_figure(loss, style, forked):
    config, moments, losses, other = story(loss, forked)
    fig = figure(config, moments, losses, STYLES[style], other)
    moving = tuple(k for k, trace in enumerate(fig.data) if trace.meta == "moving")
    assert [frame.name for frame in fig.frames] == [str(m.epoch) for m in moments]
    assert len(fig.layout.sliders[0].steps) == len(moments)
    for frame in fig.frames:
        assert frame.traces == moving
        assert len(frame.data) == len(moving)
        for data, k in zip(frame.data, moving, strict=True):
            assert len(values(data.x)) == len(values(data.y)) == len(fig.data[k].x)


@pytest.mark.parametrize(("loss", "style", "forked"), CASES)
def test_the_last_frame_is_the_figure_and_every_frame_its_own_moment(loss, style, forked):
    config, moments, losses, other = story(loss, forked)
    fig = figure(config, moments, losses, STYLES[style], other)
    for frame, moment in zip(fig.frames, moments, strict=True):
        # what does not move must be the same at every moment, or the replay would tell a lie
        alone = spec(config, moment, losses, STYLES[style], other)["data"]
        shown = dict(zip(frame.traces, frame.data, strict=True))
        for k, trace in enumerate(alone):
            now = shown.get(k, fig.data[k])
            assert_allclose(values(now.x), trace["x"], rtol=1e-6)
            assert_allclose(values(now.y), trace["y"], rtol=1e-6)


def test_one_moment_has_no_replay():
    config, moments, _, _ = story()
    fig = figure(config, moments[:1], {}, STYLES["plain"])
    assert len(fig.frames) == len(fig.layout.sliders) == 0


def test_nothing_jumps_when_the_replay_appears():
    config, moments, losses, _ = story()
    one = figure(config, moments[-1:], losses, STYLES["plain"]).layout
    many = figure(config, moments, losses, STYLES["plain"]).layout
    assert (one.height, one.margin) == (many.height, many.margin)


@pytest.mark.parametrize("style", STYLES)
def test_a_critic_has_no_accuracy_and_that_breaks_nothing(style):
    config, moments, losses, _ = story("wgan-gp")
    assert np.isnan(losses["d_acc"]).all()
    fig = figure(config, moments, losses, STYLES[style])
    assert '"NaN"' not in fig.to_json()
    titles = " ".join(note.text for note in fig.layout.annotations)
    assert "a critic has none" in titles
    assert "D*" not in titles


@pytest.mark.parametrize("target", ["far modes", "drawing"])
def test_a_whole_history_of_sixty_frames_is_at_most_four_megabytes(target):
    config = Config(target)
    now = curves(config, gan_1d.begin(config).view)
    moments = [Moment(50 * k, now, now) for k in range(60)]
    noise = np.random.default_rng(0).random((4, 20_000))
    losses = dict(zip(LOSS_NAMES, noise, strict=True))
    fig = figure(config, moments, losses, STYLES["arrows"], losses)
    assert len(fig.frames) == 60
    assert len(fig.to_json()) <= 4_000_000
