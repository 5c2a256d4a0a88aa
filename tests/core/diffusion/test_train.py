"""The verbs: what comes back after a break, what is learned, what is refused."""

import dataclasses

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from core import diffusion
from core.diffusion import Config
from core.diffusion.bound import bound
from core.diffusion.denoiser import exact, features, first, learned, levels
from core.diffusion.measure import distance, drawn, errors, floor
from core.diffusion.model import Denoiser, loss_on, x_0_weights
from core.diffusion.process import jump
from core.run import Run
from core.step import Diverged

TINY = Config(updates=40, batch=32, width=16, depth=2, T=50)
TARGETS = pytest.mark.parametrize("target", ["ring of eight", "two modes"])


def steps(config, step=None, n=None):
    every = []
    for made in diffusion.resume(config, step or diffusion.begin(config)):
        every.append(dataclasses.replace(made, state=made.state()))
        if len(every) == n:
            break
    return every


def test_the_same_seed_gives_the_same_curve_and_another_one_does_not():
    a, b, c = (steps(dataclasses.replace(TINY, seed=seed), n=10) for seed in (0, 0, 1))
    assert [s.losses for s in a] == [s.losses for s in b]
    assert [s.losses for s in a] != [s.losses for s in c]
    for x, y in zip(a[-1].view.weights, b[-1].view.weights, strict=True):
        assert_array_equal(x, y)


@TARGETS
def test_a_training_goes_on_bit_for_bit(target):
    config = dataclasses.replace(TINY, target=target)
    whole = steps(config)
    rest = steps(config, whole[19])
    assert [s.number for s in rest] == list(range(21, 41))
    assert [s.losses for s in rest] == [s.losses for s in whole[20:]]
    for x, y in zip(rest[-1].view.weights, whole[-1].view.weights, strict=True):
        assert_array_equal(x, y)


def test_nobody_elses_random_numbers_are_used():
    before = torch.get_rng_state()
    steps(TINY, n=3)
    assert_array_equal(torch.get_rng_state(), before)


def test_a_fork_repeats_and_another_loss_does_not():
    run = Run(diffusion, TINY)
    run.play()
    run.advance()
    same = run.fork(10, TINY)
    other = run.fork(10, dataclasses.replace(TINY, loss="bound"))
    for fork in (same, other):
        fork.play()
        fork.advance()
    assert list(same.losses["loss"]) == list(run.losses["loss"])
    assert list(other.losses["loss"])[:10] == list(run.losses["loss"])[:10]
    assert list(other.losses["loss"])[10:] != list(run.losses["loss"])[10:]


@TARGETS
@pytest.mark.parametrize("t", [1, 20, 50])
def test_numpy_and_torch_are_one_network(target, t):
    config = dataclasses.replace(TINY, target=target, prediction="eps")
    weights = [w + 0.05 for w in first(config)]
    x = np.random.default_rng(0).standard_normal((30, config.d), dtype=np.float32)
    with torch.no_grad():
        net = Denoiser(config, weights)
        said = net(torch.from_numpy(x), torch.full((30,), t)).numpy()
    assert_allclose(learned(config, weights)(x, t).eps, said, atol=2e-6)


def test_what_the_network_sees_of_x_and_t():
    x = np.array([[0.5], [-1.0]], np.float32)
    level = levels(TINY.process)[3]
    seen = features(x, level)
    assert_allclose(seen[:, 0], x[:, 0])
    assert_allclose(seen[:, 1:4], np.sin(x * [1, 2, 4]), rtol=1e-6)
    assert_allclose(seen[:, 4:7], np.cos(x * [1, 2, 4]), rtol=1e-6)
    assert_allclose(seen[:, 7:], np.tile(level, (2, 1)))


class Exactly(torch.nn.Module):
    """The best denoiser, where the model would be."""

    def __init__(self, config):
        super().__init__()
        self.config, self.denoise = config, exact(config.data, config.process)

    def forward(self, x, t):
        said = [
            getattr(self.denoise(x[k : k + 1].numpy(), int(s)), self.config.prediction)
            for k, s in enumerate(t)
        ]
        return torch.from_numpy(np.concatenate(said))


