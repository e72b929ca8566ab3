"""What a run wants to change, whom it leaves unchanged, and whose account is in doubt."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from provisioning.ids import SchoolNumber
from provisioning.records.accounts import Account
from provisioning.records.changes import Change, digest
from provisioning.records.people import Key, Kind, Record
from provisioning.records.rejections import Rejection


class NoteKind(StrEnum):
    """Why a run left a person unchanged."""

    BLOCKED = "blocked"
    VANISHED = "vanished"
    PAUSED = "paused"
    REFUSED = "refused"
    NAME_DIFFERS = "name-differs"
    CELL_UNREAD = "cell-unread"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Note:
    """A person whom a run left unchanged, or of whom it left something out, and why.

    `school` is the school that blocks a learner, `column` the cell that could not be read, `replaced_by` the
    identifier of the only person in the MIS with the name of a person who has vanished.
    """

    kind: NoteKind
    person: Kind
    identifier: str
    school: SchoolNumber | None = None
    column: str | None = None
    replaced_by: str | None = None


class DoubtReason(StrEnum):
    """Why a person has to decide whose account it is."""

    IDENTITY_DOUBT = "identity-doubt"
    LOOKS_LIKE = "looks-like"


class IdentityAnswer(StrEnum):
    """What a person has decided about a record and an account in doubt."""

    SAME = "same"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A record that waits because its account may be another person's, or because its person may have one.

    `account` is the one found by the record's identifier, or with `looks-like` the one under another
    identifier; `person` a fingerprint of whom the record names (`provisioning.planning.same_person`).
    """

    reason: DoubtReason
    record: Record
    account: Account
    person: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a run: changes in order, notes, rejected rows, and the number of unchanged people.

    `doubts` are those who wait for a person's decision; `births` the dates of birth that the extract gives
    for accounts, by account id, as far as they are not known yet. `renamed` are the identifiers of accounts
    whose person stands, or seems to stand, in the extract under another one.
    """

    school: SchoolNumber
    today: date
    changes: tuple[Change, ...]
    notes: tuple[Note, ...]
    rejections: tuple[Rejection, ...]
    unchanged: int
    doubts: tuple[Doubt, ...] = ()
    births: tuple[tuple[int, date], ...] = ()
    renamed: frozenset[Key] = frozenset()

    @property
    def waits_for(self) -> frozenset[SchoolNumber]:
        """The schools at which learners on roll here are still active."""
        return frozenset(note.school for note in self.notes if note.kind is NoteKind.BLOCKED and note.school)

    @property
    def digest(self) -> str:
        """A hash of the plan's changes."""
        return digest(change.fingerprint for change in self.changes)
