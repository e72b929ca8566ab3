"""An event as a letter to the webhook of other systems: what happened at which school, without people."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import PlainSerializer

from bot.outbox.kinds import LetterContext, LetterKind, Unconditional
from bot.outbox.letters import Letter
from bot.outbox.transports.external import EVENTS, ExternalMessage
from provisioning.store import schools


class Cause(StrEnum):
    """Why a run has failed: by an error, or because its process ended before it was done."""

    ERROR = "error"
    INTERRUPTED = "interrupted"


class EventType(StrEnum):
    """What other systems are told of."""

    RUN_HELD = "run.held"
    RUN_FAILED = "run.failed"
    ACCOUNTS_THERE = "account.there"
    SCHOOL_READY = "school.ready"


@dataclass(frozen=True)
class EventPayload:
    """What happened `at` a moment at a `school`: in a `run`, to how many `accounts`, for which `year`.

    `cause` says why the run failed. `decided` tells what the decision on a held run has made from what the
    run itself had made before.
    """

    type: EventType
    at: Annotated[datetime, PlainSerializer(datetime.isoformat)]
    school: str
    run: int | None = None
    accounts: int | None = None
    year: int | None = None
    decided: bool = False
    cause: Cause | None = None


def event_letter(event: EventPayload) -> Letter:
    """Return the letter that tells of `event`; its key is the same whenever the event is found again."""
    of = event.run if event.run is not None else f"{event.year}:{event.school}"
    after = ":decided" if event.decided else ""
    return Letter(f"event:{event.type}:{of}{after}", EVENTS, EVENT.write(event), any_time=True)


def _message(context: LetterContext, event: EventPayload) -> ExternalMessage | None:
    """Return an event as a webhook's message; None where its school is gone."""
    school = schools.some(context.session, [event.school]).get(event.school)
    if school is None:
        return None
    data: dict[str, Any] = {"school": school.number, "local_authority": school.local_authority}
    more = {"run": event.run, "cause": event.cause, "accounts": event.accounts, "year": event.year}
    data |= {name: value for name, value in more.items() if value is not None}
    id_ = context.letter.key.replace(":", "-")
    return ExternalMessage(id=id_, at=event.at, subject="", body="", type=event.type.value, data=data)


EVENT = LetterKind(
    name="event",
    payload=EventPayload,
    external=_message,
    reader=Unconditional("it goes to the webhook of the settings, and tells of no person"),
)
KINDS = (EVENT,)
