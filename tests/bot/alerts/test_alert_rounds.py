"""One evaluation of the alerts: what they become, who is written to, and whether there is a digest."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.alerts import engine
from bot.alerts.alert import Alert, Fact, Key
from bot.alerts.evaluation import DigestsAfter, Evaluation, Responsible, evaluate
from bot.alerts.morning import digests
from bot.alerts.notification_plan import LastMessage, Message
from bot.people.permissions import EVERYWHERE, Grant, Role
from diagnostics.tally import Standing
from knowledge.texts import UK, Text
from tests.builders import BRYN, GLAN, NANT

MONDAY = datetime(2026, 8, 24, 8, 0, tzinfo=UK)
TUESDAY = MONDAY + timedelta(days=1)
SCHOOLS = {school.number: school for school in (NANT, BRYN, GLAN)}
CHAMPION, OFFICER, DESK = "U0CHAMPION", "U0OFFICER", "U0DESK"
GRANTS = (
    Grant(DESK, Role.SERVICE_DESK, EVERYWHERE),
    Grant(OFFICER, Role.LOCAL_AUTHORITY, "680"),
    Grant(CHAMPION, Role.DIGITAL_CHAMPION, GLAN.number),
    Grant("U0NANT", Role.DIGITAL_CHAMPION, NANT.number),
    Grant("U0OFFICER681", Role.LOCAL_AUTHORITY, "681"),
)
STANDINGS = {school.number: Standing(school.number) for school in (NANT, BRYN, GLAN)}
CREW = Responsible(SCHOOLS, GRANTS)


def fact(school: str = GLAN.number) -> Fact:
    said = Text("step.mis-end-of-year.behind", {"deadline": date(2026, 8, 21)})
    key = Key("mis-end-of-year", school, 2026)
    return Fact(key, said, date(2026, 8, 21), "mis-administrator", Text("alert.gone"))


def alert(school: str = GLAN.number, level: int = 0) -> Alert:
    (raised,) = engine.step((), [fact(school)], MONDAY)
    return replace(raised, level=level)


@pytest.mark.parametrize(
    ("school", "level", "people"),
    [
        (GLAN.number, 0, (CHAMPION,)),
        (GLAN.number, 3, (CHAMPION, OFFICER, DESK)),
        (NANT.number, 0, ("U0NANT",)),
        (BRYN.number, 3, ("U0OFFICER681", DESK)),
        ("6800000", 3, ()),
    ],
)
def test_those_responsible_have_a_grant_over_the_school(
    school: str, level: int, people: tuple[str, ...]
) -> None:
    """Of the school itself, of its authority or of all schools; a school that is not listed has none."""
    assert CREW.of(alert(school, level)) == people


def test_a_new_fact_is_raised_and_told_without_a_digest() -> None:
    assert evaluate((), {}, [fact()], CREW, MONDAY) == Evaluation((alert(),), (Message(alert(), CHAMPION),))


def test_the_digest_is_of_the_alerts_as_they_have_become_and_of_what_is_to_come() -> None:
    coming = replace(fact(NANT.number), open=False, due=date(2026, 8, 28))
    made = evaluate((), {}, [fact(), coming], CREW, MONDAY, DigestsAfter(STANDINGS, {}))
    assert made.morning == digests([alert()], [coming], STANDINGS, SCHOOLS, GRANTS, {}, MONDAY)
    assert [digest.user for digest in made.digests] == [DESK, OFFICER]
    assert made.messages == (Message(alert(), CHAMPION),)


def test_what_is_resolved_is_edited_where_it_was_told() -> None:
    told = {(alert().key, CHAMPION): LastMessage(0, MONDAY.date())}
    resolved = replace(alert(), resolved_at=TUESDAY, revision=1)
    assert evaluate([alert()], told, [], CREW, TUESDAY) == Evaluation(
        (resolved,), (Message(resolved, CHAMPION, edits=True),)
    )


def test_a_snooze_that_is_over_is_a_reminder_beside_the_edit() -> None:
    told = {(alert().key, CHAMPION): LastMessage(1, MONDAY.date())}
    snoozed = engine.snooze(alert(), TUESDAY, CHAMPION)
    awake = replace(snoozed, snoozed_until=None, snoozed_by=None, since=TUESDAY, revision=2)
    assert evaluate([snoozed], told, [fact()], CREW, TUESDAY) == Evaluation(
        (awake,), (Message(awake, CHAMPION, edits=True), Message(awake, CHAMPION, reminds=True))
    )
