"""What the screen shows of two networks, against closed forms, autograd and hand-made histories."""

import dataclasses

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import norm

from core.gan_1d import Config, begin
from core.gan_1d.curves import SAMPLES, curves, distances, floor, lost_modes, push
from core.gan_1d.model import mlp
from core.gan_1d.networks import View, generate
from core.step import Step

TARGETS = ("shifted", "long tail", "two modes", "far modes", "mixture", "formula", "drawing")
LOSSES = ("non-saturating", "minimax", "wgan-gp")


def two_lines(scale, shift, jump=0.0):
    """G(z) = scale z + shift, with a cliff of height `jump` at z = 0: four ReLU units by hand.

    z is relu(z) - relu(-z), and the cliff is relu(k z + 1/2) - relu(k z - 1/2).
    """
    w1, b1 = [1, -1, 1000, 1000], [0, 0, 0.5, -0.5]
    w3, b3 = [scale, -scale, jump, -jump], [shift]
    return np.concatenate([w1, b1, np.eye(4).ravel(), np.zeros(4), w3, b3]).astype(np.float32)


def by_hand(target, *line, **settings):
    """A Config, and a view whose generator is the piecewise straight `line`."""
    config = Config(target, g_activation="relu", g_width=4, **settings)
    return config, View(two_lines(*line), begin(config).view.d)


@pytest.mark.parametrize("target", TARGETS)
def test_densities_hold_the_mass_inside_the_span(target):
    config = Config(target)
    view = begin(config).view
    c, edges = curves(config, view), config.data.edges
    x = generate(config, view, np.random.default_rng(0).standard_normal(200_000))
    inside = np.mean((x >= edges[0]) & (x <= edges[-1]))
    assert_allclose(c.p_g @ np.diff(edges), inside, atol=0.005)
    assert_allclose(c.p_data @ np.diff(edges), 1.0, atol=0.001)


@pytest.mark.parametrize(("scale", "shift"), [(0.5, 1.0), (-0.5, 1.0), (2.0, 0.0), (0.1, 2.0)])
def test_a_straight_generator_has_the_normal_density(scale, shift):
    config, view = by_hand("shifted", scale, shift)
    c, edges = curves(config, view), config.data.edges
    assert_allclose(c.generated, scale * c.z + shift, atol=1e-5)
    exact = np.diff(norm.cdf(edges, shift, abs(scale))) / np.diff(edges)
    assert_allclose(c.p_g, exact, atol=0.001 * exact.max())


def test_the_noise_is_standard_normal_and_the_true_map_the_targets():
    c = curves(Config("far modes"), begin(Config("far modes")).view)
    assert_allclose(c.noise, norm.pdf(c.z), rtol=1e-12)
    assert_array_equal(c.true, Config("far modes").data.f(c.z))


@pytest.mark.parametrize("target", TARGETS)
def test_the_best_discriminator_is_the_share_of_the_real(target):
    """Goodfellow et al. 2014, prop. 1."""
    config = Config(target)
    c = curves(config, begin(config).view)
    known = np.isfinite(c.d_star)
    both = c.p_data + c.p_g
    assert_allclose(c.d_star[known], (c.p_data / np.where(known, both, 1.0))[known], rtol=1e-12)
    assert (both[~known] < 1e-5).all()


def test_the_best_discriminator_is_unknown_where_nothing_is():
    config, view = by_hand("long tail", 0.1, 3.0)
    c = curves(config, view)
    nothing = c.x < -0.1
    assert nothing.sum() > 10
    assert np.isnan(c.d_star[nothing]).all()
    assert np.isfinite(c.d_star[c.x > 0.1]).all()


def test_against_a_perfect_generator_the_best_discriminator_can_only_guess():
    c = curves(*by_hand("shifted", 0.5, 1.0))
    seen = np.isfinite(c.d_star)
    assert seen[c.p_data > 1e-4].all()
    assert_allclose(c.d_star[seen], 0.5, atol=0.01)


def judge(config, view, x):
    """The torch reference's logit for packs of equal samples, each of x, with gradient."""
    net = mlp(config.pac, config.d_width, config.d_activation, view.d).double()
    return net(x[:, None].expand(-1, config.pac))[:, 0]


@pytest.mark.parametrize("activation", ["tanh", "relu", "softplus"])
@pytest.mark.parametrize("pac", [1, 4])
def test_d_is_the_sigmoid_of_the_references_logit(activation, pac):
    config = Config("two modes", d_activation=activation, pac=pac)
    view = begin(config).view
    c = curves(config, view)
    assert_allclose(c.d, judge(config, view, torch.from_numpy(c.x)).sigmoid().detach(), atol=1e-6)


def test_a_critic_is_shown_from_its_lowest_to_its_highest_and_has_no_best():
    config = Config("two modes", loss="wgan-gp")
    view = begin(config).view
    c = curves(config, view)
    score = judge(config, view, torch.from_numpy(c.x)).detach().numpy()
    assert (c.d.min(), c.d.max()) == (0.0, 1.0)
    assert_allclose(c.d, (score - score.min()) / np.ptp(score), atol=1e-5)
    assert np.isnan(c.d_star).all()


def test_a_flat_critic_is_zero_everywhere():
    config = Config("two modes", loss="wgan-gp")
    view = begin(config).view
    flat = dataclasses.replace(view, d=np.zeros_like(view.d))
    assert_array_equal(curves(config, flat).d, 0.0)


