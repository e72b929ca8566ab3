"""A list that would end many accounts made by hand at once: letters to reviewers, and what they decide.

The letter has numbers and no names. When one of the reviewers has decided, the letters to all are edited.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.outbox import copies, letters
from bot.outbox.kinds import LetterContext, LetterKind, ReaderRight
from bot.outbox.letters import Letter
from bot.people.permissions import Act
from bot.reviews import letter_screens
from bot.reviews.audience import reviewers
from bot.services import Services
from bot.slack.blocks import Screen
from provisioning.errors import KnownError
from provisioning.manual import upkeep
from provisioning.manual.endings import HeldList, ListHeldError
from provisioning.manual.handmade import FILE
from provisioning.store import schools


class ListDecision(StrEnum):
    """What has been decided about a held list; `WAITS` that it is accepted here and held elsewhere still."""

    NONE = ""
    ACCEPTED = "accepted"
    WAITS = "waits"
    REFUSED = "refused"


@dataclass(frozen=True)
class HeldListPayload:
    """A list that is held at a school, or in an edit what was decided about it, and by whom."""

    school: str
    stamp: str
    count: int
    total: int
    decision: ListDecision = ListDecision.NONE
    by: str = ""

    @property
    def held(self) -> HeldList:
        """The held list."""
        return HeldList(self.school, self.stamp, self.count, self.total)


def announce(services: Services, problems: Iterable[KnownError]) -> None:
    """Put letters about the lists that are held, among the `problems` of an import, into the outbox.

    A reviewer gets one about a list, by its content, at a school.
    """
    held = [problem.held for problem in problems if isinstance(problem, ListHeldError)]
    if not held:
        return

    def work(session: Session) -> None:
        for found in held:
            payload = HeldListPayload(found.school, found.stamp, found.count, found.total)
            letters.put(session, _letters(services, session, payload), services.clock.now())

    services.database.write(work)


def accept(services: Services, held: HeldList, by: str) -> ListDecision:
    """Take in a held list, and tell all reviewers who decided that.

    Raises `KnownError` where it is not held any more.
    """
    problems = upkeep.accept(services.provisioning, held, by=by)
    waits = any(isinstance(problem, ListHeldError) for problem in problems)
    decision = ListDecision.WAITS if waits else ListDecision.ACCEPTED
    _tell(services, held, decision, by)
    return decision


def refuse(services: Services, held: HeldList, by: str) -> ListDecision:
    """Leave a held list out, and tell all reviewers who decided that.

    The list stays untaken, as it was: it can still be accepted until another takes its place. Raises
    `KnownError` where it is not held any more.
    """
    with services.database.reading() as session:
        if not upkeep.waits(services.provisioning, session, held):
            raise KnownError("non-mis-not-held", file=FILE)
    _tell(services, held, ListDecision.REFUSED, by)
    return ListDecision.REFUSED


def _tell(services: Services, held: HeldList, decision: ListDecision, by: str) -> None:
    """Edit the letters about a held list."""
    payload = HeldListPayload(held.school, held.stamp, held.count, held.total, decision, by)

    def work(session: Session) -> None:
        about = _about(payload)
        told = letters.about(session, about)
        letters.put(session, copies.edits(HELD_LIST, told, payload, about), services.clock.now())

    services.database.write(work)


def _letters(services: Services, session: Session, payload: HeldListPayload) -> list[Letter]:
    """Return the first letter to each reviewer."""
    about, written = _about(payload), HELD_LIST.write_editable(payload, None)
    users = reviewers(services, session, payload.school)
    return [Letter(f"{about}:{user}", user, written, about=about, revision=0) for user in users]


def _about(payload: HeldListPayload) -> str:
    return f"held-list:{payload.school}:{payload.stamp}"


def _held_list(context: LetterContext, payload: HeldListPayload) -> Screen | None:
    """Return the screen of a held list; None where it was taken in, or replaced, before its first letter."""
    school = schools.get(context.session, payload.school)
    if payload.decision is not ListDecision.NONE:
        return letter_screens.held_list_decided(
            school, payload.held, payload.decision, payload.by, context.voice
        )
    if not upkeep.waits(context.services.provisioning, context.session, payload.held):
        return None
    return letter_screens.held_list(school, payload.held, context.voice)


HELD_LIST = LetterKind(
    name="held-list",
    payload=HeldListPayload,
    screen=_held_list,
    reader=ReaderRight(Act.REVIEW, lambda _, payload: payload.school),
)
