"""Minibatch training: what comes back after a break, when it ends, at which pace it learns."""

import dataclasses
import itertools
from collections import Counter

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from core.fit import OPTIMIZERS, VALIDATED, fit, pace, validate
from core.layers import Conv, Dense, Reshape, first, pixels
from core.networks import Net, arrays
from core.recipe import Recipe, updates
from core.step import Diverged, hold

# pictures of 6x6, no two alike: the first pixels are their number
PICTURES = np.random.default_rng(0).integers(0, 256, (60, 6, 6), np.uint8)
PICTURES[:, 0, 0] = np.arange(60)
TRAIN, VALIDATION = PICTURES[:43], PICTURES[43:]

NETS = {
    "dense": (Dense(36, 20), Dense(20, 36, "linear")),
    "conv": (Reshape((1, 6, 6)), Conv(1, 3), Conv(3, 1, "linear"), Reshape((36,))),
}


class Task:
    """Rebuild a picture from a noisy one; remembers what it was asked."""

    def __init__(self, net="dense"):
        self.model = Net(NETS[net], first(NETS[net], np.random.default_rng(1)))
        self.seen, self.noise, self.epochs = [], [], []

    def loss(self, x, rng, epoch):
        noise = rng.standard_normal(tuple(x.shape), dtype=np.float32)
        self.seen.append(np.rint(255 * x[:, 0].numpy()).astype(int))
        self.noise.append(noise)
        self.epochs.append(epoch)
        off = (self.model(x + 0.1 * torch.from_numpy(noise)) - x).square()
        return {"loss": off.mean(), "worst": off.max(), "each": off.mean(dim=0)}

    def fit(self, recipe, number=0, state=None, look=lambda numbers: None):
        rng = np.random.default_rng(recipe.seed)
        return fit(self.model, TRAIN, VALIDATION, recipe, rng, self.loss, look, number, state)


def recipe(**settings):
    return Recipe(**{"batch": 8, "epochs": 4, "lr": 0.01, **settings})


def finish(steps):
    """All steps, their states not held, and the sentence at the end."""
    taken = []
    while True:
        try:
            taken.append(next(steps))
        except StopIteration as stop:
            return taken, stop.value


# --- coming back --------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("net", NETS)
def test_any_step_resumes_bit_for_bit(net, optimizer):
    settings = recipe(optimizer=optimizer, schedule="one-cycle", epochs=3)
    task = Task(net)
    steps = [hold(step) for step in task.fit(settings)]
    assert len(steps) == 3 * 6
    end = arrays(task.model)
    for k in (0, 4, 5, 6, 11, 12, 16):  # within epochs, before and after their borders
        for _ in range(2):  # twice: what is kept must not have been written into
            again = Task(net)
            again.model = Net(NETS[net], steps[k].state.weights)
            rest, _ = finish(again.fit(settings, k + 1, steps[k].state))
            assert [s.number for s in rest] == list(range(k + 2, 19))
            assert [s.losses for s in rest] == [s.losses for s in steps[k + 1 :]]
            for a, b in zip(arrays(again.model), end, strict=True):
                assert_array_equal(a, b)


def test_a_held_state_does_not_change_while_training_goes_on():
    task = Task()
    steps = task.fit(recipe())
    state = next(steps).state()
    weights = [w.copy() for w in state.weights]
    moments = {k: {n: t.clone() for n, t in m.items()} for k, m in state.moments.items()}
    random, order = str(state.random), state.order.copy()
    finish(steps)
    for a, b in zip(state.weights, weights, strict=True):
        assert_array_equal(a, b)
    torch.testing.assert_close(dict(state.moments), moments, rtol=0, atol=0)
    assert str(state.random) == random
    assert_array_equal(state.order, order)


def test_same_seed_same_curve_and_another_seed_another():
    one, two, other = (
        [s.losses for s in Task().fit(recipe(epochs=1, seed=seed))] for seed in (0, 0, 1)
    )
    assert one == two
    assert one != other


# --- what is learned from -----------------------------------------------------------------------


def test_each_epoch_visits_every_picture_once_in_another_order():
    task = Task()
    finish(task.fit(recipe(epochs=3)))
    batches = [b for b in task.seen if len(b) <= 8]  # the others are validation
    assert len(batches) == 3 * updates(recipe(), len(TRAIN)) == 18
    orders = [np.concatenate(batches[k : k + 6]) for k in (0, 6, 12)]
    for order in orders:
        assert Counter(order) == Counter(range(43))
    assert not np.array_equal(orders[0], orders[1])
    assert not np.array_equal(orders[1], orders[2])


def test_one_value_for_every_name_in_every_update():
    steps, _ = finish(Task().fit(recipe(epochs=2)))
    names = {"loss", "worst", "val_loss", "val_worst"}  # "each" is not one number
    assert all(s.losses.keys() == names for s in steps)
    assert [s.number for s in steps] == list(range(1, 13))


