"""The classifier: numpy reads what torch trains, and what ships reads nearly everything."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from core.classifier import Config, read, reading, reference
from core.classifier.config import body, head, networks
from core.classifier.train import build, first, moved, train
from core.data import images
from core.layers import count, cut, pixels
from core.metrics import frechet, gaussian
from core.weights import shipped

SMALL = Config(width=4, features=8, data="digits", batch=16, updates=8)
DIGITS = images.load("digits")


def parts(config, weights):
    return cut({"body": body(config), "head": head(config)}, weights)


def test_numpy_and_torch_see_the_same():
    rng = np.random.default_rng(0)
    weights = [w + 0.05 * rng.standard_normal(w.shape, dtype=np.float32) for w in first(SMALL)]
    x = DIGITS.x[:5]
    with torch.no_grad():
        expected = build(SMALL, weights)(torch.from_numpy(pixels(x))).softmax(dim=1)
    seen = read(SMALL, parts(SMALL, weights), x)
    assert_allclose(seen.probabilities, expected, atol=1e-5)
    assert_array_equal(seen.labels, expected.argmax(dim=1))
    assert seen.features.shape == (5, 8)
    assert (seen.features >= 0).all()


def test_large_logits_are_still_probabilities():
    weights = [100 * w for w in first(SMALL)]
    seen = read(SMALL, parts(SMALL, weights), DIGITS.x[:3])
    assert_allclose(seen.probabilities.sum(axis=1), 1, rtol=1e-5)


def test_the_file_holds_the_moments_beside_the_networks():
    shapes = networks(SMALL)["moments"][0].shapes
    assert shapes == ((8,), (8, 8))
    assert count(networks(SMALL)["moments"]) == 8 + 64


def test_pictures_are_moved_by_at_most_so_much_and_lose_nothing_inside():
    x = np.zeros((500, 9, 9), np.uint8)
    x[:, 4, 4] = 255
    out = moved(x, 2, np.random.default_rng(0))
    assert out.shape == x.shape
    where = np.argwhere(out)[:, 1:] - 4
    assert len(where) == 500
    assert len(np.unique(where, axis=0)) == 25
    assert np.abs(where).max() == 2
    assert_array_equal(moved(x, 0, np.random.default_rng(0)), x)


def test_a_training_that_was_stopped_goes_on_bit_for_bit():
    def steps(number=0, state=None):
        net = build(SMALL, state and state.weights)
        return train(net, DIGITS, SMALL, np.random.default_rng(0), number, state)

    before = torch.get_rng_state()
    whole = list(steps())
    begun = steps()
    three = [next(begun) for _ in range(3)][-1]
    again = list(steps(3, three.state()))
    assert [step.losses for step in whole[3:]] == [step.losses for step in again]
    assert len(whole) == 8
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(("name", "value"), [("width", 3), ("data", "olivetti"), ("shift", 5)])
def test_an_impossible_setting_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} = "):
        Config(**{name: value})


def test_what_ships_reads_99_of_100():
    measured = shipped("classifier", "classifier").measured
    assert measured["accuracy"] >= 0.99
    floors = [measured[f"floor_{n}"] for n in (100, 200, 500, 1000)]
    assert floors == sorted(floors, reverse=True)  # the fewer, the farther


def test_the_digits_of_other_hands_are_read_too():
    test = DIGITS.part("test")
    seen = reading(test.x)
    assert (seen.labels == test.labels).mean() > 0.9
    assert (
        frechet(gaussian(seen.features), reference())
        > shipped("classifier", "classifier").measured["floor_100"]
    )
