"""A named set-up of a lesson."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

C = TypeVar("C")


@dataclass(frozen=True)
class Scene(Generic[C]):
    """Settings, and what to notice in one or two sentences."""

    config: C
    notice: str
