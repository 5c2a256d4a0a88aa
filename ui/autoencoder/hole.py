"""The hole: the planes of an autoencoder and of a VAE, side by side, to probe, walk and draw from."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import numpy as np
import streamlit as st

from core.autoencoder.hole import DRAWS, WITHIN, Plane, measured, nearest, planes
from core.data import images
from core.figures.autoencoder import plane
from core.figures.images import digit, figure, strip
from core.portable import portable
from core.recipe import shown
from core.vae.latent import line
from ui.live import live_decoder
from ui.page import Look, stage, text

NAMES = ("hole_x", "hole_y", "hole_from", "hole_to", "hole_draw", "behind")  # in links
MOST, STEP = 3.0, 0.05  # of the sliders, in standard deviations of the codes
SHOWN, STEPS, SIZE = 11, 11, 150
BAR = {"displayModeBar": False}
KINDS = (
    f"{DRAWS:,} codes are drawn from N(0, 1) and decoded; each picture counts as the kind of the "
    "real digit nearest to it, pixel by pixel. Shown is the effective number of kinds, "
    "exp(entropy): 10 if all ten are equally frequent, 1 if there is only one."
)
NEAR = (
    f"{DRAWS:,} codes are drawn from the normal law that fits the codes best: near are those that "
    "have the code of a real digit within reach. Reach is the distance within which "
    f"{WITHIN:.0%} of real digits that were held out have one: what a perfect law would score."
)
Bound = dict[str, Any]


def show(lesson: str, look: Look) -> None:
    """The whole view. Raises BadWeights."""
    both = planes()
    notice = st.container()
    left, right, _ = stage(look)
    common: Bound = {"bind": "query-params", "persist_state": "session"}
    if not look.presenter:
        notice.caption(
            "The same digits, and two numbers for each. Nothing tells where the autoencoder puts its "
            "codes: what is drawn elsewhere belongs to no digit. The VAE's codes must lie as N(0, 1) "
            "does, and overlap: wherever one draws, there is a digit."
        )
    with right:
        x, y = (
            st.slider(label, -MOST, MOST, start, STEP, key=f"{lesson}.{name}", **common, help=(
                "Where the ring is, in standard deviations of each plane's codes from their mean. "
                "Or click into a plane."))
            for label, name, start in (("Across", "hole_x", 0.0), ("Up", "hole_y", 0.0))
        )  # fmt: skip
        probe = np.array([[x, y]])
        columns = st.columns(2, gap="small")
        for k, p in enumerate(both):
            with columns[k]:
                _decoded(lesson, k, p, probe, look)
        behind = st.toggle(
            "Decode the whole plane", True, key=f"{lesson}.behind", **common,
            help="Behind the codes: what the decoder makes of each place.",
        )  # fmt: skip
    below = st.container()
    with below:
        a, b, seed = _choices(lesson, common)
        codes = np.random.default_rng(seed).standard_normal((SHOWN, 2))
        ends = [p.encode(shown("digits")[[a, b]]) for p in both]
        walks = [line(e[0], e[1], STEPS) for e in ends]
        _strip("A straight walk between the codes of two real digits", both, walks, look)
        _strip("Draws from N(0, 1), decoded", both, [codes, codes], look)
        if not look.presenter:
            text(lesson)
    with left:
        columns = [st.container()] * 2 if look.narrow else st.columns(2, gap="small")
        labels, height = images.load("digits").labels, 380 if look.presenter else 340
        for k, p in enumerate(both):
            with columns[k]:
                spread = " and ".join(f"{s:.2g}" for s in p.std)
                st.markdown(f"**{p.name}** :small[codes of real digits, std {spread}]")
                key = f"{lesson}.plane_{k}"
                st.plotly_chart(
                    plane(p, labels, look.theme, probe=p.at(probe)[0], walk=walks[k], draws=codes,
                          behind=behind, height=height),
                    theme=None, config=BAR, key=key, selection_mode="points",
                    on_select=partial(_click, lesson, key),
                )  # fmt: skip
                _numbers(k)


def _decoded(lesson: str, k: int, p: Plane, probe: Any, look: Look) -> None:
    """What the ring decodes to, following the sliders while they move; how far the digits are."""
    code, theme = p.at(probe), look.theme
    live_decoder(
        f"{lesson}.probe_{k}", _network(k), [f"{lesson}.hole_x", f"{lesson}.hole_y"],
        digit(p.decode(code)[0], "generated", theme, SIZE), colour=theme.generated,
        paper=theme.paper,
    )  # fmt: skip
    away, reach = float(nearest(code, p.codes)[0][0]), measured(k).reach
    where = "within" if away <= reach else "**beyond**"
    st.caption(
        f"**{p.name}**  \nnearest code of a digit at {away:.2g}, {where} reach ({reach:.2g})",
        help=NEAR,
    )


@cache
def _network(k: int) -> dict[str, Any]:
    p = planes()[k]
    return portable(p.decoder, p.from_place())


def _choices(lesson: str, common: Bound) -> tuple[int, int, int]:
    """From which digit the walk goes to which; the seed of the draws."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        a, b = (
            st.selectbox(
                label, range(10), k, key=f"{lesson}.hole_{name}", width=110, **common,
                help="The first of this kind in the test part.",
            )
            for label, name, k in (("Walk from", "from", 1), ("to", "to", 0))
        )  # fmt: skip
        key = f"{lesson}.hole_draw"
        st.button("New draws", key=f"{lesson}.draws", icon=":material/casino:",
                  on_click=_redraw, args=(key,))  # fmt: skip
    return a, b, st.session_state.setdefault(key, 0)


def _redraw(key: str) -> None:
    st.session_state[key] += 1


def _strip(title: str, both: tuple[Plane, Plane], codes: list[Any], look: Look) -> None:
    st.markdown(f"**{title}**")
    rows = [(p.name, p.decode(z), "generated") for p, z in zip(both, codes, strict=True)]
    fig = figure(strip(rows, look.theme, width=340 if look.narrow else 980))
    st.plotly_chart(fig, theme=None, config=BAR)


def _numbers(k: int) -> None:
    m = measured(k)
    with st.container(horizontal=True, key=f"numbers_{k}"):
        for label, value, floor, meaning in (
            ("Kinds drawn", f"{m.kinds:.1f} of 10", "real digits 10.0", KINDS),
            ("Draws near a code", f"{m.near:.0%}", f"real digits {WITHIN:.0%}", NEAR),
        ):  # fmt: skip
            st.metric(label, value, floor, delta_color="off", delta_arrow="off", help=meaning)


def _click(lesson: str, key: str) -> None:
    """A click into a plane moves the ring there; one beside everything changes nothing."""
    points = st.session_state[key].selection.points
    if points and "customdata" in points[0]:
        for name, value in zip(("hole_x", "hole_y"), points[0]["customdata"], strict=False):
            value = round(round(float(value) / STEP) * STEP, 2)
            st.session_state[f"{lesson}.{name}"] = float(np.clip(value, -MOST, MOST))
