"""A local authority that is named by its code: which of its schools are meant, and what is said of none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from bot.authorities import schools_of
from bot.people.permissions import EVERYWHERE, Grant, Role
from provisioning.errors import KnownError
from provisioning.store import schools as school_store
from tests.bot.app_fixtures import CARYS, NIA, Room, words
from tests.bot.command_line import CommandLine
from tests.builders import BRYN, GLAN, NANT, SCHOOLS

TODAY = date(2026, 9, 7)
CLOSED = replace(BRYN, closed_on=date(2026, 8, 31))
"""The only school of authority 681, after the summer in which it closed."""
LIST = (
    "number,name,name_cy,local_authority,phase,closed_on\n"
    "6809901,Nant Primary,Ysgol Nant,680,primary,\n"
    "6819902,Bryn Primary,Ysgol y Bryn,681,primary,2026-08-31\n"
)


def refusal(of: Callable[[], object]) -> tuple[str, object]:
    """The name of the error, and the code that it tells."""
    with pytest.raises(KnownError) as refused:
        of()
    return refused.value.name, refused.value.said.values["code"]


def test_its_schools_are_meant_and_without_a_code_all() -> None:
    assert schools_of("680", SCHOOLS) == [NANT, GLAN]
    assert schools_of(None, SCHOOLS) == list(SCHOOLS)


def test_closed_schools_are_meant_where_they_are_not_left_out() -> None:
    assert schools_of("681", [CLOSED, GLAN]) == [CLOSED]
    assert schools_of(None, [CLOSED, GLAN], open_on=TODAY) == [GLAN]
    assert schools_of("681", [CLOSED], open_on=date(2026, 8, 30)) == [CLOSED], "it closes tomorrow"


def test_an_authority_of_no_school_is_told_from_one_whose_schools_have_closed() -> None:
    assert refusal(lambda: schools_of("666", [CLOSED, GLAN], open_on=TODAY)) == ("authority-unknown", "666")
    assert refusal(lambda: schools_of("681", [CLOSED, GLAN], open_on=TODAY)) == ("authority-closed", "681")


def test_a_blank_code_is_of_no_school() -> None:
    """A script whose variable is not set must not give a role at a place without a name."""
    assert refusal(lambda: schools_of("", SCHOOLS)) == ("authority-unknown", "")


@pytest.mark.integration
def test_commands_say_that_its_schools_have_closed_and_the_report_still_has_them(hwb: CommandLine) -> None:
    hwb.write("schools.csv", LIST)
    assert hwb("schools import schools.csv").status == 0
    at = "--at 2026-09-07T09:00"
    closed = hwb(f"rollover --la 681 {at}")
    assert closed.explains("Every school of local authority 681 has closed", "hwb report --la 681")
    assert hwb(f"report --la 681 {at}").status == 0
    for line in ("rollover --la 666", "report --la 666", "dates --la 666"):
        assert hwb(f"{line} {at}").explains("No imported school belongs to local authority 666"), line


@pytest.mark.integration
def test_answers_in_slack_say_so_in_their_own_words(glan: Room) -> None:
    with glan.services.database.writing() as session:
        school_store.put(session, [CLOSED])
    glan.grant(Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE))
    closed = words(glan.answer(NIA, "rollover 681"))
    assert "Every school of local authority 681 has closed" in closed
    assert "/hwb report 681" in closed
    assert "Bryn Primary" in words(glan.answer(NIA, "report 681"))
    not_theirs = "None of the schools that you may ask about belongs to local authority"
    for line in ("rollover 666", "report 666"):
        assert f"{not_theirs} 666" in words(glan.answer(NIA, line)), line
    glan.grant(Grant(CARYS, Role.LOCAL_AUTHORITY, "680"))
    assert f"{not_theirs} 681" in words(glan.answer(CARYS, "rollover 681")), "there is one, but not for her"
