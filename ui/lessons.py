"""The one table of lessons. Navigation, home and tests read it; a new lesson is a new row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """stem : of its page, module, tests, text and card. label : its name in the navigation.
    point : what it shows, in one sentence. family : the module in core, if it has another stem."""

    stem: str
    title: str
    label: str
    icon: str
    section: str
    point: str
    family: str = ""

    @property
    def module(self) -> str:
        """The family's module, as Python imports it."""
        return f"core.{self.family or self.stem}"

    @property
    def page(self) -> str:
        """The page's path, as Streamlit links to it."""
        return f"pages/{self.stem}.py"


LESSONS = (
    Lesson(
        "autoencoders",
        "Autoencoders",
        "Autoencoders",
        ":material/compress:",
        "Auto-encoders",
        "A few numbers rebuild a picture, even one seen through noise; numbers drawn at random "
        "rebuild none.",
        "autoencoder",
    ),
    Lesson(
        "vae",
        "Variational autoencoder",
        "VAE",
        ":material/tune:",
        "Auto-encoders",
        "With noise in the code, and the codes kept near a normal law, every point decodes to "
        "something like a digit.",
    ),
    Lesson(
        "gan_1d",
        "A GAN in one dimension",
        "1-D GAN",
        ":material/show_chart:",
        "Adversarial networks",
        "Two networks play a game until what one makes can no longer be told from the real thing, "
        "unless it forgets half of it.",
    ),
    Lesson(
        "diffusion",
        "Diffusion in one and two dimensions",
        "Diffusion",
        ":material/blur_on:",
        "Diffusion",
        "Data dissolves into noise in small steps, each of which can be undone by whoever knows "
        "the way uphill in the density.",
    ),
    Lesson(
        "diffusion_digits",
        "Diffusion on digits",
        "On digits",
        ":material/grain:",
        "Diffusion",
        "Noise is easy to add in small steps; a network that has learned to take it away again "
        "turns pure noise into the digit that one asks for.",
    ),
)


def lesson(stem: str) -> Lesson:
    """The lesson with this stem. Raises ValueError, listing the known ones."""
    for row in LESSONS:
        if row.stem == stem:
            return row
    known = ", ".join(row.stem for row in LESSONS)
    raise ValueError(f"There is no lesson '{stem}'; known are {known}.")
