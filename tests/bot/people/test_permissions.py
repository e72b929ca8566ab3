"""Who may do what where: the table of rights cell by cell, how far a grant reaches, when it ends, groups."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.people import permissions
from bot.people.permissions import EVERYWHERE, MAY, Act, Caller, Grant, Role
from bot.people.tables import GrantRow, UserGroupRow
from provisioning.records.schools import School
from provisioning.store.database import Database
from tests.builders import BRYN, GLAN, NANT, NOW, SCHOOLS, TODAY

NIA, PRYS, MALI, CARYS = "U0NIA", "U0PRYS", "U0MALI", "U0CARYS"
HEADS, OFFICERS = "S0HEADS", "S0OFFICERS"
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)

COLUMNS = {
    "champion": Role.DIGITAL_CHAMPION,
    "MIS": Role.MIS_ADMINISTRATOR,
    "manager": Role.PROVISIONING_MANAGER,
    "authority": Role.LOCAL_AUTHORITY,
    "desk": Role.SERVICE_DESK,
    "admin": Role.ADMINISTRATOR,
}
RIGHTS = """
              champion   MIS   manager   authority   desk   admin
    diagnose     yes     yes     yes        yes      yes     yes
    last-run     yes     yes     yes        yes      yes     yes
    run          yes      -      yes        yes       -      yes
    decide        -       -      yes        yes      yes     yes
    undo          -       -      yes        yes       -      yes
    alert        yes     yes     yes        yes      yes     yes
    review       yes      -       -          -        -      yes
    board        yes     yes     yes        yes      yes     yes
    report       yes     yes     yes        yes       -      yes
    desk          -       -       -         yes      yes     yes
    freeze        -       -      yes        yes       -      yes
    grants        -       -       -          -        -      yes
