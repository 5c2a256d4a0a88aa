"""The link that opened a page: what can be used is set, all else is named and leaves the address.

Streamlit reads the address by itself, when a widget is made first and after the browser's Back.
What it cannot read it drops without a word, or fails on, as on inf for a whole number. So it must
find only what the widgets take.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import get_session_state

from core.config import from_strings, knob, read, shown
from core.scene import Scene
from ui.form import Allowed, Arrival, Field

C = TypeVar("C")


def arrive(
    lesson: str, kind: type[C], scenes: Mapping[str, Scene[C]], others: Mapping[str, Allowed],
    view: str = "",
) -> C:  # fmt: skip
    """What the link asks for, where that is possible; the scene that it names is set.

    Settings that stand in the link beside the scene win over it. Must be called before any of the
    lesson's widgets; what cannot be used is told by `form.complaints`.
    others : names in links that belong to the page, not to the model, and what is allowed there.
    view : the one of `views` that shows what a link's settings do, where the page does not begin
    with it.
    """
    keys = {f.name: f"{lesson}.{f.name}" for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    known: Arrival | None = st.session_state.get(f"{lesson}.arrived")
    if known is None or _went_back():
        link = {
            key.removeprefix(f"{lesson}."): st.query_params.get_all(key)
            for key in st.query_params
            if key.startswith(f"{lesson}.")
        }
        own = {**others, "scene": tuple(scenes)} if scenes else others
        scene = scenes.get(link.get("scene", [""])[-1])
        query = {name: texts[-1] for name, texts in link.items() if name not in own}
        asked, complaints = from_strings(kind, query, scene.config if scene else None)
        values, refused = _own(link, own, asked)
        refused |= complaints
        values |= {name: getattr(asked, name) for name in query.keys() - complaints.keys()}
        told = [refused.get(name) or _twice(name, texts) for name, texts in link.items()]
        unsaid = {n: getattr(asked, n) for n in keys.keys() - values.keys()} if scene else {}
        _clean(lesson, link, values)
        for name, value in unsaid.items():
            st.session_state[keys[name]] = value
        new = Arrival(asked, list(filter(None, told)))
        if known is not None:
            known.refused, known.form = new.refused, None
            _begin_with({keys[name]: value for name, value in unsaid.items()})
        else:
            st.session_state[f"{lesson}.arrived"] = known = new
            if view and (query or "scene" in link) and "view" not in link:
                st.session_state[f"{lesson}.view"] = view
    else:
        _keep_link(keys, scenes.get(st.session_state.get(f"{lesson}.scene") or ""))
    first: C = known.asked
    return first


def _went_back() -> bool:
    """Whether the browser's Back or Forward leads here: then the address wins over the widgets."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def _own(
    link: Mapping[str, list[str]], own: Mapping[str, Allowed], asked: Any
) -> tuple[dict[str, Any], dict[str, str]]:
    """The page's own values by name, and a sentence for each that is not allowed.

    asked : the settings, which may say how large one of these may be, as may those before it.
    """
    values: dict[str, Any] = {}
    refused: dict[str, str] = {}
    first = {name: may.default for name, may in own.items() if isinstance(may, dataclasses.Field)}
    for name in (name for name in own if name in link):
        try:
            field = _field(name, own[name], {**vars(asked), **first, **values})
            values[name] = read(field, link[name][-1])
        except ValueError as error:
            refused[name] = str(error)
    return values, refused


def _field(name: str, allowed: Any, ends: Mapping[str, Any]) -> Field:
    """A setting that takes what is allowed, see `form.Allowed`. ends : by name."""
    field: Field
    if isinstance(allowed, dataclasses.Field):
        return allowed
    if allowed is bool:
        field = knob(False, name)
    elif isinstance(allowed[0], str):
        field = knob(allowed[0], name, choices=allowed)
    else:
        low, high = allowed
        field = knob(low, name, min=low, max=ends.get(high, high))
    field.name = name
    return field


def _twice(name: str, texts: list[str]) -> str:
    """A sentence where the link says two things."""
    if len(texts) == 1:
        return ""
    return f"{name} stands {len(texts)} times in the link: the last, {shown(texts[-1])}, counts."


def _clean(lesson: str, link: Mapping[str, list[str]], values: Mapping[str, Any]) -> None:
    """Leave in the address what can be used, once, whole numbers as the widgets write them."""
    texts = {
        name: str(values[name]) if type(values[name]) is int else given[-1]
        for name, given in link.items()
        if name in values
    }
    if all(given == [texts.get(name)] for name, given in link.items()):
        return
    # `st.query_params` refuses to touch what a widget is bound to, which after Back all are, and
    # leaves alone the copy that widgets begin with
    with get_session_state().query_params() as address:
        for name in link:
            address.discard_param_no_forward_msg(f"{lesson}.{name}")
        for name, text in texts.items():
            address.set_with_no_forward_msg(f"{lesson}.{name}", text)
        address.set_initial_query_params_from_current()
        address._send_query_param_msg()


def _begin_with(values: Mapping[str, Any]) -> None:
    """Have widgets begin with these, by key, although the address does not name them.

    After Back a widget that it does not name has its default, whatever the session says.
    """
    with get_session_state().query_params() as address:
        for key, value in values.items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            address.set_with_no_forward_msg(key, text)
        address.set_initial_query_params_from_current()
        for key in values:
            address.discard_param_no_forward_msg(key)


def _keep_link(keys: Mapping[str, str], lit: Scene[Any] | None) -> None:
    """Have the address say what the widgets say, so that leaving and coming back changes nothing.

    Of itself it lags behind, and beside the name of a scene it leaves out what the scene has set.
    """
    now = {name: st.session_state[key] for name, key in keys.items() if key in st.session_state}
    left = lit is not None and any(v != getattr(lit.config, name) for name, v in now.items())
    for name, value in now.items():
        if left or st.query_params.get(keys[name], str(value)) != str(value):
            st.session_state[keys[name]] = value  # an assigned value is written to the address
