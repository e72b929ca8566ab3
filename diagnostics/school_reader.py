"""Reads what the store and the extracts hold about schools: of many in as many statements as of a few."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property

from sqlalchemy.orm import Session

from diagnostics.case import SchoolRecords
from diagnostics.lasting import Turns, turns_of
from knowledge.keydates import Calendar
from knowledge.texts import Text
from provisioning.calendars import calendars
from provisioning.clock import uk_date
from provisioning.errors import ExtractProblem
from provisioning.planning.directory import Directory
from provisioning.planning.other_identifiers import Answers
from provisioning.planning.plan import Settled, settle
from provisioning.records.accounts import Account
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind, Learner, key_of
from provisioning.records.schools import School
from provisioning.rules import is_stale
from provisioning.runs.dependencies import Provisioning
from provisioning.store import (
    accounts,
    applied_files,
    coverage,
    decisions,
    identities,
    journal,
    portal,
    schools,
)
from provisioning.store.latest_runs import LatestRuns, latest_runs


class SchoolReader:
    """Reads the records about schools as they stand now; each school's are read once.

    What is wanted of several schools is read in one go, where it is asked for by `read_ahead`. With
    `of_one_person`, covered records are read of the people alone whose cases are; with `of_readiness` of the
    people alone on whom a school's readiness may depend by them, those of other schools where one is wanted.
    """

    def __init__(
        self,
        provisioning: Provisioning,
        session: Session,
        *,
        of_one_person: bool = False,
        of_readiness: bool = False,
    ) -> None:
        self.now = provisioning.clock.now()
        self.today = uk_date(self.now)
        self.session = session
        self._provisioning, self._of_one_person = provisioning, of_one_person
        self._of_readiness = of_readiness and not self.in_portal
        self._records: dict[str, SchoolRecords] = {}
        self._directories: dict[str, Directory] = {}
        self._settled: dict[str, Settled] = {}
        self._calendars: dict[str, Calendar] = {}
        self._turns: dict[str, Turns] = {}

    @property
    def in_portal(self) -> bool:
        """Whether the accounts live in the portal."""
        return self._provisioning.external_directory is not None

    @cached_property
    def answers(self) -> Answers:
        """What people have decided about accounts in doubt."""
        return identities.answers(self.session)

    def calendar(self, local_authority: str) -> Calendar:
        """Return the key dates at the local authority with the code `local_authority`."""
        if local_authority not in self._calendars:
            self._read_calendars({local_authority})
        return self._calendars[local_authority]

    def records(self, number: str) -> SchoolRecords:
        """Return the records about the school `number`; raises `KnownError` where it is unknown."""
        if number not in self._records:
            self._read([schools.get(self.session, number)])
        return self._records[number]

    def with_covered(self, records: SchoolRecords, kind: Kind, identifier: str) -> SchoolRecords:
        """Return `records` with the covered record at least of the person with `identifier`."""
        if not self._of_one_person:
            return records
        number = records.school.number
        return replace(records, covered=coverage.covered_alone(self.session, number, kind, identifier))

    def changed_alone(self, records: SchoolRecords, account: Account) -> datetime | None:
        """Return when a run of some people alone changed an `account` after the last run of all its school.

        None where the account is of another school than the one with `records`, or many people are read.
        """
        number, last = records.school.number, records.last_success
        if not self._of_one_person or account.school != number:
            return None
        return journal.changed_alone(self.session, account.id, number, last.known_id if last else 0)

    def directory(self, number: str) -> Directory:
        """Return the accounts of the school `number`, and those of its learners at other schools."""
        if number not in self._directories:
            self._read_directories([number])
        return self._directories[number]

    def settled(self, number: str) -> Settled:
        """Return who evidently keeps the account that they have at the school `number`, and who may not.

        The school's extract can be read.
        """
        if number not in self._settled:
            extract = self.records(number).extract
            if extract is None:
                raise ValueError("accounts are held against an extract that can't be read")
            self._settled[number] = settle(extract, self.directory(number))
        return self._settled[number]

    def kept(self, number: str) -> frozenset[int]:
        """Return the accounts of the school `number`, by id, of which is known already that they are kept."""
        return self._settled[number].accounts if number in self._settled else frozenset()

    def held(self, number: str) -> Sequence[Account]:
        """Return the accounts of the school `number`, active or not."""
        if number not in self._directories:
            return accounts.listed(self.session, number)
        return [account for account in self._directories[number].accounts if account.school == number]

    def read_ahead(self, numbers: Iterable[str], *, accounts_too: bool = False) -> None:
        """Read the records of the schools `numbers`, with their directories if `accounts_too`."""
        wanted = [number for number in dict.fromkeys(numbers) if number not in self._records]
        if wanted:
            self._read(list(schools.some(self.session, wanted).values()))
            if accounts_too:
                here = [number for number in wanted if number in self._records]
                self._read_directories(here)
                if self._of_readiness:
                    self._read_covered(here)

    @cached_property
    def _closed(self) -> frozenset[str]:
        return schools.closed(self.session, self.today)

    def turns(self, local_authority: str) -> Turns:
        """Return the days that matter to every school of the local authority with a code."""
        if local_authority not in self._turns:
            calendar, knowledge = self.calendar(local_authority), self._provisioning.knowledge
            self._turns[local_authority] = turns_of(calendar, self._closings, knowledge, self.today)
        return self._turns[local_authority]

    @cached_property
    def _closings(self) -> frozenset[date]:
        return schools.closings(self.session)

    def _read_calendars(self, authorities: Iterable[str]) -> None:
        wanted = set(authorities).difference(self._calendars)
        if wanted:
            by_file = self._provisioning.knowledge.calendar, self._provisioning.local_dates
            self._calendars |= calendars(*by_file, self.session, sorted(wanted))

    def _read_directories(self, numbers: Sequence[str]) -> None:
        extracts = {number: self.records(number).extract for number in numbers}
        wanted = {number: extract.upns if extract else frozenset() for number, extract in extracts.items()}
        for number, found in accounts.for_plans(self.session, wanted).items():
            self._directories[number] = Directory(found, self._closed)

    def _read_covered(self, numbers: Sequence[str]) -> None:
        """Read the covered records of people who do not evidently keep the accounts that they have here."""
        wanted = {
            number: self.settled(number).others
            for number in numbers
            if self._records[number].extract is not None
        }
        for number, covered in coverage.coverages_of(self.session, wanted).items():
            self._records[number] = replace(self._records[number], covered=covered)

    def _covered(self, numbers: Sequence[str]) -> Mapping[str, coverage.Coverage]:
        if self._of_one_person:
            return {}
        if self._of_readiness:
            return {number: coverage.CoverageLater(self.session, number) for number in numbers}
        return coverage.coverages(self.session, numbers)

    def _read(self, found: Sequence[School]) -> None:
        session, numbers = self.session, [school.number for school in found]
        self._read_calendars(school.local_authority for school in found)
        runs, extracts = latest_runs(session, numbers), self._extracts(found)
        covered = self._covered(numbers)
        refused = decisions.refused_at(session, numbers)
        for school in found:
            number = school.number
            extract, problem = extracts[number]
            deadline = self.calendar(school.local_authority).of(self.today.year).end_of_year_deadline
            ran = runs[number]
            self._records[number] = SchoolRecords(
                school=school,
                extract=extract,
                problem=problem,
                latest=ran.latest,
                last_success=ran.last_success,
                covered=covered.get(number, {}),
                refusals=refused.get(number, ()),
                accounts_as_of=portal.as_of(session, number) if self.in_portal else None,
                unread=self._unread(number) if self.in_portal else {},
                client_log=self._log(ran) if self.in_portal else None,
                successor=schools.successor(session, school, self.today),
                lead=self._provisioning.extract_folder.lead,
                stale=extract is not None and is_stale(uk_date(extract.as_of), self.today, deadline),
            )

    def _extracts(self, found: Sequence[School]) -> dict[str, tuple[Extract | None, Text | None]]:
        """Return the current extract of each school, or why it can't be read."""
        read: dict[str, tuple[Extract | None, Text | None]] = {}
        for school in found:
            try:
                read[school.number] = self._provisioning.extract_folder.read(school, self.today), None
            except ExtractProblem as problem:
                read[school.number] = None, problem.said
        whole = [extract for extract, _ in read.values() if extract is not None]
        problems = applied_files.problems(self.session, whole)
        return read | {school: (None, problem.said) for school, problem in problems.items()}

    def _log(self, ran: LatestRuns) -> Mapping[tuple[Kind, str], tuple[str, ...]] | None:
        return portal.log_of_people(self.session, ran.last_success.known_id) if ran.last_success else None

    def _unread(self, number: str) -> dict[str, Text]:
        """Return why rows of the portal's export could not be read, by their person's folded identifier."""
        rows = portal.unread(self.session, number)
        return {key_of(Kind.STAFF, row.identifier)[1]: row.problem for row in rows if row.identifier}


def upns_of(learners: Iterable[Learner]) -> list[str]:
    """Return all UPNs, present and former, of `learners`."""
    return [number for learner in learners for number in (learner.upn, learner.former_upn) if number]
