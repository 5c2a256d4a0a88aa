"""Formulas in z that a user writes. Text in, a tree out, worked out by numpy: nothing is run.

Each step costs in proportion to the text, and the tree's size and depth are bounded.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from core.config import shown

LENGTH = 200  # characters
PARTS = 150  # numbers, names and signs
BRACKETS = 30  # inside one another
EXAMPLE = "an example is 0.5*z + 1"

FUNCTIONS = (
    "abs arccos arccosh arcsin arcsinh arctan arctan2 arctanh ceil cos cosh exp expm1 floor log "
    "log10 log1p sin sinh sqrt tan tanh where"
).split()
TAKES = {"arctan2": 2, "where": 3}  # the others take one argument
NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
TOKEN = re.compile(rf"\s*(?:({NUMBER})|([A-Za-z_]\w*)|(\*\*|<=|>=|==|[-+*/(),<>]))")


def _power(base: Any, exponent: Any) -> Any:
    result = base**exponent
    return math.nan if isinstance(result, complex) else result  # (-1)**0.5


ARITHMETIC: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.Pow: _power, ast.UAdd: operator.pos, ast.USub: operator.neg,
}  # fmt: skip
COMPARISONS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq,
}  # fmt: skip


def check_formula(text: str) -> str:
    """The formula as Python would write it: only numbers, z, pi, functions and operators.

    Whole numbers become floating point, so that 9**9**9 overflows at once instead of computing for
    ever. Raises ValueError with the sentence for the screen.
    """
    if not text.strip():
        raise ValueError(f"The formula is empty: {EXAMPLE}.")
    if len(text) > LENGTH:
        raise ValueError(f"The formula has {len(text)} characters; the limit is {LENGTH}.")
    out: list[str] = []
    at, end, depth = 0, len(text.rstrip()), 0
    while at < end:
        match = TOKEN.match(text, at)
        if match is None:
            bad = text[at:].lstrip()[0]
            hint = "; write ** for a power" if bad == "^" else ""
            raise ValueError(f"The formula cannot contain {shown(bad)}{hint}.")
        number, name, sign = match.groups()
        if name and name not in ("z", "pi", *FUNCTIONS):
            raise ValueError(
                f"The formula cannot use {shown(name[:20])}; "
                f"allowed are z, pi and {', '.join(FUNCTIONS)}."
            )
        if number and math.isinf(float(number)):
            raise ValueError(f"The formula {shown(text)} has a number that is too large.")
        depth += (sign == "(") - (sign == ")")
        if depth > BRACKETS:
            raise ValueError(f"The formula has more than {BRACKETS} brackets inside one another.")
        if len(out) == PARTS:
            raise ValueError(f"The formula has more than {PARTS} numbers, names and signs.")
        out.append(repr(float(number)) if number else name or sign)
        at = match.end()
    return " ".join(out)


def parse_formula(text: str) -> ast.expr:
    """The formula's tree. Raises ValueError with the sentence for the screen."""
    try:
        return ast.parse(check_formula(text), mode="eval").body
    except SyntaxError:
        raise _incomplete(text) from None


def formula(text: str) -> Callable[[Any], Any]:
    """x = f(z) for an array z, by numpy, in float64; where it has no value it is not a number.

    Raises ValueError with the sentence for the screen.
    """
    tree = parse_formula(text)

    def f(z: Any) -> Any:
        z = np.asarray(z, np.float64)
        with np.errstate(all="ignore"):
            return np.broadcast_to(_value(tree, z), z.shape).astype(np.float64)

    try:
        f(np.zeros(1))
    except ZeroDivisionError:
        raise ValueError(f"The formula {shown(text)} divides by zero.") from None
    except OverflowError:
        raise ValueError(f"The formula {shown(text)} has a number that is too large.") from None
    except SyntaxError:
        raise _incomplete(text) from None
    return f


def _incomplete(text: str) -> ValueError:
    return ValueError(f"The formula {shown(text)} is not complete: {EXAMPLE}.")


def _value(node: ast.AST, z: Any) -> Any:
    match node:
        case ast.Constant(value=number):
            return number
        case ast.Name(id="z"):
            return z
        case ast.Name(id="pi"):
            return math.pi
        case ast.UnaryOp(op, operand):
            return ARITHMETIC[type(op)](_value(operand, z))
        case ast.BinOp(left, op, right):
            return ARITHMETIC[type(op)](_value(left, z), _value(right, z))
        case ast.Compare(left, [op], [right]):
            return COMPARISONS[type(op)](_value(left, z), _value(right, z)) * 1.0
        case ast.Call(ast.Name(name), args, []) if len(args) == TAKES.get(name, 1):
            if name in FUNCTIONS:
                return getattr(np, name)(*(_value(arg, z) for arg in args))
    raise SyntaxError  # what Python can read, but no formula: z(1), 0 < z < 1, (z, 1)
