"""What a run should change: pure, from an extract, the accounts, the key dates' pauses and a day.

The rules are the contract's table in section 3; their predicates stand in `provisioning.rules`,
where the diagnosis finds them too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from knowledge.models import Pause
from provisioning.ids import SchoolNumber
from provisioning.planning.directory import Directory, claimed, find
from provisioning.planning.identity import NO_ANSWERS, Answers, ByAnotherIdentifier, Owner, owner, rejection
from provisioning.records.accounts import Account, Status
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind, Learner, Record
from provisioning.records.plans import Doubt, Note, NoteKind, Plan
from provisioning.records.rejections import Rejection
from provisioning.rules import (
    damaged,
    details_differ,
    is_free,
    is_leaver,
    is_on_roll,
    name_differs,
    paused_until,
)


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
    doubts: list[Doubt] = field(default_factory=list)
    births: list[tuple[int, date]] = field(default_factory=list)
    unchanged: int = 0
    seen: set[int] = field(default_factory=set)
    closed: frozenset[str] = frozenset()

    def change(self, kind: ChangeKind, record: Record, account: Account | None) -> None:
        self.changes.append(Change(kind, record, account, _after(kind, record, self.school)))

    def doubt(self, doubt: Doubt) -> None:
        self.doubts.append(doubt)
        self.note(NoteKind.DOUBTFUL, doubt.record)

    def note(self, kind: NoteKind, record: Record, school: SchoolNumber | None = None) -> None:
        self.notes.append(Note(kind, record.kind, record.identifier, school))


def plan(
    extract: Extract,
    directory: Directory,
    pauses: Sequence[Pause],
    today: date,
    answers: Answers | None = NO_ANSWERS,
) -> Plan:
    """Return the changes that make the directory agree with a school's extract on a day.

    `answers` is what people have decided about accounts in doubt; None where identifiers are believed, as
    the portal's client does.
    """
    closed = directory.closed - {extract.school}
    proposal = _Draft(extract.school, today, pauses, extract.file_of, closed=closed)
    taken = claimed(extract.learners)
    known = None if answers is None else ByAnotherIdentifier(extract, directory.accounts)
    for record in extract.records:
        found = find(record, extract.school, directory, taken)
        _consider(
            proposal, record, owner(record, found, known, answers or NO_ANSWERS) if known else Owner(found)
        )
    rejections = (*extract.rejections, *proposal.rejections)
    _note_vanished(proposal, extract, directory, rejections)
    return Plan(
        school=extract.school,
        today=today,
        changes=tuple(sorted(proposal.changes, key=lambda change: change.order)),
        notes=tuple(sorted(proposal.notes, key=lambda note: (note.kind, note.person, note.identifier))),
        rejections=tuple(sorted(rejections, key=lambda row: (row.file, row.line))),
        unchanged=proposal.unchanged,
        doubts=tuple(proposal.doubts),
        births=tuple(proposal.births),
    )


def _consider(proposal: _Draft, record: Record, of: Owner) -> None:
    """Plan the change of one record and the account found for it, by the contract's table."""
    for column, _ in record.unread:
        proposal.notes.append(Note(NoteKind.CELL_UNREAD, record.kind, record.identifier, column=column))
    account = of.account
    if account is not None:
        proposal.seen.add(account.id)
    if of.doubt is None:
        _notice(proposal, record, account)
    if is_leaver(record, proposal.today):
        _consider_leaver(proposal, record, of)
    elif is_on_roll(record, proposal.today):
        _consider_on_roll(proposal, record, of)


def _notice(proposal: _Draft, record: Record, account: Account | None) -> None:
    """Note what a record shows of its account besides changes: another name, a date of birth."""
    if account is None or account.school != proposal.school:
        return
    if name_differs(record, account):
        proposal.note(NoteKind.NAME_DIFFERS, record)
    born = record.date_of_birth if isinstance(record, Learner) else None
    if born is not None and born != account.date_of_birth:
        proposal.births.append((account.id, born))


def _consider_leaver(proposal: _Draft, record: Record, of: Owner) -> None:
    if isinstance(record, Learner) and of.not_theirs is not None:
        proposal.rejections.append(rejection(record))
    if of.account is None or not _ends(of.account, proposal):
        return
    if of.doubt is not None:
        proposal.doubt(of.doubt)
    elif paused_until(record, proposal.pauses, proposal.today):
        proposal.note(NoteKind.PAUSED, record)
    else:
        proposal.change(ChangeKind.RELEASE, record, of.account)


def _ends(account: Account, proposal: _Draft) -> bool:
    """Return whether a leaver's row would end an account."""
    return account.school == proposal.school and account.active


def _consider_on_roll(proposal: _Draft, record: Record, of: Owner) -> None:
    if of.doubt is not None:
        proposal.doubt(of.doubt)
        return
    if of.not_theirs is not None and isinstance(record, Learner):
        proposal.rejections.append(rejection(record))
        return
    if of.account is None and record.damaged_names:
        proposal.rejections.append(damaged(record, proposal.file_of[record.kind]))
        return
    if of.not_theirs is not None:
        proposal.seen.add(of.not_theirs.id)
        proposal.changes.append(_made_way(record, of.not_theirs, proposal.school))
    account = of.account
    if account is None:
        proposal.change(ChangeKind.CREATE, record, None)
    elif is_free(account, proposal.closed):
        another = account.school != proposal.school
        proposal.change(ChangeKind.MATCH if another else ChangeKind.REACTIVATE, record, account)
    elif account.school != proposal.school:
        proposal.note(NoteKind.BLOCKED, record, account.school)
    elif details_differ(record, account):
        proposal.change(ChangeKind.UPDATE, record, account)
    else:
        proposal.unchanged += 1


def _made_way(record: Record, account: Account, school: str) -> Change:
    """Return the release of an account whose staff code now belongs to another person.

    It clears the code, so that the new account can have it.
    """
    ends = {"status": _INACTIVE, "released_from": school} if account.active else {}
    return Change(ChangeKind.RELEASE, record, account, {**ends, "staff_code": None})


def _note_vanished(
    proposal: _Draft, extract: Extract, directory: Directory, rejections: Iterable[Rejection]
) -> None:
    """Note active accounts without any row, of kinds that the extract covers; a rejected row is a row."""
    rejected = {row.key for row in rejections if row.identifier}
    for account in directory.accounts:
        ours = account.school == proposal.school and account.active and account.kind in extract.covers
        if ours and account.id not in proposal.seen and account.key not in rejected:
            proposal.notes.append(Note(NoteKind.VANISHED, account.kind, account.identifier))


_ACTIVE, _INACTIVE = Status.ACTIVE.value, Status.INACTIVE.value


def _after(kind: ChangeKind, record: Record, school: str) -> dict[str, str | None]:
    """Return the fields that a change sets; names only on a new account, for Hwb keeps them.

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
        return after if isinstance(record, Learner) else {"staff_code": record.staff_code}
    after |= {"status": _ACTIVE, "school": school, "released_from": None}
    if kind is ChangeKind.CREATE:
        after |= {"surname": record.surname, "forename": record.forename}
        if not isinstance(record, Learner):
            after["staff_code"] = record.staff_code
    return after
