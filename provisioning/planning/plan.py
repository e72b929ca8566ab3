"""What a run should change: pure, from an extract, the accounts, the key dates' pauses and a day.

The predicates by which it decides stand in `provisioning.rules`, where the diagnosis finds them too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from knowledge.models import Pause
from provisioning.ids import SchoolNumber
from provisioning.planning.directory import Directory, claimed
from provisioning.planning.identity import Owner, believed, owner, rejected_for_upn
from provisioning.planning.other_identifiers import NO_ANSWERS, Answers, ByAnotherIdentifier, Namesakes
from provisioning.records.accounts import Account, Status
from provisioning.records.changes import Change, ChangeKind, in_order
from provisioning.records.extracts import Covered, Extract
from provisioning.records.people import Key, Kind, Learner, Record
from provisioning.records.plans import Doubt, DoubtReason, Note, NoteKind, Plan
from provisioning.records.rejections import Rejection
from provisioning.rules import (
    class_differs,
    details_differ,
    has_joined,
    is_earlier_stay,
    is_free,
    is_leaver,
    is_on_roll,
    name_differs,
    paused_until,
    rejected_for_names,
)

_NOTHING_APPLIED: Mapping[Key, Covered] = MappingProxyType({})


@dataclass
class _Draft:
    """A plan being written."""

    school: str
    today: date
    lead: timedelta
    pauses: Sequence[Pause]
    file_of: Mapping[Kind, str]
    applied: Mapping[Key, Covered]
    changes: list[Change] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    births: list[tuple[int, date]] = field(default_factory=list)
    renamed: set[Key] = field(default_factory=set)
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


@dataclass(frozen=True)
class Settled:
    """The ids of the accounts whose people evidently keep them, and the records of all `others`."""

    accounts: frozenset[int]
    others: tuple[Record, ...]


_NONE_SETTLED = Settled(frozenset(), ())
"""Where every record is planned."""


def plan(
    extract: Extract,
    directory: Directory,
    pauses: Sequence[Pause],
    today: date,
    answers: Answers | None = NO_ANSWERS,
    applied: Mapping[Key, Covered] = _NOTHING_APPLIED,
) -> Plan:
    """Return the changes that make the directory agree with a school's extract on a day.

    `answers` is what people have decided about accounts in doubt; None where identifiers are believed, as
    the portal's client does. `applied` are the records of the extract that was applied last.
    """
    return _planned(extract, directory, pauses, today, answers, applied)


def plan_endings(
    extract: Extract,
    directory: Directory,
    pauses: Sequence[Pause],
    today: date,
    answers: Answers,
    applied: Mapping[Key, Covered] = _NOTHING_APPLIED,
    settled: Settled | None = None,
) -> Plan:
    """Return what `plan` returns but for people who evidently keep the account that they have here.

    It tells which accounts end: it has every release, every note of a leaver or of an account without
    row, and every doubt. Updates and what is noted of those who keep their accounts are left out. They are
    those of `settled`, which is found where it is not given.
    """
    kept = settle(extract, directory) if settled is None else settled
    return _planned(extract, directory, pauses, today, answers, applied, kept)


def _planned(
    extract: Extract,
    directory: Directory,
    pauses: Sequence[Pause],
    today: date,
    answers: Answers | None,
    applied: Mapping[Key, Covered],
    settled: Settled = _NONE_SETTLED,
) -> Plan:
    closed = directory.closed - {extract.school}
    draft = _Draft(extract.school, today, extract.lead, pauses, extract.file_of, applied, closed=closed)
    taken = claimed(extract.learners)
    known = None
    if answers is not None and directory.accounts:
        known = ByAnotherIdentifier(extract, directory.accounts, answers, today, settled.accounts)
    records: Sequence[Record] = extract.records
    if known is None or not known.decided:
        records = settled.others if settled.accounts else records
        draft.seen |= settled.accounts
        records = _consider_staying(draft, records, directory.each(records, extract.school, taken))
        known = known and known.apart_from(frozenset(draft.seen))
    in_turn = _in_order(records, known)
    for record, found in zip(in_turn, directory.each(in_turn, extract.school, taken), strict=True):
        _consider(
            draft, record, owner(record, found, known, answers or NO_ANSWERS) if known else believed(found)
        )
    rejections = (*extract.rejections, *draft.rejections)
    _note_vanished(draft, extract, directory)
    return Plan(
        school=extract.school,
        today=today,
        changes=tuple(in_order(draft.changes)),
        notes=tuple(sorted(draft.notes, key=lambda note: (note.kind, note.person, note.identifier))),
        rejections=tuple(sorted(rejections, key=lambda row: (row.file, row.line))),
        unchanged=draft.unchanged,
        doubts=tuple(draft.doubts),
        births=tuple(draft.births),
        renamed=frozenset(draft.renamed),
    )


def settle(extract: Extract, directory: Directory) -> Settled:
    """Tell the people of an extract who evidently keep the account that they have here from all others."""
    school, taken = extract.school, claimed(extract.learners)
    kept, others = set[int](), list[Record]()
    records = extract.records
    for record, account in zip(records, directory.each(records, school, taken), strict=True):
        if account is not None and _keeps(record, account, school):
            kept.add(account.id)
        else:
            others.append(record)
    return Settled(frozenset(kept), tuple(others))


def _in_order(records: Sequence[Record], known: ByAnotherIdentifier | None) -> Sequence[Record]:
    """Return records that a person has given an account first, so that no other record takes it."""
    decided = known.decided if known is not None else {}
    return sorted(records, key=lambda record: record.key not in decided) if decided else records


def _keeps(record: Record, account: Account, school: str) -> bool:
    """Return whether a person evidently keeps the `account` that was found for their `record`.

    It is active at the `school`, in exactly the record's names, and no leaving date is known.
    """
    return (
        record.leaving_date is None
        and record.surname == account.surname
        and record.forename == account.forename
        and account.school == school
        and account.status is Status.ACTIVE
    )


def _consider_staying(
    draft: _Draft, records: Sequence[Record], found: Sequence[Account | None]
) -> list[Record]:
    """Do what `_consider` does for people who just stay, and return the records of all others.

    For them, nearly all people, nothing is left to decide: `found` are the accounts under their identifiers.
    """
    others = list[Record]()
    for record, account in zip(records, found, strict=True):
        if account is None or not _just_stays(draft, record, account):
            others.append(record)
            continue
        draft.seen.add(account.id)
        if isinstance(record, Learner):
            _notice_birth(draft, record, account)
        if not has_joined(record, draft.today, draft.lead):
            continue
        if isinstance(record, Learner) and class_differs(record, account):
            draft.change(ChangeKind.UPDATE, record, account)
        else:
            draft.unchanged += 1
    return others


def _just_stays(draft: _Draft, record: Record, account: Account) -> bool:
    """Return whether all there is to see to is where the `account` shows the person, as of nearly all."""
    return (
        _keeps(record, account, draft.school)
        and not record.unread
        and account.id not in draft.seen
        and (
            account.upn == record.upn
            if isinstance(record, Learner)
            else account.staff_code == record.staff_code
        )
    )


def _consider(draft: _Draft, record: Record, whose: Owner) -> None:
    """Plan the change of one record and the account found for it."""
    for column, _ in record.unread:
        draft.notes.append(Note(NoteKind.CELL_UNREAD, record.kind, record.identifier, column=column))
    if record.leaving_date is not None and is_earlier_stay(record, draft.applied.get(record.key)):
        return  # the present stay has no row, and absence ends nothing
    account = whose.account
    if account is not None and account.id in draft.seen and whose.doubt is None:
        # Two records are said to be one person: the first gets the account, the other waits for the next run.
        draft.note(NoteKind.DOUBTFUL, record)
        return
    if account is not None:
        draft.seen.add(account.id)
        if account.key != record.key and not _is_of_another(whose):
            draft.renamed.add(account.key)
    if whose.doubt is None:
        _notice(draft, record, account)
    if is_leaver(record, draft.today):
        _consider_leaver(draft, record, whose)
    elif is_on_roll(record, draft.today, draft.lead):
        _consider_on_roll(draft, record, whose)


def _is_of_another(whose: Owner) -> bool:
    """Return whether the account found by an identifier seems to be another person's."""
    return whose.doubt is not None and whose.doubt.reason is DoubtReason.IDENTITY_DOUBT


