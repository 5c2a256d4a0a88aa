"""One digit pad, what Python knows of it, and buttons that change it from outside."""

import streamlit as st

from core.figures.theme import DARK, LIGHT
from ui.live import digit_pad

CROSS = [[(0.2, 0.2), (0.8, 0.8)], [(0.8, 0.2), (0.2, 0.8)]]

st.session_state.setdefault("strokes", [])
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
if st.button("Cross", key="cross"):
    st.session_state["strokes"] = CROSS
refuse = st.checkbox("Refuse", key="refuse")

theme = DARK if st.context.theme.type == "dark" else LIGHT
with st.container(width=280):
    new = digit_pad("pad", st.session_state["strokes"], label="Your digit", colour=theme.real)
if new is not None:
    st.session_state["returned"] = st.session_state.get("returned", 0) + 1
    if not refuse:
        st.session_state["strokes"] = new

strokes = st.session_state["strokes"]
st.text(f"strokes {len(strokes)} points {sum(map(len, strokes))}")
st.text(f"returned {st.session_state.get('returned', 0)}")
st.text(f"finished {st.session_state['runs']}")
