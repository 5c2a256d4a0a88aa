"""One draw pad, what Python knows of it, and buttons that change it from outside."""

import streamlit as st

from core.data.written import COLUMNS
from ui.live import draw_pad

STAIRS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"

st.session_state.setdefault("drawing", "0" * COLUMNS)
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.text(f"started {st.session_state['runs']}")

if st.button("Stairs", key="stairs"):
    st.session_state["drawing"] = STAIRS
st.button("Rerun", key="rerun")
refuse = st.checkbox("Refuse", key="refuse")

new = draw_pad("pad", st.session_state["drawing"], label="Your density")
if new is not None:
    st.session_state["returned"] = st.session_state.get("returned", 0) + 1
    if not refuse:
        st.session_state["drawing"] = new

st.text(f"drawing {st.session_state['drawing']}")
st.text(f"returned {st.session_state.get('returned', 0)}")
st.text(f"finished {st.session_state['runs']}")
