"""Who asks is read in a single statement, however many user groups and roles there are."""

from datetime import date

import pytest

from bot.people import permissions
from bot.people.permissions import Grant, Role
from bot.people.tables import OutsiderRow, UserGroupRow
from provisioning.store.database import Database
from tests.builders import GLAN, NANT, NOW
from tests.costs import counted

CARYS, GONE, GROUP, OTHERS = "U0CARYS", "U0GONE", "S0GROUP", "S0OTHERS"
TODAY = date(2026, 9, 7)
OF_CARYS = Grant(CARYS, Role.DIGITAL_CHAMPION, GLAN.number)
OF_GROUP = Grant(GROUP, Role.LOCAL_AUTHORITY, NANT.local_authority)


@pytest.fixture
def people(database: Database) -> Database:
    """Carys has a role, is in a group that has another, and not in one that has a third; one has gone."""
    given = [OF_CARYS, OF_GROUP, Grant(OTHERS, Role.ADMINISTRATOR, "*"), Grant(GONE, Role.ADMINISTRATOR, "*")]
    with database.writing() as session:
        permissions.add(session, given, NOW)
        session.add(UserGroupRow(id=GROUP, members=[CARYS, GONE], asked_at=NOW))
        session.add(UserGroupRow(id=OTHERS, members=["U0NIA"], asked_at=NOW))
        session.add(OutsiderRow(user=GONE, since=NOW))
    return database


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("user", "scopes"),
    [
        (CARYS, [(Role.DIGITAL_CHAMPION, GLAN.number), (Role.LOCAL_AUTHORITY, NANT.local_authority)]),
        ("U0NIA", [(Role.ADMINISTRATOR, "*")]),
        (GONE, []),
        ("U0NOBODY", []),
    ],
)
def test_the_grants_of_a_user(people: Database, user: str, scopes: list[tuple[Role, str]]) -> None:
    with people.reading() as session:
        found = permissions.caller(session, user, TODAY).grants
    assert [(grant.role, grant.scope) for grant in found] == scopes
    assert all(grant.user == user for grant in found)


def test_a_single_statement(people: Database) -> None:
    with people.reading() as session, counted(people) as so_far:
        permissions.caller(session, CARYS, TODAY)
        assert so_far().statements <= 2  # the transaction's own BEGIN included
