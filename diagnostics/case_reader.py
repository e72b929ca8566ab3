"""Reads cases: the only module of `diagnostics` that reads the store and the extracts."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from rapidfuzz.distance import OSA
from sqlalchemy.orm import Session

from diagnostics.case import Case, SchoolRecords
from knowledge.keydates import Calendar
from knowledge.texts import Text
from provisioning import upn
from provisioning.clock import uk_date
from provisioning.errors import ExtractProblem
from provisioning.look_alikes import look_alike
from provisioning.planning.directory import Directory, claimed
from provisioning.planning.identity import Answers, ByAnotherIdentifier, owner, rejection, seems_another
from provisioning.records.accounts import Account
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind, Learner, Record, StaffMember
from provisioning.records.plans import DoubtReason
from provisioning.records.rejections import Rejection
from provisioning.records.schools import School
from provisioning.rules import damaged, is_on_roll, is_stale
from provisioning.runs.school_run import Provisioning
from provisioning.store import accounts, applied_files, coverage, decisions, identities, portal, runs, schools

_NEAR = 2
"""The greatest edit distance of a similar UPN: wrong, missing or swapped characters."""


class SoughtPerson(NamedTuple):
    """The person asked about: kind, the identifier in the records, the record or rejected rows."""

    kind: Kind
    identifier: str
    record: Record | None
    rejections: tuple[Rejection, ...] = ()


class CaseReader:
    """Reads the cases of one school at one moment; each school's records are read once."""

    def __init__(self, provisioning: Provisioning, session: Session, number: str) -> None:
        self._provisioning, self._session = provisioning, session
        self.now = provisioning.clock.now()
        self.today = uk_date(self.now)
        self.school = schools.get(session, number)
        self.calendar = provisioning.calendar(session, self.school.local_authority)
        self._schools: dict[str, SchoolRecords] = {}
        self._names: dict[tuple[str, str], list[Account]] = {}
        self.own = self.records(self.school)
        self.pauses = self.calendar.of(self.today.year).pauses
        self._in_force = self.calendar.in_force(self.today)
        self._claimed = claimed(self.own.extract.learners if self.own.extract else ())

    @property
    def in_portal(self) -> bool:
        """Whether the accounts live in the portal."""
        return self._provisioning.external_directory is not None

    def records(self, school: School) -> SchoolRecords:
        """Return the records about a school."""
        found = self._schools.get(school.number)
        if found is None:
            found = self._schools[school.number] = self._read(school)
        return found

    def records_of(self, number: str) -> SchoolRecords:
        """Return the records about a school, by its number."""
        return self._schools.get(number) or self.records(schools.get(self._session, number))

    def person(self, typed: str, kind: Kind | None) -> SoughtPerson:
        """Return the person meant by `typed`: a UPN, present or former, or a staff code in any case."""
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
        rows = self._rejections(kind, identifier) or self._look_alikes(kind, identifier)
        return SoughtPerson(kind, identifier, None, rows)

    def case(self, person: SoughtPerson, known: Directory | None = None) -> Case:
        """Return the case of `person`; with a `known` directory, the account is not read from the store."""
        found = self._account(known or Directory(self._accounts(person)), person)
        account, doubt, not_theirs = self._whose(person, found)
        of_another = not_theirs is not None and isinstance(person.record, Learner)
        if of_another and isinstance(person.record, Learner):
            person = person._replace(record=None, rejections=(rejection(person.record),))
        elif person.record is not None and person.record.damaged_names and account is None and doubt is None:
            file = self.own.extract.file_of[person.kind] if self.own.extract else ""
            person = person._replace(record=None, rejections=(damaged(person.record, file),))
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
            doubt=doubt,
            of_another=of_another,
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
        """Return all UPNs, present and former, of the learners."""
        return [number for learner in learners for number in (learner.upn, learner.former_upn) if number]

    def directory(self, learners: Sequence[Learner]) -> Directory:
        """Return the school's accounts, and those of its learners at other schools."""
        found = accounts.for_planning(self._session, self.school.number, self.upns(learners))
        return Directory(found, schools.closed(self._session, self.today))

    def read_namesakes(self, staff: Iterable[Record]) -> None:
        """Read the staff accounts with the legal names of `staff` at all schools, in one query."""
        names = {(member.surname, member.forename) for member in staff}
        self._names.update({name: [] for name in names})
        for account in accounts.of_staff_named(self._session, names):
            self._names[account.surname, account.forename].append(account)

    def _rejections(self, kind: Kind, identifier: str) -> tuple[Rejection, ...]:
        rows = self.own.extract.rejections if self.own.extract else ()
        same = identifier.casefold()
        return tuple(row for row in rows if row.kind is kind and row.identifier.casefold() == same)

    def _look_alikes(self, kind: Kind, identifier: str) -> tuple[Rejection, ...]:
        """Rejected rows whose identifier differs from the one asked by look-alike characters alone.

        Not those with a valid UPN, which is another learner's.
        """
        rows = self.own.extract.rejections if self.own.extract else ()
        return tuple(
            row
            for row in rows
            if row.kind is kind
            and not (kind is Kind.LEARNER and upn.is_valid(row.identifier))
            and look_alike(row.identifier, identifier)
        )

    def _read(self, school: School) -> SchoolRecords:
        extract, problem = None, None
        try:
            extract = self._provisioning.extract_folder.read(school, self.today)
            applied_files.require_whole(self._session, extract)
        except ExtractProblem as found:
            extract, problem = None, found.said
        deadline = self._calendar_of(school).of(self.today.year).end_of_year_deadline
        external = self.in_portal
        last_success = runs.last_success(self._session, school.number)
        return SchoolRecords(
            school=school,
            extract=extract,
            problem=problem,
            latest=runs.latest(self._session, school.number),
            last_success=last_success,
            covered=coverage.covered(self._session, school.number),
            refusals=tuple(decisions.refused(self._session, school.number).values()),
            accounts_as_of=portal.as_of(self._session, school.number) if external else None,
            unread=self._unread(school) if external else {},
            client_log=portal.log_of_people(self._session, last_success.known_id)
            if external and last_success
            else None,
            successor=schools.some(self._session, [school.successor]).get(school.successor)
            if school.successor
            else None,
            stale=extract is not None and is_stale(uk_date(extract.as_of), self.today, deadline),
        )

    def _calendar_of(self, school: School) -> Calendar:
        if school.local_authority == self.school.local_authority:
            return self.calendar
        return self._provisioning.calendar(self._session, school.local_authority)

    def _unread(self, school: School) -> dict[str, Text]:
        """Return why rows of the portal's export could not be read, by the identifier of their person."""
        rows = portal.unread(self._session, school.number)
        return {row.identifier: row.problem for row in rows if row.identifier}

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

    def _whose(
        self, person: SoughtPerson, found: Account | None
    ) -> tuple[Account | None, DoubtReason | None, Account | None]:
        """Return the account, why it is in doubt, and the one that was found and is another's by decision.

        Another's client believes an identifier, so of accounts elsewhere nothing is in doubt.
        """
        record = person.record
        if self._provisioning.external_directory is not None:
            return found, None, None
        if record is None:
            return found, self._asked_about.get(found.id) if found else None, None
        if found is not None and not seems_another(record, found):
            return found, None, None  # as nearly always, and then the store need not be asked
        if found is None and not is_on_roll(record, self.today):
            return None, None, None
        of = owner(record, found, self._by_another, self.answers)
        if of.doubt is None or of.doubt.reason is DoubtReason.IDENTITY_DOUBT:
            return of.account, of.doubt.reason if of.doubt else None, of.not_theirs
        if not is_on_roll(record, self.today):
            return None, None, of.not_theirs
        return of.account, of.doubt.reason, of.not_theirs

    @cached_property
    def answers(self) -> Answers:
        """What people have decided about accounts in doubt."""
        return identities.answers(self._session)

    @cached_property
    def _by_another(self) -> ByAnotherIdentifier:
        extract = self.own.extract
        if extract is None:
            raise ValueError("nobody is compared with an extract that can't be read")
        return ByAnotherIdentifier(extract, accounts.listed(self._session, self.school.number))

    @cached_property
    def _asked_about(self) -> Mapping[int, DoubtReason]:
        """The accounts of which a person is asked whose they are, found by a run under another identifier."""
        waiting = identities.waiting(self._session, self.school.number)
        return {one.account.id: one.reason for one in waiting if one.account}

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
            self.read_namesakes([person.record])
        for account in self._names[name]:
            if account.school != self.school.number:
                yield account, self.records_of(account.school)


def _is_compared(person: SoughtPerson, account: Account | None) -> bool:
    """Return whether a record is held against a colleague's: a member of staff's, who has no account."""
    has_row = person.record is not None or bool(person.rejections)
    return person.kind is Kind.STAFF and has_row and not (account is not None and account.active)


def _learner(extract: Extract, number: str) -> Learner | None:
    """Return the learner with the UPN `number`, otherwise with that former UPN:
    present UPNs take precedence.
    """
    present = next((learner for learner in extract.learners if learner.upn == number), None)
    return present or next((learner for learner in extract.learners if learner.former_upn == number), None)


def _staff_member(extract: Extract, code: str) -> Record | None:
    exact = [member for member in extract.staff if member.staff_code == code]
    close = exact or [m for m in extract.staff if m.staff_code.casefold() == code.casefold()]
    return close[0] if len(close) == 1 else None
