"""A bad link in a real Chromium: shown as plain text, and not come back to by the Back button."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
MARKUP = (
    "www.some.example", "https://a.example", "me@some.example", ":material/bomb:", ":bomb:",
    "<img src=x>", "$x$", "# a", "===", "*a* `b`", "1. a", "&lt;", "![a](b)", ":red[a]", "==a==",
)  # fmt: skip
NAMES = (
    "seed", "epochs", "batch", "d_steps", "g_width", "d_width", "lr_d", "lr_g", "r1", "gp", "pac",
    "loss", "optimizer", "target", "scene",
)  # fmt: skip


@pytest.fixture
def visit(
    fresh_page: Callable[..., Page], serve: Callable[[Path], str]
) -> Callable[[dict[str, str]], Page]:
    """``visit(query)``: the 1-D GAN as a link opens it. Page errors fail the test."""

    def open_it(query: dict[str, str]) -> Page:
        page = fresh_page()
        page.set_default_timeout(120_000)  # of nothing that is measured here
        page.goto(f"{serve(ROOT / 'app.py')}/gan_1d?{urlencode(query)}")
        return page

    return open_it


def test_what_was_refused_is_plain_text(visit: Callable[[dict], Page]) -> None:
    page = visit({f"gan_1d.{name}": text for name, text in zip(NAMES, MARKUP, strict=True)})
    warning = page.get_by_test_id("stAlert")
    warning.wait_for()
    said = warning.inner_text().replace("\N{WORD JOINER}", "")
    for text in MARKUP:
        assert repr(text) in said
    markup = "a, img, h1, h2, h3, h4, code, em, strong, li, svg.icon, .katex, [role=img]"
    body = warning.get_by_test_id("stMarkdownContainer")
    assert body.locator(markup).count() == 0


def test_back_to_a_link_that_was_mended_does_not_break_the_page(
    visit: Callable[[dict], Page],
) -> None:
    page = visit({"gan_1d.seed": "inf", "gan_1d.batch": "8"})
    page.get_by_text("seed = 'inf'").wait_for()
    page.wait_for_function("() => !location.search.includes('inf')")
    assert "gan_1d.batch=8" in page.url
    page.go_back()
    page.get_by_text("seed = 'inf'").wait_for()
    page.wait_for_function("() => !location.search.includes('inf')")
    assert page.get_by_test_id("stException").count() == 0
    page.get_by_text("Arrows", exact=True).click()
    page.wait_for_function("() => location.search.includes('arrows=true')")
    assert page.get_by_test_id("stException").count() == 0


def test_back_to_a_link_with_a_scene_shows_that_scene(visit: Callable[[dict], Page]) -> None:
    page = visit({"gan_1d.scene": "D too strong", "gan_1d.seed": "inf"})
    notice = page.get_by_text("D is perfect")
    notice.wait_for()
    page.wait_for_function("() => !location.search.includes('inf')")
    page.go_back()
    page.wait_for_function("() => !location.search.includes('inf')")
    page.get_by_text("Arrows", exact=True).click()
    page.wait_for_function("() => location.search.includes('arrows=true')")
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()
    assert notice.is_visible()
    assert "gan_1d.scene=D+too+strong" in page.url
