"""A county of 28 schools as September finds it: Year 6 leaves twenty primaries for eight secondaries.

Names are few, so that usernames with numbers tell in which order accounts were made.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from knowledge.loading import Knowledge
from knowledge.texts import Bilingual
from provisioning.clock import FixedClock
from provisioning.records.people import Learner
from provisioning.records.schools import School
from provisioning.runs.batches import provision_batch
from provisioning.runs.dependencies import Provisioning
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import schools as school_store
from provisioning.store.database import Database
from tests.builders import Schools, learner, staff_member, upn

JULY = datetime(2026, 7, 1, 6, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 7, 6, tzinfo=UTC)
"""Seven o'clock in the morning, summer time, an hour after the slot of that day."""
LEFT = date(2026, 7, 17)
PRIMARIES, SECONDARIES, LEAVERS = 20, 8, 4
_SURNAMES, _FORENAMES = ("Evans", "Puw", "Rhys"), ("Seren", "Mali", "Jac", "Efa")


def _school(number: int) -> School:
    primary = number < PRIMARIES
    name, year = (f"Primary {number}", "6") if primary else (f"High {number}", "13")
    phase = "primary" if primary else "secondary"
    # Numbers of secondaries come first: it is not by number that primaries run before them.
    code = f"680{9500 + number}" if primary else f"680{9000 + number}"
    return School(code, Bilingual(name, name), "680", phase, year, "local-authority", "")


COUNTY = tuple(_school(number) for number in range(PRIMARIES + SECONDARIES))


def _pupil(school: int, place: int, **fields: object) -> Learner:
    number = school * 30 + place
    return learner(
        number,
        upn=upn(number % 1000, issued_by=f"680{9500 + school}"),
        surname=_SURNAMES[number % 3],
        forename=_FORENAMES[number % 4],
        admission_date=date(2019, 9, 1),
        **fields,
    )


class County(Schools):
    """The county with its extracts of July, loaded, and of September, not yet run."""

    def __init__(self, database: Database, folder: Path, knowledge: Knowledge) -> None:
        super().__init__(database, folder, knowledge)
        with database.writing() as session:
            school_store.put(session, COUNTY)
        for number, school in enumerate(COUNTY[:PRIMARIES]):
            staff = staff_member("HD", start_date=date(2015, 9, 1))
            self.extracts(school, *self.primary(number, gone=False), staff, at=JULY)
        for school in COUNTY[PRIMARIES:]:
            self.extracts(school, staff_member("HD", start_date=date(2015, 9, 1)), at=JULY)
        batch = provision_batch(self.at(JULY), [school.number for school in COUNTY], started_by="july")
        assert {run.status.value for run in batch.runs} == {"succeeded"}
        for number, school in enumerate(COUNTY[:PRIMARIES]):
            staff = staff_member("HD", start_date=date(2015, 9, 1))
            self.extracts(school, *self.primary(number, gone=True), staff, at=SEPTEMBER)
        for number, school in enumerate(COUNTY[PRIMARIES:]):
            self.extracts(school, *self.secondary(number), staff_member("NEW"), at=SEPTEMBER)

    @staticmethod
    def primary(school: int, *, gone: bool) -> list[Learner]:
        """A primary's learners: twelve who stay, and a Year 6 that leaves in summer."""
        stay = [_pupil(school, place, year_group="4" if gone else "3") for place in range(12)]
        leave = [_pupil(school, 20 + place, year_group="6") for place in range(LEAVERS)]
        return stay + [replace(person, leaving_date=LEFT) if gone else person for person in leave]

    @staticmethod
    def secondary(school: int) -> list[Learner]:
        """Who has been admitted to a secondary: the Year 6 of two or three primaries."""
        return [
            replace(
                _pupil(primary, 20 + place, year_group="7"),
                admission_date=date(2026, 9, 1),
                leaving_date=None,
            )
            for primary in range(school, PRIMARIES, SECONDARIES)
            for place in range(LEAVERS)
        ]


def provisioning_at(url: str, folder: Path, knowledge: Knowledge) -> Provisioning:
    """The services of the county on the morning in September."""
    return Provisioning(Database(url), ExtractFolder(folder), FixedClock(SEPTEMBER), knowledge)
