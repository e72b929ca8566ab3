"""Texts: kept as key and values, said in either language."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge.texts import (
    Bilingual,
    Catalogue,
    Language,
    Text,
    say_date,
    say_datetime,
    say_day,
    say_time,
    text,
)

ROLLOVER = datetime(2026, 8, 26, 5, 0, tzinfo=UTC)  # 06:00 in summer time


@pytest.mark.parametrize(
    ("language", "day", "weekday", "moment"),
    [
        ("en", "26 August 2026", "Wednesday 26 August", "26 Aug 06:00"),
        ("cy", "26 Awst 2026", "Dydd Mercher 26 Awst", "26 Awst 06:00"),
    ],
)
def test_dates_are_said_in_the_language_and_uk_time(
    language: Language, day: str, weekday: str, moment: str
) -> None:
    assert say_date(ROLLOVER.date(), language) == day
    assert say_day(ROLLOVER.date(), language) == weekday
    assert say_datetime(ROLLOVER, language) == moment
    assert say_time(ROLLOVER, language) == "06:00"


@pytest.mark.parametrize(
    "sentence",
    [
        text("bare"),
        text("plain", identifier="H801200001001", count=3, share=0.25, known=True, nothing=None),
        text("dates", leaving_date=date(2026, 7, 17), last_run=ROLLOVER),
        text("school", school=Bilingual("Bryn High", "Ysgol y Bryn"), previous=Bilingual("Nant", "")),
        text("outer", reason=text("inner", on=date(2026, 9, 1), why=text("innermost"))),
    ],
    ids=lambda sentence: sentence.key,
)
def test_a_text_comes_back_from_json_as_it_went(sentence: Text) -> None:
    assert Text.from_json(json.loads(json.dumps(sentence.to_json()))) == sentence


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    (tmp_path / "some.toml").write_text(
        """
[row.rejected]
en = "{{ school }}: line {{ line }} was rejected on {{ on }}: {{ reason }}"
cy = "{{ school }}: gwrthodwyd llinell {{ line }} ar {{ on }}: {{ reason }}"
[row.rejected.no-upn]
en = "there is no UPN"
cy = "nid oes UPN"
[accounts]
en = "{{ n | count('account', 'accounts') }}"
cy = "{{ n }} cyfrif"
""",
        encoding="utf-8",
    )
    return Catalogue([tmp_path])


def test_texts_and_names_inside_a_text_follow_its_language(catalogue: Catalogue) -> None:
    rejected = text(
        "row.rejected",
        school=Bilingual("Bryn High", "Ysgol y Bryn"),
        line=7,
        on=date(2026, 8, 26),
        reason=text("row.rejected.no-upn"),
    )
    assert catalogue.say(rejected, "en") == (
        "Bryn High: line 7 was rejected on 26 August 2026: there is no UPN"
    )
    assert catalogue.say(rejected, "cy") == (
        "Ysgol y Bryn: gwrthodwyd llinell 7 ar 26 Awst 2026: nid oes UPN"
    )


def test_a_school_without_a_welsh_name_keeps_its_english_one() -> None:
    assert Bilingual("Bryn High", "").in_("cy") == "Bryn High"


def test_a_table_may_be_a_sentence_and_hold_sentences(catalogue: Catalogue) -> None:
    assert catalogue.keys() == ["accounts", "row.rejected", "row.rejected.no-upn"]
    assert "row.rejected.no-upn" in catalogue
    assert "row" not in catalogue


@pytest.mark.parametrize(("n", "said"), [(0, "0 accounts"), (1, "1 account"), (1200, "1,200 accounts")])
def test_english_counts_one_and_many(catalogue: Catalogue, n: int, said: str) -> None:
    assert catalogue.say("accounts", "en", n=n) == said