def test_the_recorded_loss_is_that_of_the_batch_before_its_update():
    task, settings = Task(), recipe(optimizer="rmsprop", lr=0.0)
    for step, batch in zip(task.fit(settings), range(1, 7), strict=False):
        x = torch.from_numpy(pixels(TRAIN[task.seen[batch]]))
        with torch.no_grad():
            off = task.model(x + 0.1 * torch.from_numpy(task.noise[batch])) - x
        assert_allclose(step.losses["loss"], off.square().mean(), rtol=1e-6)


def test_the_loss_is_told_how_many_epochs_are_done():
    task = Task()
    finish(task.fit(recipe(epochs=2)))
    trained = [e for e, x in zip(task.epochs, task.seen, strict=True) if len(x) <= 8]
    assert_allclose(trained, np.arange(12) / 6)
    validated = [e for e, x in zip(task.epochs, task.seen, strict=True) if len(x) > 8]
    assert validated == [0, 1, 2]


def test_validation_uses_the_same_noise_each_time_and_draws_none_from_the_training():
    task = Task()
    steps, _ = finish(task.fit(recipe(epochs=2, lr=0.0)))
    noise = [n for n, x in zip(task.noise, task.seen, strict=True) if len(x) == len(VALIDATION)]
    assert len(noise) == 3  # before the first epoch and after each
    assert_array_equal(noise[0], noise[1])
    assert_array_equal(noise[0], noise[2])
    assert len({s.losses["val_loss"] for s in steps}) == 1  # nothing was learned
    # all that training draws: a permutation an epoch, and the noise of each batch
    rng = np.random.default_rng(0)
    expected = []
    for _ in range(2):
        rng.permutation(43)
        expected += [rng.standard_normal((n, 36), dtype=np.float32) for n in (8, 8, 8, 8, 8, 3)]
    drawn = [n for n in task.noise if len(n) <= 8]
    for a, b in zip(drawn, expected, strict=True):
        assert_array_equal(a, b)


def test_validation_after_an_epoch_is_of_the_networks_as_they_are_then():
    task = Task()
    for step in task.fit(recipe(epochs=2)):
        if step.number % 6 == 0:
            now = validate(VALIDATION, task.loss, 1.0)
            assert now == {k: v for k, v in step.losses.items() if k.startswith("val_")}


def test_at_most_a_thousand_pictures_are_validated():
    task = Task()
    many = np.zeros((VALIDATED + 5, 6, 6), np.uint8)
    validate(many, task.loss, 0.0)
    assert len(task.seen[-1]) == VALIDATED


# --- the end ------------------------------------------------------------------------------------


class Told(Task):
    """Its validation losses are those of a list; the first is before any training."""

    def __init__(self, losses):
        super().__init__()
        self.told = iter(losses)

    def loss(self, x, rng, epoch):
        numbers = super().loss(x, rng, epoch)
        return numbers if len(x) <= 8 else {"loss": torch.tensor(next(self.told))}


@pytest.mark.parametrize(
    ("losses", "epochs"),
    [
        ([9.0, 5, 4, 4, 4, 3], 4),  # two epochs in which it has not fallen
        ([9.0, 5, 4, 4, 3, 3, 3], 6),  # a fall starts the count again
        ([9.0, 5, 4, 3.95, 3.9, 1, 1], 4),  # too small a fall counts as none
        ([9.0, 5, 4, 3.94, 3.88, 3.82, 3.76, 3.7], 8),  # but small falls add up, as in Keras
        ([9.0, 5, 6, 7], 3),  # a rise
        ([9.0, 8, 7, 6, 5, 4, 3], None),  # never
    ],
)
def test_early_stopping_ends_at_the_right_update_and_says_why(losses, epochs):
    padded = [*losses, *[losses[-1]] * 20]
    settings = recipe(patience=2, min_delta=0.1, epochs=7 if epochs is None else 20)
    steps, why = finish(Told(padded).fit(settings))
    if epochs is None:
        assert (steps[-1].number, why) == (7 * 6, None)
    else:
        assert steps[-1].number == epochs * 6
        assert why == ("Stopped early: for 2 epochs the validation loss has not fallen by 0.1.")


def test_without_patience_it_never_stops_early():
    steps, why = finish(Told([1.0] * 30).fit(recipe(epochs=8)))
    assert (steps[-1].number, why) == (48, None)


def test_after_an_early_end_it_goes_on_with_more_patience():
    losses = [9.0, 5, 5, 5, 5, 5, 5, 5]
    settings = recipe(patience=2, epochs=20)
    task = Told(losses)
    *_, last = (hold(step) for step in task.fit(settings))
    assert last.number == 3 * 6
    assert (last.state.best, last.state.waited) == (5.0, 2)

    task.told = iter(losses[4:])
    same, why = finish(task.fit(settings, last.number, last.state))
    assert same == []  # with the same patience there is nothing left to do
    assert why.startswith("Stopped early: for 2 epochs")

    more, why = finish(task.fit(dataclasses.replace(settings, patience=4), last.number, last.state))
    assert [s.number for s in more] == list(range(19, 31))
    assert why.startswith("Stopped early: for 4 epochs")


