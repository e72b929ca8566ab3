"""Which Welsh texts have been read by a Welsh speaker, and what makes a text unread again."""

from datetime import date
from pathlib import Path

import pytest

from bot.texts import PACKAGE as TEXTS_OF_THE_BOT
from knowledge.loading import PACKAGE
from knowledge.texts import KnowledgeError
from knowledge.translations import most_shown_first, review, times_shown, translations, unreviewed

DAY = date(2026, 8, 26)
GREETING = '[a]\ngreeting.en = "Hello"\ngreeting.cy = "Helo"\n'
STEPS = '[[steps]]\nid = "first"\nen = "One"\ncy = "Un"\n[[steps]]\nen = "Two"\ncy = "Dau"\n'


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    (tmp_path / "some.toml").write_text(GREETING)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "steps.toml").write_text(STEPS)
    return tmp_path


def left(folder: Path) -> list[str]:
    return [
        f"{translation.file} {translation.key}"
        for translation in unreviewed(translations(folder, [folder]), folder / "read.csv")
    ]


def read(folder: Path, *keys: str) -> None:
    found = translations(folder, [folder])
    by = {(translation.file, translation.key): "Non" for translation in found if translation.key in keys}
    review(found, by, DAY, folder / "read.csv")


def test_at_first_every_text_is_to_be_read_wherever_it_stands_in_its_file(texts: Path) -> None:
    assert left(texts) == ["inner/steps.toml steps.first", "inner/steps.toml steps.2", "some.toml a.greeting"]


def test_what_has_been_read_is_left_out_and_says_by_whom(texts: Path) -> None:
    read(texts, "a.greeting")
    read(texts, "steps.first")
    assert left(texts) == ["inner/steps.toml steps.2"]
    assert "some.toml,a.greeting,Non,2026-08-26" in (texts / "read.csv").read_text()


@pytest.mark.parametrize("change", ["Hello", "Helo"])
def test_a_change_in_either_language_asks_for_another_look(texts: Path, change: str) -> None:
    read(texts, "a.greeting", "steps.first", "steps.2")
    (texts / "some.toml").write_text(GREETING.replace(f'"{change}"', f'"{change}!"'))
    assert left(texts) == ["some.toml a.greeting"]


def test_a_review_of_a_text_that_is_gone_is_dropped(texts: Path) -> None:
    read(texts, "a.greeting", "steps.first")
    (texts / "some.toml").unlink()
    read(texts)
    assert "greeting" not in (texts / "read.csv").read_text()


def test_a_list_of_reviews_with_other_columns_is_refused(texts: Path) -> None:
    (texts / "read.csv").write_text("who,what\n")
    with pytest.raises(KnowledgeError):
        left(texts)


def test_what_is_shown_most_often_is_read_first(texts: Path) -> None:
    shown = texts / "shown.csv"
    shown.write_text("key,times\nsteps.2,40\na.greeting,3\n")
    in_order = most_shown_first(translations(texts, [texts]), shown)
    assert [text.key for text in in_order] == ["steps.2", "a.greeting", "steps.first"]


def test_the_committed_figures_know_the_texts_of_the_bot_and_of_the_guide() -> None:
    found = {text.in_catalogue for text in translations(PACKAGE.parent, [PACKAGE, TEXTS_OF_THE_BOT])}
    shown = times_shown()
    assert {"who.mis-administrator.contact", "step-answer.holds"} <= shown.keys()
    assert len(shown.keys() & found) > 400
