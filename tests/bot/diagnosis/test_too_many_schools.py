"""A question that names no school, from an officer with more schools than are searched: 61."""

from dataclasses import replace
from datetime import date

import pytest

from provisioning.store import schools
from tests.bot.app_fixtures import NIA, Room, rows, words
from tests.builders import GLAN, NANT, learner, upn

AT_GLAN = learner(2)
AT_NANT = replace(AT_GLAN, year_group="6", admission_date=date(2020, 9, 1))
ASKED = f"why-missing {AT_GLAN.upn}"


@pytest.fixture
def nation(here: Room) -> Room:
    """Mair has an account at Nant, whose office has not entered that she has left; her new school is Glan."""
    others = [replace(NANT, number=f"67{number:05}") for number in range(61)]
    with here.services.database.writing() as session:
        schools.put(session, [NANT, GLAN, *others])
    here.provisioning.extracts(NANT, AT_NANT)
    here.provisioning.runs(NANT)
    here.provisioning.extracts(GLAN, AT_GLAN)
    return here


def test_that_nothing_is_missing_at_the_school_she_has_left_is_no_answer(nation: Room) -> None:
    said = words(nation.answer(NIA, ASKED))
    assert "Which one do you mean?" in said
    assert "nothing is missing" not in said
    _, mair, _ = rows(nation.answer(NIA, f"{ASKED} {upn(9)}"))
    assert mair[1].startswith("There are too many schools to look for")


def test_once_her_new_school_has_run_with_her_row_both_are_offered_and_no_other(nation: Room) -> None:
    nation.provisioning.runs(GLAN)
    said = words(nation.answer(NIA, ASKED))
    assert f"Several of your schools have {AT_GLAN.upn} in their records" in said
    assert said.endswith("Nant Primary (6809901)\nGlan High (6809903)")
