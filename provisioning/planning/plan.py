"""What a run should change: pure, from an extract, the accounts, the key dates' pauses and a day.

The rules are the contract's table in section 3; their predicates stand in `provisioning.rules`,
where the diagnosis finds them too.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from knowledge.models import Pause
from provisioning.ids import SchoolNumber
from provisioning.records import (
    Account,
    Change,
    ChangeKind,
    Extract,
    Kind,
    Learner,
    Note,
    NoteKind,
    Plan,
    Record,
    Rejection,
    Status,
)
from provisioning.rules import (
    damaged,
    details_differ,
    is_leaver,
    is_on_roll,
    name_differs,
    paused_until,
    released_by_another,
)


class Directory:
    """The accounts that a plan looks at, found by UPN or by school and staff code.

    Needs every account of the school and, of other schools, those that hold a UPN of the extract.
    """

    def __init__(self, accounts: Iterable[Account]) -> None:
        self.accounts = tuple(accounts)
        self._by_upn: dict[str, Account] = {a.upn: a for a in self.accounts if a.upn}
        self._by_code: dict[tuple[str, str], Account] = {
            (a.school, a.staff_code): a for a in self.accounts if a.staff_code
        }

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
    file_of: Mapping[Kind, str]
    changes: list[Change] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    unchanged: int = 0
    seen: set[int] = field(default_factory=set)

    def change(self, kind: ChangeKind, record: Record, account: Account | None) -> None:
        self.changes.append(Change(kind, record, account, _after(kind, record, self.school)))

    def note(self, kind: NoteKind, record: Record, school: SchoolNumber | None = None) -> None:
        self.notes.append(Note(kind, record.kind, record.identifier, school))


def plan(extract: Extract, directory: Directory, pauses: Sequence[Pause], today: date) -> Plan:
    """The changes that make the directory agree with a school's extract on a day."""
    proposal = _Draft(extract.school, today, pauses, extract.file_of)
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
        rejections=tuple(
            sorted((*extract.rejections, *proposal.rejections), key=lambda row: (row.file, row.line))
        ),
        unchanged=proposal.unchanged,
    )


def _consider(proposal: _Draft, record: Record, account: Account | None) -> None:
    """One record and the account found for it, by the contract's table."""
    for column, _ in record.unread:
        proposal.notes.append(Note(NoteKind.CELL_UNREAD, record.kind, record.identifier, column=column))
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
    if account is None and record.damaged_names:
        proposal.rejections.append(damaged(record, proposal.file_of[record.kind]))
    elif account is None:
        proposal.change(ChangeKind.CREATE, record, None)
    elif not account.active:
        another = released_by_another(account, proposal.school)
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
    """The fields that a change sets; names only on a new account, for Hwb keeps them.

    A class that the source does not tell stays as it is; another school's class is left behind.
    """
    if kind is ChangeKind.RELEASE:
        return {"status": _INACTIVE, "released_from": school}
    after: dict[str, str | None] = {}
    if isinstance(record, Learner):
        after |= {"upn": record.upn, "year_group": record.year_group}
        if record.class_name is not None or kind in (ChangeKind.CREATE, ChangeKind.MATCH):
            after["class_name"] = record.class_name
    if kind is ChangeKind.UPDATE:
        return after
    after |= {"status": _ACTIVE, "school": school, "released_from": None}
    if kind is ChangeKind.CREATE:
        after |= {"surname": record.surname, "forename": record.forename}
        if not isinstance(record, Learner):
            after["staff_code"] = record.staff_code
    return after
