"""The values that the service desk works with."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from diagnostics.verdict import Diagnosis, Next, Verdict
from knowledge.ids import Question
from knowledge.texts import Language, Text

HWB = "hwb"
"""The bot, as the actor of an event that no user caused."""
TEXT_LENGTH = 4_000
"""Characters that are kept of an enquiry's text."""
NOTE_LENGTH = 500
"""Characters of a note to a resolved case."""
DESK = "service-desk"
"""The service desk, as the party that acts next."""


class CaseState(StrEnum):
    """The state of a case."""

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
    TEXT_SHOWN = "text-shown"
    ANSWERED = "answered"
    SENT_OUT = "sent-out"
    CAME_BACK = "came-back"
    CHANGED = "changed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    LET_GO = "let-go"


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
    UNTOUCHED = "untouched"


CHOSEN = tuple(reason for reason in Resolution if reason is not Resolution.UNTOUCHED)
"""The reasons that users give; the other is retention's."""


@dataclass(frozen=True)
class Finding:
    """The part of a diagnosis that is kept with a case."""

    entry: str
    identifier: str
    cause: str
    headline: Text
    steps: tuple[Verdict, ...]
    next: Next

    @classmethod
    def of(cls, found: Diagnosis) -> "Finding":
        """Return the finding of the diagnosis `found`."""
        return cls(found.entry, found.identifier, found.cause, found.headline, found.steps, found.next)


@dataclass(frozen=True)
class DeskCase:
    """A case: the question about a person at a school, what was found, and who has taken it.

    `number` is 0 until it is stored. School, question or identifier are None until the case is filled in;
    only `entry` is set where the question is about the guide and not about a person.
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
        """Whether it is not resolved."""
        return self.state is not CaseState.RESOLVED

    @property
    def cause(self) -> str | None:
        """The cause that the diagnosis found; None without a diagnosis."""
        return self.found.cause if self.found else None

    @property
    def who(self) -> str:
        """The party that acts next."""
        return self.found.next.who if self.found else DESK

    @property
    def known(self) -> bool:
        """Whether its subject is known: a person who was looked up, or a part of the guide."""
        return self.found is not None or self.entry is not None

    @property
    def dedup_key(self) -> str | None:
        """School, person and cause, which no two open cases share; None where there is no finding."""
        if self.found is None or not self.open:
            return None
        return f"{self.school}:{self.found.identifier}:{self.found.cause}"


@dataclass(frozen=True)
class CaseEvent:
    """An event of a case; `to` is the user to whom it was handed over, `note` a reply or remark."""

    kind: EventKind
    at: datetime
    by: str
    said: Text
    to: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Enquiry:
    """An enquiry, opened as a case or joined to the open case with its `dedup_key`.

    `writer` is the Slack user who is told the outcome; None for an e-mail. Enquiries with one `text_id` came
    from one text.
    """

    at: datetime
    by: str
    source: EnquirySource
    language: Language
    writer: str | None = None
    text: str = ""
    text_id: str | None = None


@dataclass(frozen=True)
class OpenedCase:
    """The case that an enquiry led to.

    `joined` is whether the case was open already, `again` whether this user had sent this enquiry before.
    """

    case: DeskCase
    joined: bool = False
    again: bool = False


def about(case: DeskCase, found: Diagnosis, question: Question) -> DeskCase:
    """Return `case` with the subject and finding of the diagnosis `found`, which answers `question`."""
    finding = Finding.of(found)
    return replace(
        case,
        school=found.school.number,
        question=question,
        identifier=found.identifier,
        entry=found.entry,
        found=finding,
    )
