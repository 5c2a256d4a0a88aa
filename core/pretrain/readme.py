"""The table of weights files in assets/weights/README.md."""

from __future__ import annotations

from pathlib import Path

from core.layers import count
from core.pretrain import models
from core.pretrain.families import FAMILIES
from core.weights import Checkpoint, load

# between these lines of assets/weights/README.md stands the table
BEGIN, END = "<!-- python -m core.pretrain --table writes this -->", "<!-- end -->"


def row(name: str, c: Checkpoint, size: int) -> str:
    """A line of the table of weights files. size : in bytes."""
    family = FAMILIES[c.family]
    parameters = sum(count(layers) for layers in family.networks(c.config).values())
    measured = ", ".join(f"{k.replace('_', ' ')} {v:.4g}" for k, v in c.measured.items())
    source = f"{c.about['data'].partition(':')[0]} ({c.about['licence']})"
    cells = (
        f"`{name}`", family.model(c.config), f"{parameters:,}", source, family.recipe(c.config),
        measured, f"{size / 1e6:.2f} MB", f"`{c.about['command']}`",
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def table(folder: Path) -> str:
    """The weights files in `folder`, those of MODELS first, as a table in Markdown."""
    order = [*models.MODELS]
    files = sorted(
        folder.glob("*.safetensors"),
        key=lambda f: (order.index(f.stem) if f.stem in order else len(order), f.stem),
    )
    head = ("name", "model", "parameters", "trained on", "recipe", "measured", "size", "made by")
    rows = [row(f.stem, load(f), f.stat().st_size) for f in files]
    return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *rows])


def tell(folder: Path) -> None:
    """Bring the table in the folder's README.md up to date."""
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else f"{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    readme.write_text(
        f"{before}{BEGIN}\n{table(folder)}\n{END}{rest.partition(END)[2]}", encoding="utf-8"
    )
