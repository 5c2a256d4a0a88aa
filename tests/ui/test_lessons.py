"""The table of lessons: every row has its page, model, text, card and tests, under one stem."""

import importlib
from pathlib import Path

import pytest

from ui.lessons import LESSONS, lesson

ROOT = Path(__file__).resolve().parents[2]
STEMS = [row.stem for row in LESSONS]
FILES = (
    "pages/{}.py",
    "assets/lessons/{}.md",
    "assets/cards/{}.svg",
    "tests/pages/test_{}.py",
)


@pytest.mark.parametrize("stem", STEMS)
@pytest.mark.parametrize("file", FILES)
def test_a_lesson_has_all_its_files(stem, file):
    path = ROOT / file.format(stem)
    assert path.is_file()
    assert path.stat().st_size > 0


@pytest.mark.parametrize("row", LESSONS, ids=STEMS)
def test_a_lesson_has_its_family(row):
    family = importlib.import_module(row.module)
    for verb in ("Config", "build", "train", "sample"):
        assert callable(getattr(family, verb))


@pytest.mark.parametrize("what", ["stem", "title", "label", "icon", "point"])
def test_no_two_lessons_share(what):
    assert len({getattr(row, what) for row in LESSONS}) == len(LESSONS)


def test_every_page_is_a_lesson():
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == set(STEMS)


def test_lessons_of_a_section_stand_together():
    sections = [row.section for row in LESSONS]
    assert sections == sorted(sections, key=sections.index)


@pytest.mark.parametrize("row", LESSONS, ids=STEMS)
def test_the_point_is_one_sentence_and_the_icon_materials(row):
    assert row.point.endswith(".")
    assert row.point.count(". ") == 0
    assert row.icon.startswith(":material/")
    assert row.page == f"pages/{row.stem}.py"
    assert lesson(row.stem) is row


def test_an_unknown_lesson_lists_the_known():
    with pytest.raises(ValueError, match=f"'knitting'; known are {', '.join(STEMS)}"):
        lesson("knitting")


@pytest.mark.parametrize("stem", STEMS)
def test_a_card_is_a_picture_of_its_own(stem):
    svg = (ROOT / "assets" / "cards" / f"{stem}.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "href" not in svg
    assert "<script" not in svg
