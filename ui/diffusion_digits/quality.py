"""Quality: what a classifier reads in drawn digits, and how far they lie from real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.diffusion_digits.quality import Measuring, Quality, asked, floor
from core.figures.images import figure, strip
from core.weights import shipped
from ui import digit, form, share
from ui.diffusion_digits.common import BAR, LESSON, Shown, network
from ui.form import Allowed
from ui.page import Look, stage
from ui.player import Slot

if TYPE_CHECKING:
    from core.diffusion_digits.trained import Trained

SIZES = ("10 digits", "100 digits", "200 digits", "500 digits", "1000 digits")
ROW = 10  # digits side by side
# what stands in a link: defaults, and what is allowed
NAMES: dict[str, Any] = {
    "size": SIZES[0], "judged_guidance": 2.0, "judged_steps": 15, "judged_draw": 0,
}  # fmt: skip
ALLOWED: dict[str, Allowed] = {
    "size": SIZES, "judged_guidance": (0.0, 10.0), "judged_steps": (2, 200),
    "judged_draw": (0, 9999),
}  # fmt: skip
QUIET: dict[str, Any] = {"delta_color": "off", "delta_arrow": "off"}
KEPT = f"{LESSON}.measuring"


def show(look: Look) -> Shown:
    """The whole view; digits are drawn and judged later. Raises BadWeights."""
    left, right, top = stage(look)
    with left:
        net = network()
        st.markdown(_table(net))
        progress = Slot(st.container())
        rows = {"drawn": Slot(st.container()), "misread": Slot(st.container())}
    with top:
        job = _chosen(net)
    with right.container(key="numbers"):
        slots = [Slot(column) for column in st.columns(2, gap="small")]
        accuracy = shipped("classifier", "classifier").measured["accuracy"]
        st.caption(
            f"The classifier, a small convolutional network, reads {accuracy:.1%} of the MNIST "
            "test digits rightly: not each misread digit is the fault of the diffusion."
        )
    formula = Slot(st.container())
    on_screen: dict[str, list[int]] = {}

    def draw() -> None:
        q = job.judged()
        if q is not None:
            for name, at in _first(q).items():
                if on_screen.get(name) != at:  # one chart twice in a run is refused
                    _strip(name, job, q, at, rows[name], look)
                    on_screen[name] = at
            _numbers(q, slots)
            formula("latex", _formula(q, look))

    def later() -> None:
        draw()
        while job.share < 1 and not job.stopped:
            known = len(job.pictures)
            job.advance()
            words = f"Drawn {len(job.pictures):,} of {len(job.labels):,}."
            progress("progress", min(job.share, 1.0), words)
            if len(job.pictures) > known:
                draw()
        stopped = " Stopped." if job.share < 1 else ""
        progress("caption", f"{len(job.pictures):,} digits, guidance {job.guidance:g}, "
                 f"{job.steps} jumps.{stopped} Below each what was asked for, and → what the "
                 "classifier reads instead.")  # fmt: skip

    return Shown({"Readings": ("readings.csv", lambda: share.table(_readings(job)))}, later)


def _chosen(net: Trained) -> Measuring:
    """The settings and the buttons; the measurement under way, or done, under those it began
    with."""
    size = form.choice(LESSON, "size", "Digits", SIZES)
    a, b = st.columns(2, gap="small")
    common: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}
    guidance = a.number_input(
        "Guidance", 0.0, 10.0, NAMES["judged_guidance"], 0.5, "%g", key=f"{LESSON}.judged_guidance",
        help="How far the label is exaggerated; 1 only asks for it.", **common,
    )  # fmt: skip
    steps = b.number_input(
        "Jumps", 2, 200, NAMES["judged_steps"], key=f"{LESSON}.judged_steps", help="Of DDIM.",
        **common,
    )  # fmt: skip
    seed = digit.draw_number(LESSON, "judged_draw", "judged_redraw", "Another number: other noise.")
    c, d = st.columns(2, gap="small")
    again = c.button(
        "Measure", key=f"{LESSON}.measure", type="primary", icon=":material/straighten:",
        width="stretch", help="Draw so many digits under these settings, and judge them.",
    )  # fmt: skip
    stop = d.button("Stop", key=f"{LESSON}.stop_measuring", icon=":material/stop:", width="stretch")
    if again or KEPT not in st.session_state:
        n = int(size.split()[0])
        # ten are one of each; many are as frequent as in the test set
        labels = np.arange(n) if n == 10 else asked(n, np.random.default_rng([seed, 1]))
        st.session_state[KEPT] = Measuring(net, labels, seed, steps, guidance)
    job: Measuring = st.session_state[KEPT]
    job.stopped = job.stopped or stop
    return job


def _table(net: Trained) -> str:
    """What was measured when the network was trained, beside what real digits score."""
    m, real = net.checkpoint.measured, shipped("classifier", "classifier").measured

    def line(name: str, right: float | None, far: float | None) -> str:
        share = "–" if right is None else f"{right:.1%}"
        return f"| {name} | {share} | {'–' if far is None else f'{far:.1f}'} |"

    n, steps = m.get("samples", 0), m.get("steps", 0)
    return "\n".join([
        f"| {n:,.0f} digits, {steps:.0f} jumps | recognised | Fréchet distance |",
        "| --- | ---: | ---: |",
        line(f"guidance {m.get('guidance', 0):g}", m.get("recognised"), m.get("frechet")),
        line("guidance 1", m.get("recognised_unguided"), m.get("frechet_unguided")),
        line("real digits: the floor", real["accuracy"], m.get("frechet_floor")),
    ])  # fmt: skip


def _first(q: Quality) -> dict[str, list[int]]:
    """The first digits of all, and the first of those that are misread, if any."""
    wrong = np.flatnonzero(q.read != q.labels)[:ROW].tolist()
    return {"drawn": list(range(min(ROW, len(q.labels)))), **({"misread": wrong} if wrong else {})}


def _strip(name: str, job: Measuring, q: Quality, at: list[int], slot: Slot, look: Look) -> None:
    pictures = np.zeros((ROW, *job.pictures.shape[1:]), np.uint8)
    pictures[: len(at)] = job.pictures[at]
    captions = [
        f"{q.labels[k]}" if q.read[k] == q.labels[k] else f"{q.labels[k]} → {q.read[k]}" for k in at
    ]
    captions += [""] * (ROW - len(at))
    width = 350 if look.narrow else 660
    spec = strip([(name, pictures, "generated")], look.theme, captions=captions, width=width)
    slot("plotly_chart", figure(spec), theme=None, config=BAR)


def _numbers(q: Quality, slots: list[Slot]) -> None:
    n = len(q.labels)
    slots[0]("metric", "Recognised", f"{q.recognised:.1%}",
             f"{round(q.recognised * n):,} of {n:,}", **QUIET,
             help="The share that the classifier reads as the digit that was asked for. Of n "
             "digits it is known to about √(p (1 − p) / n).")  # fmt: skip
    least = floor(n)
    below = f"floor {least:.1f}" if least else f"floor not known at {n:,}"
    slots[1]("metric", "Fréchet distance", "–" if q.frechet is None else f"{q.frechet:.1f}",
             "needs more digits" if q.frechet is None else below, **QUIET,
             help="Between the classifier's 64 features of these digits and of the 10,000 MNIST "
             "test digits, both taken as Gaussians (Heusel et al. 2017). The fewer digits, the "
             "larger. Below: what as many real digits score from which no network here has "
             "learned. 64 digits or fewer have no distance.")  # fmt: skip


def _formula(q: Quality, look: Look) -> str:
    words = look.theme.words

    def colour(meaning: str, text: str) -> str:
        return rf"\textcolor{{{words[meaning]}}}{{{text}}}"

    m, c = colour("generated", "m"), colour("generated", "C")
    m_r, c_r = colour("real", "m_r"), colour("real", "C_r")
    value = "" if q.frechet is None else f" = {q.frechet:.1f}"
    means = rf"F = \lVert {m} - {m_r}\rVert^2"
    spreads = rf"+ \mathrm{{tr}}\bigl({c} + {c_r} - 2\,({c}\,{c_r})^{{1/2}}\bigr){value}"
    if look.narrow:
        return rf"\begin{{gathered}}{means} \\ {spreads}\end{{gathered}}"
    return f"{means} {spreads}"


def _readings(job: Measuring) -> dict[str, Any]:
    """A row for each digit: what was asked for, what is read, how sure the classifier is."""
    q = job.judged()
    if q is None:
        return {}
    return {
        "number": range(1, len(q.labels) + 1), "asked": q.labels.tolist(), "read": q.read.tolist(),
        "probability": q.sure.tolist(),
    }  # fmt: skip