"""


def cells() -> list[tuple[Act, Role, bool]]:
    """Every cell of the table above: act, role, whether that role may."""
    header, *lines = RIGHTS.strip().splitlines()
    roles = [COLUMNS[column] for column in header.split()]
    rows = [(Act(line.split()[0]), line.split()[1:]) for line in lines]
    return [(act, role, cell == "yes") for act, row in rows for role, cell in zip(roles, row, strict=True)]


def person(*grants: tuple[Role, str], user: str = NIA) -> Caller:
    return Caller(user, tuple(Grant(user, role, scope) for role, scope in grants))


def give(database: Database, *grants: Grant) -> None:
    with database.writing() as session:
        permissions.add(session, grants, NOW)


def group(database: Database, id_: str, *members: str) -> None:
    with database.writing() as session:
        session.add(UserGroupRow(id=id_, members=list(members), asked_at=NOW))


def test_the_table_has_every_act_and_every_role() -> None:
    assert {(act, role) for act, role, _ in cells()} == {(act, role) for act in Act for role in Role}
    assert set(MAY) == set(Act)


@pytest.mark.parametrize(("act", "role", "may"), cells())
def test_a_role_may_what_the_table_says(act: Act, role: Role, may: bool) -> None:
    nia = person((role, GLAN.number))
    assert nia.may(act, GLAN) is may
    assert nia.may_over(act, GLAN.number) is may
    assert (act in nia.acts) is may
    assert not nia.may(act, NANT)


REACH = [
    (GLAN.number, [GLAN]),
    (NANT.number, [NANT]),
    ("680", [NANT, GLAN]),
    ("681", [BRYN]),
    (EVERYWHERE, [NANT, BRYN, GLAN]),
    ("682", []),
    ("68", []),
    ("", []),
]


@pytest.mark.parametrize(("scope", "reached"), REACH)
def test_how_far_a_grant_reaches(scope: str, reached: Sequence[School]) -> None:
    """A school's grant reaches that school, an authority's reaches its schools, `*` reaches all."""
    nia = person((Role.PROVISIONING_MANAGER, scope))
    assert nia.schools(Act.UNDO, SCHOOLS) == reached
    assert [school for school in SCHOOLS if nia.knows(school)] == reached
    assert [school for school in SCHOOLS if nia.may(Act.UNDO, school)] == reached
    assert nia.schools(Act.REVIEW, SCHOOLS) == []


MOVED = replace(GLAN, local_authority="661")
"""Glan, with its number of before, taken over by another local authority."""


@pytest.mark.parametrize(
    ("held", "over", "may"),
    [
        (GLAN.number, GLAN, True),
        (GLAN.number, "680", False),
        (GLAN.number, NANT, False),
        (GLAN.number, EVERYWHERE, False),
        ("680", GLAN, True),
        ("680", MOVED, False),
        ("661", MOVED, True),
        ("680", MOVED.number, False),  # without the school, its authority is not known
        ("680", "680", True),
        ("680", BRYN, False),
        ("680", "681", False),
        ("680", EVERYWHERE, False),
        (EVERYWHERE, GLAN, True),
        (EVERYWHERE, "681", True),
        (EVERYWHERE, EVERYWHERE, True),
    ],
)
def test_a_right_over_a_whole_scope(held: str, over: School | str, may: bool) -> None:
    assert person((Role.ADMINISTRATOR, held)).may_over(Act.GRANTS, over) is may
    assert not person((Role.SERVICE_DESK, held)).may_over(Act.GRANTS, over)


def test_a_right_at_one_school_is_none_at_another() -> None:
    """An administrator of Bryn who is a Digital Champion of Glan may undo Bryn's runs, not Glan's."""
    nia = person((Role.ADMINISTRATOR, BRYN.number), (Role.DIGITAL_CHAMPION, GLAN.number))
    assert nia.may(Act.UNDO, BRYN)
    assert not nia.may(Act.UNDO, GLAN)
    assert not nia.may_over(Act.UNDO, GLAN.number)
    assert nia.may(Act.REVIEW, GLAN)
    assert not nia.knows(NANT)


def test_without_a_grant_there_is_no_right() -> None:
    nia = person()
    assert nia.acts == frozenset()
    assert not any(nia.knows(school) or nia.may(Act.DIAGNOSE, school) for school in SCHOOLS)
    assert not nia.may_over(Act.DIAGNOSE, EVERYWHERE)


def test_a_held_run_is_told_to_the_deciders_of_its_own_school(database: Database) -> None:
    give(
        database,
        Grant(NIA, Role.PROVISIONING_MANAGER, GLAN.number),
        Grant(PRYS, Role.PROVISIONING_MANAGER, NANT.number),
        Grant(MALI, Role.LOCAL_AUTHORITY, "681"),
        Grant(CARYS, Role.SERVICE_DESK, EVERYWHERE),
        Grant("U0CHAMPION", Role.DIGITAL_CHAMPION, GLAN.number),
        Grant("U0OFFICER", Role.LOCAL_AUTHORITY, "680"),
        Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE),
    )
    with database.reading() as session:
        assert permissions.who_may(session, Act.DECIDE, GLAN, TODAY) == [NIA, CARYS, "U0OFFICER"]
        assert permissions.who_may(session, Act.DECIDE, NANT, TODAY) == [PRYS, CARYS, "U0OFFICER", NIA]
        assert permissions.who_may(session, Act.DECIDE, BRYN, TODAY) == [MALI, CARYS, NIA]
        assert permissions.who_may(session, Act.REVIEW, GLAN, TODAY) == ["U0CHAMPION", NIA]


@pytest.mark.parametrize(
    ("ends_on", "in_force"),
    [(None, True), (TOMORROW, True), (TODAY, True), (YESTERDAY, False)],
)
def test_a_grant_counts_through_its_last_day(
    ends_on: date | None, in_force: bool, database: Database
) -> None:
    given = Grant(NIA, Role.ADMINISTRATOR, GLAN.number, ends_on)
    give(database, given)
    with database.reading() as session:
        assert permissions.caller(session, NIA, TODAY) == Caller(NIA, (given,) if in_force else ())
        assert permissions.in_force(session, TODAY) == ([given] if in_force else [])
        assert permissions.who_may(session, Act.UNDO, GLAN, TODAY) == ([NIA] if in_force else [])
        assert permissions.operators(session, TODAY) == ([NIA] if in_force else [])
        assert permissions.every(session) == [given]


def test_a_users_grants_are_no_other_users(database: Database) -> None:
    own = Grant(NIA, Role.DIGITAL_CHAMPION, GLAN.number)
    give(database, own, Grant(PRYS, Role.ADMINISTRATOR, EVERYWHERE))
    with database.reading() as session:
        assert permissions.caller(session, NIA, TODAY).grants == (own,)
        assert permissions.caller(session, MALI, TODAY).grants == ()


def test_a_groups_grants_are_its_members(database: Database) -> None:
    group(database, HEADS, NIA, PRYS)
    group(database, OFFICERS, MALI)
    give(
        database,
        Grant(HEADS, Role.DIGITAL_CHAMPION, GLAN.number),
        Grant(OFFICERS, Role.LOCAL_AUTHORITY, "680"),
        Grant(PRYS, Role.ADMINISTRATOR, "681", TOMORROW),
    )
    with database.reading() as session:
        assert permissions.caller(session, NIA, TODAY).grants == (
            Grant(NIA, Role.DIGITAL_CHAMPION, GLAN.number),
        )
        assert permissions.caller(session, PRYS, TODAY).grants == (
            Grant(PRYS, Role.DIGITAL_CHAMPION, GLAN.number),
            Grant(PRYS, Role.ADMINISTRATOR, "681", TOMORROW),
        )
        assert permissions.caller(session, CARYS, TODAY).grants == ()
        assert permissions.who_may(session, Act.REVIEW, GLAN, TODAY) == [NIA, PRYS]
        assert permissions.who_may(session, Act.UNDO, NANT, TODAY) == [MALI]
        assert [grant.user for grant in permissions.in_force(session, TODAY)] == [NIA, PRYS, MALI, PRYS]
        assert [grant.user for grant in permissions.every(session)] == [HEADS, OFFICERS, PRYS]


def test_a_group_that_slack_has_not_told_of_gives_no_right(database: Database) -> None:
    give(database, Grant(HEADS, Role.ADMINISTRATOR, EVERYWHERE))
    with database.reading() as session:
        assert permissions.in_force(session, TODAY) == []
        assert permissions.operators(session, TODAY) == []
        assert permissions.caller(session, NIA, TODAY).grants == ()


def test_a_groups_ended_grant_is_over_for_its_members(database: Database) -> None:
    group(database, HEADS, NIA)
    give(database, Grant(HEADS, Role.ADMINISTRATOR, EVERYWHERE, YESTERDAY))
    with database.reading() as session:
        assert permissions.caller(session, NIA, TODAY).grants == ()
        assert permissions.operators(session, TODAY) == []


@pytest.mark.parametrize(("id_", "group_"), [(HEADS, True), (NIA, False), ("W0SLACK", False), ("U0S", False)])
def test_a_user_groups_id_begins_with_s(id_: str, group_: bool) -> None:
    assert permissions.is_group(id_) is group_


def test_operators_are_the_administrators_each_named_once(database: Database) -> None:
    give(
        database,
        Grant(PRYS, Role.ADMINISTRATOR, "680"),
        Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE),
        Grant(PRYS, Role.ADMINISTRATOR, "681"),
        Grant(MALI, Role.SERVICE_DESK, EVERYWHERE),
    )
    with database.reading() as session:
        assert permissions.operators(session, TODAY) == [PRYS, NIA]


def test_a_role_given_again_gets_its_new_last_day(database: Database) -> None:
    give(database, Grant(NIA, Role.LOCAL_AUTHORITY, "680", TODAY))
    give(database, Grant(NIA, Role.LOCAL_AUTHORITY, "681", TODAY))
    give(database, Grant(NIA, Role.SERVICE_DESK, "680", TODAY))
    give(database, Grant(NIA, Role.LOCAL_AUTHORITY, "680", TOMORROW))
    with database.reading() as session:
        assert [(grant.role, grant.scope, grant.ends_on) for grant in permissions.every(session)] == [
            (Role.LOCAL_AUTHORITY, "680", TOMORROW),
            (Role.LOCAL_AUTHORITY, "681", TODAY),
            (Role.SERVICE_DESK, "680", TODAY),
        ]
        assert {row.granted_at for row in session.query(GrantRow)} == {NOW}


@pytest.mark.parametrize(
    ("role", "scope", "taken"),
    [
        (None, None, {"champion of Glan", "manager of Glan", "manager of Nant"}),
        (Role.PROVISIONING_MANAGER, None, {"manager of Glan", "manager of Nant"}),
        (None, GLAN.number, {"champion of Glan", "manager of Glan"}),
        (Role.PROVISIONING_MANAGER, GLAN.number, {"manager of Glan"}),
        (Role.ADMINISTRATOR, None, set()),
    ],
)
def test_roles_are_taken_away(
    role: Role | None, scope: str | None, taken: set[str], database: Database
) -> None:
    held = {
        "champion of Glan": Grant(NIA, Role.DIGITAL_CHAMPION, GLAN.number),
        "manager of Glan": Grant(NIA, Role.PROVISIONING_MANAGER, GLAN.number),
        "manager of Nant": Grant(NIA, Role.PROVISIONING_MANAGER, NANT.number),
    }
    others = Grant(PRYS, Role.PROVISIONING_MANAGER, GLAN.number)
    give(database, *held.values(), others)
    with database.writing() as session:
        gone = permissions.remove(session, NIA, role, scope)
    assert set(gone) == {held[name] for name in taken}
    with database.reading() as session:
        left = set(permissions.every(session))
    assert left == {others, *held.values()} - set(gone)
