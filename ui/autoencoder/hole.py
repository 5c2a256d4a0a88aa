"""The hole: the planes of an autoencoder and of a VAE, to probe, to walk in and to draw from."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.autoencoder import Config, export
from core.autoencoder.hole import DRAWS, WITHIN, Plane, measured, nearest, planes, table
from core.data import images
from core.figures.autoencoder import plane
from core.figures.images import digit, figure, strip
from core.portable import portable
from core.recipe import shown
from core.vae.latent import line
from ui import form, share
from ui.digit import draw_number
from ui.live import live_decoder
from ui.page import Look, stage, text

# what stands in a link, and its default
NAMES: dict[str, Any] = {
    "hole_x": -1.25, "hole_y": 0.0, "hole_from": 6, "hole_to": 4, "hole_draw": 0, "behind": True,
}  # fmt: skip
MOST, STEP = 3.0, 0.05  # of the sliders, in standard deviations of the codes
ALLOWED: dict[str, form.Allowed] = {
    "hole_x": (-MOST, MOST), "hole_y": (-MOST, MOST), "hole_from": (0, 9), "hole_to": (0, 9),
    "hole_draw": (0, 9999), "behind": bool,
}  # fmt: skip
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
WHERE = (
    "Where the ring is, in standard deviations of each plane's codes from their mean. Or click "
    "into a plane."
)
Bound = dict[str, Any]


def show(lesson: str, look: Look) -> None:
    """The whole view. Raises BadWeights."""
    both = planes()
    notice = st.container()
    form.complaints(lesson, Config())
    left, right, _ = stage(look)
    common: Bound = {"bind": "query-params", "persist_state": "session"}
    if not look.presenter:
        notice.caption(
            "The same digits, two numbers for each. Nothing says where the autoencoder puts its "
            "codes, nor what lies between them. The VAE's have to lie as N(0, 1) does: draws from "
            "there look like one digit or another."
        )
    with right:
        x, y = (
            place.slider(
                label, -MOST, MOST, NAMES[name], STEP, key=f"{lesson}.{name}", help=WHERE, **common
            )
            for place, label, name in zip(
                st.columns(2, gap="small"), ("Across", "Up"), ("hole_x", "hole_y"), strict=True
            )
        )  # fmt: skip
        probe = np.array([[x, y]])
        columns = st.columns(2, gap="small")
        for k, p in enumerate(both):
            with columns[k]:
                _decoded(lesson, k, p, probe, look)
        a, b, seed = _choices(lesson, common)
        behind = st.toggle(
            "Decode the whole plane", NAMES["behind"], key=f"{lesson}.behind", **common,
            help="Behind the codes: what the decoder makes of each place.",
        )  # fmt: skip
    below = st.container()
    with below:
        codes = np.random.default_rng(seed).standard_normal((SHOWN, 2))
        ends = [p.encode(shown("digits")[[a, b]]) for p in both]
        walks = [line(e[0], e[1], STEPS) for e in ends]
        _strip("A straight walk between the codes of two real digits", both, walks, look)
        _strip("Draws from N(0, 1), decoded", both, [codes, codes], look)
        if not look.presenter:
            text(lesson)
        config = Config(bottleneck=2)
        share.share(
            lesson, Config(), partial(export.script, config), (),
            {"Codes": ("codes.csv", lambda: share.table(table()))},
            {"view": "The hole", **form.others(lesson, NAMES)},
        )  # fmt: skip
    with left:
        planes_ = [st.container()] * 2 if look.narrow else list(st.columns(2, gap="small"))
        labels, height = images.load("digits").labels, 380 if look.presenter else 340
        for k, p in enumerate(both):
            with planes_[k]:
                spread = ", ".join(f"{s:.2g}" for s in p.std)
                st.markdown(f"**{p.name}** :small[codes of digits, std {spread}]")
                key = f"{lesson}.plane_{k}"
                st.plotly_chart(
                    plane(p, labels, look.theme, probe=p.at(probe)[0], walk=walks[k], draws=codes,
                          behind=behind, height=height),
                    theme=None, config=BAR, key=key, selection_mode="points",
                    on_select=partial(_click, lesson, key, p),
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
    a, b = (
        place.selectbox(
            label, range(10), NAMES[f"hole_{name}"], key=f"{lesson}.hole_{name}", **common,
            help="The first of this kind in the test part.",
        )
        for place, label, name in zip(
            st.columns(2, gap="small"), ("Walk from", "to"), ("from", "to"), strict=True
        )
    )  # fmt: skip
    return a, b, draw_number(lesson, "hole_draw", "draws", "Another number, other draws.")


def _strip(title: str, both: tuple[Plane, Plane], codes: list[Any], look: Look) -> None:
    st.markdown(f"**{title}**")
    key = b"".join(np.asarray(z).tobytes() for z in codes)
    width = 340 if look.narrow else 980
    fig = _strip_figure(key, look.theme.paper, look.theme.size, width, both, codes, look)
    st.plotly_chart(fig, theme=None, config=BAR)


@st.cache_resource(max_entries=64, show_spinner=False)
def _strip_figure(
    key: bytes, paper: str, size: int, width: int, _both: tuple[Plane, Plane], _codes: list[Any],
    _look: Look,
) -> go.Figure:  # fmt: skip
    """The same while only the ring moves."""
    rows = [(p.name, p.decode(z), "generated") for p, z in zip(_both, _codes, strict=True)]
    return figure(strip(rows, _look.theme, width=width))


def _numbers(k: int) -> None:
    m = measured(k)
    with st.container(horizontal=True, key=f"numbers_{k}"):
        for label, value, floor, meaning in (
            ("Kinds drawn", f"{m.kinds:.1f} of 10", "real digits 10.0", KINDS),
            ("Draws near a code", f"{m.near:.0%}", f"real digits {WITHIN:.0%}", NEAR),
        ):  # fmt: skip
            st.metric(label, value, floor, delta_color="off", delta_arrow="off", help=meaning)


def _click(lesson: str, key: str, p: Plane) -> None:
    """A click into a plane moves the ring there; one beside everything changes nothing."""
    points = st.session_state[key].selection.points
    if points:
        place = p.place(np.array([points[0]["x"], points[0]["y"]], float))
        for name, value in zip(("hole_x", "hole_y"), place.tolist(), strict=True):
            value = round(round(value / STEP) * STEP, 2)
            st.session_state[f"{lesson}.{name}"] = float(np.clip(value, -MOST, MOST))
