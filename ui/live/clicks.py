"""Two rules for hasty clicks that only the browser can keep: see `assets/clicks.js`."""

import streamlit as st

from ui.live.asset import asset

_clicks = st.components.v2.component("clicks", js=asset("clicks.js"))


def hasty_clicks() -> None:
    """Two quick clicks on a button that acts once are one; a download waits for a run under way."""
    _clicks(key="app_clicks")
