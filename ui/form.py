"""A Config dataclass as widgets, and back. Scenes set those widgets, as `ui.link` does."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.scene import Scene

C = TypeVar("C")
ERROR = ":material/error:"
TOLD = 60  # of a link's complaints: more than a page has settings
Field = dataclasses.Field[Any]
# the least and the largest number, whole where these are, the largest perhaps by the name of the
# setting that says it; or the options; or on and off; or what a setting says of itself
Allowed = tuple[float, float | str] | Sequence[str] | type[bool] | Field
# What Streamlit looks for in text where no backslash helps: after the colon of an icon, an emoji
# or an address, after the @ of another, after www.
SOUGHT = re.compile(r"(?<=:)(?=[\w+/-])|(?<=@)(?=\S)|(?<=www)(?=\.)", re.IGNORECASE)


@dataclasses.dataclass
class Arrival:
    """What a link asked for, as far as possible; what was refused; the form as it then stood."""

    asked: Any
    refused: list[str]
    form: Any = None


def complaints(lesson: str, now: Any) -> None:
    """What the link got wrong, until `now` changes: the settings, or what else is on the screen."""
    arrival: Arrival = st.session_state[f"{lesson}.arrived"]
    if dataclasses.is_dataclass(now) and not isinstance(now, type):
        now = dataclasses.asdict(now)
    arrival.form = arrival.form or now
    if now != arrival.form:
        arrival.refused = []
    if arrival.refused:
        more = len(arrival.refused) - TOLD
        lines = ["Not all of the link could be used as it stands.", *arrival.refused[:TOLD]]
        if more > 0:
            lines.append(f"And {more:,} more.")
        st.warning("  \n".join(map(plain, lines)))


def plain(text: str) -> str:
    """Text that a user wrote, on one line, safe from being read as markdown: no links, no pictures,
    no headings, no icons, no math."""
    seen = "".join(filter(str.isprintable, " ".join(text.split())))
    parted = SOUGHT.sub("\N{WORD JOINER}", seen)  # which is not seen
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|$:<>~=&])", r"\\\1", parted)


def scene_pills(
    slot: DeltaGenerator,
    lesson: str,
    scenes: Mapping[str, Scene[C]],
    config: C,
    chosen: Callable[[C], None],
    name: str = "scene",
) -> Scene[C] | None:
    """The row of scenes, in `slot`; the one whose settings these are, or None.

    A chosen scene is no setting of its own: it is lit while all settings are as it set them.
    chosen : called with the settings of a scene when a visitor picks it. name : of the key,
    LESSON.NAME, for scenes of other settings than those that a link sets.
    """
    key = f"{lesson}.{name}"
    now = next((n for n, scene in scenes.items() if scene.config == config), None)
    if st.session_state.get(key) != now:
        st.session_state[key] = now

    def choose() -> None:
        picked = st.session_state[key]
        # a second click on the lit scene unlights it, which changes no setting
        if picked is not None:
            write(lesson, scenes[picked].config)
            chosen(scenes[picked].config)

    slot.pills(
        "Scenes", list(scenes), key=key, on_change=choose, label_visibility="collapsed",
        bind="query-params", persist_state="session",
    )  # fmt: skip
    return scenes[now] if now else None


def write(lesson: str, config: Any) -> None:
    """Put all settings into the widgets, and so into the link."""
    for field in dataclasses.fields(config):
        st.session_state[f"{lesson}.{field.name}"] = getattr(config, field.name)


def form(
    lesson: str, kind: type[C], before: Mapping[str, Callable[[str], None]],
    only: Collection[str] = (), flat: bool = False,
) -> C | None:  # fmt: skip
    """The settings as widgets with the keys LESSON.FIELD; None, and a sentence, if impossible.

    before : field name -> a richer input drawn above its widget; it may write to the widget's key.
    only : draw just these fields, whatever they depend on; the others stay as the session has them.
    flat : all in the open, without their groups.
    """
    every = dataclasses.fields(kind)  # type: ignore[arg-type]
    fields = [f for f in every if not only or f.name in only]
    values = {f.name: kept(lesson, f) for f in every if only and f.name not in only}
    trouble = st.container()  # above the settings, where it is seen
    groups = sorted(dict.fromkeys(f.metadata["group"] for f in fields), key=bool)  # "" comes first
    for group in groups:
        with st.expander(group) if group and not flat else st.container():
            columns: Iterator[DeltaGenerator] = iter(())
            for field in (f for f in fields if f.metadata["group"] == group):
                if not only and any(values.get(n) != v for n, v in field.metadata["only"].items()):
                    continue
                key = f"{lesson}.{field.name}"
                wide = isinstance(field.default, str) and not field.metadata["choices"]
                cell = None if wide else next(columns, None)
                if cell is None:
                    columns = iter(() if wide else st.columns(2, gap="small"))
                    cell = st.container() if wide else next(columns)
                with cell:
                    if field.name in before:
                        before[field.name](key)
                    values[field.name] = _widget(field, key)
    try:
        return kind(**values)
    except ValueError as error:
        trouble.error(plain(f"{error} The last possible settings stay in use."), icon=ERROR)
        return None


def kept(lesson: str, field: Field) -> Any:
    """What the session, else the link that opened the page, says of a field that is not drawn."""
    arrival: Arrival | None = st.session_state.get(f"{lesson}.arrived")
    asked = getattr(arrival.asked, field.name, field.default) if arrival else field.default
    return st.session_state.get(f"{lesson}.{field.name}", asked)


def _widget(field: Field, key: str) -> Any:
    meta: Mapping[str, Any] = field.metadata
    default: Any = field.default
    label = meta["label"] + (f" ({meta['unit']})" if meta["unit"] else "")
    common: dict[str, Any] = {
        "key": key, "help": meta["help"] or None, "bind": "query-params",
        "persist_state": "session",
    }  # fmt: skip
    if meta["choices"] and meta["slider"]:
        return st.select_slider(label, meta["choices"], default, **common)
    if meta["choices"]:
        return st.selectbox(label, meta["choices"], meta["choices"].index(default), **common)
    if isinstance(default, bool):
        return st.toggle(label, default, **common)
    if isinstance(default, str):
        return st.text_input(label, default, **common)
    step = meta["step"] or (1 if isinstance(default, int) else max(default, 0.01) / 2)
    style = "%d" if isinstance(default, int) else "%g"
    if meta["slider"]:
        return st.slider(label, meta["min"], meta["max"], default, step, style, **common)
    return st.number_input(label, meta["min"], meta["max"], default, step, style, **common)


def toggle(lesson: str, name: str, label: str, meaning: str, value: bool = False) -> bool:
    """A switch of the page itself, not of the model, with the key LESSON.NAME. value : at first."""
    key = f"{lesson}.{name}"
    return bool(
        st.toggle(
            label, value, key=key, help=meaning, bind="query-params", persist_state="session"
        )
    )  # fmt: skip


def views(lesson: str, options: Sequence[str]) -> str:
    """What of the lesson is on the screen, the first one at first; its key is LESSON.view."""
    chosen = st.segmented_control(
        "View", options, default=options[0], required=True, key=f"{lesson}.view",
        label_visibility="collapsed", bind="query-params", persist_state="session",
    )  # fmt: skip
    view = str(chosen or options[0])  # an empty one in a link is no choice
    seen = f"{lesson}.seen_view"
    st.session_state[f"{lesson}.entered"] = st.session_state.get(seen) not in (None, view)
    st.session_state[seen] = view
    return view


def entered(lesson: str) -> bool:
    """Whether the view on the screen was another one a moment ago."""
    return bool(st.session_state.get(f"{lesson}.entered"))


def others(lesson: str, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The page's own settings that differ from their defaults, for a link."""
    now = {name: st.session_state.get(f"{lesson}.{name}", v) for name, v in defaults.items()}
    return {name: value for name, value in now.items() if value != defaults[name]}


def choice(lesson: str, name: str, label: str, options: Iterable[str]) -> str:
    """A choice of the page itself, not of the model, with the key LESSON.NAME."""
    key = f"{lesson}.{name}"
    return str(
        st.selectbox(
            label, list(options), key=key, label_visibility="collapsed", bind="query-params",
            persist_state="session",
        )
    )  # fmt: skip
