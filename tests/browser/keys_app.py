"""Widgets that keys move, and what Python knows of them; the arrow keys move the second slider."""

import streamlit as st

from ui.live import arrow_keys, draw_pad, held_keys

STOPS = (0, 7, 30, 31, 64, 90, 100)


def pressed(name: str) -> None:
    st.session_state[name] = st.session_state.get(name, 0) + 1


def main() -> None:
    held_keys()
    plain = st.slider("Plain", 0, 100, 50, 2, key="keys.plain")
    stops = st.slider("Stops", 0, 100, 50, key="keys.stops")
    if st.checkbox("Arrows", True, key="keys.arrows"):
        arrow_keys("keys.stops", STOPS)
    number = st.number_input("Number", 0.0, 10.0, 1.0, 0.01, key="keys.number")
    odd = st.number_input("Odd", 0.0, 1.0, 0.001, 0.005, "%g", key="keys.odd")
    words = st.text_input("Words", key="keys.words")
    draw_pad("keys.pad", "0" * 48, label="Your density")
    st.button("Next", key="keys.next", shortcut="pagedown", on_click=pressed, args=("next",))
    st.button("Left", key="keys.left", shortcut="left", on_click=pressed, args=("left",))
    st.html("<div style='height: 3000px'></div>")  # the page can scroll
    pushed = [st.session_state.get(name, 0) for name in ("next", "left")]
    st.text(f"knows {plain} {stops} {number:.2f} {odd:g} [{words}] {pushed[0]} {pushed[1]}")


main()
