"""Accounts made by hand, by the calendar: when one is due for review, when it ends, what keeping it means."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from provisioning.manual.endings import ended, ends_on, unused_on
from provisioning.manual.handmade import Decision, Handmade, ReviewDecision, Term
from provisioning.manual.housekeeping import (
    Why,
    in_season,
    kept_until,
    name_key,
    progress,
    review_reasons,
    review_year,
)
from provisioning.records.accounts import Account, Status
from provisioning.records.people import Kind

JULY, AUGUST, WINTER = date(2026, 7, 15), date(2026, 8, 26), date(2027, 1, 20)
SALLY = Account(1, Kind.NON_MIS, "6809903", "SupplyS@hwbcymru.net", "Sally Supply", "", Status.ACTIVE)


def made(known_since: date | None = date(2026, 1, 10), **fields: Any) -> Handmade:
    return Handmade(replace(SALLY, **fields), known_since)


def decided(handmade: Handmade, deed: ReviewDecision, on: date, until: date | None = None) -> Handmade:
    at = datetime.combine(on, time(9), UTC)
    return replace(handmade, decision=Decision(1, deed, until, "U0CARYS", at))


LONG = made(expires_on=date(2027, 6, 30))
"""An account that lives well beyond every day of these tests but the last."""


@pytest.mark.parametrize(
    ("handmade", "today", "due"),
    [
        (LONG, date(2026, 5, 31), ()),
        (LONG, date(2026, 6, 1), (Why.YEAR_END,)),
        (LONG, AUGUST, (Why.YEAR_END,)),
        (LONG, date(2026, 9, 30), (Why.YEAR_END,)),
        (LONG, date(2026, 10, 1), ()),
        (replace(LONG, known_since=None), AUGUST, (Why.YEAR_END,)),
        (replace(LONG, known_since=date(2026, 8, 31)), date(2026, 9, 7), (Why.YEAR_END,)),
        (replace(LONG, known_since=date(2026, 9, 1)), date(2026, 9, 7), ()),
        (decided(LONG, ReviewDecision.KEEP, date(2026, 5, 31)), AUGUST, (Why.YEAR_END,)),
        (decided(LONG, ReviewDecision.KEEP, date(2026, 6, 1)), AUGUST, ()),
        (decided(LONG, ReviewDecision.IN_PORTAL, JULY), AUGUST, ()),
        (decided(LONG, ReviewDecision.KEEP, JULY), date(2027, 6, 1), (Why.YEAR_END,)),
        (made(expires_on=date(2027, 3, 17)), WINTER, (Why.EXPIRES,)),
        (made(expires_on=date(2027, 3, 18)), WINTER, ()),
        (made(expires_on=date(2027, 1, 19)), WINTER, (Why.EXPIRES,)),
        (made(known_since=date(2026, 9, 2)), date(2027, 5, 1), ()),
        (made(status=Status.INACTIVE, expires_on=WINTER), WINTER, ()),
        (
            replace(LONG, account=replace(LONG.account, last_signed_in=date(2026, 11, 5))),
            WINTER,
            (Why.UNUSED,),
        ),
        (replace(LONG, account=replace(LONG.account, last_signed_in=date(2026, 11, 6))), WINTER, ()),
    ],
)
def test_an_account_is_due(handmade: Handmade, today: date, due: tuple[Why, ...]) -> None:
    assert review_reasons(handmade, today) == due


def test_a_kept_account_is_due_again_two_weeks_before_it_ends() -> None:
    kept = decided(made(expires_on=date(2027, 2, 20)), ReviewDecision.KEEP, WINTER)
    assert review_reasons(kept, date(2027, 2, 5)) == ()
    assert review_reasons(kept, date(2027, 2, 6)) == (Why.EXPIRES,)


def test_what_is_to_end_at_its_date_is_not_asked_about_again() -> None:
    handmade = decided(made(expires_on=date(2027, 1, 31)), ReviewDecision.AT_DATE, WINTER)
    assert review_reasons(handmade, WINTER) == ()


@pytest.mark.parametrize(
    ("name", "learner", "same"),
    [
        ("Siân ap Rhys", "Sian Ap Rhys", True),
        ("Rhys, Siân ap", "Siân ap Rhys", True),
        ("Siân Rhys", "Siân ap Rhys", False),
        ("Rhys Rhys", "Rhys", False),
    ],
)
def test_a_learners_name_is_pointed_out_until_a_reviewer_has_decided(
    name: str, learner: str, same: bool
) -> None:
    handmade = made(surname=name, expires_on=date(2027, 6, 30))
    learners = {name_key(learner)}
    assert review_reasons(handmade, WINTER, learners) == ((Why.LEARNER,) if same else ())
    assert review_reasons(decided(handmade, ReviewDecision.KEEP, WINTER), WINTER, learners) == ()
    governor = replace(handmade, account=replace(handmade.account, kind=Kind.GOVERNOR))
    assert review_reasons(governor, WINTER, learners) == ()


@pytest.mark.parametrize(
    ("term", "today", "until"),
    [
        (Term.ONE_MONTH, AUGUST, date(2026, 9, 26)),
        (Term.ONE_MONTH, date(2027, 1, 31), date(2027, 2, 28)),
        (Term.THREE_MONTHS, AUGUST, date(2026, 11, 26)),
        (Term.THREE_MONTHS, date(2026, 11, 30), date(2027, 2, 28)),
        (Term.SIX_MONTHS, AUGUST, date(2027, 2, 26)),
        (Term.YEAR, date(2026, 7, 5), date(2026, 8, 31)),
        (Term.YEAR, date(2026, 7, 6), date(2027, 8, 31)),
        (Term.YEAR, date(2026, 8, 31), date(2027, 8, 31)),
        (Term.YEAR, date(2026, 9, 1), date(2027, 8, 31)),
    ],
)
def test_a_term_ends(term: Term, today: date, until: date) -> None:
    assert kept_until(SALLY, term, today) == until


def test_keeping_never_makes_an_account_end_sooner() -> None:
    assert kept_until(LONG.account, Term.ONE_MONTH, AUGUST) == LONG.account.expires_on


@pytest.mark.parametrize(
    ("handmade", "ends"),
    [
        (made(expires_on=WINTER), WINTER),
        (made(known_since=date(2026, 8, 31)), date(2026, 8, 31)),
        (made(known_since=date(2026, 9, 1)), date(2027, 8, 31)),
        (made(known_since=None), None),
    ],
)
def test_without_a_date_of_its_own_it_ends_with_the_academic_year(
    handmade: Handmade, ends: date | None
) -> None:
    assert ends_on(handmade) == ends


@pytest.mark.parametrize(
    ("handmade", "today", "deed"),
    [
        (made(expires_on=WINTER), WINTER, None),
        (made(expires_on=WINTER), date(2027, 1, 21), ReviewDecision.EXPIRED),
        (made(expires_on=WINTER, status=Status.INACTIVE), date(2027, 1, 21), None),
        (made(last_signed_in=date(2026, 5, 28)), AUGUST, None),
        (made(last_signed_in=date(2026, 5, 28)), date(2026, 8, 27), ReviewDecision.UNUSED),
    ],
)
def test_an_account_ends_by_itself_after_its_last_day(
    handmade: Handmade, today: date, deed: ReviewDecision | None
) -> None:
    assert ended(handmade, today, seen=today) == deed


def test_an_old_file_makes_no_account_unused() -> None:
    handmade = made(last_signed_in=date(2026, 5, 1), expires_on=date(2027, 6, 30))
    assert ended(handmade, AUGUST, seen=date(2026, 7, 30)) is None
    assert ended(handmade, AUGUST, seen=None) is None
    assert ended(handmade, AUGUST, seen=date(2026, 7, 31)) is ReviewDecision.UNUSED


def test_keeping_an_account_counts_as_using_it() -> None:
    handmade = made(last_signed_in=date(2026, 5, 1), expires_on=date(2027, 6, 30))
    kept = decided(handmade, ReviewDecision.KEEP, AUGUST)
    assert unused_on(kept) == date(2026, 11, 24)
    assert ended(kept, AUGUST, seen=AUGUST) is None


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 5, 31), 2025), (date(2026, 6, 1), 2026), (date(2027, 5, 31), 2026)]
)
def test_from_june_on_a_review_is_of_the_year_about_to_end(day: date, year: int) -> None:
    assert review_year(day) == year


def test_the_season_of_the_review() -> None:
    days = [date(2026, 5, 31), date(2026, 6, 1), date(2026, 9, 30), date(2026, 10, 1)]
    assert [in_season(day) for day in days] == [False, True, True, False]


def test_progress_counts_what_was_there_before_the_year_ended() -> None:
    accounts = [
        LONG,
        decided(LONG, ReviewDecision.KEEP, AUGUST),
        decided(made(status=Status.INACTIVE), ReviewDecision.DEACTIVATE, AUGUST),
        made(status=Status.INACTIVE),  # ended by itself: there is nothing left to review
        decided(LONG, ReviewDecision.KEEP, date(2026, 3, 1)),
        replace(LONG, known_since=date(2026, 9, 3)),
    ]
    assert progress(accounts, 2026) == (2, 4)
    assert progress([], 2026) == (0, 0)
