"""The training of a denoiser in torch, once for densities and for pictures.

Each update sees other data, at other times, with other noise; what is kept beside the weights is
their running mean, from which one samples.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.diffusion.process import PREDICTIONS
from core.fit import OPTIMIZERS, copied, pace
from core.layers import Array
from core.networks import arrays
from core.step import Diverged, Step

# a random generator to the named numbers of one update, "loss" of which is minimized
Loss = Callable[[np.random.Generator], dict[str, Tensor]]
Part = Callable[[], dict[str, Tensor]]
# the same in parts, of which each has the numbers of some of the batch: they add up to those of all
Parts = Callable[[np.random.Generator], Sequence[Part]]


class Recipe(Protocol):
    """What the loop reads of a Config."""

    @property
    def updates(self) -> int: ...
    @property
    def lr(self) -> float: ...
    @property
    def average(self) -> float: ...


@dataclass(frozen=True)
class State:
    """What a training needs to go on from here."""

    weights: list[Array]
    average: list[Array]
    moments: Mapping[Any, Any]
    random: Mapping[str, Any]


def fit(
    model: nn.Module, recipe: Recipe, rng: np.random.Generator, parts: Parts,
    look: Callable[[int, list[Tensor], dict[str, Tensor]], Any], number: int = 0,
    state: State | None = None,
) -> Generator[Step | None, None, str | None]:  # fmt: skip
    """Train `model` in place; one Step after each update, whose state is a function (see Step),
    and None between two parts of one: the clock can be looked at.

    look : the view, from the number of the update, the averaged weights, of which it must copy
    what it keeps, and what `parts` added up to. number, state : of the step to go on from. Raises
    Diverged where the loss or what `look` makes (FloatingPointError) is no longer finite.
    """
    parameters = list(model.parameters())
    optimizer = OPTIMIZERS["adam"](parameters, recipe.lr)
    average = [p.detach().clone() for p in parameters]
    if state is not None:
        optimizer.load_state_dict({**optimizer.state_dict(), "state": copied(state.moments)})
        average = [torch.from_numpy(a.copy()) for a in state.average]
        average = [a.to(p.device) for a, p in zip(average, parameters, strict=True)]
        rng.bit_generator.state = state.random
        state = None  # many megabytes that this frame would keep
    while number < recipe.updates:
        for group in optimizer.param_groups:
            group["lr"] = recipe.lr * pace("one-cycle", number / recipe.updates)
        numbers = yield from _backward(parts(rng))
        optimizer.step()
        optimizer.zero_grad()
        number += 1
        # the first weights are soon forgotten, however much is kept later on
        kept = min(recipe.average, (1 + number) / (10 + number))
        torch._foreach_lerp_(average, [p.detach() for p in parameters], 1 - kept)
        losses = {name: v.item() for name, v in numbers.items() if v.numel() == 1}
        try:
            if not isfinite(losses["loss"]):
                raise FloatingPointError
            view = look(number, average, numbers)
        except FloatingPointError:
            raise Diverged(
                f"Stopped: in update {number:,} the loss left the finite numbers. Most likely the "
                f"learning rate of {recipe.lr:g} is too large; update {number - 1:,} is kept."
            ) from None
        # the random state of now: the next update may have begun when it is asked for
        keep = partial(_state, model, average, optimizer, rng.bit_generator.state)
        yield Step(number, losses, view, keep)
    return None


def whole(loss: Loss) -> Parts:
    """All of the batch in one part."""
    return lambda rng: [partial(loss, rng)]


def _backward(parts: Sequence[Part]) -> Generator[None, None, dict[str, Tensor]]:
    """Add up the gradients and the numbers of all parts."""
    numbers: dict[str, Tensor] = {}
    for part in parts:
        if numbers:
            yield
        new = part()
        new["loss"].backward()
        old, numbers = numbers, {name: value.detach() for name, value in new.items()}
        for name, value in old.items():
            numbers[name] += value
    return numbers


def _state(
    model: nn.Module, average: Sequence[Tensor], optimizer: torch.optim.Optimizer,
    random: Mapping[str, Any],
) -> State:  # fmt: skip
    mean = [a.cpu().numpy().copy() for a in average]
    return State(arrays(model), mean, copied(optimizer.state_dict()["state"]), random)


def target(prediction: str, x_0: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
    """What a denoiser should say, the inverse of `core.diffusion.process.PREDICTIONS`.

    alpha_bar : of each, to be broadcast. Raises ValueError for an unknown prediction.
    """
    if prediction == "eps":
        return eps
    if prediction == "x_0":
        return x_0
    if prediction == "v":
        return alpha_bar.sqrt() * eps - (1 - alpha_bar).sqrt() * x_0
    raise ValueError(f"prediction = '{prediction}'; known are {', '.join(PREDICTIONS)}.")


def times(T: int, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """n times from 1 to T, evenly spread but for one common random shift: the loss of a batch
    varies less than with independent ones (Kingma et al. 2021, appendix I.1)."""
    u = (rng.random() + np.arange(n) / n) % 1
    return (u * T).astype(np.int64) + 1
