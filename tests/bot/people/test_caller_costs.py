"""Who asks is read in a single statement, however many user groups and roles there are."""

from datetime import date, datetime, timedelta

import pytest

from bot.people import permissions, preferences
from bot.people.asker import asker
from bot.people.permissions import Grant, Role
from bot.people.tables import OutsiderRow, UserGroupRow
from provisioning.store.database import Database
from tests.builders import GLAN, NANT, NOW
from tests.costs import GROWS_AT_MOST, counted

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


@pytest.mark.both_databases
@pytest.mark.parametrize("user", [CARYS, "U0NIA", GONE, "U0NOBODY"])
def test_the_asker_of_a_request_has_the_same_grants(people: Database, user: str) -> None:
    with people.writing() as session:
        preferences.choose_language(session, CARYS, "cy")
    with people.asking() as session, counted(people) as so_far:
        found = asker(session, user, TODAY, NOW)
        assert so_far().statements == 1
    with people.reading() as session:
        assert found.caller == permissions.caller(session, user, TODAY)
    assert found.language == ("cy" if user == CARYS else None)
    assert not found.groups_due


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("group", "asked_at", "has_role", "due"),
    [
        ("S0NEW", None, True, True),
        ("S0FRESH", NOW - timedelta(minutes=9), True, False),
        ("S0OLD", NOW - timedelta(minutes=10), True, True),
        ("S0OVER", NOW, False, True),
    ],
)
def test_when_slack_is_to_be_asked_about_a_user_group(
    people: Database, group: str, asked_at: datetime | None, has_role: bool, due: bool
) -> None:
    with people.writing() as session:
        if has_role:
            permissions.add(session, [Grant(group, Role.ADMINISTRATOR, "*")], NOW)
        if asked_at is not None:
            session.add(UserGroupRow(id=group, members=[CARYS], asked_at=asked_at))
    with people.asking() as session:
        assert asker(session, CARYS, TODAY, NOW).groups_due is due


@pytest.mark.parametrize("who", ["caller", "asker"])
def test_ten_times_as_many_grants(people: Database, who: str) -> None:
    """The roles of others are not read."""

    def steps() -> int:
        with people.asking() as session, counted(people) as so_far:
            if who == "caller":
                permissions.caller(session, CARYS, TODAY)
            else:
                asker(session, CARYS, TODAY, NOW)
            return so_far().steps

    def with_others(first: int, last: int) -> None:
        others = [Grant(f"U0OTHER{number}", Role.SERVICE_DESK, "*") for number in range(first, last)]
        with people.writing() as session:
            permissions.add(session, others, NOW)

    with_others(0, 20)
    few = steps()
    with_others(20, 200)
    assert steps() <= few * GROWS_AT_MOST


def test_a_single_statement(people: Database) -> None:
    with people.reading() as session, counted(people) as so_far:
        permissions.caller(session, CARYS, TODAY)
        assert so_far().statements <= 2  # the transaction's own BEGIN included
