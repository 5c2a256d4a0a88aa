"""The 1-D GAN's page, and how many players the process holds; with ?only=count that alone."""

import runpy
import weakref
from pathlib import Path

import streamlit as st

from core.machine import settle
from ui import page, training

if not hasattr(training, "ALIVE"):
    training.ALIVE = weakref.WeakSet()  # type: ignore[attr-defined]
    begin = training.Player.__init__

    def counted(self, *args, **kwargs) -> None:
        begin(self, *args, **kwargs)
        training.ALIVE.add(self)  # type: ignore[attr-defined]

    training.Player.__init__ = counted  # type: ignore[method-assign]

if st.query_params.get("only") == "count":
    page.home()
else:
    runpy.run_path(str(Path(__file__).parents[2] / "pages" / "gan_1d.py"))
    settle()  # as if a library had been loaded meanwhile: the collector does not see them any more
st.progress(0.0, f"{len(training.ALIVE)} players")  # type: ignore[attr-defined]
