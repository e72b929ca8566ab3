"""The title of an authority's key dates: two of the names take "the" in English."""

import pytest

from bot.texts import TEXTS
from knowledge.texts import Catalogue


@pytest.mark.parametrize(
    ("authority", "language", "title"),
    [
        ("Isle of Anglesey", "en", "Rollover 2026 in the Isle of Anglesey: what comes next"),
        ("Vale of Glamorgan", "en", "Rollover 2026 in the Vale of Glamorgan: what comes next"),
        ("Gwynedd", "en", "Rollover 2026 in Gwynedd: what comes next"),
        ("Ynys Môn", "cy", "Trosglwyddo blwyddyn 2026, Ynys Môn: beth sy'n dod nesaf"),
    ],
)
def test_an_authority_is_named_as_people_name_it(authority: str, language: str, title: str) -> None:
    said = Catalogue(TEXTS).say(
        "dates.title-authority",
        "cy" if language == "cy" else "en",
        year=2026,
        authority=authority,
        over=False,
    )
    assert said == title
