"""What the server must know of the window, and only the browser can say."""

import streamlit as st

_viewport = st.components.v2.component(
    "viewport",
    js="""
    // Says, once and at each change, whether the screen is a phone's: figures of several panels are
    // then stacked. CSS cannot do that inside a plotly figure.
    const asked = window.matchMedia("(max-width: 640px)");
    export default function ({ data, setStateValue }) {
      const tell = () => setStateValue("narrow", asked.matches);
      if (asked.matches !== data.narrow) tell();
      asked.addEventListener("change", tell);
      return () => asked.removeEventListener("change", tell);
    }
    """,
)


def narrow_screen() -> bool:
    """Whether the browser's window is at most 640 px wide; False until the browser has said so."""
    key = "app_viewport"
    with st.container(key="viewport"):
        known = bool((st.session_state.get(key) or {}).get("narrow"))
        said = _viewport(key=key, data={"narrow": known}, on_narrow_change=lambda: None)
    return bool(said.get("narrow"))
