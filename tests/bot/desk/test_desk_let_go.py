"""A case of a user who may not work on it any more is free again, with the reason in its history."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk import recheck, store, transitions
from bot.desk.actions import DeskAction
from bot.desk.case import CaseState, EventKind, Party
from bot.desk.service import CaseService
from bot.people import audit
from bot.people.audit import AuditFilter
from bot.people.leavers import Leavers
from bot.people.permissions import EVERYWHERE, Grant, Role
from provisioning.clock import FixedClock
from tests.bot.app_fixtures import ELIS, NIA, PRYS, Room
from tests.bot.desk.desk_room import ask, case, open_case, press
from tests.builders import GLAN, NOW


@pytest.fixture
def taken(desk: Room) -> Room:
    """Elis, at the Service Desk for a while, has a case."""
    desk.grant(Grant(ELIS, Role.SERVICE_DESK, EVERYWHERE))
    ask(desk)
    open_case(desk, ELIS)
    press(desk, ELIS, DeskAction.TAKE)
    assert case(desk).taken_by == ELIS
    return desk


def test_while_the_role_lasts_the_case_stays(taken: Room) -> None:
    assert recheck._let_go(taken.services) == 0
    assert case(taken).taken_by == ELIS


def test_a_role_that_is_taken_away_frees_the_case(taken: Room) -> None:
    taken.take_away(ELIS)
    assert recheck._let_go(taken.services) == 1
    assert recheck._let_go(taken.services) == 0
    assert (case(taken).taken_by, case(taken).state) == (None, CaseState.NEW)
    with taken.services.database.reading() as session:
        assert store.events(session, 1)[-1].kind is EventKind.LET_GO
        (record,) = audit.read(session, AuditFilter(action="case-let-go"))
    assert (record.who, record.school) == ("hwb", GLAN.number)


def test_a_role_of_another_school_does_not_keep_it(taken: Room) -> None:
    taken.take_away(ELIS)
    taken.grant(Grant(ELIS, Role.LOCAL_AUTHORITY, "681"))
    assert recheck._let_go(taken.services) == 1


@pytest.mark.parametrize("how", ["deactivated", "guests"])
def test_a_user_who_is_nobody_here_any_more_frees_the_case(taken: Room, how: str) -> None:
    getattr(taken.live.workspace, how).add(ELIS)
    Leavers(taken.services.database, taken.services.clock).check(taken.app.client)
    assert recheck._let_go(taken.services) == 1
    assert case(taken).taken_by is None


def test_a_case_that_waits_goes_on_waiting_and_is_new_after_that(taken: Room) -> None:
    service = CaseService(taken.services, ELIS)
    service.move(
        1,
        lambda found: transitions.wait(
            found, ELIS, Party.SCHOOL, NOW.date() + timedelta(days=1), NOW.date(), NOW
        ),
    )
    taken.take_away(ELIS)
    recheck._let_go(taken.services)
    assert (case(taken).taken_by, case(taken).state) == (None, CaseState.WAITING)
    then = NOW.replace(day=NOW.day + 3)
    later = replace(taken.services, provisioning=replace(taken.services.provisioning, clock=FixedClock(then)))
    recheck._end_waits(later)
    assert (case(taken).taken_by, case(taken).state) == (None, CaseState.NEW)


def test_who_takes_it_after_that_has_it(taken: Room) -> None:
    taken.take_away(ELIS)
    recheck._let_go(taken.services)
    for user in (NIA, PRYS):
        open_case(taken, user)
    press(taken, NIA, DeskAction.TAKE)
    assert case(taken).taken_by == NIA
    assert recheck._let_go(taken.services) == 0
