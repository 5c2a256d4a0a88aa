"""The numbers of a sampler: how far its samples are from the target, the bound, the cost."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.diffusion import Config
from core.diffusion.bound import Bound
from core.diffusion.measure import distance, floor
from core.diffusion.path import Path, Settings
from core.diffusion.train import View
from core.figures.diffusion.reverse import Moment
from core.step import Step
from ui.diffusion.common import QUIET
from ui.diffusion.denoisers import Source
from ui.diffusion.training import best_terms, entropy_of, terms_of


@dataclass(frozen=True)
class Score:
    """Of one path."""

    config: Config
    known: Source
    now: Settings
    path: Path

    def show(self, where: DeltaGenerator, m: Moment) -> None:
        """Fill the row of numbers. Must come last: the bound takes a moment, once a network."""
        path, data = self.path, self.config.data
        n = len(path.x[0])
        with where:
            a, b, c, d = st.columns([1, 1.25, 1.15, 1], gap="small")
        a.metric(
            "W1 to target" if data.d == 1 else "Sliced W1",
            f"{distance(path.x[-1], data):.3f}", f"floor {floor(data, n):.3f}", **QUIET,
            help=f"Of the {n} end points: the mean distance by which mass has to move, in the unit "
            "of x; in the plane the mean over 64 directions. The floor is what as many points of "
            "the target itself score.",
        )  # fmt: skip
        c.metric(
            "Evaluations", f"{path.calls[m.k]} of {path.calls[-1]}", f"now t = {m.t}", **QUIET,
            help="How often the denoiser was asked, until this time and in all.",
        )  # fmt: skip
        d.metric(
            "Whole path", f"{path.ms:.0f} ms", f"{path.ms / (len(path.at) - 1):.1f} ms a jump",
            **QUIET, help=f"For all {n} particles, on this computer, when it was computed.",
        )  # fmt: skip
        found = self._bound()
        b.metric(
            "Bound, nats", f"{found.total:.2f}±{found.error:.2f}",
            f"entropy {entropy_of(data):.2f}", **QUIET,
            help="The variational bound on the mean of -log p(x), for all T steps of the schedule, "
            "and its standard error (Ho et al. 2020, eq. 5). No denoiser gets below the entropy of "
            "the target. Even the exact one stays above it, at "
            f"{best_terms(self.config).total:.2f} here: the variance of each step back is fixed, "
            "and not the best one (Bao et al. 2022).",
        )  # fmt: skip

    def _bound(self) -> Bound:
        if self.now.denoiser == "exact" or self.known.weights is None:
            return best_terms(self.config)
        step = Step(0, {}, View(self.known.weights), None)
        return terms_of(self.known.config, step)
