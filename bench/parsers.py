"""What hostile text costs: `python -m bench.parsers`. Budget: 50 ms of processor time each.

Every parser of text that a visitor can type, send in a link or name a file with, each at the
lengths that it allows, and at 10,000 characters with its own limit on the length lifted.
"""

from __future__ import annotations

import dataclasses
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple
from unittest.mock import patch

from core import autoencoder, diffusion, diffusion_digits, gan_1d, vae
from core.config import from_strings, shown
from core.data import formula, shapes, toy, written
from core.data.images import upload
from core.gan_1d.export import numpy_source
from ui.form import plain

BUDGET = 0.05
LENGTHS, LIFTED = (48, 200, 500), 10_000
FAMILIES = (gan_1d, vae, autoencoder, diffusion, diffusion_digits)
UNITS = (
    " ", "\t", "(", ")", "()", "[", ",", ".", "9", "1.", "1e", "1e9", "1e-", "1_", "+", "-", "*",
    "**", "<", "==", "=", "'", '"', "\\", "_", "a", "z", "Z", "aa-", "aZ", "N", "N(", "1 N(",
    "1N(0,1)", "1 N(0,1)+", "1 N(0,1) ", "1 N(-50,0.02) + ", "1+", "z+", "-z", "z*", "z**", "2**",
    "9**", "z<", "z/", "(z)", "sin(", "sinh(", "where(", "where(z,", "tan(z)**33+", "z,", "/",
    "../", "<b>", "&", "#", "$x$", "`", "{0}", "%s", "inf", "nan", "\0", "\n",
    "\u00a0", "\u202e", "\u00b2", "\uff11", "\u0663", "\U0001d7d9", "\u2212", "\ud800",
    "\U0001f600",
)  # fmt: skip


class Parser(NamedTuple):
    """A way for text to come in, and the limits on its length: (module, name) of each."""

    read: Callable[[str], object]
    limits: tuple[tuple[Any, str], ...] = ()


MIXTURE, FORMULA = (written, "MIXTURE_LENGTH"), (formula, "LENGTH")
DENSITY, DRAWN = (written, "COLUMNS"), (shapes, "POINTS")


def _link(family: Any, name: str) -> Callable[[str], object]:
    def read(text: str) -> None:
        _, complaints = from_strings(family.Config, {name: text})
        if complaints:
            raise ValueError(*complaints.values())

    return read


def _target(name: str) -> Callable[[str], object]:
    return lambda text: toy.target.__wrapped__(name, text)


def _shape(name: str) -> Callable[[str], object]:
    return lambda text: shapes.shape.__wrapped__(name, text)


PARSERS = {
    "mixture, GAN": Parser(_target("mixture"), (MIXTURE,)),
    "mixture, diffusion": Parser(_shape("mixture"), (MIXTURE,)),
    "formula": Parser(_target("formula"), (FORMULA,)),
    "formula as source": Parser(numpy_source, (FORMULA,)),
    "drawn density": Parser(_target("drawing"), (DENSITY,)),
    "drawn lines": Parser(shapes.parse_lines, (DRAWN,)),
    "drawn shape": Parser(_shape("drawn")),
    "target's name": Parser(lambda text: toy.target.__wrapped__(text)),
    "shape's name": Parser(lambda text: shapes.shape.__wrapped__(text)),
    "text on the screen": Parser(plain),
    "value in a message": Parser(shown),
    "file's name": Parser(lambda text: upload([(text, b"no picture")])),
    "zip's name": Parser(lambda text: upload([(f"{text}.zip", b"no zip")])),
    **{
        f"link {family.__name__.removeprefix('core.')}.{field.name}": Parser(
            _link(family, field.name), (MIXTURE, FORMULA, DENSITY, DRAWN)
        )
        for family in FAMILIES
        for field in dataclasses.fields(family.Config)
    },
}


def hostile(n: int) -> Iterator[str]:
    """Texts of n characters that made a parser slow, or might."""
    for unit in UNITS:
        yield (unit * n)[:n]
    third, half = n // 3 - 3, n // 2 - 1
    for gap in (" ", "9", "(", "+"):
        yield f"1 N({gap * third},{gap * third}1{gap * third}"[:n]
        yield f"{gap * half}N({gap * half}"
    yield "(" * half + "z" + ")" * half
    yield "sin(" * (n // 5) + "z" + ")" * (n // 5)
    yield "0." + "0" * half + f"1e{half}*z"


def seconds(parser: Parser, text: str, lifted: bool = False) -> float:
    """Processor seconds to read `text`, or to refuse it, which has to be in one sentence."""
    with ExitStack() as stack:
        for module, name in parser.limits if lifted else ():
            stack.enter_context(patch.object(module, name, len(text)))
        begun = time.process_time()
        try:
            parser.read(text)
        except ValueError as error:
            said = str(error)
        else:
            said = "Read."
        spent = time.process_time() - begun
    if not said.endswith(".") or not said.isprintable():
        raise AssertionError(f"{shown(text)} is refused with {said!r}, which is no sentence.")
    return spent


def slowest(parser: Parser) -> tuple[float, str]:
    """Seconds of the slowest of all hostile texts, and that text."""
    seconds(parser, "1")  # what is imported late
    cases = [(text, False) for n in LENGTHS for text in hostile(n)]
    cases += [(text, True) for text in hostile(LIFTED)]
    return max((seconds(parser, *case), case[0]) for case in cases)


def main() -> None:
    """Print the slowest text of each parser."""
    worst = 0.0
    gc.freeze()  # what a collection of all that is imported takes is no parser's
    for name, parser in PARSERS.items():
        spent, text = slowest(parser)
        worst = max(worst, spent)
        print(f"{1000 * spent:8.2f} ms  {name:32}  {len(text):6,}  {shown(text)}")
    print(f"{worst / BUDGET:.2f} of the budget of {1000 * BUDGET:.0f} ms")


if __name__ == "__main__":
    main()
