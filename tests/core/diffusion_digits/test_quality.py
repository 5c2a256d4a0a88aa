"""How good drawn digits are: the measure itself, and what the shipped model scores by it."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from core.classifier import reading, reference
from core.data import images
from core.diffusion_digits import Config, build, quality
from core.diffusion_digits.quality import draw, floor, judge
from core.diffusion_digits.trained import trained
from core.metrics import frechet, gaussian
from core.weights import shipped

SMALL = Config(width=8)
DIGITS = images.load("digits")


def test_digits_are_drawn_a_few_at_a_time_and_all_of_them(monkeypatch):
    monkeypatch.setattr(quality, "BATCH", 2)
    net = build(SMALL)
    seen = list(draw(SMALL, net, [1, 2, 3], np.random.default_rng(0), steps=4))
    assert [share for share, _ in seen] == [k / 8 for k in range(1, 9)]
    assert [len(finished) for _, finished in seen] == [0, 0, 0, 2, 2, 2, 2, 3]
    assert_array_equal(seen[3][1], seen[-1][1][:2])
    again = list(draw(SMALL, net, [1, 2, 3], np.random.default_rng(0), steps=4))
    assert_array_equal(again[-1][1], seen[-1][1])


def test_real_digits_are_recognised():
    q = judge(DIGITS.x[:200], DIGITS.labels[:200])
    assert q.recognised > 0.9
    assert_array_equal(q.read, reading(DIGITS.x[:200]).labels)
    assert q.frechet == frechet(gaussian(reading(DIGITS.x[:200]).features), reference())
    assert q.sure.min() >= 0.1


def test_noise_is_farther_away_than_digits_and_hardly_ever_its_label():
    noise = np.random.default_rng(0).integers(256, size=(200, 28, 28)).astype(np.uint8)
    bad, good = judge(noise, np.arange(200) % 10), judge(DIGITS.x[:200], DIGITS.labels[:200])
    assert bad.recognised < 0.3
    assert bad.frechet > 3 * good.frechet


def test_too_few_pictures_have_no_distance():
    assert judge(DIGITS.x[:10], DIGITS.labels[:10]).frechet is None


def test_a_floor_is_known_where_it_was_measured():
    assert floor(1000) == shipped("classifier", "classifier").measured["floor_1000"]
    assert floor(123) is None


def test_the_shipped_model_draws_what_it_is_asked_for():
    measured = trained("diffusion_digits").checkpoint.measured
    assert measured["recognised"] >= 0.98
    assert (measured["samples"], measured["steps"], measured["guidance"]) == (1000, 50, 2)
    assert measured["frechet_floor"] == floor(1000)
    assert measured["frechet"] > measured["frechet_floor"]


@pytest.mark.parametrize(("guidance", "least"), [(1.0, 0.8), (2.0, 0.9)])
def test_a_few_of_its_digits_drawn_here_are_recognised(guidance, least):
    t = trained("diffusion_digits")
    labels = np.arange(20) % 10
    steps = draw(t.config, t.model, labels, np.random.default_rng(0), 15, guidance)
    assert judge(list(steps)[-1][1], labels).recognised >= least


def test_shipped_faces_are_not_learned_by_heart():
    measured = trained("diffusion_faces").checkpoint.measured
    assert measured["nearest"] > 0.3 * measured["nearest_test"]
