"""The live decoder: the picture of a code, while its sliders move."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from ui.live.asset import asset

_live_decoder = st.components.v2.component(
    "live_decoder",
    html='<canvas class="morph" width="28" height="28" aria-hidden="true" hidden></canvas>',
    css=asset("live_decoder.css"),
    js=asset("decoder.js", "code.js", "live_decoder.js"),
    isolate_styles=False,
)


def live_decoder(
    key: str,
    network: Mapping[str, Any],
    sliders: Sequence[str],
    picture: go.Figure,
    *,
    colour: str,
    paper: str,
) -> None:
    """Show the picture that a code stands for, and let it follow the code's sliders in the browser.

    Streamlit's sliders tell the server where they are only when they are let go. So the server's
    picture is covered by another, which the browser decodes for the place of the thumbs at this
    moment, or for the code under the finger on a `latent_map` with the same sliders::

        network = portable(decoder(config), weights)   # core.portable
        live_decoder("vae.digit", network, ["vae.z0", "vae.z1"],
                     digit(image, "generated", theme), colour=theme.generated, paper=theme.paper)

    Both are the same where both know the code; until all the sliders are on the page, and without a
    browser, there is only the server's.

    Parameters
    ----------
    key : of the component, unique on the page.
    network : the decoder, d numbers to 28 x 28 in 0 to 1, from `core.portable.portable`. It is sent
        once, and again when it changes.
    sliders : keys of the d sliders, in the order of the code. They may be drawn before or after.
    picture : one square picture with margins and a width of its own, at most as wide as its place.
    colour, paper : '#rrggbb'; a pixel of value v is `colour` with opacity v on `paper`.

    Raises
    ------
    ValueError
        If the picture has no size of its own.
    """
    layout = picture.layout
    if not layout.width:
        raise ValueError("The picture needs a width of its own.")
    inset = [layout.margin[side] or 0 for side in "trbl"]
    with st.container(key=f"{key}_stage", width=int(layout.width)):
        st.plotly_chart(picture, theme=None, config={"displayModeBar": False})
        # No word of where the sliders are: what does not change is not sent again.
        _live_decoder(
            key=key,
            data={"network": network, "sliders": list(sliders), "inset": inset,
                  "colour": colour, "paper": paper},
        )  # fmt: skip
