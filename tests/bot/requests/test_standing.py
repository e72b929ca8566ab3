"""What is offered, and said, where something could be asked for: pure."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.people.permissions import Caller, Grant, Role
from bot.requests.request import NOT_SEEN, Ask, AskedRecord, Ended, Request
from bot.requests.screens import standing_lines
from bot.requests.standing import Line, Press, Said, last_answer, rests, standing
from bot.requests.wanted import Want
from bot.slack.voice import Voice
from knowledge.loading import Knowledge
from knowledge.texts import Bilingual
from tests.builders import BRYN, GLAN, NANT, NOW, upn

ANN, BEN, KEEPER = "U0ANN", "U0BEN", "U0KEEPER"
"""Ann and Ben ask for Glan; the keeper looks after the records of Nant."""
DATES, ROWS, RUN = "previous-school-no-leaving-date", "row-rejected", "previous-school-not-run"
FIRST, SECOND = upn(1), upn(2)


def want(cause: str, *identifiers: str) -> Want:
    return Want(NANT, cause, len(identifiers) or 1, Bilingual("x", "x"), identifiers)


def asked(cause: str, *identifiers: str) -> Request:
    """Ann asked Nant an hour ago."""
    at = NOW - timedelta(hours=1)
    records = tuple(AskedRecord(identifier, GLAN.number) for identifier in identifiers)
    own = Ask(ANN, GLAN.number, len(identifiers) or 1, at)
    return Request(NANT.number, cause, at, (own,), (KEEPER,), id=1, records=records)


def stays(request: Request, shown: str = "") -> Request:
    """Nant has answered that the learners have not left; its records showed `shown` then."""
    records = tuple(replace(record, stays=True, shown=shown) for record in request.records)
    return replace(request, records=records, ended=Ended.NOT_LEFT, ended_at=NOW)


def told(
    want: Want,
    user: str,
    *requests: Request,
    days: float = 0,
    chain: tuple[tuple[str, ...], ...] = ((KEEPER,),),
) -> tuple[Press | None, list[Said]]:
    found = standing(want, GLAN.number, user, NOW + timedelta(days=days), requests, chain)
    return found.press, [line.said for line in found.lines]


def test_what_nobody_has_asked_for_can_be_asked() -> None:
    assert told(want(DATES, FIRST), ANN) == (Press.ASK, [])


@pytest.mark.parametrize("cause", [DATES, ROWS, RUN])
def test_who_has_asked_is_told_when_and_a_colleague_who(cause: str) -> None:
    """The colleague can have the answer told too."""
    identifiers = () if cause == RUN else (FIRST,)
    assert told(want(cause, *identifiers), ANN, asked(cause, *identifiers)) == (None, [Said.YOURS])
    assert told(want(cause, *identifiers), BEN, asked(cause, *identifiers)) == (Press.JOIN, [Said.THEIRS])


def test_another_learner_can_be_asked_about() -> None:
    assert told(want(DATES, FIRST, SECOND), ANN, asked(DATES, FIRST)) == (Press.ASK, [])


def test_after_three_days_it_can_be_asked_again() -> None:
    request = asked(DATES, FIRST)
    assert told(want(DATES, FIRST), ANN, request, days=2.5) == (None, [Said.YOURS])
    assert told(want(DATES, FIRST), ANN, request, days=3) == (Press.AGAIN, [Said.YOURS])
    assert told(want(DATES, FIRST), BEN, request, days=3) == (Press.AGAIN, [Said.THEIRS])


def test_the_three_days_are_over_to_the_minute() -> None:
    request = replace(asked(DATES, FIRST), asked_at=NOW)
    assert told(want(DATES, FIRST), ANN, request, days=3) == (Press.AGAIN, [Said.YOURS])


def test_where_the_school_says_that_it_is_entered_and_that_does_not_show_so_does_the_line() -> None:
    request = replace(asked(DATES, FIRST), tried=NOT_SEEN)
    (line,) = standing(want(DATES, FIRST), GLAN.number, ANN, NOW, [request], ((KEEPER,),)).lines
    assert line.claimed


def test_a_learner_who_has_not_left_is_not_asked_about_for_a_week() -> None:
    answered = stays(asked(DATES, FIRST))
    assert told(want(DATES, FIRST), ANN, answered, days=6.9) == (None, [Said.ANSWERED])
    assert told(want(DATES, FIRST), ANN, answered, days=7) == (Press.ASK, [])
    assert told(want(DATES, FIRST, SECOND), ANN, answered) == (Press.ASK, [Said.ANSWERED])


@pytest.mark.parametrize(
    ("shown", "shows", "told_"),
    [
        ("before", "after", (Press.AGAIN, [Said.CHANGED])),
        ("before", "before", (None, [Said.ANSWERED])),
        ("", "after", (None, [Said.ANSWERED])),
        ("before", "", (None, [Said.ANSWERED])),
    ],
)
def test_a_record_that_has_changed_since_the_answer_can_be_asked_about_again(
    shown: str, shows: str, told_: tuple[Press | None, list[Said]]
) -> None:
    """What could not be read at the answer, or can't be read now, counts as unchanged."""
    answered = stays(asked(DATES, FIRST), shown)
    assert told(replace(want(DATES, FIRST), shown=(shows,)), ANN, answered) == told_


