"""Nonsense in links: every key of every page, in every view, with every kind of nonsense.

Each value for itself, one key at a time, is in `tests/soak`.
"""

from __future__ import annotations

from itertools import cycle, islice

import pytest

from tests.links import BAD, VIEWS, WORSE, bound, check, complaints, is_plain, keys, opened
from ui.diffusion_digits import labels


@pytest.fixture(autouse=True)
def _few_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen take seconds each time."""
    monkeypatch.setattr(labels, "COUNT", 4)


@pytest.mark.parametrize("stem", VIEWS)
def test_these_are_all_views(stem: str) -> None:
    """And each one is found under its name."""
    at = opened(stem, {})
    groups = [group.options for group in at.button_group if group.key == f"{stem}.view"]
    assert groups == ([list(VIEWS[stem])] if VIEWS[stem] != ("",) else [])


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("stem", VIEWS)
def test_nonsense_in_all_keys_at_once_changes_nothing_in_any_view(stem: str, bad: str) -> None:
    at = opened(stem, dict.fromkeys(keys(stem), BAD[bad]))
    check(at, keys(stem))
    assert bad == "two values" or is_plain(at, stem, VIEWS[stem][0])
    for view in VIEWS[stem][1:]:
        at.button_group(key=f"{stem}.view").set_value(view).run()
        assert not at.exception
        assert bad == "two values" or is_plain(at, stem, view)
    at.run()
    assert not at.exception


@pytest.mark.parametrize(
    ("stem", "view"), [(stem, view) for stem, views in VIEWS.items() for view in views]
)
def test_nonsense_of_all_kinds_beside_the_name_of_a_view(stem: str, view: str) -> None:
    kinds = [value for value in (BAD | WORSE).values() if isinstance(value, str)]
    asked = [key for key in keys(stem) if key != f"{stem}.view"]
    link = dict(zip(asked, islice(cycle(kinds), len(asked)), strict=False))
    at = opened(stem, link | ({f"{stem}.view": view} if view else {}))
    check(at, asked)
    assert is_plain(at, stem, view)
    at.run()
    check(at, asked)  # until something is changed


@pytest.mark.parametrize(
    ("stem", "view", "end", "most", "slider"),
    [
        ("diffusion", "Forward", "T", 100, "t"),
        ("diffusion", "Reverse", "T", 300, "t"),
        ("diffusion_digits", "Forward", "T", 100, "t"),
        ("diffusion_digits", "Reverse", "steps", 10, "k"),
    ],
)
def test_a_slider_ends_where_another_setting_says(
    stem: str, view: str, end: str, most: int, slider: str
) -> None:
    link = {f"{stem}.view": view, f"{stem}.{end}": str(most)}
    at = opened(stem, link | {f"{stem}.{slider}": str(most)})
    assert (complaints(at), bound(at)[f"{stem}.{slider}"]) == ([], most)
    at = opened(stem, link | {f"{stem}.{slider}": str(most + 1)})
    (said,) = complaints(at)
    assert f"{slider} = '{most + 1}': allowed are whole numbers 0 to {most}." in said
