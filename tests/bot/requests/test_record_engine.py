"""Requests about records: what becomes of them, and when asking again is news. Pure."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.people.permissions import Grant, Role
from bot.requests import engine
from bot.requests.notifications import RequestNews, is_concerned, news_of
from bot.requests.recipients import levels
from bot.requests.request import AGAIN, NOT_SEEN, SEEN, Ask, AskedRecord, Ended, Request, Wanted
from bot.requests.wanted import Want, of_diagnosis, of_group
from diagnostics.missing import CauseGroup, Missed
from diagnostics.verdict import Before, Diagnosis, ExtractAge, Next
from knowledge.texts import Bilingual, Text
from provisioning.records.people import Kind
from provisioning.records.schools import School
from tests.builders import BRYN, GLAN, NANT, NOW

ANN, BEN, CAI, DON = "U0ANN", "U0BEN", "U0CAI", "U0DON"
SOON = NOW + timedelta(minutes=1)
ONE, TWO = AskedRecord("A1", GLAN.number), AskedRecord("A2", BRYN.number)
ASK = Ask(CAI, GLAN.number, 1, NOW)
DATES = Request(
    NANT.number,
    "previous-school-no-leaving-date",
    NOW,
    (ASK, Ask(DON, BRYN.number, 1, NOW)),
    (ANN, BEN),
    records=(ONE, TWO),
    id=7,
)
ROWS = replace(DATES, school=GLAN.number, cause="row-rejected")


def test_entered_and_seen_a_leaving_date_waits_for_the_run_and_rows_are_done() -> None:
    assert engine.answer(DATES, ANN, SOON, seen=True).open
    done = engine.answer(ROWS, ANN, SOON, seen=True)
    assert (done.ended, done.ended_by) == (Ended.DONE, ANN)
    assert news_of(ROWS, done) is RequestNews.TRIED


@pytest.mark.parametrize("request_", [DATES, ROWS])
def test_entered_and_not_seen_it_stays_open_and_can_be_said_again(request_: Request) -> None:
    said = engine.answer(request_, ANN, SOON, seen=False)
    assert (said.open, said.tried, said.tried_by) == (True, NOT_SEEN, ANN)
    assert news_of(request_, said) is RequestNews.TRIED
    again = engine.answer(said, BEN, SOON, seen=False)
    assert news_of(said, again) is None
    assert engine.answer(again, BEN, SOON, seen=True).tried == SEEN


def test_what_has_been_seen_is_answered_once() -> None:
    seen = engine.answer(DATES, ANN, SOON, seen=True)
    assert engine.answer(seen, BEN, SOON, seen=False) == seen


def test_it_ends_when_the_last_learner_has_not_left() -> None:
    first = engine.stay(DATES, ANN, {"A1": "x"}, SOON)
    assert (first.open, first.waits_for) == (True, (TWO,))
    assert news_of(DATES, first) is RequestNews.NOT_LEFT
    assert is_concerned(GLAN.number, DATES, first)
    assert not is_concerned(BRYN.number, DATES, first)
    assert engine.stay(first, ANN, {"A1": "x"}, SOON) == first
    last = engine.stay(first, BEN, {"A2": "y"}, SOON)
    assert (last.ended, last.ended_by) == (Ended.NOT_LEFT, BEN)
    assert news_of(first, last) is RequestNews.NOT_LEFT


def test_of_rows_no_learner_can_stay() -> None:
    assert engine.stay(ROWS, ANN, {"A1": "x"}, SOON) == ROWS


@pytest.mark.parametrize(
    ("records", "now", "is_news"),
    [
        ((ONE,), SOON, False),
        ((ONE,), NOW + AGAIN - timedelta(minutes=1), False),
        ((ONE,), NOW + AGAIN, True),
        ((ONE, AskedRecord("A3", GLAN.number)), SOON, True),
        ((AskedRecord("A1", BRYN.number),), SOON, True),
    ],
)
def test_a_day_or_another_learner_makes_it_news(
    records: tuple[AskedRecord, ...], now: object, is_news: bool
) -> None:
    assert engine.is_news(DATES, records, now) is is_news  # type: ignore[arg-type]


def test_a_newer_request_has_the_place_of_the_older_with_all_that_it_waits_for() -> None:
    before = engine.stay(DATES, ANN, {"A1": "x"}, SOON)
    ended = engine.replaced(before, CAI, SOON)
    assert ended.ended is Ended.AGAIN
    assert news_of(before, ended) is None
    asked = tuple(AskedRecord(identifier, GLAN.number) for identifier in ("A3", "A4"))
    newer = engine.in_place_of(before, replace(ASK, people=2), asked, SOON)
    assert newer.records == (TWO, *asked)
    assert [(ask.user, ask.people) for ask in newer.asks] == [(DON, 1), (CAI, 2)]
    assert (newer.id, newer.asked_at, newer.to) == (0, SOON, DATES.to)


ADMINISTRATOR = Grant(ANN, Role.MIS_ADMINISTRATOR, NANT.number)
CHAMPION = Grant(BEN, Role.DIGITAL_CHAMPION, NANT.number)
OTHERS = (
    Grant(CAI, Role.PROVISIONING_MANAGER, NANT.number),
    Grant(DON, Role.LOCAL_AUTHORITY, "680"),
    Grant(DON, Role.MIS_ADMINISTRATOR, GLAN.number),
)


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [(Wanted.LEAVING_DATES, ((ANN, BEN),)), (Wanted.ROWS, ((ANN,),)), (Wanted.RUN, ((CAI,), (BEN,), (DON,)))],
)
def test_who_is_asked(wanted: Wanted, asked: tuple[tuple[str, ...], ...]) -> None:
    assert levels(NANT, (ADMINISTRATOR, CHAMPION, *OTHERS), wanted=wanted) == asked


def test_without_them_nobody_is_asked_for_records() -> None:
    assert levels(NANT, OTHERS, wanted=Wanted.LEAVING_DATES) == ()
    assert levels(NANT, (CHAMPION, *OTHERS), wanted=Wanted.ROWS) == ()


def found(
    who: str, cause: str, identifier: str, previous: School | None = None, *, closed: bool = False
) -> Diagnosis:
    move = Next(who, Bilingual("x", "x"), Text("x"))
    age = None if closed else ExtractAge(NOW, stale=False)
    return Diagnosis("e", GLAN, identifier, (), (cause,), (Text("x"),), move, previous, age)


def test_a_group_of_rejected_rows_is_one_request_with_each_row() -> None:
    rows = [found("mis-administrator", "row-rejected", name) for name in ("A1", "learners.csv:4")]
    group = CauseGroup(
        "row-rejected", tuple(Missed(Kind.LEARNER, row) for row in rows), Text("x"), rows[0].next
    )
    assert of_group(group, GLAN) == (
        Want(GLAN, "row-rejected", 2, Bilingual("x", "x"), ("A1", "learners.csv:4")),
    )


def test_a_group_asks_each_previous_school_for_its_own_learners() -> None:
    waits = [
        found("previous-school", DATES.cause, identifier, school)
        for identifier, school in (("A1", NANT), ("A2", BRYN), ("A3", NANT))
    ]
    group = CauseGroup(
        DATES.cause, tuple(Missed(Kind.LEARNER, wait) for wait in waits), Text("x"), waits[0].next
    )
    assert [(want.school, want.records) for want in of_group(group, GLAN)] == [
        (NANT, ("A1", "A3")),
        (BRYN, ("A2",)),
    ]


def test_a_row_that_blocks_a_move_is_sent_and_one_of_a_closed_school_is_not() -> None:
    row = found("mis-administrator", "row-rejected", "JEV")
    move = replace(row, causes=("contact-service-desk",), before=Before("row-rejected", Text("x"), row.next))
    assert [want.records for want in of_diagnosis(move)] == [("JEV",)]
    assert of_diagnosis(found("local-authority", "row-rejected", "JEV", closed=True)) == ()
