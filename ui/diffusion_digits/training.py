"""Train: a small U-Net learns the built-in digits while one watches."""

from __future__ import annotations

from core import diffusion_digits as diffusion
from core.diffusion_digits import Config, export, report
from core.diffusion_digits.scenes import SCENES
from ui import train
from ui.diffusion_digits.common import LESSON
from ui.page import Look

SUBJECT = train.Subject(
    diffusion, Config, SCENES, report.moment, report.panels, report.numbers, report.formula,
    report.verdict, export.script,
)  # fmt: skip


def show(first: Config, look: Look) -> None:
    """The whole view. first : what the link asks for. Must be the last call of the page: a training
    goes on inside it."""
    train.show(LESSON, SUBJECT, first, look)
