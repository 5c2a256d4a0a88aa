"""Targets: their maps, laws and modes; and every way to write one wrongly."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from core.data.formula import check_formula
from core.data.law import SLICE, Z
from core.data.toy import NAMES, target
from core.data.written import (
    COLUMNS,
    check_mixture,
    parse_drawing,
    parse_mixture,
    write_mixture,
)

EXAMPLE = {
    "mixture": "0.5 N(-2, 0.5) + 0.5 N(2, 1)",
    "formula": "sin(2*z) + 0.5*z",
    "drawing": "0" * 10 + "z" * 10 + "0" * 8 + "P" * 10 + "0" * 10,
}


def s(a, x):
    return 1 / (1 + np.exp(-a * x))


@pytest.mark.parametrize(
    ("name", "f"),
    [
        ("shifted", lambda z: 0.5 * z + 1),
        ("long tail", lambda z: np.abs(z) ** 1.2),
        ("two modes", lambda z: (0.5 * z - 2) * s(10, -z) + (z + 2) * s(10, z)),
        ("far modes", lambda z: z * s(30, -z) + (z + 15) * s(30, z)),
    ],
)
def test_the_maps_are_the_lectures(name, f):
    z = np.linspace(-4, 4, 801)
    assert_allclose(target(name).f(z), f(z), atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_every_target_shows_nearly_all_of_its_mass(name):
    data = target(name, EXAMPLE.get(name, ""))
    assert_allclose(np.diff(data.law.cdf(data.edges)).sum(), 1, atol=3e-4)
    assert_allclose(data.mass.sum(), 1.0, rtol=1e-12)
    assert len(data.edges) == 281


@pytest.mark.parametrize(
    "text",
    [
        "1 N(0, 1)",
        "0.5 N(-2, 0.5) + 0.5 N(2, 1)",
        "0.2 N(-40, 0.02) + 0.5 N(3, 0.5) + 0.3 N(40, 5)",
        "0 N(-50, 20) + 1 N(1, 0.1)",
    ],
)
def test_the_law_of_a_mixture_is_scipys(text):
    data = target("mixture", text)
    x = np.linspace(-60, 60, 2401)
    expected = sum(w * stats.norm.cdf(x, m, sd) for w, m, sd in parse_mixture(text))
    # within one slice of the normal law, which is what lies in a gap that f has to cross
    assert_allclose(data.law.cdf(x), expected, atol=SLICE.max())


def test_real_samples_of_a_mixture_follow_it():
    data = target("mixture", EXAMPLE["mixture"])
    x = data.f(np.random.default_rng(0).standard_normal(50_000, dtype=np.float32))
    law = [stats.norm(-2, 0.5), stats.norm(2, 1)]
    assert stats.ks_1samp(x, lambda t: sum(n.cdf(t) for n in law) / 2).pvalue > 1e-3


def test_a_flat_drawing_is_uniform():
    x = np.linspace(-5, 5, 101)
    assert_allclose(
        target("drawing", "7" * COLUMNS).law.cdf(x), np.clip((x + 4) / 8, 0, 1), atol=1e-6
    )


def test_an_untouched_part_of_a_drawing_holds_no_mass():
    data = target("drawing", "0" * 40 + "z" + "0" * 7)
    assert_allclose(data.law.cdf(np.array([2.58, 2.92])), [0, 1], atol=1e-4)
    assert data.span[0] == -2.0  # where the untrained generator is
    assert data.span[1] < 3.5
    assert_allclose(data.f(np.array([-7.0, 0, 7.0], np.float32)), 2.75, atol=0.17)


@pytest.mark.parametrize(
    ("text", "f"),
    [
        ("0.5*z + 1", lambda z: 0.5 * z + 1),
        ("-z**2", lambda z: -(z**2)),
        ("where(z < 0, -1, 1) * abs(z) ** 1.2", lambda z: np.sign(z) * np.abs(z) ** 1.2),
        ("sin(2*z) + pi", lambda z: np.sin(2 * z) + np.pi),
        ("arctan2(z, 1.5e0) / .5", lambda z: 2 * np.arctan2(z, 1.5)),
        ("3*(z > 1)", lambda z: 3.0 * (z > 1)),
    ],
)
def test_a_formula_is_its_numpy_value(text, f):
    assert_allclose(target("formula", text).f(Z), f(Z), atol=1e-12)


@pytest.mark.parametrize(
    ("name", "text", "centers", "mass"),
    [
        ("shifted", "", [1.0], [1.0]),
        ("long tail", "", [0.05], [1.0]),
        ("two modes", "", [-2.3, 2.6], [0.5, 0.5]),
        ("far modes", "", [-0.6, 15.6], [0.5, 0.5]),
        ("mixture", "2 N(-3, 0.5) + 8 N(3, 0.5)", [-3, 3], [0.2, 0.8]),
        ("mixture", "1 N(-9, 1) + 1 N(0, 1) + 2 N(9, 1)", [-9, 0, 9], [0.25, 0.25, 0.5]),
        ("mixture", "0.5 N(0, 1) + 0.5 N(0.5, 1)", [0.25], [1.0]),
        ("drawing", EXAMPLE["drawing"], [-1.5, 1.5], [35 / 86, 51 / 86]),
    ],
)
def test_the_modes_are_found_with_their_mass(name, text, centers, mass):
    data = target(name, text)
    assert_allclose(data.mass, mass, atol=5e-3)
    assert_allclose(data.centers, centers, atol=1.0 if name == "drawing" else 0.35)
    assert len(data.bounds) == len(mass) - 1
    inside = np.searchsorted(data.bounds, data.centers)
    assert inside.tolist() == list(range(len(mass)))


def test_a_mixture_survives_being_written():
    rows = parse_mixture("0.25 N(-2, 0.5) + 0.75*N( 2 ,1)+1e+0N(+3,1e0)")
    assert_allclose(rows, [[0.125, -2, 0.5], [0.375, 2, 1], [0.5, 3, 1]])
    assert_allclose(parse_mixture(write_mixture(rows)), rows, rtol=1e-3)


def test_a_target_is_made_once():
    assert target("shifted") is target("shifted")


FORMULAS = [
    "", "   ", "__import__('os')", "__import__", "1/0", "z/0*0", "z**z", "9**9**9**9*z", "0x9**9",
    "z" * 300, "1e999*z", "(-1)**0.5*z", "z.real", "z[0]", "z; 1", "z = 1", "lambda: z",
    "z if z else 1", "2z", "z z", "sin", "sin(z, z)", "z(1)", "(z", "z)", "()", "z,", "0 < z < 1",
    "log(z)", "sqrt(z)", "1/z", "exp(z**4)", "5", "0*z", "z^2", "nan", "inf*z", "z ** 0.5",
    "open('x')", "'a'", "z # comment", "²", "z\x00", "z + \ud800", "exec", "z & 1", "-" * 200,
    "(" * 200,
    "sin(" * 49 + "z", "-" * 199 + "z", "2**" * 66 + "z", "where(" * 33, "sin(*z)", "sin(**z)",
    "1e400*z", "1_0*z",
]  # fmt: skip
MIXTURES = [
    "", " ", "N(0, 1)", "1 N(0)", "1 N(0, 1, 2)", "1 N(0, 1) +", "one N(0, 1)", "0 N(0, 1)",
    "-1 N(0, 1) + 2 N(1, 1)", "1 N(0, 0)", "1 N(0, -1)", "1 N(0, 1e-9)", "1 N(0, 21)", "1 N(51, 1)",
    "nan N(0, 1)", "1 N(nan, 1)", "1 N(0, nan)", "inf N(0, 1)", "1 N(0, inf)", "__import__('os')",
    " + ".join(["1 N(0, 1)"] * 13), "1 N(" + " " * 400 + "x", "1 N(0, 1) " * 100,
    "1e308 N(0, 1) + 1e308 N(1, 1)", "1e400 N(0, 1)", "5e-324 N(0, 1)", "1e-320 N(0, 1)",
    "-0 N(0, 1)", "1_0 N(0, 1)", "1 N(0, 1)\x00", "1 N(0, 1)\ud800", "1 N(0, 1) 1 N(1, 1)",
    "1 N(" + " " * 160 + "," + " " * 160 + "1" + " " * 160,
]  # fmt: skip
DRAWINGS = [
    "",
    "0" * COLUMNS,
    "z",
    "z" * (COLUMNS + 1),
    "-" * COLUMNS,
    " " * COLUMNS,
    "é" * COLUMNS,
]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("formula", t) for t in FORMULAS),
        *(("mixture", t) for t in MIXTURES),
        *(("drawing", t) for t in DRAWINGS),
        ("", ""),
        ("gaussian", ""),
    ],
)
def test_what_means_nothing_is_refused_in_one_sentence(name, text):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words are checked below
        target(name, text)
    message = str(caught.value)
    assert message.endswith(".")
    assert 15 < len(message) < 300
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("__import__('os')", "cannot use '__import__'; allowed are z, pi and abs"),
        ("1/0", "divides by zero"),
        ("z**z", "has no finite value at z = "),
        ("9**9**9**9*z", "too large"),
        ("z^2", "write ** for a power"),
        ("3", "must depend on z"),
        ("z" * 300, "300 characters; the limit is 200"),
        ("(" * 31 + "z" + ")" * 31, "more than 30 brackets inside one another"),
        ("-" * 150 + "z", "more than 150 numbers, names and signs"),
        ("1e400*z", "'1e400*z' has a number that is too large"),
        ("z\x00", r"cannot contain '\x00'"),
    ],
)
def test_the_sentence_says_what_is_wrong_with_a_formula(text, says):
    with pytest.raises(ValueError, match="formula") as caught:
        target("formula", text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([[-0.5, 0, 1], [1, 1, 1]], "weights must lie between 0 and 1,000,000; one is -0.5"),
        ([[0, 0, 1]], "At least one mixture weight"),
        ([[1, 0, 0]], "widths must lie between 0.02 and 20; one is 0"),
        ([[1, np.nan, 1]], "must be a number"),
        ([[1, 0, 1], [1e308, 1, 1]], "between 0 and 1,000,000; one is 1e+308"),
        ([[5e-324, 0, 1]], "must be 0.000001 or more; the largest is 5e-324"),
        ([[1, 0, 0.02], [1, 0, 25]], "between 0.02 and 20; one is 25"),
        ([[1, 0, 1], [1, -50.00000001, 1]], "between -50 and 50; one is -50.00000001"),
        (np.empty((0, 3)), "1 to 12 parts; this one has 0"),
    ],
)
def test_the_sentence_says_what_is_wrong_with_a_mixture(rows, says):
    with pytest.raises(ValueError, match=r"[Mm]ixture") as caught:
        check_mixture(np.asarray(rows, float))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1 N(0, 1) + 2 N(x, 1) + 1 N(2, 1)", "'2 N(x, 1)'"),
        ("1 N(0, 1) 2 N(1, 1)", "'1 N(0, 1) 2 N(1, 1)'"),
        ("1 N(0,   1", "'1 N(0, 1'"),
        ("1 N(0, 1) +", "''"),
    ],
)
def test_the_part_of_a_mixture_that_cannot_be_read_is_named(text, part):
    with pytest.raises(ValueError, match="mixture") as caught:
        parse_mixture(text)
    assert f"Cannot read the mixture part {part}: " in str(caught.value)


def test_a_formula_of_all_that_it_may_hold_is_read():
    x = target("formula", "(" * 30 + "z" + ")" * 30).f(Z)
    assert_allclose(x, Z)
    assert_allclose(target("formula", "z" + "+z" * 74).f(Z), 75 * Z, rtol=1e-12)


def test_a_formula_is_floating_point_only():
    assert check_formula("2*z**3 - .5e1") == "2.0 * z ** 3.0 - 5.0"


def test_a_drawing_is_read_from_0_to_1():
    assert_allclose(parse_drawing("0" * 47 + "Z")[[0, -1]], [0, 1])
