"""One picture through all four autoencoders: what goes in, what counts, what is written of it."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from core.autoencoder import compare
from core.autoencoder.bench import parts
from core.autoencoder.config import KINDS, Config
from core.autoencoder.train import first
from core.data import images
from core.layers import pixels
from core.weights import Checkpoint

X = images.load("digits").x[5]
SETTINGS = Config(bottleneck=8, noise=0.5, masked=0.75, patch=4)


@pytest.fixture(autouse=True)
def untrained(monkeypatch):
    """Networks of random weights in place of the shipped ones: nothing here depends on training."""

    def shipped(name, family):
        config = Config(kind=name.removeprefix("autoencoder_"), bottleneck=16, hidden=32)
        return Checkpoint("autoencoder", config, parts(config, first(config)), {}, {})

    monkeypatch.setattr(compare, "shipped", shipped)
    compare.codes.cache_clear()
    yield
    compare.codes.cache_clear()


def columns(config=SETTINGS, draw=0):
    return {c.kind: c for c in compare.compare(X, config, draw)}


def test_all_four_in_order():
    assert tuple(columns()) == KINDS


def test_only_the_noisy_and_the_masked_are_corrupted():
    c, x = columns(), pixels(X[None]).reshape(28, 28)
    assert_array_equal(c["plain"].seen, x)
    assert_array_equal(c["convolutional"].seen, x)
    assert 0.1 < np.abs(c["denoising"].seen - x).mean() < 0.5
    assert_array_equal(c["masked"].seen, np.where(c["masked"].hidden, 0, x))
    assert c["masked"].hidden.sum() == round(0.75 * 49) * 16
    assert not any(c[kind].hidden.any() for kind in KINDS[:3])


@pytest.mark.parametrize("kind", KINDS)
def test_the_error_is_the_mean_square_over_what_counts(kind):
    c, x = columns()[kind], pixels(X[None]).reshape(28, 28)
    counts = c.hidden if kind == "masked" else np.ones((28, 28), bool)
    assert c.counted == counts.sum()
    assert_allclose(c.error, ((c.rebuilt - x)[counts] ** 2).mean(), rtol=1e-5)
    assert_allclose(c.wrong, np.where(counts, abs(c.rebuilt - x), 0), atol=1e-6)
    mean = compare.mean_digit().reshape(28, 28)
    assert_allclose(c.mean, ((mean - x)[counts] ** 2).mean(), rtol=1e-5)


def test_without_a_hidden_pixel_there_is_no_error_rather_than_none_at_all():
    c = columns(replace(SETTINGS, masked=0.0))["masked"]
    assert (c.error, c.mean, c.counted) == (None, None, 0)
    assert "nothing is hidden" in compare.formula([c], {"real": "#000000", "generated": "#111111"})


def test_a_draw_repeats_and_another_does_not():
    assert_array_equal(columns()["masked"].hidden, columns()["masked"].hidden)
    assert (columns(draw=1)["masked"].hidden != columns()["masked"].hidden).any()
    assert (columns(draw=1)["denoising"].seen != columns()["denoising"].seen).any()


def test_the_formula_holds_the_numbers_of_the_moment():
    found = columns()
    text = compare.formula(found.values(), {"real": "#000000", "generated": "#111111"})
    for c in found.values():
        assert f"{{{c.counted}}} = {c.error:.4f}" in text


def test_fewer_numbers_are_a_shorter_code():
    code = compare.codes("plain")
    assert code.shape == (1797, 16)
    wide, narrow = compare.decoded("plain", code[0]), compare.decoded("plain", code[0, :3])
    assert (wide != narrow).any()
    c = compare.column("plain", images.load("digits").x[0], replace(SETTINGS, bottleneck=3), 0)
    assert_allclose(narrow, c.rebuilt, atol=1e-6)


def test_the_tables_have_a_row_for_each_pixel_and_each_digit():
    found = columns()
    table = compare.table(X, found.values())
    assert {len(column) for column in table.values()} == {784}
    assert np.isnan(table["masked_in"]).sum() == found["masked"].counted
    codes = compare.code_table("masked", 2)
    assert list(codes) == ["class", "z1", "z2"]
    assert {len(column) for column in codes.values()} == {1797}
