"""The list of a review: as many accounts as fit, the number of the others, and how far the review is."""

from dataclasses import replace
from datetime import date

import pytest

from bot.reviews import screens
from bot.slack.voice import Voice
from provisioning.manual.handmade import Handmade
from provisioning.manual.housekeeping import Why
from provisioning.manual.reviews import Review, Reviewed
from provisioning.records.accounts import Account, Status
from provisioning.records.people import Kind
from tests.bot.app_fixtures import words
from tests.builders import GLAN
from tests.everything import knowledge


@pytest.fixture(scope="module")
def voice() -> Voice:
    return Voice(knowledge().catalogue, "en")


def entry(number: int, *, due: bool) -> Reviewed:
    name = f"Supply{number}"
    account = Account(number, Kind.NON_MIS, GLAN.number, f"{name}@hwb", name, "Ann", Status.ACTIVE)
    return Reviewed(Handmade(account, date(2026, 1, 5)), (Why.YEAR_END,) if due else ())


def review(due: int, others: int) -> Review:
    entries = [entry(number, due=number < due) for number in range(due + others)]
    return Review(GLAN, Kind.NON_MIS, tuple(entries), 2026, 0, due + others, can_act=True)


@pytest.mark.parametrize(
    ("due", "others", "shown", "more"),
    [
        (2, 3, 5, None),
        (2, 18, 20, None),
        (2, 19, 20, "… and 1 more"),
        (20, 0, 20, None),
        (20, 4, 20, "… and 4 more"),
        (25, 0, 20, "… and 5 more"),
        (25, 4, 20, "… and 9 more"),
    ],
)
def test_what_does_not_fit_is_counted(
    due: int, others: int, shown: int, more: str | None, voice: Voice
) -> None:
    said = words(screens.listing(review(due, others), (), voice).blocks)
    assert said.count("@hwb`") == shown
    assert ("Others:" in said) is (shown > due)
    assert [line for line in said.splitlines() if line.startswith("…")] == ([more] if more else [])


def test_without_accounts_to_review_neither_the_list_nor_its_one_line_text_says_how_far(voice: Voice) -> None:
    found = screens.listing(review(1, 1), (), voice)
    assert found.text == "Non-MIS accounts at Glan High: 0 of 2 reviewed"
    found = screens.listing(replace(review(0, 1), total=0), (), voice)
    assert found.text == "Non-MIS accounts at Glan High"
    assert "reviewed" not in words(found.blocks[:1])