def test_of_two_learners_one_has_changed() -> None:
    both = replace(want(DATES, FIRST, SECOND), shown=("before", "after"))
    answered = stays(asked(DATES, FIRST, SECOND), "before")
    assert told(both, ANN, answered) == (Press.AGAIN, [Said.ANSWERED, Said.CHANGED])


def test_where_no_record_is_shown_now_none_has_changed() -> None:
    answered = stays(asked(DATES, FIRST), "before")
    assert told(want(DATES, FIRST), ANN, answered) == (None, [Said.ANSWERED])


def test_a_line_says_what_it_is_about_when_it_was_asked_by_whom_and_for_how_many() -> None:
    """Of what a run would mend, for as many as were told when it was asked for."""
    dates, run = want(DATES, FIRST, SECOND), want(RUN)
    hour_ago = NOW - timedelta(hours=1)
    for_dates = standing(dates, GLAN.number, BEN, NOW, [asked(DATES, FIRST, SECOND)], ((KEEPER,),))
    assert for_dates.lines == (Line(Said.THEIRS, dates, hour_ago, ANN, 2),)
    of_five = replace(asked(RUN), asks=(Ask(ANN, GLAN.number, 5, hour_ago),))
    assert standing(run, GLAN.number, ANN, NOW, [of_five], ((KEEPER,),)).lines == (
        Line(Said.YOURS, run, hour_ago, ANN, 5),
    )


def test_a_line_about_an_answer_says_when_it_was_given_and_for_how_many() -> None:
    dates = want(DATES, FIRST, SECOND)
    answered = stays(asked(DATES, FIRST, SECOND))
    found = standing(dates, GLAN.number, ANN, NOW, [answered], ((KEEPER,),))
    assert found.lines == (Line(Said.ANSWERED, dates, NOW, count=2),)


def test_what_rests_is_not_asked_for_unless_its_record_has_changed() -> None:
    """Of two learners who stay the second's record has changed since; after a week neither rests."""
    both = replace(want(DATES, FIRST, SECOND), shown=("before", "after"))
    answered = stays(asked(DATES, FIRST, SECOND), "before")
    assert rests([answered], both, GLAN.number, NOW) == {FIRST}
    assert rests([answered], both, BRYN.number, NOW) == set()
    assert rests([answered], both, GLAN.number, NOW + timedelta(days=7)) == set()


def test_once_asked_again_the_earlier_answer_is_told_no_more() -> None:
    """Even where the record is again as it was at the answer."""
    answered = stays(asked(DATES, FIRST), "before")
    again = replace(asked(DATES, FIRST), id=2)
    wanted = replace(want(DATES, FIRST), shown=("before",))
    assert told(wanted, ANN, answered, again) == (None, [Said.YOURS])


def test_the_day_of_an_answer_is_not_that_of_a_later_question_about_another_learner() -> None:
    answered = stays(asked(DATES, FIRST))
    later = replace(asked(DATES, SECOND), id=2, asked_at=NOW + timedelta(days=1))
    assert last_answer([answered, later], [FIRST], GLAN.number) == NOW


def test_where_nobody_can_be_reached_no_press_is_offered() -> None:
    rows = want(ROWS, FIRST)
    assert told(rows, ANN, chain=()) == (None, [Said.UNREACHABLE])
    assert standing(rows, GLAN.number, ANN, NOW, [], ()).lines == (Line(Said.UNREACHABLE, rows),)


def test_schools_with_one_contact_are_told_in_one_line_and_no_manager_of_themselves(
    everything: Knowledge,
) -> None:
    """Nant and Bryn have the authority's contact; its provisioning manager is not told to write there."""
    nant, bryn = (replace(school, contact="01632 960660") for school in (NANT, BRYN))
    lines = [
        Line(Said.UNREACHABLE, Want(school, DATES, 1, Bilingual("x", "x"), (FIRST,)))
        for school in (nant, bryn)
    ]
    voice = Voice(everything.catalogue, "en")
    (said,) = standing_lines(lines, Caller(ANN, ()), voice)
    assert "MIS administrator of Nant Primary, Bryn Primary in Slack. Ask these schools yourself" in said
    assert said.count("01632 960660") == 1
    manager = tuple(Grant(BEN, Role.PROVISIONING_MANAGER, school.number) for school in (nant, bryn))
    (said,) = standing_lines(lines, Caller(BEN, manager), voice)
    assert said.endswith("Ask these schools yourself.")


@pytest.mark.parametrize(
    ("cause", "chain", "press"),
    [
        (DATES, ((ANN, KEEPER),), None),
        (ROWS, ((KEEPER,),), Press.ASK),
        (RUN, ((ANN,),), None),
        (RUN, ((ANN, KEEPER),), Press.ASK),
    ],
)
def test_who_would_be_asked_has_nothing_to_ask(
    cause: str, chain: tuple[tuple[str, ...], ...], press: Press | None
) -> None:
    """For a run only where there is no other user: each manager may ask the other."""
    identifiers = () if cause == RUN else (FIRST,)
    assert told(want(cause, *identifiers), ANN, chain=chain) == (press, [])
