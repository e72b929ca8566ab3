"""Reads what the store and the extracts hold about schools."""

from datetime import date

from sqlalchemy.orm import Session

from diagnostics.case import SchoolRecords
from knowledge.keydates import Calendar
from knowledge.texts import Text
from provisioning.clock import uk_date
from provisioning.errors import ExtractProblem
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind, key_of
from provisioning.records.schools import School
from provisioning.rules import is_stale
from provisioning.runs.school_run import Provisioning
from provisioning.store import applied_files, coverage, decisions, portal, runs, schools


class SchoolReader:
    """Reads the records about schools as they stand on the day `today`; each school's are read once."""

    def __init__(self, provisioning: Provisioning, session: Session, today: date) -> None:
        self._provisioning, self._session, self._today = provisioning, session, today
        self._records: dict[str, SchoolRecords] = {}
        self._calendars: dict[str, Calendar] = {}

    @property
    def in_portal(self) -> bool:
        """Whether the accounts live in the portal."""
        return self._provisioning.external_directory is not None

    def calendar(self, local_authority: str) -> Calendar:
        """Return the key dates at the local authority with the code `local_authority`."""
        if local_authority not in self._calendars:
            calendar = self._provisioning.calendar(self._session, local_authority)
            self._calendars[local_authority] = calendar
        return self._calendars[local_authority]

    def records(self, number: str) -> SchoolRecords:
        """Return the records about the school `number`; raises `KnownError` where it is unknown."""
        if number not in self._records:
            self._records[number] = self._read(schools.get(self._session, number))
        return self._records[number]

    def _read(self, school: School) -> SchoolRecords:
        session, number = self._session, school.number
        extract, problem = self._extract(school)
        deadline = self.calendar(school.local_authority).of(self._today.year).end_of_year_deadline
        last_success = runs.last_success(session, number)
        log = (
            portal.log_of_people(session, last_success.known_id) if self.in_portal and last_success else None
        )
        return SchoolRecords(
            school=school,
            extract=extract,
            problem=problem,
            latest=runs.latest(session, number),
            last_success=last_success,
            covered=coverage.covered(session, number),
            refusals=tuple(decisions.refused(session, number).values()),
            accounts_as_of=portal.as_of(session, number) if self.in_portal else None,
            unread=self._unread(number) if self.in_portal else {},
            client_log=log,
            successor=schools.successor(session, school, self._today),
            stale=extract is not None and is_stale(uk_date(extract.as_of), self._today, deadline),
        )

    def _extract(self, school: School) -> tuple[Extract | None, Text | None]:
        """Return the school's current extract, or why it can't be read."""
        try:
            extract = self._provisioning.extract_folder.read(school, self._today)
            applied_files.require_whole(self._session, extract)
        except ExtractProblem as found:
            return None, found.said
        return extract, None

    def _unread(self, number: str) -> dict[str, Text]:
        """Return why rows of the portal's export could not be read, by their person's folded identifier."""
        rows = portal.unread(self._session, number)
        return {key_of(Kind.STAFF, row.identifier)[1]: row.problem for row in rows if row.identifier}
