"""The home page, and every lesson of the table: through the app as a visitor, and alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui.lessons import LESSONS

ROOT = Path(__file__).resolve().parents[2]
STEMS = [row.stem for row in LESSONS]


@pytest.fixture
def home() -> AppTest:
    return AppTest.from_file(str(ROOT / "app.py")).run()


def test_the_map_opens(home: AppTest) -> None:
    assert not home.exception
    assert len(home.title) == 1


def test_the_map_has_one_card_for_each_lesson(home: AppTest) -> None:
    assert len(home.main.get("image")) == len(LESSONS)
    texts = [element.value for element in home.main.markdown]
    for row in LESSONS:
        assert sum(row.title in text and row.point in text for text in texts) == 1
    sections = [element.value for element in home.main.subheader]
    assert sections == list(dict.fromkeys(row.section for row in LESSONS))


@pytest.mark.parametrize("place", ["main", "sidebar"])
def test_the_map_and_the_navigation_lead_to_each_lesson(home: AppTest, place: str) -> None:
    links = [link.proto.page for link in getattr(home, place).get("page_link")]
    assert [page for page in links if page] == STEMS


def test_every_card_says_in_words_what_it_shows(home: AppTest) -> None:
    alternatives = [image.proto.imgs[0].alt for image in home.main.get("image")]
    assert all(row.title in alt for row, alt in zip(LESSONS, alternatives, strict=True))


@pytest.mark.parametrize("row", LESSONS, ids=STEMS)
def test_every_lesson_opens_through_the_app_and_alone(home: AppTest, row) -> None:
    through = home.switch_page(row.page).run()
    alone = AppTest.from_file(str(ROOT / row.page)).run()
    for at in (through, alone):
        assert not at.exception
        assert not at.error
        assert at.title[0].value == row.title
        assert at.toggle(key="app.presenter").value is False


@pytest.mark.parametrize("row", LESSONS, ids=STEMS)
def test_from_every_lesson_one_gets_back_to_the_map(home: AppTest, row) -> None:
    home.switch_page(row.page).run()
    links = [link.proto.label for link in home.sidebar.get("page_link")]
    assert links == ["The map", *(other.label for other in LESSONS)]


@pytest.mark.parametrize("page", ["app.py", LESSONS[0].page])
def test_a_bad_switch_in_a_link_is_answered_on_every_page(page: str) -> None:
    at = AppTest.from_file(str(ROOT / page))
    at.query_params["app.presenter"] = "perhaps"
    for _ in range(2):
        at.run()
        assert not at.exception
        assert at.toggle(key="app.presenter").value is False
        assert "presenter" in at.warning[0].value
    at.toggle(key="app.presenter").set_value(True).run()
    assert not at.warning


def test_presenting_goes_along_from_page_to_page(home: AppTest) -> None:
    home.toggle(key="app.presenter").set_value(True).run()
    home.switch_page(LESSONS[0].page).run()
    assert home.toggle(key="app.presenter").value is True
