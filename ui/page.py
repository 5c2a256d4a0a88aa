"""What every page begins with: configuration, navigation, title, point; and how it may look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitPageNotFoundError

from core.config import knob
from core.figures.theme import DARK, LIGHT, Theme
from ui import form, link
from ui.lessons import LESSONS, Lesson, lesson
from ui.live import hasty_clicks, held_keys, narrow_screen
from ui.sessions import look_after, settle_page

ASSETS = Path(__file__).resolve().parent.parent / "assets"
TITLE = "Deep generative models, live"
SIDEBAR = 224  # pixels: what is left of a projector's 1280 belongs to the picture
ABOUT = (
    "Train, break and take apart the models of the lecture *Auto-Encoders and Deep Generative "
    "Models*. Everything runs on this computer; nothing leaves it."
)


@dataclass(frozen=True)
class App:
    """What every page has, with the keys app.NAME."""

    presenter: bool = knob(False, "Presenter")


@dataclass(frozen=True)
class Look:
    """How this visitor sees the page.

    theme : palette and type size of figures. narrow : one column, a phone.
    presenter : large type and no prose, for a projector.
    """

    theme: Theme
    narrow: bool
    presenter: bool


def page(stem: str) -> tuple[Lesson, Look]:
    """Begin the page of a lesson. Must be the first call of its script."""
    row = lesson(stem)
    look = _begin(row.title)
    st.title(row.title, anchor=False)
    if not look.presenter:
        st.markdown(row.point)
    form.complaints("app", (stem, look.presenter))
    return row, look


def home() -> Look:
    """Begin the home page. Must be the first call of its script."""
    look = _begin("The map")
    st.title(TITLE, anchor=False)
    form.complaints("app", ("", look.presenter))
    return look


def _begin(title: str) -> Look:
    st.set_page_config(
        page_title=f"{title} · {TITLE}",
        page_icon=str(ASSETS / "icon.png"),
        layout="wide",
        menu_items={"About": ABOUT},
        initial_sidebar_state=SIDEBAR,
    )
    look_after()
    settle_page(title)
    st.html(f"<style>{(ASSETS / 'app.css').read_text(encoding='utf-8')}</style>")
    hasty_clicks()
    held_keys()
    link.arrive("app", App, {}, {})
    with st.sidebar:
        _navigation()
        presenter = form.toggle(
            "app", "presenter", "Presenter",
            "For a projector: larger type, and the explanations hidden.",
        )  # fmt: skip
    if presenter:
        st.html(f"<style>{(ASSETS / 'presenter.css').read_text(encoding='utf-8')}</style>")
    theme = DARK if st.context.theme.type == "dark" else LIGHT
    return Look(replace(theme, size=17) if presenter else theme, narrow_screen(), presenter)


def _navigation() -> None:
    _link("app.py", "The map", ":material/map:")
    section = ""
    for row in LESSONS:
        if row.section != section:
            section = row.section
            st.caption(section)
        _link(row.page, row.label, row.icon)


def _link(path: str, label: str, icon: str) -> None:
    # A page file that is run alone, as a test may do, knows no other pages.
    try:
        st.page_link(path, label=label, icon=icon)
    except StreamlitPageNotFoundError:
        return


def stage(look: Look) -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Places for the picture, the settings beside it, and the buttons above these.

    On a phone all are stacked, the buttons first: they must not be below the picture they drive.
    """
    if look.narrow:
        buttons = st.container(key="buttons")
        return st.container(), st.container(key="settings"), buttons
    left, right = st.columns([2.05, 1], gap="medium")
    buttons = right.container(key="buttons")
    return left, right.container(key="settings"), buttons


def link_to(row: Lesson, label: str) -> None:
    """A link to a lesson, for the home page's cards."""
    _link(row.page, label, ":material/arrow_forward:")


def text(stem: str) -> None:
    """The lesson's prose, from assets/lessons/STEM.md."""
    st.markdown((ASSETS / "lessons" / f"{stem}.md").read_text(encoding="utf-8"))


def picture(name: str, alt: str) -> None:
    """A pre-drawn picture, assets/cards/NAME.svg, as wide as its place."""
    svg = (ASSETS / "cards" / f"{name}.svg").read_text(encoding="utf-8")
    st.image(svg, width="stretch", alt=alt)
