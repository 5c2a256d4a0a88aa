"""Nonsense in links, thoroughly: each kind in all keys of each view, and in each key alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.links import BAD, VIEWS, WORSE, bound, check, is_plain, keys, opened, plain

EVERY = BAD | WORSE
PAIRS = {"two values", "empty and a value"}  # whose last value is one that many keys take
ALL = [(stem, view) for stem, views in VIEWS.items() for view in views]


@pytest.mark.parametrize("bad", EVERY)
@pytest.mark.parametrize(("stem", "view"), ALL)
def test_in_all_keys_of_a_view(stem: str, view: str, bad: str) -> None:
    asked = [key for key in keys(stem) if key != f"{stem}.view"]
    named = {f"{stem}.view": view} if view else {}
    at = opened(stem, dict.fromkeys(asked, EVERY[bad]) | named)
    check(at, asked)
    assert bad in PAIRS or is_plain(at, stem, view)
    at.run()
    check(at, asked)


@pytest.mark.parametrize("bad", EVERY)
@pytest.mark.parametrize("stem", VIEWS)
def test_in_one_key(stem: str, bad: str) -> None:
    """Each in the first view of its page that shows it."""
    shown: dict[str, str] = {}
    for view in VIEWS[stem]:
        for key in plain(stem, view):
            shown.setdefault(key, view)
    failed: dict[str, Any] = {}
    for key in keys(stem):
        view = shown.get(key, VIEWS[stem][0])
        link: dict[str, Any] = {f"{stem}.view": view} if view else {}
        at = opened(stem, link | {key: EVERY[bad]})
        try:
            check(at, [key])
            same = is_plain(at, stem, view)
            assert same or bad in PAIRS or key == f"{stem}.view", bound(at)
        except AssertionError as error:
            failed[key] = str(error)
    assert failed == {}
