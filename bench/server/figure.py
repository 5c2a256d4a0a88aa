"""A measured figure, its budget beside it, and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DIGITS = {"ms": 0, "s": 2, "MB": 1, "/s": 1}
HEAD = f"{'':<60}{'median':>12}{'p95':>12}   budget"


@dataclass(frozen=True)
class Figure:
    """Something measured once or often, in "ms", "s", "MB" or pictures "/s".

    most : budgets of the median and of the 95th percentile, or of the one value. least : where
    more is better. Budgets are those of a class of 60 on two cores.
    """

    what: str
    unit: str
    values: list[float]
    most: tuple[float, ...] = ()
    least: float | None = None

    @property
    def shown(self) -> tuple[float, ...]:
        """Median and 95th percentile; of few values the median alone."""
        levels = (0.5, 0.95) if len(self.values) > 4 else (0.5,)
        return tuple(np.quantile(self.values, levels).tolist())

    def __str__(self) -> str:
        row = f"{self.what:<60}"
        for value in self.shown:
            row += f"{value:>9.{DIGITS[self.unit]}f} {self.unit:<2}"
        budget, kept = "", True
        if self.most:
            budget = f"<= {', '.join(f'{most:g}' for most in self.most)} {self.unit}"
            kept = all(value <= most for value, most in zip(self.shown, self.most, strict=False))
        elif self.least is not None:
            budget, kept = f">= {self.least:g} {self.unit}", self.shown[0] >= self.least
        return f"{row:<84}   {budget}{'' if kept else '   OVER'}"


def compared(off: Figure, on: Figure) -> str:
    """Both medians and their ratio: without Streamlit's collector after each run, and with it."""
    digits, a, b = DIGITS[off.unit], off.shown[0], on.shown[0]
    ratio = f"{b / a:10.2f}" if a > 0 else f"{'-':>10}"
    return f"{off.what:<60}{a:>9.{digits}f} {b:>9.{digits}f} {off.unit:<2}{ratio}"
