"""The play button: moves the thumb of a slider in the browser, and with it all that follows it."""

import streamlit as st

from ui.live.asset import asset

_play_button = st.components.v2.component(
    "play_button",
    html='<button type="button" class="play" aria-label="Play">▶</button>',
    css=asset("play_button.css"),
    js=asset("code.js", "play_button.js"),
)


def play_button(key: str, slider: str, *, seconds: float = 3.0, backwards: bool = False) -> None:
    """Show a button that runs through a slider of whole numbers, from where it stands to its end.

    A `live_film` with the same slider plays meanwhile, without the server. When it has come to the
    end, or is stopped by another press, the slider's value is written to `st.session_state`, before
    the script runs. From the end it begins again.

    Parameters
    ----------
    key : of the component, unique on the page. slider : key of the slider.
    seconds : that the whole way takes, about. backwards : from the slider's largest value down.
    """

    def take() -> None:
        stopped = (st.session_state.get(key) or {}).get("stopped")
        seen = f"{key}.seen"
        if not isinstance(stopped, dict) or stopped.get("stamp") == st.session_state.get(seen):
            return
        st.session_state[seen] = stopped.get("stamp")
        value = read_stop(stopped.get("value"))
        if value is not None:
            st.session_state[slider] = value

    _play_button(
        key=key, data={"slider": slider, "seconds": seconds, "backwards": backwards},
        on_stopped_change=take,
    )  # fmt: skip


def read_stop(value: object) -> int | None:
    """What the browser sent as a whole number from 0; None if it is none."""
    if type(value) not in (int, float) or not 0 <= float(str(value)) < 1e6:
        return None
    return int(float(str(value)))
