"""Faces: drawn by a network that has seen 320, each beside the one of these that is nearest."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data import images
from core.diffusion.samplers import ddim, times
from core.diffusion_digits.nearest import Nearest, nearest
from core.diffusion_digits.pictures import Pixels, grey, shrunk
from core.figures.images import figure, strip
from core.figures.theme import LIGHT, Theme
from core.machine import SLOTS
from ui import digit, share
from ui.diffusion_digits.common import BAR, LESSON, Shown, kept, network
from ui.form import Allowed
from ui.page import Look, stage
from ui.player import Slot

if TYPE_CHECKING:
    from core.diffusion_digits.trained import Trained

FACES = 6
# what stands in a link: defaults, and what is allowed
NAMES: dict[str, Any] = {"face_steps": 20, "face_draw": 0}
ALLOWED: dict[str, Allowed] = {"face_steps": (2, 200), "face_draw": (0, 9999)}
QUIET: dict[str, Any] = {"delta_color": "off", "delta_arrow": "off"}


def show(look: Look) -> Shown:
    """The whole view; the faces themselves are drawn later. Raises BadWeights."""
    left, right, top = stage(look)
    with top:
        seed = digit.draw_number(LESSON, "face_draw", "face_redraw", "Another number: other faces.")
        steps = st.slider(
            "Jumps", 2, 200, NAMES["face_steps"], key=f"{LESSON}.face_steps", bind="query-params",
            persist_state="session", help="Of DDIM, from noise to a face: so many network calls.",
        )  # fmt: skip
    with left:
        net = network("diffusion_faces")
        strips = [Slot(st.container()) for _ in range(2 if look.narrow else 1)]
        below = Slot(st.container())
    with right.container(key="numbers"):
        slots = [Slot(column) for column in st.columns(2, gap="small")]
    verdict = Slot(right)
    rows: dict[str, Any] = {}

    def later() -> None:
        drawn = kept("faces", (steps, seed), partial(_drawn, net, steps, seed, below))
        near, why = _nearest(drawn, net.config.side, below)
        for slot, some in zip(strips, np.split(np.arange(FACES), len(strips)), strict=True):
            _strip(drawn, near, some, slot, look)
        if near is not None:
            rows.update(face=range(1, FACES + 1), distance=near.distance.tolist())
        below("caption", why or "Under each: how far it is from the nearest face it has seen.")
        _numbers(net, near, slots)
        verdict("markdown", _verdict(net))

    return Shown({"Distances": ("faces.csv", lambda: share.table(rows))}, later)


def _drawn(net: Trained, steps: int, seed: int, progress: Slot) -> Pixels:
    """Faces from noise, one of the machine's slots for each jump."""
    from core.diffusion_digits.model import denoiser

    s, side = net.config.process, net.config.side
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((FACES, side, side), dtype=np.float32)
    at = times(s, steps)
    jumps = ddim(denoiser(net.config, net.model), x, s, at, rng, 0.0)
    for k in range(1, len(at)):
        with SLOTS:
            x = next(jumps).x
        progress("progress", k / (len(at) - 1), f"Jump {k} of {len(at) - 1}.")
    return grey(x)


def _strip(
    drawn: Pixels, near: Nearest | None, some: NDArray[np.int64], slot: Slot, look: Look
) -> None:
    """Some of the drawn faces above their nearest ones."""
    lines = [("drawn", _printed(drawn[some], look.theme), "generated")]
    captions: list[str] = []
    if near is not None:
        lines.append(("nearest", _printed(near.faces[some], look.theme), "real"))
        captions = [f"{d:.3f}" for d in near.distance[some]]
    spec = strip(lines, look.theme, captions=captions, width=330 if look.narrow else 660)
    slot("plotly_chart", figure(spec), theme=None, config=BAR)


def _printed(pictures: Pixels, theme: Theme) -> Pixels:
    """What is drawn as ink: on light paper, where it is dark. Else faces would be negatives."""
    return 255 - pictures if theme.paper == LIGHT.paper else pictures


def _nearest(drawn: Pixels, side: int, slot: Slot) -> tuple[Nearest | None, str]:
    """The nearest training faces; None, and why, where these pictures cannot be had."""
    try:
        faces = images.load("olivetti", lambda share, words: slot("progress", share, words))
        return nearest(drawn, shrunk(faces.part("train").x, side)), ""
    except images.BadInput as error:
        return None, f"The faces that it has seen cannot be shown beside these. {error}"


def _numbers(net: Trained, near: Nearest | None, slots: list[Slot]) -> None:
    m = net.checkpoint.measured
    unseen = m.get("nearest_test")
    below = f"unseen faces {unseen:.3f}" if unseen else "not measured"
    here = "–" if near is None else f"{near.distance.mean():.3f}"
    least = "not known" if near is None else f"the nearest {near.distance.min():.3f}"
    slots[0]("metric", f"These {FACES}", here, least, **QUIET,
             help="The distance to the nearest of the 320 training faces, or of their mirror "
             "images: the root of the mean squared difference of pixels from 0 to 1; their "
             "mean, and the least.")  # fmt: skip
    measured = m.get("nearest")
    slots[1]("metric", f"Of {m.get('samples', 0):.0f} drawn",
             f"{measured:.3f}" if measured else "–", below, **QUIET,
             help=f"The mean of more faces, drawn in {m.get('steps', 0):.0f} jumps. Below: that "
             "of the 40 real faces of the test part, of the same people.")  # fmt: skip


def _verdict(net: Trained) -> str:
    """Whether it has learned its faces by heart, in a sentence."""
    m = net.checkpoint.measured
    if not {"nearest", "nearest_test"} <= m.keys():
        return ""
    if m["nearest"] < 0.5 * m["nearest_test"]:
        return (
            "**Learned by heart:** what it draws is far nearer to its training faces than other "
            "pictures of the same people are."
        )
    if m["nearest"] < m["nearest_test"]:
        return (
            "What it draws is nearer to its training faces than other pictures of the same people "
            "are, and yet no copy: 320 faces are few."
        )
    return "What it draws is no nearer to its training faces than other pictures of these people."
