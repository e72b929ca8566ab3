"""People and dates that tests of runs share."""

from datetime import UTC, date, datetime
from functools import partial

from diagnostics.sought_person import people_sought
from provisioning.records.schools import School
from provisioning.runs.some_people import provision_some
from provisioning.store.runs import Run
from tests.builders import NOW, Schools, learner

LEFT = date(2026, 7, 17)


JULY = datetime(2026, 7, 10, 8, 0, tzinfo=UTC)


AUGUST = datetime(2026, 8, 26, 8, 0, tzinfo=UTC)


SEREN = learner(1)


def counts(run: Run) -> dict[str, int]:
    """The counts that are not 0."""
    return {name: count for name, count in run.counts.items() if count}


def only(schools: Schools, school: School, *people: str, at: datetime = NOW) -> Run:
    """The run of a school for these people alone, as they are typed."""
    sought = partial(people_sought, people)
    return provision_some(schools.at(at), school.number, len(people), sought, started_by="test")
