"""One paint pad, what Python makes of it, and widgets that change it from outside."""

from pathlib import Path

import streamlit as st

from core.data.images import rasterize
from core.data.images.paint import coverage
from core.figures.images import digit
from core.figures.theme import DARK, LIGHT
from ui.live import paint_pad

CSS = Path(__file__).parents[2] / "assets" / "app.css"
DIGITS = {
    "three": [[(0.2, 0.2), (0.6, 0.1), (0.7, 0.3), (0.4, 0.45), (0.75, 0.65), (0.6, 0.9),
               (0.2, 0.8)]],
    "seven": [[(0.25, 0.2), (0.75, 0.2), (0.45, 0.9)]],
}  # fmt: skip
CROSS = [
    {"points": [(0.2, 0.2), (0.8, 0.8)], "ink": True},
    {"points": [(0.8, 0.2), (0.2, 0.8)], "ink": False},
]
WIDTH = 0.1


def main() -> None:
    st.set_page_config(layout="wide")
    st.html(f"<style>{CSS.read_text(encoding='utf-8')}</style>")
    st.session_state.setdefault("strokes", [])
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    name = st.radio("Digit", list(DIGITS), key="digit", horizontal=True)
    if st.button("Cross", key="cross"):
        st.session_state["strokes"] = CROSS
    refuse = st.checkbox("Refuse", key="refuse")

    theme = DARK if st.context.theme.type == "dark" else LIGHT
    x = rasterize(DIGITS[name]) / 255
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=280):
            new = paint_pad(
                "pad", x, st.session_state["strokes"], label="Paint over it", colour=theme.real,
                ink=theme.generated, width=WIDTH,
            )  # fmt: skip
        if new is not None:
            st.session_state["returned"] = st.session_state.get("returned", 0) + 1
            if not refuse:
                st.session_state["strokes"] = new
        strokes = st.session_state["strokes"]
        ink, paper = coverage(strokes, 28, WIDTH)
        with st.container(width=280):
            painted = digit((1 - ink - paper) * x + ink, "generated", theme)
            st.plotly_chart(painted, theme=None, config={"displayModeBar": False})
    said = " ".join(f"{'ink' if s['ink'] else 'paper'} {len(s['points'])}" for s in strokes)
    st.text(f"strokes {len(strokes)}: {said}")
    st.text(f"ink {ink[14, 14]:.2f} paper {paper[14, 14]:.2f} in the middle")
    st.text(f"returned {st.session_state.get('returned', 0)}")
    st.text(f"finished {st.session_state['runs']}")


if __name__ == "__main__":
    main()
