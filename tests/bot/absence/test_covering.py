"""Who is told of alerts, and asked for runs, while a user is away: their cover, and the levels after them."""

from datetime import date

from bot.alerts.audience import audience
from bot.people.absences import Absence, covers, others_at
from bot.people.permissions import Grant, Role
from bot.requests.engine import add_covers
from bot.requests.recipients import levels
from bot.requests.request import Ask, Request
from tests.bot.alerts.alert_builders import raised
from tests.builders import GLAN, NANT, NOW

MAIR, HUW, CERI, PRYS, DAI = "U0MAIR", "U0HUW", "U0CERI", "U0PRYS", "U0DAI"
UNTIL = date(2026, 9, 1)
CHAMPION = Grant(MAIR, Role.DIGITAL_CHAMPION, GLAN.number)
MANAGER = Grant(CERI, Role.PROVISIONING_MANAGER, GLAN.number)
AUTHORITY = Grant(PRYS, Role.LOCAL_AUTHORITY, "680")
MIS = Grant(HUW, Role.MIS_ADMINISTRATOR, GLAN.number)
ELSEWHERE = Grant(DAI, Role.DIGITAL_CHAMPION, NANT.number)


def away(*absences: Absence) -> dict[str, Absence]:
    return {absence.user: absence for absence in absences}


def told(*grants: Grant, absent: dict[str, Absence], handed_to: str | None = None) -> tuple[str, ...]:
    return audience(raised(handed_to=handed_to), GLAN, grants, absent)


def test_while_all_are_there_only_the_first_level_is_told() -> None:
    assert told(CHAMPION, MANAGER, AUTHORITY, absent={}) == (MAIR,)


def test_the_cover_is_told_as_well() -> None:
    absent = away(Absence(MAIR, UNTIL, PRYS))
    assert told(CHAMPION, MANAGER, AUTHORITY, absent=absent) == (MAIR, PRYS)


def test_without_a_cover_the_level_after_the_user_who_is_away_is_told_at_once() -> None:
    assert told(CHAMPION, MANAGER, AUTHORITY, absent=away(Absence(MAIR, UNTIL))) == (MAIR, CERI)


def test_a_level_on_which_a_colleague_is_there_is_not_passed() -> None:
    assert told(CHAMPION, MIS, MANAGER, absent=away(Absence(MAIR, UNTIL))) == (MAIR, HUW)


def test_a_cover_without_a_role_at_the_school_is_not_told_and_the_level_is_passed() -> None:
    absent = away(Absence(MAIR, UNTIL, DAI))
    assert told(CHAMPION, MANAGER, ELSEWHERE, absent=absent) == (MAIR, CERI)


def test_a_cover_who_is_away_too_stands_in_for_nobody() -> None:
    absent = away(Absence(MAIR, UNTIL, HUW), Absence(HUW, UNTIL))
    assert told(CHAMPION, MIS, MANAGER, absent=absent) == (MAIR, HUW, CERI)


def test_an_alert_that_was_handed_to_a_user_who_is_away_is_told_to_their_cover() -> None:
    absent = away(Absence(MAIR, UNTIL, HUW))
    assert told(CHAMPION, MIS, absent=absent, handed_to=MAIR) == (MAIR, HUW)


def test_a_manager_who_is_away_is_asked_with_the_cover_who_may_run_the_client() -> None:
    absent = away(Absence(CERI, UNTIL, MAIR))
    assert levels(GLAN, [MANAGER, CHAMPION, AUTHORITY], away=absent)[0] == (CERI, MAIR)


def test_a_cover_who_may_not_run_the_client_is_not_asked_and_the_next_level_is() -> None:
    manager, mis = Grant(CERI, Role.PROVISIONING_MANAGER, "*"), Grant(HUW, Role.MIS_ADMINISTRATOR, "*")
    absent = away(Absence(CERI, UNTIL, HUW))
    assert levels(NANT, [manager, mis, ELSEWHERE, AUTHORITY], away=absent) == ((DAI,), (PRYS,))


def test_where_all_are_away_they_are_asked_all_the_same() -> None:
    assert levels(NANT, [Grant(CERI, Role.PROVISIONING_MANAGER, "*")], away=away(Absence(CERI, UNTIL))) == (
        (CERI,),
    )


def test_covers_are_named_once() -> None:
    absent = away(Absence(MAIR, UNTIL, HUW), Absence(CERI, UNTIL, HUW))
    assert covers([MAIR, CERI, PRYS], absent, lambda _: True) == (HUW,)


def test_a_cover_joins_those_who_are_asked_and_the_letters_are_edited() -> None:
    request = Request(GLAN.number, "never-run", NOW, (Ask(DAI, GLAN.number, 1, NOW),), (CERI,))
    asked = add_covers(request, [HUW])
    assert (asked.to, asked.revision) == ((CERI, HUW), 1)
    assert add_covers(request, []) == request


def test_who_else_is_told_is_a_colleague_in_the_role_else_the_next() -> None:
    second = Grant(DAI, Role.DIGITAL_CHAMPION, GLAN.number)
    assert others_at(GLAN, [CHAMPION, second, MANAGER], MAIR, {}) == (DAI,)
    assert others_at(GLAN, [CHAMPION, second, MANAGER], MAIR, away(Absence(DAI, UNTIL))) == (CERI,)
    assert others_at(GLAN, [CHAMPION], MAIR, {}) == ()
