"""The county as two authorities: who is who in their workspaces, and whose the schools are."""

import pytest

from bot.people.permissions import Role
from bot.trial.county import NEIGHBOURS, Neighbour, share_out
from bot.trial.county.schools import SCHOOLS
from provisioning.store import schools
from tests.bot.trial.county_builders import COUNTY, Open

FIRST, SECOND = NEIGHBOURS
BOTH = pytest.mark.parametrize("place", NEIGHBOURS, ids=[place.name for place in NEIGHBOURS])


def test_every_school_is_of_one_of_them() -> None:
    assert not FIRST.schools & SECOND.schools
    assert FIRST.schools | SECOND.schools == {school.number for school in SCHOOLS}


def test_equal_ids_are_different_people() -> None:
    first, second = ({person.id: person for person in place.people} for place in NEIGHBOURS)
    assert first.keys() == second.keys()
    assert not {person.real_name for person in first.values()} & {
        person.real_name for person in second.values()
    }
    assert any(first[id_].locale != second[id_].locale for id_ in first)


@BOTH
def test_each_has_a_champion_an_mis_administrator_and_an_officer(place: Neighbour) -> None:
    roles = {Role(grant.role) for grant in place.grants}
    assert roles >= {Role.DIGITAL_CHAMPION, Role.MIS_ADMINISTRATOR, Role.LOCAL_AUTHORITY, Role.ADMINISTRATOR}
    assert {grant.scope for grant in place.grants} <= {*place.schools, place.authority, "*"}


@BOTH
def test_each_is_offered_its_own_plants_which_its_offices_can_mend(place: Neighbour) -> None:
    part = place.part_of(COUNTY)
    assert len(part.plants) > 20
    assert {plant.school for plant in part.plants} <= place.schools
    assert {plant.edit for plant in part.plants} <= {None, *(edit.id for edit in part.edits)}


def test_schools_are_shared_out_and_the_answers_stay_as_they_were(mine: Open) -> None:
    share_out(mine.provisioning)
    with mine.provisioning.database.reading() as session:
        found = {school.number: school.local_authority for school in schools.every(session)}
    assert found == {number: place.authority for place in NEIGHBOURS for number in place.schools}
    for place in NEIGHBOURS:
        plant = next(plant for plant in place.part_of(COUNTY).plants if plant.question == "why-missing")
        assert mine.ask(plant).cause == plant.cause
