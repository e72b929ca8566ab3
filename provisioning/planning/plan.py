"""What a run should change: pure, from an extract, the accounts, the key dates' pauses and a day.

The rules are the contract's table in section 3; their predicates stand in `provisioning.rules`,
where the diagnosis finds them too.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from knowledge.models import Pause
from provisioning.records import (
    Account,
    Change,
    ChangeKind,
    Extract,
    Learner,
    Note,
    NoteKind,
    Plan,
    Record,
    Status,
)
from provisioning.rules import (
    details_differ,
    is_free,
    is_leaver,
    is_on_roll,
    name_differs,
    paused_until,
)


class Directory:
    """The accounts that a plan looks at, found by UPN or by school and staff code.

    Needs every account of the school and, of other schools, those that hold a UPN of the extract. Active
    accounts at a school that is `closed` count as released by it.
    """

    def __init__(self, accounts: Iterable[Account], closed: frozenset[str] = frozenset()) -> None:
        self.accounts = tuple(accounts)
        self.closed = closed
        self._by_upn = {a.upn: a for a in self.accounts if a.upn}
        self._by_code = {(a.school, a.staff_code): a for a in self.accounts if a.staff_code}

    def learner(self, learner: Learner, claimed: frozenset[str] = frozenset()) -> Account | None:
        """A learner's account: by UPN, then by former UPN unless that one is `claimed`."""
        account = self._by_upn.get(learner.upn)
        if account is None and learner.former_upn and learner.former_upn not in claimed:
            account = self._by_upn.get(learner.former_upn)
        return account

    def upn(self, upn: str) -> Account | None:
        """The account that holds a UPN."""
        return self._by_upn.get(upn)

    def staff(self, school: str, code: str) -> Account | None:
        """The account with a staff code at one school; never another school's."""
        return self._by_code.get((school, code))


def claimed(learners: Iterable[Learner]) -> frozenset[str]:
    """The UPNs by which no former UPN finds an account: somebody's own, or named as former by several rows.

    Otherwise two learners could be given one account.
    """
    learners = tuple(learners)
    formers = Counter(learner.former_upn for learner in learners if learner.former_upn)
    several = {number for number, rows in formers.items() if rows > 1}
    return frozenset({learner.upn for learner in learners} | several)


@dataclass
class _Draft:
    """A plan being written."""

    school: str
    today: date
    pauses: Sequence[Pause]
    changes: list[Change] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    unchanged: int = 0
    seen: set[int] = field(default_factory=set)
    closed: frozenset[str] = frozenset()

    def change(self, kind: ChangeKind, record: Record, account: Account | None) -> None:
        self.changes.append(Change(kind, record, account, _after(kind, record, self.school)))

    def note(self, kind: NoteKind, record: Record, school: str | None = None) -> None:
        self.notes.append(Note(kind, record.kind, record.identifier, school))


def plan(extract: Extract, directory: Directory, pauses: Sequence[Pause], today: date) -> Plan:
    """The changes that make the directory agree with a school's extract on a day."""
    proposal = _Draft(extract.school, today, pauses, closed=directory.closed - {extract.school})
    taken = claimed(extract.learners)
    for record in extract.records:
        account = (
            directory.learner(record, taken)
            if isinstance(record, Learner)
            else directory.staff(extract.school, record.staff_code)
        )
        _consider(proposal, record, account)
    _note_vanished(proposal, extract, directory)
    return Plan(
        school=extract.school,
        today=today,
        changes=tuple(sorted(proposal.changes, key=lambda change: change.order)),
        notes=tuple(sorted(proposal.notes, key=lambda note: (note.kind, note.person, note.identifier))),
        rejections=tuple(sorted(extract.rejections, key=lambda row: (row.file, row.line))),
        unchanged=proposal.unchanged,
    )


def _consider(proposal: _Draft, record: Record, account: Account | None) -> None:
    """One record and the account found for it, by the contract's table."""
    if account is not None:
        proposal.seen.add(account.id)
        if account.school == proposal.school and name_differs(record, account):
            proposal.note(NoteKind.NAME_DIFFERS, record)
    if is_leaver(record, proposal.today):
        _consider_leaver(proposal, record, account)
    elif is_on_roll(record, proposal.today):
        _consider_on_roll(proposal, record, account)


def _consider_leaver(proposal: _Draft, record: Record, account: Account | None) -> None:
    if account is None or account.school != proposal.school or not account.active:
        return
    if paused_until(record, proposal.pauses, proposal.today):
        proposal.note(NoteKind.PAUSED, record)
    else:
        proposal.change(ChangeKind.RELEASE, record, account)


def _consider_on_roll(proposal: _Draft, record: Record, account: Account | None) -> None:
    if account is None:
        proposal.change(ChangeKind.CREATE, record, None)
    elif is_free(account, proposal.closed):
        another = account.school != proposal.school
        proposal.change(ChangeKind.MATCH if another else ChangeKind.REACTIVATE, record, account)
    elif account.school != proposal.school:
        proposal.note(NoteKind.BLOCKED, record, account.school)
    elif isinstance(record, Learner) and details_differ(record, account):
        proposal.change(ChangeKind.UPDATE, record, account)
    else:
        proposal.unchanged += 1


def _note_vanished(proposal: _Draft, extract: Extract, directory: Directory) -> None:
    """Active accounts without any row, of kinds that the extract covers; a rejected row is a row."""
    rejected = {(row.kind, row.identifier) for row in extract.rejections if row.identifier}
    for account in directory.accounts:
        ours = account.school == proposal.school and account.active and account.kind in extract.covers
        if ours and account.id not in proposal.seen and (account.kind, account.identifier) not in rejected:
            proposal.notes.append(Note(NoteKind.VANISHED, account.kind, account.identifier))


_ACTIVE, _INACTIVE = Status.ACTIVE.value, Status.INACTIVE.value


def _after(kind: ChangeKind, record: Record, school: str) -> dict[str, str | None]:
    """The fields that a change sets; names only on a new account, for Hwb keeps them."""
    if kind is ChangeKind.RELEASE:
        return {"status": _INACTIVE, "released_from": school}
    after: dict[str, str | None] = {}
    if isinstance(record, Learner):
        after |= {"upn": record.upn, "year_group": record.year_group, "class_name": record.class_name}
    if kind is ChangeKind.UPDATE:
        return after
    after |= {"status": _ACTIVE, "school": school, "released_from": None}
    if kind is ChangeKind.CREATE:
        after |= {"surname": record.surname, "forename": record.forename}
        if not isinstance(record, Learner):
            after["staff_code"] = record.staff_code
    return after
