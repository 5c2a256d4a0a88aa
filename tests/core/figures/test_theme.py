"""Palette: the colours of the paper, readable in light and dark, the same as the interface's."""

import tomllib
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from core.figures.theme import DARK, LIGHT, axis, layout, tint, typed, word

ROOT = Path(__file__).resolve().parents[3]
THEMES = {"light": LIGHT, "dark": DARK}
MEANINGS = ("real", "generated", "judge", "latent", "theory")
STREAMLIT = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))[
    "theme"
]


def luminance(colour: str) -> float:
    """Relative luminance of '#rrggbb' (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2), from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_the_standards():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("meaning", MEANINGS)
def test_words_and_curves_can_be_read(name, meaning):
    theme = THEMES[name]
    assert contrast(theme.words[meaning], theme.paper) >= 4.5
    assert contrast(getattr(theme, meaning), theme.paper) >= 3


@pytest.mark.parametrize("name", THEMES)
def test_ink_is_the_strongest(name):
    theme = THEMES[name]
    assert contrast(theme.ink, theme.paper) >= 12


def test_light_curves_are_okabe_and_itos():
    colours = (LIGHT.real, LIGHT.generated, LIGHT.judge, LIGHT.latent)
    assert colours == ("#0072B2", "#D55E00", "#009E73", "#CC79A7")


@pytest.mark.parametrize("name", THEMES)
def test_the_interface_has_the_colours_of_the_figures(name):
    theme, streamlit = THEMES[name], STREAMLIT[name]
    assert (theme.paper, theme.ink) == (streamlit["backgroundColor"], streamlit["textColor"])
    named = {"real": "blue", "generated": "orange", "judge": "green", "latent": "violet"}
    for meaning, colour in named.items():
        assert theme.words[meaning] == streamlit[f"{colour}TextColor"]


@pytest.mark.parametrize("name", THEMES)
def test_no_two_meanings_share_a_colour(name):
    theme = THEMES[name]
    assert len({getattr(theme, meaning) for meaning in MEANINGS}) == 5
    assert len({theme.words[meaning] for meaning in MEANINGS}) == 5


def test_a_tint_and_a_word_keep_their_colour():
    assert tint("#0072B2", 0.25) == "rgba(0,114,178,0.25)"
    assert word(DARK, "judge", "D") == '<span style="color:#3CC79C"><b>D</b></span>'


def test_more_settings_win():
    assert axis(LIGHT, ticks="")["ticks"] == ""
    assert layout(LIGHT, 300, hovermode=False)["hovermode"] is False
    assert layout(LIGHT, 300)["height"] == 300


def test_typed_writes_arrays_as_float32_and_leaves_the_rest():
    values = np.array([0.1, np.nan, 3.0])
    trace = typed({"x": values, "name": "D"})
    assert trace["name"] == "D"
    assert trace["x"]["dtype"] == "f4"
    assert_array_equal(np.frombuffer(b64decode(trace["x"]["bdata"]), "f4"), np.float32(values))
