"""Of the people covered by the last applied extracts, those that are wanted are read: on both databases."""

from datetime import date

import pytest

from provisioning.records.people import Kind
from provisioning.store import coverage
from tests.builders import GLAN, NANT, Schools, learner, staff_member

pytestmark = [pytest.mark.integration, pytest.mark.both_databases]

ALYS, NIA, TEACHER = learner(101, surname="Puw", forename="Alys"), learner(102), staff_member()


@pytest.fixture
def applied(provisioning: Schools) -> Schools:
    """Glan has run with two learners and a teacher, Nant with the first of them, who has left it."""
    provisioning.extracts(GLAN, ALYS, NIA, TEACHER)
    provisioning.extracts(NANT, learner(101, surname="Puw", forename="Alys", leaving_date=date(2026, 7, 17)))
    for school in (NANT, GLAN):
        provisioning.runs(school)
    return provisioning


def test_the_learners_that_are_wanted_of_each_school_and_all_staff(applied: Schools) -> None:
    with applied.database.reading() as session:
        whole = coverage.coverages(session, [GLAN.number, NANT.number])
        found = coverage.coverages_of(session, {GLAN.number: [NIA, TEACHER], NANT.number: [ALYS]})
        none = coverage.coverages_of(session, {GLAN.number: [learner(199)]})
    assert found[GLAN.number] == {
        key: record for key, record in whole[GLAN.number].items() if key in (NIA.key, TEACHER.key)
    }
    assert found[NANT.number] == whole[NANT.number]
    assert {kind for kind, _ in none[GLAN.number]} == {Kind.STAFF}


def test_those_of_a_school_that_are_read_when_they_are_asked_for(applied: Schools) -> None:
    with applied.database.reading() as session:
        later = coverage.CoverageLater(session, GLAN.number)
        assert later == coverage.covered(session, GLAN.number)
        assert later.get(learner(199).key) is None
        assert len(later) == 3
