"""Accounts that live on although they should have ended, with the cause of each.

What should end is what the planner would release, what it notes of leavers instead, and the accounts of
leavers whose rows are rejected.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from diagnostics.case import SchoolRecords
from diagnostics.case_reader import CaseReader
from knowledge.texts import Text, text
from provisioning.planning.directory import Directory
from provisioning.planning.other_identifiers import Answers
from provisioning.planning.plan import plan_endings
from provisioning.planning.refusals import refused_changes
from provisioning.planning.same_person import fingerprint
from provisioning.records.accounts import Account
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.extracts import Extract
from provisioning.records.people import MIS_KINDS, Key, Kind, Record, key_of
from provisioning.records.plans import IdentityAnswer, Note, NoteKind
from provisioning.records.rejections import Rejection
from provisioning.records.schools import School
from provisioning.rules import is_leaver, name_differs
from provisioning.store.runs import Run

_NOTED = {
    NoteKind.PAUSED: "paused",
    NoteKind.VANISHED: "vanished",
    NoteKind.DOUBTFUL: "identity-doubt",
}
"""Causes by the notes of a plan."""
_SOON = timedelta(days=7)
"""So long after its last successful run a school's client is expected to run again by itself."""


@dataclass(frozen=True)
class Lingering:
    """An account that lives on, the cause, and what is told of its holder besides the cause."""

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


def lingering(reader: CaseReader, directory: Directory) -> tuple[Lingering, ...]:
    """Return the accounts in `directory` that live on at the school of `reader`; none without an extract."""
    own, extract = reader.own, reader.own.extract
    if extract is None:
        return ()
    settled = reader.settled
    wanted = plan_endings(
        extract, directory, reader.pauses, reader.today, reader.answers, own.covered, settled
    )
    leavers = {record.key for record in settled.others if is_leaver(record, reader.today)}
    rejected = _rejected_leavers(extract, reader.today)
    causes = {
        **dict.fromkeys(rejected, "row-rejected"),
        **_causes_of_notes(wanted.notes, leavers),
        **causes_of_unmade(ChangeKind.RELEASE, wanted.changes, own),
    }
    if not causes:
        return ()
    accounts = active_accounts(own.school, directory)
    replaced = {key_of(note.person, note.identifier): note.replaced_by for note in wanted.notes}
    said = replaced, extract.by_key, reader.answers
    return tuple(
        Lingering(accounts[key], cause, _remark(cause, accounts[key], rejected.get(key), *said))
        for key, cause in sorted(causes.items())
        if key in accounts
    )


def overdue(found: Iterable[Lingering], reader: CaseReader) -> Sequence[Lingering]:
    """Return those of the accounts `found` that will end neither after a pause nor by a regular run.

    The accounts of a closed school wait for a run of its successor.
    """
    closed, successor = reader.school.is_closed(reader.today), reader.own.successor
    runner = reader.records_of(successor.number) if closed and successor else reader.own
    runs = runs_by_itself(runner.last_success, reader.now)
    by_itself = {"paused", "not-run-since-record"} if runs else {"paused"}
    return [account for account in found if account.cause not in by_itself]


def runs_by_itself(last: Run | None, now: datetime) -> bool:
    """Return whether a school's client, of whose runs `last` succeeded last, is expected to run again."""
    return last is not None and last.finished_at is not None and now - last.finished_at <= _SOON


def active_accounts(school: School, directory: Directory) -> dict[Key, Account]:
    """Return the active accounts of a school that come from its MIS."""
    return {
        account.key: account
        for account in directory.accounts
        if account.school == school.number and account.active and account.kind in MIS_KINDS
    }


def causes_of_unmade(kind: ChangeKind, changes: Iterable[Change], own: SchoolRecords) -> dict[Key, str]:
    """Return why each change of a kind among those planned for `own` has not been made yet, by account."""
    planned = [change for change in changes if change.kind is kind]
    fingerprint_of_extract = own.extract.fingerprint if own.extract else ""
    refused = set(map(id, refused_changes(planned, fingerprint_of_extract, own.refusals)))
    waiting = _waiting_for_a_run(own)
    return {
        change.account.key: "refused" if id(change) in refused else waiting
        for change in planned
        if change.account is not None
    }


def _waiting_for_a_run(own: SchoolRecords) -> str:
    """Return why a planned change that is not refused has not been made yet."""
    if own.latest_held:
        return "run-held"
    return "run-failed" if own.latest_failed else "not-run-since-record"


def _causes_of_notes(notes: Iterable[Note], leavers: set[Key]) -> dict[Key, str]:
    """Return the causes that a plan's `notes` give for `leavers`, and for people without a row in the MIS."""
    causes: dict[Key, str] = {}
    for note in notes:
        key = key_of(note.person, note.identifier)
        if note.kind in _NOTED and (note.kind is NoteKind.VANISHED or key in leavers):
            causes.setdefault(key, _NOTED[note.kind])
    return causes


def _rejected_leavers(extract: Extract, today: date) -> Mapping[Key, Rejection]:
    """Return the rejected rows that show a leaving date, of people without another row."""
    known = {record.key for record in extract.records}
    left = (row for row in extract.rejections if row.identifier and _shows_leaving(row, today))
    return {row.key: row for row in left if row.key not in known}


def _shows_leaving(row: Rejection, today: date) -> bool:
    """Return whether a rejected row shows a leaving date of today or earlier, also one that is doubted."""
    return is_leaver(row, today) or (row.doubted_leaving is not None and row.doubted_leaving <= today)


def _remark(
    cause: str,
    account: Account,
    row: Rejection | None,
    replaced: Mapping[Key, str | None],
    rows: Mapping[Key, Record],
    answers: Answers,
) -> Text | None:
    """Return what is told of an account's holder besides the cause, if there is anything.

    That is the fault of a rejected `row`, that the one under the account's identifier in `rows` is another
    person's by a decision, who has `replaced` the holder, or that the MIS has another name.
    """
    if cause == "row-rejected":
        return None if row is None else text(f"reason.{row.reason}", value=row.value)
    own = rows.get(account.key)
    if cause == "vanished":
        if own is not None and answers.get((account.id, fingerprint(own))) is IdentityAnswer.ANOTHER:
            return text("note.of-another")
        other = replaced.get(account.key)
        return text("note.replaced", identifier=other) if other else None
    return text("note.name-is-another") if own is not None and name_differs(own, account) else None
