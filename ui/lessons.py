"""The one table of lessons. Navigation, home and tests read it; a new lesson is a new row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """stem : of its page, module, tests, text and card. label : its name in the navigation.
    point : what it shows, in one sentence."""

    stem: str
    title: str
    label: str
    icon: str
    section: str
    point: str

    @property
    def page(self) -> str:
        """The page's path, as Streamlit links to it."""
        return f"pages/{self.stem}.py"


LESSONS = (
    Lesson(
        "gan_1d",
        "A GAN in one dimension",
        "1-D GAN",
        ":material/show_chart:",
        "Adversarial networks",
        "Two networks play a game until what one makes can no longer be told from the real thing, "
        "unless it forgets half of it.",
    ),
)


def lesson(stem: str) -> Lesson:
    """The lesson with this stem. Raises ValueError, listing the known ones."""
    for row in LESSONS:
        if row.stem == stem:
            return row
    known = ", ".join(row.stem for row in LESSONS)
    raise ValueError(f"There is no lesson '{stem}'; known are {known}.")
