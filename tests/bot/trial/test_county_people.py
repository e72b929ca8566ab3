"""The people of the made-up county: their roles, where they hold them, and the languages of their Slack."""

from bot.trial.county import county
from bot.trial.county.people import DESK, DESK_MEMBERS, HEULWEN, RHUN
from bot.trial.county.schools import BRYN_BABANOD, BRYN_IAU, SCHOOLS

COUNTY = county()


def test_roles_and_scopes_are_those_of_the_bot() -> None:
    assert {grant.role for grant in COUNTY.grants} == {
        "digital-champion",
        "mis-administrator",
        "provisioning-manager",
        "local-authority",
        "service-desk",
        "administrator",
    }
    scopes = {"*", "660", *(place.number for place in SCHOOLS)}
    assert {grant.scope for grant in COUNTY.grants} <= scopes
    people = {person.id for person in COUNTY.people}
    assert {grant.user for grant in COUNTY.grants} == {DESK, *people} - {RHUN}
    assert {*DESK_MEMBERS, RHUN} <= people
    assert {person.locale for person in COUNTY.people} == {"en-GB", "cy-GB"}


def test_one_champion_has_two_schools_and_one_person_has_no_role() -> None:
    schools = [grant.scope for grant in COUNTY.grants if grant.user == HEULWEN]
    assert schools == [BRYN_BABANOD, BRYN_IAU]
    assert [person.id for person in COUNTY.people if not any(g.user == person.id for g in COUNTY.grants)] == [
        RHUN
    ]
