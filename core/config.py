"""Settings as a frozen dataclass whose fields carry everything a form, a link or a check needs.

A family writes

    @dataclass(frozen=True)
    class Config:
        lr: float = knob(0.01, "Learning rate", min=1e-5, max=10.0, live=True)

        def __post_init__(self) -> None:
            check(self)

and the form, the permalink, the exported script and the tests all read the same metadata.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

C = TypeVar("C")


def knob(
    default: Any,
    label: str,
    *,
    help: str = "",
    min: float | None = None,
    max: float | None = None,
    step: float | None = None,
    choices: Sequence[Any] = (),
    unit: str = "",
    live: bool = False,
    group: str = "",
    only: Mapping[str, Any] | None = None,
    slider: bool = False,
) -> Any:
    """A dataclass field with its label, range and meaning.

    choices : allowed values, worded as on the screen and in links.
    live : may change while training goes on. Everything else starts the training anew.
    group : the heading under which the form shows it; "" is the first, always open one.
    only : the form shows it only while these other fields have these values.
    slider : the form shows a slider: the whole range is worth trying. Needs a range or choices.
    """
    return dataclasses.field(
        default=default,
        metadata={
            "label": label, "help": help, "min": min, "max": max, "step": step,
            "choices": tuple(choices), "unit": unit, "live": live, "group": group,
            "only": only or {}, "slider": slider,
        },
    )  # fmt: skip


def read(field: dataclasses.Field[Any], value: Any) -> Any:
    """`value` as the type of `field`'s default, if it is allowed there.

    Raises ValueError naming the field, the value as it was given, and what is allowed.
    """
    kind: Any = type(field.default)
    meta, given = field.metadata, value
    try:
        if kind is bool and isinstance(value, str):
            value = {"true": True, "false": False}[value.lower()]
        elif kind is int and float(value) == int(float(value)):
            value = int(float(value))
        elif kind is int:
            raise ValueError("not a whole number")
        else:
            value = kind(value)
    except (TypeError, ValueError, KeyError, OverflowError):
        raise ValueError(f"{field.name} = {shown(given)}: {allowed(field)}.") from None
    bad = meta["choices"] and value not in meta["choices"]
    # written so that NaN, which compares false with everything, is refused too
    low = meta["min"] is not None and not value >= meta["min"]
    high = meta["max"] is not None and not value <= meta["max"]
    if bad or low or high:
        raise ValueError(f"{field.name} = {shown(given)}: {allowed(field)}.")
    return value


def allowed(field: dataclasses.Field[Any]) -> str:
    """What a field accepts, in words: 'allowed are 1 to 64'."""
    meta = field.metadata
    if meta["choices"]:
        return "allowed are " + ", ".join(map(str, meta["choices"]))
    if meta["min"] is not None:
        whole = "whole numbers " if isinstance(field.default, int) else ""
        return f"allowed are {whole}{meta['min']:g} to {meta['max']:g}"
    return {bool: "allowed are true and false", str: "allowed is text"}[type(field.default)]


def shown(value: object) -> str:
    """A value quoted for a message: never longer than 40 characters."""
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def check(config: Any) -> None:
    """Refuse impossible values. Called by each Config's __post_init__.

    Raises ValueError naming the field, the value and the allowed range.
    """
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        read(field, value)
        if type(value) is not type(field.default):
            kind = type(field.default).__name__
            raise ValueError(f"{field.name} = {shown(value)}: must be of type {kind}.")


def from_strings(
    kind: type[C], values: Mapping[str, str], base: C | None = None
) -> tuple[C, dict[str, str]]:
    """A Config from text, such as a link's query; name -> a sentence for each value refused.

    Unknown names are refused too, and values that do not go with those before them. What is refused
    or not named is as in `base`, or has its default.
    """
    fields = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    config: Any = base or kind()
    complaints = {}
    for name, text in values.items():
        if name not in fields:
            complaints[name] = f"{name[:40]}: there is no such setting."
            continue
        try:
            new = {name: read(fields[name], text)}
            # one that is not in use is tried as if it were: a choice made later brings it into use
            dataclasses.replace(config, **fields[name].metadata["only"], **new)
            config = dataclasses.replace(config, **new)
        except ValueError as error:
            complaints[name] = str(error)
    return config, complaints


def changes(old: Any, new: Any) -> dict[str, Any]:
    """The fields in which `new` differs from `old`, with their new values."""
    return {
        f.name: getattr(new, f.name)
        for f in dataclasses.fields(new)
        if getattr(new, f.name) != getattr(old, f.name)
    }


def acts_at_once(old: Any, new: Any) -> bool:
    """Whether a training under `old` can go on under `new`: all that differs is live."""
    live = {f.name for f in dataclasses.fields(new) if f.metadata["live"]}
    return set(changes(old, new)) <= live