def test_patience_that_is_lowered_within_an_epoch_waits_for_its_end():
    task = Told([9.0, 5, 5, 5, 5, 5])
    steps = task.fit(recipe(patience=9, epochs=20))
    *_, step = (hold(s) for s in itertools.islice(steps, 3 * 6 + 2))
    rest, why = finish(task.fit(recipe(patience=1, epochs=20), step.number, step.state))
    assert rest[-1].number == 4 * 6
    assert why.startswith("Stopped early: for 3 epochs")


def test_it_ends_with_the_last_epoch():
    steps, why = finish(Task().fit(recipe(epochs=2)))
    assert (steps[-1].number, why) == (12, None)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_divergence_is_one_sentence_and_the_update_before_is_kept(optimizer):
    class Steep(Task):
        def loss(self, x, rng, epoch):
            out = self.model(x)
            return {"loss": (out.square().sum() * 1e3).exp().log() if len(x) < 9 else out.mean()}

    taken = []
    with pytest.raises(Diverged) as caught:
        taken.extend(Steep().fit(recipe(optimizer=optimizer, lr=1.0)))
    number = len(taken) + 1
    assert str(caught.value) == (
        f"Stopped: in update {number} the loss left the finite numbers. Most likely the "
        f"learning rate of 1 is too large; update {number - 1} is kept."
    )


def test_networks_whose_pictures_are_not_finite_are_not_handed_out():
    def look(numbers):
        if len(looked) == 3:
            raise FloatingPointError
        looked.append(numbers["loss"].item())
        return len(looked)

    looked, taken = [], []
    with pytest.raises(Diverged, match=r"in update 4 .* update 3 is kept"):
        taken.extend(Task().fit(recipe(), look=look))
    assert [s.view for s in taken] == [1, 2, 3]
    assert [s.losses["loss"] for s in taken] == looked


# --- pace and optimizers ------------------------------------------------------------------------


def test_a_constant_pace_is_one():
    assert {pace("constant", done) for done in (0, 0.3, 0.99, 1)} == {1.0}


def test_one_cycle_peaks_at_three_tenths_and_ends_at_nothing():
    settings = recipe(schedule="one-cycle")
    done = np.linspace(0, 1, 1001)
    paces = np.array([pace(settings.schedule, d) for d in done])
    assert done[paces.argmax()] == 0.3
    assert_allclose([paces[0], paces.max(), paces[-1]], [0.04, 1, 0], atol=1e-12)
    assert (np.diff(paces[:301]) > 0).all()
    assert (np.diff(paces[300:]) < 0).all()
    assert np.abs(np.diff(paces)).max() < 0.01  # no jump
    # half-way up and half-way down the cosine is at its middle
    assert_allclose([pace(settings.schedule, 0.15), pace(settings.schedule, 0.65)], [0.52, 0.5])


def test_an_update_uses_the_pace_of_its_place():
    """RMSprop's first step has a length that is proportional to the learning rate."""
    settings = recipe(schedule="one-cycle", optimizer="rmsprop", lr=1e-3, epochs=5)
    for number in (0, 9, 20, 29):
        task = Task()
        before = arrays(task.model)
        next(task.fit(settings, number, state_at(task)))
        moved = max(np.abs(a - b).max() for a, b in zip(arrays(task.model), before, strict=True))
        # lr * g / sqrt(0.1 g^2)
        share = pace(settings.schedule, number / 30)
        assert_allclose(moved, 1e-3 * share / np.sqrt(0.1), rtol=1e-2)


def state_at(task):
    """The state of an untrained task, for any number."""
    step = next(Task().fit(recipe(lr=0.0, optimizer="rmsprop")))
    zeros = {k: {n: t * 0 for n, t in m.items()} for k, m in step.state().moments.items()}
    return dataclasses.replace(step.state(), weights=arrays(task.model), moments=zeros)


def test_rmsprop_is_keras_own():
    """v = 0.9 v + 0.1 g^2; w = w - lr g / (sqrt(v) + 1e-7)."""
    w = torch.nn.Parameter(torch.tensor([1.0, -2.0, 1e-3]))
    optimizer = OPTIMIZERS["rmsprop"]([w], 0.1)
    expected, v = np.array([1.0, -2.0, 1e-3]), np.zeros(3)
    for g in ([0.5, 1e-7, 0.0], [-2.0, 3e-7, 1e-8], [0.1, -1e-7, 1e-8]):
        w.grad = torch.tensor(g)
        optimizer.step()
        v = 0.9 * v + 0.1 * np.square(g)
        expected = expected - 0.1 * np.array(g) / (np.sqrt(v) + 1e-7)
        assert_allclose(w.detach(), expected, rtol=1e-5)


def test_adam_is_the_papers():
    """Kingma and Ba 2015, algorithm 1."""
    w = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
    optimizer = OPTIMIZERS["adam"]([w], 0.1)
    expected, m, v = np.array([1.0, -2.0]), np.zeros(2), np.zeros(2)
    for t, g in enumerate(([0.5, 1e-3], [-2.0, 2.0], [0.1, 0.1]), start=1):
        w.grad = torch.tensor(g)
        optimizer.step()
        m, v = 0.9 * m + 0.1 * np.array(g), 0.999 * v + 0.001 * np.square(g)
        expected -= 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        assert_allclose(w.detach(), expected, rtol=1e-5)