def _notice(draft: _Draft, record: Record, account: Account | None) -> None:
    """Note what a record shows of its account besides changes: another name, a date of birth."""
    if account is None or account.school != draft.school:
        return
    if name_differs(record, account):
        draft.note(NoteKind.NAME_DIFFERS, record)
    if isinstance(record, Learner):
        _notice_birth(draft, record, account)


def _notice_birth(draft: _Draft, learner: Learner, account: Account) -> None:
    born = learner.date_of_birth
    if born is not None and born != account.date_of_birth:
        draft.births.append((account.id, born))


def _consider_leaver(draft: _Draft, record: Record, whose: Owner) -> None:
    if isinstance(record, Learner) and whose.not_theirs is not None:
        draft.rejections.append(rejected_for_upn(record, draft.file_of[record.kind]))
    if whose.account is None or not _ends(whose.account, draft):
        return
    if whose.doubt is not None:
        draft.doubt(whose.doubt)
    elif paused_until(record, draft.pauses, draft.today):
        draft.note(NoteKind.PAUSED, record)
    else:
        draft.change(ChangeKind.RELEASE, record, whose.account)


def _ends(account: Account, draft: _Draft) -> bool:
    """Return whether a leaver's row would end an account."""
    return account.school == draft.school and account.active


def _consider_on_roll(draft: _Draft, record: Record, whose: Owner) -> None:
    if whose.doubt is not None:
        draft.doubt(whose.doubt)
        return
    if whose.not_theirs is not None and isinstance(record, Learner):
        draft.rejections.append(rejected_for_upn(record, draft.file_of[record.kind]))
        return
    if whose.account is None and record.damaged_names:
        draft.rejections.append(rejected_for_names(record, draft.file_of[record.kind]))
        return
    if whose.not_theirs is not None:
        draft.seen.add(whose.not_theirs.id)
        draft.changes.append(_release_of_code(record, whose.not_theirs, draft.school))
    account = whose.account
    if account is None:
        draft.change(ChangeKind.CREATE, record, None)
    elif is_free(account, draft.closed):
        another = account.school != draft.school
        draft.change(ChangeKind.MATCH if another else ChangeKind.REACTIVATE, record, account)
    elif account.school != draft.school:
        draft.note(NoteKind.BLOCKED, record, account.school)
    elif details_differ(record, account):
        draft.change(ChangeKind.UPDATE, record, account)
    else:
        draft.unchanged += 1


