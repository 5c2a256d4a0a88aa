"""Minibatch training, once for all families that learn from pictures by one gradient.

A family says what its loss is and what of it is shown; epochs, validation, optimizers, early
stopping and the state that repeats a training bit for bit are here.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from functools import partial
from math import cos, isfinite, pi
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.layers import Array, pixels
from core.networks import arrays
from core.recipe import Recipe, updates
from core.step import Diverged, Step

VALIDATED = 1000  # at most so many pictures of the validation part are looked at after an epoch
Pixels = NDArray[np.uint8]
# (pictures of shape (n, 784), random numbers, epochs done so far) to named numbers, "loss" of which
# is minimized; those of one element are recorded
Loss = Callable[[Tensor, np.random.Generator, float], dict[str, Tensor]]


@dataclass(frozen=True)
class State:
    """What a training needs to go on from here. order : of the pictures in the epoch at hand.
    best : the validation loss that has to be undercut by min_delta. waited : epochs since then."""

    weights: list[Array]
    moments: Mapping[Any, Any]
    random: Mapping[str, Any]
    order: NDArray[np.int64]
    validation: Mapping[str, float]
    best: float
    waited: int


def fit(
    model: nn.Module, train: Pixels, validation: Pixels, recipe: Recipe, rng: np.random.Generator,
    loss: Loss, look: Callable[[dict[str, Tensor]], Any], number: int = 0,
    state: State | None = None, device: str = "cpu",
) -> Generator[Step, None, str | None]:  # fmt: skip
    """Train `model` in place; one Step after each update, whose state is a function (see Step).

    train, validation : (n, H, W). look : the view, from what `loss` returned.
    number, state : of the step to go on from. Ends after recipe.epochs, or early; then it returns
    the sentence that says why. Raises Diverged where the loss is no longer finite, or where `look`
    raises FloatingPointError: what these networks make is not.
    """
    optimizer = OPTIMIZERS[recipe.optimizer](model.parameters(), recipe.lr)
    epoch_length = updates(recipe, len(train))
    best, waited, order = float("inf"), 0, np.empty(0, np.int64)
    if state is None:
        validated: Mapping[str, float] = validate(validation, loss, 0.0, device)
    else:
        optimizer.load_state_dict({**optimizer.state_dict(), "state": copied(state.moments)})
        best, waited, order, validated = state.best, state.waited, state.order, state.validation
        rng.bit_generator.state = state.random
        state = None  # many megabytes that this frame would keep
    while number < recipe.epochs * epoch_length:
        place = number % epoch_length
        if place == 0 and recipe.patience and waited >= recipe.patience:
            return (
                f"Stopped early: for {waited} epochs the validation loss has not fallen by "
                f"{recipe.min_delta:g}."
            )
        if place == 0:
            order = rng.permutation(len(train))
        x = _tensor(train[order[place * recipe.batch : (place + 1) * recipe.batch]], device)
        for group in optimizer.param_groups:
            group["lr"] = recipe.lr * pace(recipe.schedule, number / (recipe.epochs * epoch_length))
        numbers = loss(x, rng, number / epoch_length)
        numbers["loss"].backward()
        optimizer.step()
        optimizer.zero_grad()  # now, not later: a training at rest keeps no gradients
        number += 1
        losses = _scalars(numbers)
        try:
            if not isfinite(losses["loss"]):
                raise FloatingPointError
            view = look(numbers)
        except FloatingPointError:
            raise Diverged(
                f"Stopped: in update {number:,} the loss left the finite numbers. Most likely the "
                f"learning rate of {recipe.lr:g} is too large; update {number - 1:,} is kept."
            ) from None
        if number % epoch_length == 0:
            validated = validate(validation, loss, number / epoch_length, device)
            waited += 1
            if validated["val_loss"] < best - recipe.min_delta:  # as Keras counts
                best, waited = validated["val_loss"], 0

        keep = partial(_state, model, optimizer, rng, order, validated, best, waited)
        yield Step(number, {**losses, **validated}, view, keep)
    return None


def validate(pictures: Pixels, loss: Loss, epoch: float, device: str = "cpu") -> dict[str, float]:
    """The losses on the validation part, with names that begin with "val_".

    The same random numbers each time, so that two epochs differ only by what was learned.
    """
    with torch.no_grad():
        x = _tensor(pictures[:VALIDATED], device)
        numbers = _scalars(loss(x, np.random.default_rng(0), epoch))
    return {f"val_{name}": value for name, value in numbers.items()}


def pace(schedule: str, done: float) -> float:
    """The share of the learning rate in force when this share of the training is done.

    One-cycle (Smith and Topin 2018): up for three tenths, then down to nothing, along cosines.
    """
    if schedule == "constant":
        return 1.0
    if done < 0.3:
        return 0.04 + 0.96 * (1 - cos(pi * done / 0.3)) / 2
    return (1 + cos(pi * (done - 0.3) / 0.7)) / 2


def _rmsprop(parameters: Any, lr: float) -> torch.optim.Optimizer:
    # Keras' own decay and epsilon, with which the lecture's figures were made
    return torch.optim.RMSprop(parameters, lr, alpha=0.9, eps=1e-7, foreach=False)


def _adam(parameters: Any, lr: float) -> torch.optim.Optimizer:
    return torch.optim.Adam(parameters, lr, fused=True)


OPTIMIZERS: dict[str, Callable[[Any, float], torch.optim.Optimizer]] = {
    "adam": _adam,
    "rmsprop": _rmsprop,
}


def _state(
    model: nn.Module, optimizer: torch.optim.Optimizer, rng: np.random.Generator,
    order: NDArray[np.int64], validated: Mapping[str, float], best: float, waited: int,
) -> State:  # fmt: skip
    moments = copied(optimizer.state_dict()["state"])
    return State(arrays(model), moments, rng.bit_generator.state, order, validated, best, waited)


def _tensor(pictures: Pixels, device: str) -> Tensor:
    return torch.from_numpy(pixels(pictures)).to(device)


def _scalars(numbers: Mapping[str, Tensor]) -> dict[str, float]:
    return {name: value.item() for name, value in numbers.items() if value.numel() == 1}


def copied(moments: Mapping[Any, Any]) -> dict[Any, Any]:
    return {k: {n: t.clone() for n, t in memory.items()} for k, memory in moments.items()}
