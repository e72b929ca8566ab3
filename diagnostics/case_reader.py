"""Reads cases: a person of a school, with the account that the planner would find for them."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from diagnostics.case import Case, OfAnother, SchoolRecords
from diagnostics.lasting import lasts_until
from diagnostics.school_reader import SchoolReader, upns_of
from diagnostics.sought_person import SoughtPerson, near_identifiers, sought_person
from provisioning.ids import SchoolNumber
from provisioning.planning.directory import Directory, claimed
from provisioning.planning.identity import owner, rejected_for_upn
from provisioning.planning.other_identifiers import Answers, ByAnotherIdentifier, Namesakes
from provisioning.planning.plan import Settled
from provisioning.planning.same_person import fingerprint, may_be_anothers
from provisioning.records.accounts import Account
from provisioning.records.people import Kind, Learner, Record, StaffMember
from provisioning.records.plans import DoubtReason
from provisioning.rules import is_on_roll, rejected_for_names
from provisioning.store import accounts, identities


class _Found(NamedTuple):
    """The account of a person; why it is in `doubt` whose it is; or the decision that it is `of_another`."""

    account: Account | None = None
    doubt: DoubtReason | None = None
    of_another: OfAnother | None = None


class CaseReader:
    """Reads the cases of one school at one moment; each school's records are read once.

    Raises `KnownError` where the school `number` is unknown.
    """

    def __init__(self, schools: SchoolReader, number: str) -> None:
        self.now, self.today = schools.now, schools.today
        self._schools, self._session = schools, schools.session
        self.relied_on: set[str] = set()
        self.own = self._schools.records(number)
        self.school = self.own.school
        self.calendar = self._schools.calendar(self.school.local_authority)
        self.pauses = self.calendar.of(self.today.year).pauses
        self._in_force = self.calendar.in_force(self.today)
        self._claimed = claimed(self.own.extract.learners if self.own.extract else ())

    @property
    def in_portal(self) -> bool:
        """Whether the accounts live in the portal."""
        return self._schools.in_portal

    def records_of(self, number: str) -> SchoolRecords:
        """Return the records about the school `number`, and note in `relied_on` that they were read."""
        self.relied_on.add(number)
        return self._schools.records(number)

    def at(self, number: str) -> "CaseReader":
        """Return the reader of the cases of another school, by its `number`."""
        self.relied_on.add(number)
        return CaseReader(self._schools, number)

    def person(self, typed: str, kind: Kind | None) -> SoughtPerson:
        """Return the person of this school meant by `typed`; `kind` is None where it can be either."""
        return sought_person(typed, kind, self.own.extract)

    def case(self, person: SoughtPerson, known: Directory | None = None, *, of_move: bool = False) -> Case:
        """Return the case of `person`; with a `known` directory, the account is not read from the store.

        `of_move` says that the question is about a move: the account at another school is searched too.
        """
        found = self._found(person, self._account(known or Directory(self._accounts(person)), person))
        person = self._as_planned(person, found)
        namesakes = self._namesakes(person) if of_move else None
        return Case(
            kind=person.kind,
            identifier=person.identifier,
            own=self._schools.with_covered(self.own, person.kind, person.identifier),
            record=person.record,
            rejections=person.rejections,
            account=found.account,
            previous=self._previous(found.account),
            near=self._near(person),
            now=self.now,
            today=self.today,
            pauses=self.pauses,
            rollover=self._in_force,
            namesakes=namesakes,
            old_school=self.records_of(namesakes[0].school) if namesakes and len(namesakes) == 1 else None,
            doubt=found.doubt,
            of_another=found.of_another,
            colleague=self._colleague if _is_compared(person, found.account) else None,
            replaced_by=self._replaced_by(person, found.account),
            ran_alone_at=self._schools.changed_alone(self.own, found.account) if found.account else None,
        )

    def lasts_until(self) -> date:
        """Return the day until which holds what has been read here, as long as nothing happens."""
        read = [self.own, *map(self._schools.records, sorted(self.relied_on))]
        return lasts_until([(found, self._schools.turns(found.school.local_authority)) for found in read])

    @property
    def directory(self) -> Directory:
        """The school's accounts, and those of its learners at other schools."""
        return self._schools.directory(self.school.number)

    @property
    def settled(self) -> Settled:
        """Who evidently keeps the account that they have here, where the extract can be read."""
        return self._schools.settled(self.school.number)

    @property
    def answers(self) -> Answers:
        """What people have decided about accounts in doubt."""
        return self._schools.answers

    def elsewhere(self) -> set[SchoolNumber]:
        """Return the other schools at which learners who are on roll here have their accounts."""
        if self.own.extract is None or self.school.is_closed(self.today):
            return set()
        extract = self.own.extract
        here = (learner for learner in extract.learners if is_on_roll(learner, self.today, extract.lead))
        found = (self.directory.learner(learner, self._claimed) for learner in here)
        return {account.school for account in found if account} - {self.school.number}

    def _accounts(self, person: SoughtPerson) -> list[Account]:
        if person.kind is Kind.STAFF:
            return accounts.with_code(self._session, [self.school.number], person.identifier)
        numbers = upns_of([person.record]) if isinstance(person.record, Learner) else [person.identifier]
        return accounts.with_upns(self._session, numbers)

    def _account(self, directory: Directory, person: SoughtPerson) -> Account | None:
        if isinstance(person.record, Learner):
            return directory.learner(person.record, self._claimed)
        if person.kind is Kind.LEARNER:
            return directory.upn(person.identifier)
        return directory.staff(self.school.number, person.identifier)

    def _found(self, person: SoughtPerson, account: Account | None) -> _Found:
        """Return what the planner makes of the `account` that stands under the identifier of `person`.

        The portal's client believes an identifier, so of accounts in the portal nothing is in doubt.
        """
        record = person.record
        if self.in_portal:
            return _Found(account)
        if record is None:
            return _Found(account, self._asked_about.get(account.id) if account else None)
        if account is not None and not may_be_anothers(record, account, self.today):
            return _Found(account)  # as nearly always, and then the store need not be asked
        on_roll = is_on_roll(record, self.today, self.own.lead)
        if account is None and not on_roll:
            return _Found()
        decided = owner(record, account, self._by_another, self.answers)
        of_another = self._of_another(record, decided.not_theirs)
        doubt = decided.doubt.reason if decided.doubt else None
        if doubt is not None and doubt is not DoubtReason.IDENTITY_DOUBT and not on_roll:
            return _Found(of_another=of_another)
        return _Found(decided.account, doubt, of_another)

    def _of_another(self, record: Record, not_theirs: Account | None) -> OfAnother | None:
        """Return the decision that an account under a learner's UPN is `not_theirs`; None without one."""
        if not_theirs is None or not isinstance(record, Learner):
            return None
        said = identities.decision(self._session, not_theirs.id, fingerprint(record))
        return OfAnother(not_theirs, said.id, said.at)

    def _as_planned(self, person: SoughtPerson, found: _Found) -> SoughtPerson:
        """Return `person` with a rejection in place of a record that the planner rejects.

        It rejects a learner's record whose UPN is another's by decision, and a damaged name without account.
        """
        record = person.record
        file = self.own.extract.file_of[person.kind] if self.own.extract else ""
        if isinstance(record, Learner) and found.of_another:
            return person._replace(record=None, rejections=(rejected_for_upn(record, file),))
        no_account = found.account is None and found.doubt is None
        if record is not None and record.damaged_names and no_account:
            return person._replace(record=None, rejections=(rejected_for_names(record, file),))
        return person

    @cached_property
    def _held(self) -> Sequence[Account]:
        """The accounts of this school, active or not."""
        return self._schools.held(self.school.number)

    @cached_property
    def _by_another(self) -> ByAnotherIdentifier:
        extract = self.own.extract
        if extract is None:
            raise ValueError("an account is compared with the records of an extract that can't be read")
        kept = self._schools.kept(self.school.number)
        return ByAnotherIdentifier(extract, self._held, self.answers, self.today, kept)

    @cached_property
    def _asked_about(self) -> Mapping[int, DoubtReason]:
        """The accounts of which a person is asked whose they are, found by a run under another identifier."""
        waiting = identities.waiting(self._session, self.school.number)
        return {doubt.account.id: doubt.reason for doubt in waiting if doubt.account}

    @cached_property
    def _colleague(self) -> StaffMember | None:
        """Of the members of staff here who have an account, the one who started last: most like a new one."""
        extract = self.own.extract
        if extract is None:
            return None
        staff = [account for account in self._held if account.kind is Kind.STAFF]
        codes = {(account.staff_code or "").casefold() for account in staff if account.active}
        colleagues = [
            member
            for member in extract.staff
            if is_on_roll(member, self.today, extract.lead) and member.staff_code.casefold() in codes
        ]
        return max(colleagues, key=lambda member: (member.start_date, member.staff_code), default=None)

    def _replaced_by(self, person: SoughtPerson, account: Account | None) -> str | None:
        """Return the identifier of the only person here with the name of one who has no row any more."""
        extract = self.own.extract
        if account is None or extract is None or person.record is not None or person.rejections:
            return None
        namesake = Namesakes(extract).of(account) if account.school == self.school.number else None
        return namesake.identifier if namesake else None

    def _previous(self, account: Account | None) -> SchoolRecords | None:
        if account is None or account.school == self.school.number:
            return None
        records = self.records_of(account.school)
        return self._schools.with_covered(records, Kind.LEARNER, account.identifier)

    def _near(self, person: SoughtPerson) -> tuple[str, ...]:
        """Return the identifiers here that are nearly that of a person of whom there is no row."""
        if person.record is not None or person.rejections:
            return ()
        held = [account for account in self._held if account.kind is person.kind]
        return near_identifiers(person.kind, person.identifier, self.own.extract, held)

    def _namesakes(self, person: SoughtPerson) -> tuple[Account, ...]:
        """Return the staff accounts at other schools with the legal name of a member of staff."""
        if person.kind is not Kind.STAFF or person.record is None:
            return ()
        named = accounts.of_staff_named(self._session, person.record.surname, person.record.forename)
        return tuple(account for account in named if account.school != self.school.number)


def _is_compared(person: SoughtPerson, account: Account | None) -> bool:
    """Return whether a row is held against a colleague's: a member of staff's, who has no account."""
    has_row = person.record is not None or bool(person.rejections)
    return person.kind is Kind.STAFF and has_row and not (account is not None and account.active)
