"""An alert of a user whose role has ended is free again before the next evaluation, and climbs."""

from datetime import timedelta

import pytest

from bot.alerts import engine
from bot.alerts.evaluation import Responsible, evaluate
from bot.alerts.notification_plan import LastMessage, Message
from bot.people import audit
from bot.people.audit import AuditFilter
from bot.people.permissions import Grant, Role
from tests.bot.alerts.alert_builders import (
    AUTHORITY,
    CHAMPION,
    GRANTS,
    MANAGER,
    MONDAY,
    at,
    fact,
    raised,
)
from tests.bot.alerts.test_alert_buttons import FACT, KEY, Desk
from tests.bot.app_fixtures import CARYS, HUW, Room
from tests.builders import GLAN, NANT

SCHOOLS = {school.number: school for school in (GLAN, NANT)}
WITHOUT_CHAMPION = Responsible(SCHOOLS, [grant for grant in GRANTS if grant.user != CHAMPION])
TUESDAY = at(25)
TAKEN = {
    "taken": engine.acknowledge(raised(), CHAMPION, MONDAY),
    "put off": engine.snooze(raised(), at(31), CHAMPION),
    "handed over": engine.hand_over(raised(), CHAMPION, MANAGER, MONDAY),
    "handed over and taken": engine.acknowledge(
        engine.hand_over(raised(), CHAMPION, MANAGER, MONDAY), CHAMPION, MONDAY
    ),
}
EVERY_WAY = pytest.mark.parametrize("had", TAKEN.values(), ids=TAKEN.keys())
HAD = {(KEY, MANAGER): LastMessage(1, MONDAY.date())}


@EVERY_WAY
def test_with_the_role_it_stays_theirs(had: engine.Alert) -> None:
    everybody = Responsible(SCHOOLS, GRANTS)
    found = evaluate([had], {}, [fact()], everybody, TUESDAY)
    assert (found.alerts, found.freed) == ((had,), ())


@EVERY_WAY
def test_without_the_role_it_is_free_and_says_why(had: engine.Alert) -> None:
    found = evaluate([had], {}, [fact()], WITHOUT_CHAMPION, TUESDAY)
    (free,) = found.alerts
    assert (free.acknowledged_by, free.snoozed_until, free.snoozed_by, free.handed_to) == (None,) * 4
    assert (free.freed_from, free.since, free.revision) == (CHAMPION, TUESDAY, had.revision + 1)
    assert found.freed == (free,)
    assert [message.user for message in found.messages] == [MANAGER]


@EVERY_WAY
def test_it_climbs_again_after_a_working_day(had: engine.Alert) -> None:
    (free,) = evaluate([had], {}, [fact()], WITHOUT_CHAMPION, TUESDAY).alerts
    (later,) = evaluate([free], {}, [fact()], WITHOUT_CHAMPION, at(26)).alerts
    assert later.level == had.level + 1
    (last,) = evaluate([later], {}, [fact()], WITHOUT_CHAMPION, at(27)).alerts
    assert AUTHORITY in WITHOUT_CHAMPION.of(last)


def test_users_who_had_its_message_are_reminded_for_an_edit_is_not_noticed() -> None:
    had = TAKEN["taken"]
    found = evaluate([had], HAD, [fact()], WITHOUT_CHAMPION, TUESDAY)
    (free,) = found.alerts
    assert Message(free, MANAGER, reminds=True, freed=True) in found.messages
    again = evaluate(found.alerts, HAD, [fact()], WITHOUT_CHAMPION, TUESDAY)
    assert not [message for message in again.messages if message.freed]


def test_a_role_of_another_school_is_none_here() -> None:
    elsewhere = [*WITHOUT_CHAMPION.grants, Grant(CHAMPION, Role.DIGITAL_CHAMPION, NANT.number)]
    found = evaluate([TAKEN["taken"]], {}, [fact()], Responsible(SCHOOLS, elsewhere), TUESDAY)
    assert len(found.freed) == 1


def test_a_snooze_of_a_user_without_a_role_reminds_only_others() -> None:
    had = engine.snooze(raised(), TUESDAY - timedelta(minutes=1), CHAMPION)
    found = evaluate([had], {}, [fact()], WITHOUT_CHAMPION, TUESDAY)
    assert CHAMPION not in [message.user for message in found.messages]


def test_a_resolved_alert_is_left_as_it_is() -> None:
    (done,) = evaluate([TAKEN["taken"]], {}, [], Responsible(SCHOOLS, GRANTS), MONDAY).alerts
    assert evaluate([done], {}, [], WITHOUT_CHAMPION, TUESDAY).freed == ()


def test_what_a_user_does_after_that_ends_the_note() -> None:
    (free,) = evaluate([TAKEN["taken"]], {}, [fact()], WITHOUT_CHAMPION, TUESDAY).alerts
    for done in (
        engine.acknowledge(free, MANAGER, TUESDAY),
        engine.snooze(free, at(31), MANAGER),
        engine.hand_over(free, MANAGER, AUTHORITY, TUESDAY),
    ):
        assert done.freed_from is None


def test_in_slack_others_read_that_it_is_free_and_the_audit_says_why(here: Room) -> None:
    desk = Desk(here).look(FACT)
    desk.room.press(CARYS, "alert:acknowledge", None)
    assert desk.alert().acknowledged_by == CARYS
    here.take_away(CARYS)
    desk.at(MONDAY + timedelta(hours=1)).look(FACT)
    assert (desk.alert().acknowledged_by, desk.alert().freed_from) == (None, CARYS)
    (told,) = desk.messages(HUW)
    assert "Free again: no role here any more has" in str(told)
    (reminder,) = desk.messages(HUW, "outbox:again:")
    assert "so it is free again" in str(reminder)
    with here.services.database.reading() as session:
        (record,) = audit.read(session, AuditFilter(action="alert-freed"))
    assert (record.who, record.subject, record.outcome) == ("schedule", CARYS, f"role-ended:{KEY.kind}")