def _release_of_code(record: Record, account: Account, school: str) -> Change:
    """Return the release of an account whose staff code now belongs to another person.

    It clears the code, so that the new account can have it.
    """
    ends = {"status": _INACTIVE, "released_from": school} if account.active else {}
    return Change(ChangeKind.RELEASE, record, account, {**ends, "staff_code": None})


def _note_vanished(draft: _Draft, extract: Extract, directory: Directory) -> None:
    """Note active accounts without any row, of kinds that the extract covers.

    A row that the extract rejects is a row of its identifier's person; not so one that is rejected because a
    person has decided that it is another's.
    """
    rejected = {row.key for row in extract.rejections if row.identifier}
    namesakes = Namesakes(extract)
    for account in directory.accounts:
        if account.id in draft.seen:  # as nearly all are
            continue
        ours = account.school == draft.school and account.active and account.kind in extract.covers
        if ours and account.key not in rejected:
            namesake = namesakes.of(account)
            replaced_by = namesake.identifier if namesake else None
            draft.notes.append(
                Note(NoteKind.VANISHED, account.kind, account.identifier, replaced_by=replaced_by)
            )


_ACTIVE, _INACTIVE = Status.ACTIVE.value, Status.INACTIVE.value


def _after(kind: ChangeKind, record: Record, school: str) -> dict[str, str | None]:
    """Return the fields that a change sets; names only on a new account, for Hwb keeps them.

    A class that the source does not tell stays as it is; another school's class is left behind.
    """
    if kind is ChangeKind.RELEASE:
        return {"status": _INACTIVE, "released_from": school}
    after: dict[str, str | None] = {}
    if isinstance(record, Learner):
        after = {"upn": record.upn, "year_group": record.year_group}
        if record.class_name is not None or kind is ChangeKind.CREATE or kind is ChangeKind.MATCH:
            after["class_name"] = record.class_name
    if kind is ChangeKind.UPDATE:
        return after if isinstance(record, Learner) else {"staff_code": record.staff_code}
    after |= {"status": _ACTIVE, "school": school, "released_from": None}
    if kind is ChangeKind.CREATE:
        after |= {"surname": record.surname, "forename": record.forename}
        if not isinstance(record, Learner):
            after["staff_code"] = record.staff_code
    return after
