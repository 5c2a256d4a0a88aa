"""Held keys: a key that repeats moves things in the browser, and the server hears of it once."""

from collections.abc import Sequence

import streamlit as st

from ui.live.asset import asset

_keys = st.components.v2.component("keys", js=asset("code.js", "keys.js"))


def held_keys() -> None:
    """Once on every page: no key that is held down makes the script run at each of its repeats.

    A shortcut presses its button once, however long its key is held. A slider or a number input
    that has the focus moves as ever, and its last value is sent when the key is let go.
    """
    _keys(key="app_keys", data={})


def arrow_keys(slider: str, stops: Sequence[int] = ()) -> None:
    """Let the left and right arrow keys move a slider, wherever the focus is, as far as they are
    held. Its value is sent when they are let go.

    They come before buttons with these shortcuts, which are still to be there: they tell of the
    keys, and lead to the same places one by one.

    Parameters
    ----------
    slider : key of the slider. stops : the values that the keys lead to, in any order; every one of
        the slider's if empty. From between two stops they go on as from the larger.
    """
    _keys(key=f"{slider}_keys", data={"slider": slider, "stops": sorted(stops)})
