"""Everybody who has left a school, or has no row in its MIS, and whose account there is active, by cause.

Pure but for the reading: what the planner would release, and what it notices, is what is still to end.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from diagnostics.case import SchoolRecords
from diagnostics.case_reader import CaseReader
from diagnostics.verdict import Next
from diagnostics.walk import About, closed_move, headline, next_move
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.texts import Text, text
from provisioning.planning.directory import Directory
from provisioning.planning.plan import plan
from provisioning.planning.refusals import refused_changes
from provisioning.records.accounts import Account
from provisioning.records.changes import ChangeKind
from provisioning.records.extracts import Extract
from provisioning.records.people import MIS_KINDS, Kind
from provisioning.records.plans import NoteKind
from provisioning.records.rejections import Rejection
from provisioning.records.schools import School
from provisioning.rules import is_leaver, name_differs
from provisioning.runs.school_run import Provisioning

_Key = tuple[Kind, str]
_NOTED = {
    NoteKind.PAUSED: "paused",
    NoteKind.VANISHED: "vanished",
    NoteKind.DOUBTFUL: "identity-doubt",
}
"""Causes by the notes of a plan."""


@dataclass(frozen=True)
class Lingering:
    """Somebody whose account lives on: the account, the cause, and what is wrong with a rejected row."""

    account: Account
    cause: str
    reason: Text | None = None

    @property
    def kind(self) -> Kind:
        """Whether it is a learner or a member of staff."""
        return self.account.kind

    @property
    def identifier(self) -> str:
        """The UPN or staff code."""
        return self.account.identifier


@dataclass(frozen=True)
class LingeringGroup:
    """Accounts that live on for one cause, and whose move it is."""

    cause: str
    people: tuple[Lingering, ...]
    headline: Text
    next: Next

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The UPNs and staff codes."""
        return tuple(one.identifier for one in self.people)


@dataclass(frozen=True)
class StillActive:
    """A school's accounts that should have ended, by cause in the order in which to mend them.

    `records` is what stands about the school; where its extract can't be read, `records.problem` says why.
    """

    school: School
    groups: tuple[LingeringGroup, ...]
    records: SchoolRecords

    @property
    def count(self) -> int:
        """How many accounts live on."""
        return sum(len(group.people) for group in self.groups)

    @property
    def problem(self) -> Text | None:
        """Why it can't be told, where the extract can't be read."""
        return self.records.problem


def still_active(provisioning: Provisioning, school: str) -> StillActive:
    """Return the accounts of a school that should have ended, as the records stand now.

    Raises `KnownError` where the school is unknown.
    """
    with provisioning.database.reading() as session:
        look = CaseReader(provisioning, session, school)
        extract = look.own.extract
        directory = look.directory(extract.learners if extract else ())
    people = lingering(look, directory)
    groups = _groups(people, look, provisioning.knowledge)
    if extract is None:
        groups = (_group("extract-unreadable", (), look, provisioning.knowledge),)
    return StillActive(look.school, groups, look.own)


def lingering(look: CaseReader, directory: Directory) -> tuple[Lingering, ...]:
    """Return those whose accounts live on, of a school that has been read,
    with the accounts that it looks at.
    """
    own, extract = look.own, look.own.extract
    if extract is None:
        return ()
    wanted = plan(extract, directory, look.pauses, look.today, look.answers)
    releases = [change for change in wanted.changes if change.kind is ChangeKind.RELEASE]
    refused = set(map(id, refused_changes(releases, extract.fingerprint, own.refusals)))
    waiting = _waiting_for_a_run(own)
    found: dict[_Key, str] = {}
    accounts = _here(own.school, directory)
    for change in releases:
        if change.account is not None:
            cause = "refused" if id(change) in refused else waiting
            found[_key(change.account.kind, change.account.identifier)] = cause
    leavers = {_key(one.kind, one.identifier) for one in extract.records if is_leaver(one, look.today)}
    for note in wanted.notes:
        cause, key = _NOTED.get(note.kind, ""), _key(note.person, note.identifier)
        if cause and (note.kind is NoteKind.VANISHED or key in leavers):
            found.setdefault(key, cause)
    rejected = _left_by_a_rejected_row(extract.rejections, look)
    known = {_key(one.kind, one.identifier) for one in extract.records}
    for key in rejected.keys() - known:
        found.setdefault(key, "row-rejected")
    return tuple(
        Lingering(accounts[key], cause, _noted(cause, accounts[key], rejected.get(key), extract))
        for key, cause in sorted(found.items())
        if key in accounts
    )