GENERATOR_LOSS = {
    "non-saturating": lambda s: -torch.nn.functional.logsigmoid(s),
    "minimax": lambda s: torch.nn.functional.logsigmoid(-s),
    "wgan-gp": lambda s: -s,
}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("settings", [{}, {"d_activation": "softplus"}, {"pac": 2}])
def test_push_is_minus_the_gradient_of_gs_loss(loss, settings):
    config = Config("two modes", loss=loss, **settings)
    view = begin(config).view
    view = dataclasses.replace(view, d=3 * view.d)  # bent enough to tell apart
    x = torch.linspace(-4, 4, 41, dtype=torch.float64, requires_grad=True)
    wanted = -torch.autograd.grad(GENERATOR_LOSS[loss](judge(config, view, x)).sum(), x)[0]
    scale = float(wanted.abs().max())
    assert_allclose(push(config, view, x.detach().numpy()), wanted, atol=0.005 * scale)


def test_arrows_start_at_samples_of_the_generator():
    config, view = by_hand("shifted", 0.5, 1.0)
    c = curves(config, view)
    assert_allclose(norm.cdf(c.at, 1.0, 0.5), (np.arange(24) + 0.5) / 24, atol=1e-5)
    assert_array_equal(c.push, push(config, view, c.at))


@pytest.mark.parametrize(
    ("target", "line", "text"),
    [
        ("shifted", (0.5, 1.0), {}),
        ("formula", (-2.0, 3.0), {"formula": "3 - 2*z"}),
        ("mixture", (0.5, -2.0), {"mixture": "1 N(-2, 0.5)"}),
        ("formula", (1.0, 0.0, 15.0), {"formula": "z + 15*where(z > 0, 1, 0)"}),
    ],
)
def test_a_generator_that_is_the_target_scores_the_floor(target, line, text):
    config, view = by_hand(target, *line, **text)
    d, least = distances(config, view), floor(config.data)
    assert 0.2 * least.w1 < d.w1 < 4 * least.w1
    assert 0.5 * least.js < d.js < 2 * least.js
    assert_allclose(d.mass, least.mass, atol=0.02)


@pytest.mark.parametrize(("scale", "shift"), [(0.5, 3.0), (0.5, -1.0)])
def test_w1_of_a_shifted_target_is_the_shift(scale, shift):
    assert_allclose(distances(*by_hand("shifted", scale, shift)).w1, 2.0, atol=0.02)


def test_js_of_a_generator_elsewhere_is_log_2():
    assert_allclose(distances(*by_hand("shifted", 0.1, 40.0)).js, np.log(2), rtol=1e-4)


@pytest.mark.parametrize("target", TARGETS)
def test_the_floor_is_small_always_the_same_and_adds_up(target):
    data = Config(target).data
    first = floor(data)
    again = floor.__wrapped__(data)  # computed anew, not remembered
    assert (first.w1, first.js) == (again.w1, again.js)
    assert_array_equal(first.mass, again.mass)
    width = data.span[1] - data.span[0]
    assert 0 < first.w1 < 0.01 * width
    # the mean of chi squared with 101 degrees of freedom, over 8 n
    assert 0 < first.js < 2 * 101 / (8 * SAMPLES)
    assert_allclose(first.mass.sum(), 1.0, rtol=1e-9)


def test_distances_move_only_with_the_generator():
    config, view = by_hand("two modes", 1.0, 0.0)
    other = dataclasses.replace(view, d=2 * view.d)
    assert distances(config, view).w1 == distances(config, other).w1


# --- lost modes ---------------------------------------------------------------------------------

# both modes of "far modes", the left one only, the right one only
SEEN = {"B": (1, 0, 15), "L": (0.3, -1), "R": (0.3, 16)}


def history(views, every=10):
    config = by_hand("far modes", 1, 0)[0]
    return config, [
        Step(every * k, {}, by_hand("far modes", *SEEN[name])[1], None)
        for k, name in enumerate(views)
    ]


@pytest.mark.parametrize(
    ("views", "left", "right"),
    [
        ("L", None, 0),
        ("LLL", None, 0),
        ("RR", 0, None),
        ("BLL", None, 10),
        ("BBBL", None, 30),
        ("LBL", None, 20),
        ("LRLL", None, 20),
        ("LR", 10, None),
        ("B", None, None),
        ("LLB", None, None),
        ("BLLB", None, None),
    ],
)
def test_a_mode_is_lost_since_the_epoch_it_was_last_missing_from(views, left, right):
    config, steps = history(views)
    found = {round(lost.center): lost for lost in lost_modes(config, steps)}
    wanted = {
        center: since
        for center, since in zip(np.rint(config.data.centers), (left, right), strict=True)
        if since is not None
    }
    assert {center: lost.since for center, lost in found.items()} == wanted
    assert all(0.45 < lost.share < 0.55 for lost in found.values())


@pytest.mark.parametrize("target", ["shifted", "long tail"])
def test_a_target_with_one_mode_loses_none(target):
    config, view = by_hand(target, 0.1, 40.0)
    assert lost_modes(config, [Step(0, {}, view, None)]) == []


@pytest.mark.parametrize(("weight", "counts"), [(0.03, False), (0.1, True)])
def test_a_mode_counts_from_five_percent_of_the_target(weight, counts):
    text = f"{1 - weight} N(-5, 0.5) + {weight} N(5, 0.5)"
    config, view = by_hand("mixture", 0.5, -5, mixture=text)
    assert len(config.data.mass) == 2
    assert bool(lost_modes(config, [Step(0, {}, view, None)])) is counts