@pytest.mark.parametrize("prediction", ["eps", "x_0"])
def test_the_loss_of_the_exact_denoiser_is_what_it_leaves_unexplained(prediction):
    config = dataclasses.replace(TINY, prediction=prediction, batch=400, target="two moons")
    rng = np.random.default_rng(0)
    loss = np.mean([loss_on(config, Exactly(config))(rng)["loss"].item() for _ in range(5)])
    s, data = config.process, config.data
    left = []
    for t in range(1, s.T + 1):
        x_0 = data.sample(300, rng)
        eps = rng.standard_normal(x_0.shape, dtype=np.float32)
        said = exact(data, s)(jump(x_0, t, eps, s), t)
        wanted = {"eps": eps, "x_0": x_0}[prediction]
        left.append(((getattr(said, prediction) - wanted) ** 2).mean())
    assert loss == pytest.approx(np.mean(left), rel=0.1)


@pytest.mark.parametrize("prediction", ["eps", "x_0", "v"])
def test_the_bound_weighs_an_error_of_x_0_alike_in_every_prediction(prediction):
    config = dataclasses.replace(TINY, prediction=prediction)
    s, t = config.process, 20
    weight = x_0_weights(config)[t]
    # an error of 1 in the prediction is one of so much in x_0
    a = s.alpha_bar[t]
    off = {"x_0": 1.0, "eps": (1 - a) / a, "v": 1 - a}[prediction]
    assert_allclose(weight, off * (s.snr[t - 1] - s.snr[t]) / 2)


def test_it_learns():
    config = Config(target="two modes", updates=500, width=48, batch=128)
    *_, last = diffusion.resume(config, diffusion.begin(config))
    before, after = (
        distance(drawn(learned(config, w), config.process, 1000, 1), config.data)
        for w in (first(config), last.view.weights)
    )
    assert after < min(0.15, before / 2)


def test_trained_by_the_bound_the_bound_falls():
    config = Config(target="two modes", updates=500, width=48, batch=128, loss="bound")
    *_, last = diffusion.resume(config, diffusion.begin(config))
    before, after = (
        bound(learned(config, w), config.data, config.process, np.random.default_rng(0))
        for w in (first(config), last.view.weights)
    )
    assert after.total + 3 * after.error < before.total - 3 * before.error


def test_the_ring_of_eight_is_found_whole():
    config = Config(updates=600)
    *_, last = diffusion.resume(config, diffusion.begin(config))
    x = diffusion.sample(config, last.view.weights, 800, np.random.default_rng(0))
    away = np.linalg.norm(x[:, None] - config.data.mean, axis=2)
    assert (away.min(axis=1) < 4 * config.data.std[0]).mean() > 0.85
    share = np.bincount(away.argmin(axis=1), minlength=8) / len(x)
    assert share.min() > 0.06  # an even share is 0.125


def test_numbers_that_are_not_finite_are_a_sentence():
    config = dataclasses.replace(TINY, lr=0.1)
    model = diffusion.build(config)
    with torch.no_grad():
        next(model.parameters()).fill_(float("nan"))
    with pytest.raises(Diverged, match=r"learning rate of 0\.1 is too large"):
        next(diffusion.train(model, config, np.random.default_rng(0)))


def test_a_perfect_sampler_scores_the_floor():
    for target in ("ring of eight", "two modes"):
        data = Config(target=target).data
        scores = [distance(data.sample(2000, np.random.default_rng(k)), data) for k in range(8)]
        assert_allclose(np.mean(scores), floor(data), rtol=0.3)
        assert distance(data.sample(2000, np.random.default_rng(0)) + 0.5, data) > 4 * floor(data)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"target": "cube"}, "target = 'cube'"),
        ({"T": 5}, "T = 5: allowed are whole numbers 10 to 1000"),
        ({"beta_T": 1.0}, "beta_T = 1.0"),
        ({"target": "drawn", "drawing": ""}, "drawing is empty"),
        ({"target": "mixture", "mixture": "N(0"}, "Cannot read the mixture part"),
        ({"prediction": "score"}, "prediction = 'score'"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        dataclasses.replace(TINY, **changes)


def test_the_error_of_a_denoiser_is_that_of_the_exact_one_and_its_distance_from_it():
    """Against the plain mean of squared errors, on many points."""
    config = Config(target="two moons", T=20)
    s, data, denoise = config.process, config.data, learned(config, first(config))
    found = errors(denoise, data, s)
    rng = np.random.default_rng(5)
    for t, said, best in zip(found.t, found.learned, found.best, strict=True):
        x_0 = data.sample(20_000, rng)
        eps = rng.standard_normal(x_0.shape, dtype=np.float32)
        x_t = jump(x_0, int(t), eps, s)
        for value, d in ((said, denoise), (best, exact(data, s))):
            assert_allclose(value, ((d(x_t, int(t)).eps - eps) ** 2).mean(), rtol=0.15, atol=0.005)
