"""Links with nonsense in them: bad values, the keys of every page, and what the page then says."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from ui.vae.models import WAYS

ROOT = Path(__file__).resolve().parents[1]
VIEWS: dict[str, tuple[str, ...]] = {
    "autoencoders": ("Bench", "Train", "The hole", "Codes"),
    "vae": ("Latent space", "Train", "Between digits", "Samples", "Codes", "Networks"),
    "gan_1d": ("",),
    "diffusion": ("Forward", "Train", "Reverse"),
    "diffusion_digits": (
        "Forward", "Reverse", "One label", "Surgery", "Faces", "Train", "Quality",
    ),
}  # fmt: skip
# settings that bring further widgets to the screen
FURTHER: dict[str, list[dict[str, str]]] = {
    "autoencoders": [{"view": "Train", "kind": kind} for kind in ("denoising", "masked")],
    "vae": [{"view": "Between digits", "way": way} for way in WAYS[1:]],
    "gan_1d": [
        {"target": "mixture", "loss": "wgan-gp"}, {"target": "formula"}, {"target": "drawing"},
    ],
    "diffusion": [{"target": "mixture", "noise": "by hand"}, {"target": "drawn"}],
    "diffusion_digits": [
        {"noise": "by hand"}, {"view": "Surgery", "tool": "SDEdit"},
        {"view": "Surgery", "tool": "Fill in"},
    ],
}  # fmt: skip
BAD: dict[str, str | list[str]] = {
    "empty": "",
    "inf": "inf",
    "nan": "nan",
    "1e309": "1e309",
    "400 digits": "9" * 400,
    "text": "perhaps",
    "markup": "<img src=x> $x$ :material/bomb: www.some.example",
    "two values": ["1", "2"],
}
WORSE: dict[str, str | list[str]] = {
    "-inf": "-inf",
    "tag": "<img src=x>",
    "icon": ":material/bomb:",
    "formula": "$x$",
    "address": "www.some.example",
    "heading": "===",
    "lines": "# a\n===\n- b",
    "hexadecimal": "0x8",
    "nothing printable": "\x00\x1b\u202e",
    "two bad values": ["inf", "nan"],
    "empty and a value": ["", "1"],
}
WRITTEN = {"mixture", "formula", "drawing"}  # whose sentences are those of their parsers
HEAD = "Not all of the link could be used as it stands."


def opened(stem: str, query: dict[str, Any]) -> AppTest:
    """The page as a link opens it."""
    at = AppTest.from_file(str(ROOT / "pages" / f"{stem}.py"), default_timeout=60)
    for key, value in query.items():
        at.query_params[key] = value
    return at.run()


def bound(at: AppTest) -> dict[str, Any]:
    """Each widget on the screen that stands in the address: its key, and its value."""
    elements = [element for part in (at.main, at.sidebar) for element in part]
    keys = [(getattr(e.proto, "query_param_key", ""), e) for e in elements if hasattr(e, "proto")]
    return {key: element.value for key, element in keys if key}


@cache
def plain(stem: str, view: str) -> dict[str, Any]:
    """What `bound` says of a view that a link without settings opens."""
    return bound(opened(stem, {f"{stem}.view": view} if view else {}))


@cache
def keys(stem: str) -> tuple[str, ...]:
    """Every key of a page that can stand in its address, found on the screen."""
    found = {key for view in VIEWS[stem] for key in plain(stem, view)}
    for query in FURTHER[stem]:
        found |= bound(opened(stem, {f"{stem}.{k}": v for k, v in query.items()})).keys()
    return tuple(sorted(found))


def complaints(at: AppTest) -> list[str]:
    """The sentences about the link, as they are read."""
    hidden = str.maketrans("", "", "\\\N{WORD JOINER}")
    lines = [element.value.translate(hidden).split("  \n") for element in at.warning]
    return [line for first, *rest in lines if first == HEAD for line in rest]


def is_plain(at: AppTest, stem: str, view: str) -> bool:
    """Whether the link changed nothing."""
    return not at.error and bound(at) == plain(stem, view)


def check(at: AppTest, asked: Iterable[str]) -> None:
    """The page lives, and says one sentence for each key that its link has nonsense for."""
    asked = list(asked)
    assert not at.exception, at.exception[0].message
    said = complaints(at)
    assert all("no such setting" not in line for line in said), said
    assert len(said) == len(asked), said
    for name in {key.split(".")[1] for key in asked} - WRITTEN:
        assert sum(line.startswith((f"{name} = ", f"{name} stands ")) for line in said) == 1, name
    # options are listed in full, what was asked for is cut
    assert max(map(len, said), default=0) < 500