_SOON = timedelta(days=7)


def overdue(people: Iterable[Lingering], look: CaseReader) -> int:
    """Return how many accounts live on that nothing will end by itself:
    not by a pause, nor by the next run.
    """
    last = look.own.last_success
    runs = last is not None and last.finished_at is not None and look.now - last.finished_at <= _SOON
    by_itself = {"paused", "not-run-since-record"} if runs else {"paused"}
    return sum(one.cause not in by_itself for one in people)


def _here(school: School, directory: Directory) -> dict[_Key, Account]:
    return {
        _key(one.kind, one.identifier): one
        for one in directory.accounts
        if one.school == school.number and one.active and one.kind in MIS_KINDS
    }


def _left_by_a_rejected_row(rows: Iterable[Rejection], look: CaseReader) -> Mapping[_Key, Rejection]:
    """Return the rejected rows that show a leaving date, by whom they are about."""
    left = (row for row in rows if row.identifier and is_leaver(row, look.today))
    return {_key(row.kind, row.identifier): row for row in left}


def _key(kind: Kind, identifier: str) -> _Key:
    """By whom an account and a row are the same person's; codes and UPNs are compared without case."""
    return kind, identifier.casefold()


def _waiting_for_a_run(own: SchoolRecords) -> str:
    """Return why the release of a leaver's account has not been made yet."""
    if own.latest_held:
        return "run-held"
    return "run-failed" if own.latest_failed else "not-run-since-record"


def _noted(cause: str, account: Account, row: Rejection | None, extract: Extract) -> Text | None:
    """Return what is told of one of them besides the cause:
    a row's fault, a namesake in the MIS, another name.
    """
    if cause == "row-rejected":
        return None if row is None else text(f"reason.{row.reason}", value=row.value)
    of_kind = [one for one in extract.records if one.kind is account.kind]
    if cause == "vanished":
        same = [one for one in of_kind if (one.surname, one.forename) == (account.surname, account.forename)]
        return text("note.replaced", identifier=same[0].identifier) if len(same) == 1 else None
    here = _key(account.kind, account.identifier)
    own = next((one for one in of_kind if _key(one.kind, one.identifier) == here), None)
    return text("note.name-is-another") if own is not None and name_differs(own, account) else None


def _groups(
    people: Iterable[Lingering], look: CaseReader, knowledge: Knowledge
) -> tuple[LingeringGroup, ...]:
    by_cause: defaultdict[str, list[Lingering]] = defaultdict(list)
    for one in people:
        by_cause[one.cause].append(one)
    order = sorted(by_cause, key=knowledge.mending_order)
    return tuple(_group(cause, by_cause[cause], look, knowledge) for cause in order)


def _group(cause: str, people: Iterable[Lingering], look: CaseReader, knowledge: Knowledge) -> LingeringGroup:
    people = tuple(people)
    one = people[0].identifier if len(people) == 1 else Text("missing.people", {"count": len(people)})
    about = About(look.school, one, ())
    entry = knowledge.entry_asking(Question.WHY_MISSING, Kind.LEARNER).id
    return LingeringGroup(
        cause=cause,
        people=people,
        headline=headline(cause, about),
        next=closed_move(look.own, look.today, knowledge)
        or next_move(about, knowledge.next_step(cause, entry, look.today), knowledge),
    )
