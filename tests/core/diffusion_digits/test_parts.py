"""A batch in parts: the same numbers as of the whole, and a training that may rest in between."""

import dataclasses

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from torch.testing import assert_close

import core.diffusion_digits as diffusion
from core.data import images
from core.diffusion_digits import Config, begin, model, resume, unet
from core.diffusion_digits.model import cuts, loss_on, parts_on
from core.fit import pace
from core.networks import arrays
from core.run import Run

CONFIG = Config(width=8, batch=10, updates=6, unlabelled=0.5)
DIGITS = images.load("digits")


@pytest.fixture
def in_parts(monkeypatch):
    """Batches of CONFIG in four parts."""
    one = CONFIG.width * CONFIG.side**2
    monkeypatch.setattr(model, "WHOLE", 9 * one)
    monkeypatch.setattr(model, "PART", 3 * one)


def awake():
    """A U-Net whose last layer is not 0."""
    rng = np.random.default_rng(1)
    weights = unet.first(CONFIG)
    return unet.build(CONFIG, [w + 0.1 * rng.standard_normal(w.shape) for w in weights])


def steps_of(config):
    return [step for step in resume(config, begin(config)) if step is not None]


def same(a, b):
    assert (a.number, a.losses) == (b.number, b.losses)
    for f in dataclasses.fields(a.view):
        assert_array_equal(getattr(a.view, f.name), getattr(b.view, f.name))


def same_state(a, b):
    for name in ("weights", "average"):
        for one, other in zip(getattr(a, name), getattr(b, name), strict=True):
            assert_array_equal(one, other)
    assert_close(a.moments, b.moments, rtol=0, atol=0)
    assert a.random == b.random


@pytest.mark.parametrize("data", ["digits", "olivetti"])
@pytest.mark.parametrize("width", range(8, 65, 8))
def test_the_parts_hold_every_picture_once_and_none_is_too_large(width, data):
    for batch in (4, 37, 200, 512):
        config = Config(data=data, width=width, batch=batch)
        parts = cuts(config)
        assert np.concatenate([np.arange(batch)[p] for p in parts]).tolist() == [*range(batch)]
        sizes = [p.stop - p.start for p in parts]
        assert max(sizes) - min(sizes) <= 1
        one = width * config.side**2
        if batch * one <= model.WHOLE:
            assert len(parts) == 1
        else:
            assert one * (max(sizes) - 1) < model.PART


def test_what_is_usual_is_learned_from_at_once():
    for config in (Config(), Config(width=16, batch=256), Config(width=64, batch=64)):
        assert cuts(config) == [slice(0, config.batch)]


def test_parts_add_up_to_the_whole(in_parts):
    one, other = awake(), awake()
    numbers = loss_on(CONFIG, one, DIGITS)(np.random.default_rng(3))
    numbers["loss"].backward()
    parts = [part() for part in parts_on(CONFIG, other, DIGITS)(np.random.default_rng(3))]
    assert len(parts) == 4
    for part in parts:
        part["loss"].backward()
    for name in ("loss", "errors"):
        assert_close(sum(part[name] for part in parts), numbers[name], equal_nan=True)
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        assert_close(a.grad, b.grad, rtol=1e-4, atol=1e-6)


def test_a_training_in_parts_is_the_one_of_whole_batches_up_to_rounding(in_parts):
    parted = list(resume(CONFIG, begin(CONFIG)))
    assert [step is None for step in parted[:8]] == [True, True, True, False] * 2
    model.WHOLE = CONFIG.batch * CONFIG.width * CONFIG.side**2
    for a, b in zip([s for s in parted if s], steps_of(CONFIG), strict=True):
        assert a.number == b.number
        assert_close(a.losses, b.losses, rtol=1e-3, atol=1e-4)
        assert_close(a.view.errors, b.view.errors, rtol=1e-3, atol=1e-4, equal_nan=True)


def test_a_small_batch_is_learned_from_as_in_a_plain_loop_bit_for_bit():
    config, net, rng = CONFIG, unet.build(CONFIG), np.random.default_rng(CONFIG.seed)
    loss = loss_on(config, net, DIGITS.part("train"))
    optimizer = torch.optim.Adam(net.parameters(), config.lr, fused=True)
    steps = resume(config, begin(config))
    for number in range(config.updates):
        optimizer.param_groups[0]["lr"] = config.lr * pace("one-cycle", number / config.updates)
        value = loss(rng)["loss"]
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        step = next(steps)
        assert step.losses == {"loss": value.item()}
    for a, b in zip(step.state().weights, arrays(net), strict=True):
        assert_array_equal(a, b)
    assert step.state().random == rng.bit_generator.state


def test_a_state_is_that_of_its_step_while_the_next_update_is_under_way(in_parts):
    steps = resume(CONFIG, begin(CONFIG))
    step = [next(steps) for _ in range(8)][-1]
    at_once = step.state()
    assert [next(steps) for _ in range(3)] == [None] * 3  # random numbers drawn, gradients half
    same_state(step.state(), at_once)
    rest = [s for s in resume(CONFIG, dataclasses.replace(step, state=step.state())) if s]
    for a, b in zip(rest, steps_of(CONFIG)[2:], strict=True):
        same(a, b)


@pytest.mark.parametrize("act", ["fork", "change", "rest", "pause"])
def test_whatever_is_done_in_the_middle_of_an_update_changes_no_number(in_parts, act):
    run = Run(diffusion, CONFIG)
    run.play()
    for _ in range(4 + 2):
        run.advance(seconds=0)
    assert run.step.number == 1
    if act == "fork":
        run = run.fork(1, CONFIG)
    elif act == "change":
        run.change(dataclasses.replace(CONFIG, lr=0.1))
        run.change(CONFIG)
    elif act == "rest":
        run.rest()
    else:
        run.pause()
    run.play()
    run.advance()
    assert run.status == "done"
    expected = steps_of(CONFIG)
    assert list(run.losses["loss"]) == [step.losses["loss"] for step in expected]
    same(run.step, expected[-1])
    same(run.at(3), expected[2])
