"""The values that the service desk works with."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from diagnostics.verdict import Diagnosis, Next, Verdict
from knowledge.ids import Question
from knowledge.texts import Language, Text

HWB = "hwb"
"""Who acts where nobody does: the bot itself."""
TEXT_LENGTH = 4_000
"""Characters that are kept of what somebody wrote."""
NOTE_LENGTH = 500
DESK = "service-desk"


class CaseState(StrEnum):
    """Where a case stands."""

    NEW = "new"
    TAKEN = "taken"
    WAITING = "waiting"
    RESOLVED = "resolved"


class EnquirySource(StrEnum):
    """How a case came in: pasted, by a message's shortcut, from a diagnosis, or by the command line."""

    PASTED = "pasted"
    MESSAGE = "message"
    DIAGNOSIS = "diagnosis"
    CLI = "cli"


class EventKind(StrEnum):
    """What can happen to a case."""

    OPENED = "opened"
    JOINED = "joined"
    FILLED_IN = "filled-in"
    TAKEN = "taken"
    HANDED_OVER = "handed-over"
    WAITS = "waits"
    WAITED = "waited"
    ANSWERED = "answered"
    SENT_OUT = "sent-out"
    CHANGED = "changed"
    RESOLVED = "resolved"
    REOPENED = "reopened"


class Party(StrEnum):
    """Whom a case can wait for."""

    SCHOOL = "school"
    MIS_ADMINISTRATOR = "mis-administrator"
    PROVISIONING_MANAGER = "provisioning-manager"
    PREVIOUS_SCHOOL = "previous-school"
    LOCAL_AUTHORITY = "local-authority"
    WRITER = "writer"
    HWB_DESK = "hwb-desk"


class Resolution(StrEnum):
    """Why a case is resolved."""

    ANSWERED = "answered"
    PUT_RIGHT = "put-right"
    THERE = "there"
    NO_REPLY = "no-reply"
    DUPLICATE = "duplicate"
    NOT_OURS = "not-ours"


@dataclass(frozen=True)
class Finding:
    """What a diagnosis found, as it is kept with a case."""

    entry: str
    identifier: str
    cause: str
    headline: Text
    steps: tuple[Verdict, ...]
    next: Next

    @classmethod
    def of(cls, found: Diagnosis) -> "Finding":
        """What is kept of a diagnosis."""
        return cls(found.entry, found.identifier, found.cause, found.headline, found.steps, found.next)


@dataclass(frozen=True)
class DeskCase:
    """A case: what is asked about whom at which school, what was found, and whose it is now.

    `number` is 0 until it is stored. Of a case that has yet to be filled in, school, question or identifier
    are not known; `entry` alone is where the question is about the guide and not about a person.
    `revision` grows with every change that a reader can see.
    """

    number: int
    opened_at: datetime
    opened_by: str
    language: Language
    state: CaseState = CaseState.NEW
    school: str | None = None
    question: Question | None = None
    identifier: str | None = None
    entry: str | None = None
    found: Finding | None = None
    taken_by: str | None = None
    waiting_for: Party | None = None
    waiting_until: date | None = None
    reason: Resolution | None = None
    resolved_at: datetime | None = None
    revision: int = 0

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.state is not CaseState.RESOLVED

    @property
    def cause(self) -> str | None:
        """What stands in the way, where that was found out."""
        return self.found.cause if self.found else None

    @property
    def who(self) -> str:
        """Who acts next."""
        return self.found.next.who if self.found else DESK

    @property
    def known(self) -> bool:
        """Whether it says what it is about: somebody who could be looked up, or a part of the guide."""
        return self.found is not None or self.entry is not None

    @property
    def dedup_key(self) -> str | None:
        """What two open cases can't both have: the same person and cause."""
        if self.found is None or not self.open:
            return None
        return f"{self.school}:{self.found.identifier}:{self.found.cause}"


@dataclass(frozen=True)
class CaseEvent:
    """Something that happened to a case; `to` is a person whom it names, `note` what somebody wrote."""

    deed: EventKind
    at: datetime
    by: str
    said: Text
    to: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Enquiry:
    """Somebody's asking that led to a case; further ones about the same join it.

    `writer` is the Slack user who is to be told what comes of it; of an e-mail nobody knows one.
    Askings with one `together` came from one text.
    """

    at: datetime
    by: str
    door: EnquirySource
    language: Language
    writer: str | None = None
    text: str = ""
    together: str | None = None


@dataclass(frozen=True)
class OpenedCase:
    """The case that an enquiry led to.

    `joined`: it was open already. `again`: this user had sent this enquiry before.
    """

    case: DeskCase
    joined: bool = False
    again: bool = False


def about(case: DeskCase, found: Diagnosis, question: Question) -> DeskCase:
    """A case that says whom it is about, with what was found."""
    finding = Finding.of(found)
    return replace(
        case,
        school=found.school.number,
        question=question,
        identifier=found.identifier,
        entry=found.entry,
        found=finding,
    )
