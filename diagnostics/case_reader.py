"""Gathers a case: the only place of this floor that reads the store and the extracts."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from rapidfuzz.distance import OSA
from sqlalchemy.orm import Session

from diagnostics.case import Case, SchoolRecords
from knowledge.keydates import Calendar
from provisioning import upn
from provisioning.clock import uk_date
from provisioning.errors import ExtractProblem
from provisioning.planning.plan import Directory, claimed
from provisioning.records import Account, Extract, Kind, Learner, Record, Rejection, School, StaffMember
from provisioning.rules import is_on_roll, is_stale
from provisioning.runs.school_run import Provisioning
from provisioning.store import accounts, decisions, portal, runs, schools

_NEAR = 2
"""How many slips a near UPN may be away: one wrong, missing or swapped character, or two."""


class SoughtPerson(NamedTuple):
    """Who is asked about: kind, the identifier as the records have it, their record or rejected rows."""

    kind: Kind
    identifier: str
    record: Record | None
    rejections: tuple[Rejection, ...] = ()


class CaseReader:
    """One look at the records of a moment: what stands about a school is read once for all its cases."""

    def __init__(self, provisioning: Provisioning, session: Session, number: str) -> None:
        self._house, self._session = provisioning, session
        self.now = provisioning.clock.now()
        self.today = uk_date(self.now)
        self.school = schools.one(session, number)
        self.calendar = provisioning.calendar(session, self.school.local_authority)
        self._schools: dict[str, SchoolRecords] = {}
        self._names: dict[tuple[str, str], list[Account]] = {}
        self.own = self.records(self.school)
        self.pauses = self.calendar.of(self.today.year).pauses
        self._in_force = self.calendar.in_force(self.today)
        self._claimed = claimed(self.own.extract.learners if self.own.extract else ())

    def records(self, school: School) -> SchoolRecords:
        """What stands about a school."""
        found = self._schools.get(school.number)
        if found is None:
            found = self._schools[school.number] = self._read(school)
        return found

    def records_of(self, number: str) -> SchoolRecords:
        """What stands about a school, by its number."""
        return self._schools.get(number) or self.records(schools.one(self._session, number))

    def person(self, typed: str, kind: Kind | None) -> SoughtPerson:
        """Who is meant by what was typed: a UPN, present or former, or a staff code in any case."""
        extract, code, number = self.own.extract, typed.strip(), upn.normalise(typed)
        if extract is not None and kind is not Kind.STAFF:
            learner = _learner(extract, number)
            if learner is not None:
                return SoughtPerson(Kind.LEARNER, learner.upn, learner)
        if extract is not None and kind is not Kind.LEARNER:
            member = _staff_member(extract, code)
            if member is not None:
                return SoughtPerson(Kind.STAFF, member.identifier, member)
        if kind is None:
            kind = Kind.LEARNER if upn.looks_like(typed) else Kind.STAFF
        identifier = number if kind is Kind.LEARNER else code
        return SoughtPerson(kind, identifier, None, self._rejections(kind, identifier))

    def case(self, person: SoughtPerson, known: Directory | None = None) -> Case:
        """Everything that stands about somebody; a `known` directory spares a look into the store."""
        account = self._account(known or Directory(self._accounts(person)), person)
        return Case(
            kind=person.kind,
            identifier=person.identifier,
            own=self.own,
            record=person.record,
            rejections=person.rejections,
            account=account,
            previous=self._previous(account),
            near=self._near(person) if person.record is None and not person.rejections else (),
            namesakes=tuple(self._namesakes(person)),
            now=self.now,
            today=self.today,
            pauses=self.pauses,
            rollover=self._in_force,
            colleague=self._colleague if _is_compared(person, account) else None,
        )

    @cached_property
    def _colleague(self) -> StaffMember | None:
        """Of the members of staff here who have an account, the one who started last: most like a new one."""
        extract = self.own.extract
        if extract is None:
            return None
        held = accounts.listed(self._session, self.school.number, Kind.STAFF)
        codes = {(one.staff_code or "").casefold() for one in held if one.active}
        there = [one for one in extract.staff if is_on_roll(one, self.today)]
        there = [one for one in there if one.staff_code.casefold() in codes]
        return max(there, key=lambda one: (one.start_date, one.staff_code), default=None)

    def upns(self, learners: Sequence[Learner]) -> list[str]:
        """Every UPN, present or former, by which the learners' accounts may be held."""
        return [number for one in learners for number in (one.upn, one.former_upn) if number]

    def directory(self, learners: Sequence[Learner]) -> Directory:
        """The school's accounts, and those that other schools hold of its learners."""
        found = accounts.for_planning(self._session, self.school.number, self.upns(learners))
        return Directory(found, schools.closed(self._session, self.today))

    def look_up(self, staff: Iterable[Record]) -> None:
        """Find the staff accounts in the names of many at once, at any school."""
        names = {(member.surname, member.forename) for member in staff}
        self._names.update({name: [] for name in names})
        for account in accounts.of_staff_named(self._session, names):
            self._names[account.surname, account.forename].append(account)

    def _rejections(self, kind: Kind, identifier: str) -> tuple[Rejection, ...]:
        rows = self.own.extract.rejections if self.own.extract else ()
        same = identifier.casefold()
        return tuple(row for row in rows if row.kind is kind and row.identifier.casefold() == same)

    def _read(self, school: School) -> SchoolRecords:
        extract, problem = None, None
        try:
            extract = self._house.extract_folder.read(school, self.today)
        except ExtractProblem as found:
            problem = found.said
        deadline = self._calendar_of(school).of(self.today.year).end_of_year_deadline
        return SchoolRecords(
            school=school,
            extract=extract,
            problem=problem,
            latest=runs.latest(self._session, school.number),
            last_success=runs.last_success(self._session, school.number),
            covered=runs.covered(self._session, school.number),
            refusals=tuple(decisions.refused(self._session, school.number).values()),
            accounts_as_of=portal.as_of(self._session, school.number)
            if self._house.external_directory
            else None,
            successor=schools.some(self._session, [school.successor]).get(school.successor)
            if school.successor
            else None,
            stale=extract is not None and is_stale(uk_date(extract.as_of), self.today, deadline),
        )

    def _calendar_of(self, school: School) -> Calendar:
        if school.local_authority == self.school.local_authority:
            return self.calendar
        return self._house.calendar(self._session, school.local_authority)

    def _accounts(self, person: SoughtPerson) -> list[Account]:
        if person.kind is Kind.STAFF:
            return accounts.with_code(self._session, self.school.number, person.identifier)
        numbers = self.upns([person.record]) if isinstance(person.record, Learner) else [person.identifier]
        return accounts.with_upns(self._session, numbers)

    def _account(self, directory: Directory, person: SoughtPerson) -> Account | None:
        if isinstance(person.record, Learner):
            return directory.learner(person.record, self._claimed)
        if person.kind is Kind.LEARNER:
            return directory.upn(person.identifier)
        return directory.staff(self.school.number, person.identifier)

    def _previous(self, account: Account | None) -> SchoolRecords | None:
        if account is None or account.school == self.school.number:
            return None
        return self.records_of(account.school)

    def _near(self, person: SoughtPerson) -> tuple[str, ...]:
        if person.kind is not Kind.LEARNER or self.own.extract is None:
            return ()
        slips = {
            learner.upn: OSA.distance(person.identifier, learner.upn, score_cutoff=_NEAR)
            for learner in self.own.extract.learners
        }
        close = sorted((slip, number) for number, slip in slips.items() if 0 < slip <= _NEAR)
        return tuple(number for _, number in close[:3])

    def _namesakes(self, person: SoughtPerson) -> Iterable[tuple[Account, SchoolRecords]]:
        if person.kind is not Kind.STAFF or person.record is None:
            return
        name = (person.record.surname, person.record.forename)
        if name not in self._names:
            self.look_up([person.record])
        for account in self._names[name]:
            if account.school != self.school.number:
                yield account, self.records_of(account.school)


def _is_compared(person: SoughtPerson, account: Account | None) -> bool:
    """Whether a record is held against a colleague's: a member of staff's, who has no account."""
    has_row = person.record is not None or bool(person.rejections)
    return person.kind is Kind.STAFF and has_row and not (account is not None and account.active)


def _learner(extract: Extract, number: str) -> Learner | None:
    """By UPN, then by former UPN: one learner's former UPN may be another's own."""
    present = next((one for one in extract.learners if one.upn == number), None)
    return present or next((one for one in extract.learners if one.former_upn == number), None)


def _staff_member(extract: Extract, code: str) -> Record | None:
    exact = [member for member in extract.staff if member.staff_code == code]
    close = exact or [m for m in extract.staff if m.staff_code.casefold() == code.casefold()]
    return close[0] if len(close) == 1 else None
