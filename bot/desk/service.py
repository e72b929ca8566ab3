"""The counter: where every door's askings become cases, and where cases are moved; each is in the audit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.desk import notifications, store, transitions
from bot.desk.case import TEXT_LENGTH, Asking, Case, Event, Finding, Reason, about
from bot.desk.transitions import Moved
from bot.desk.triage import Meant
from bot.outbox import letters
from bot.people import audit
from bot.people.audit import Looked
from bot.services import Services
from diagnostics.verdict import Diagnosis
from diagnostics.walk import PRESENT, Question, diagnose


@dataclass(frozen=True)
class Opened:
    """A case that an asking led to; `joined` where it was open before, `again` where the same asker asked."""

    case: Case
    joined: bool = False
    again: bool = False


@dataclass(frozen=True)
class Counter:
    """Somebody at the counter, by one of the doors; whether they may is for the door to ask."""

    services: Services
    by: str
    door: str = "slack"

    def open(self, asking: Asking, meant: Sequence[Meant]) -> list[Opened]:
        """Open the cases of an asking, or join those that are open already about the same."""
        kept = replace(asking, text=asking.text[:TEXT_LENGTH])
        looked_up = [self._look_up(one) for one in meant]

        def work(session: Session) -> list[Opened]:
            return [self._open(session, kept, *one) for one in looked_up]

        return self.services.database.write(work)

    def fill_in(self, number: int, meant: Meant) -> Opened:
        """Say what a case is about that was opened without it; it may turn out to be another one's."""
        meant, found = self._look_up(meant)

        def work(session: Session) -> Opened:
            case = store.one(session, number, lock=True)
            filled = _filled(case, meant, found)
            moved = transitions.fill_in(case, filled, self.by, self._now())
            there = store.same(session, filled.sameness) if filled.sameness else None
            if there is None:
                return Opened(self._keep(session, moved))
            store.move_askings(session, number, there.number)
            note = f"#{there.number}"
            self._keep(session, transitions.resolve(case, self.by, Reason.DUPLICATE, note, self._now()))
            self._happened(session, there, transitions.joined(self.by, self._now()))
            return Opened(there, joined=True)

        return self.services.database.write(work)

    def move(self, number: int, do: Callable[[Case], Moved | None]) -> Case:
        """Move a case while nobody else can; what is not possible is a known error and changes nothing."""

        def work(session: Session) -> Case:
            case = store.one(session, number, lock=True)
            moved = do(case)
            return case if moved is None else self._keep(session, moved)

        return self.services.database.write(work)

    def check(self, case: Case, since: datetime | None = None) -> Case:
        """Carry out the diagnosis anew, and let the case be what the records now say."""
        if case.school is None or case.question is None or case.identifier is None or not case.open:
            return case
        found = diagnose(self.services.house, case.question, case.identifier, case.school)
        if found.cause == case.cause:
            return case
        return self.move(case.number, lambda now: _looked(now, case, found, since, self._now()))

    def record(self, deed: str, case: Case | None, outcome: str = audit.OK) -> None:
        """Record in the audit what was looked at, or refused; None for a number that no case has."""
        audit.keep(self.services.database, self._looked(deed, case, outcome))

    def _look_up(self, meant: Meant) -> tuple[Meant, Diagnosis | None]:
        """What the records say of whom a text means.

        Where the question is not certain, an account that is missing comes before whatever else is asked;
        where it is there, the question stays open.
        """
        if meant.school is None or meant.identifier is None or (meant.question is None and meant.entry):
            return meant, None
        question = meant.question or Question.WHY_MISSING
        found = diagnose(self.services.house, question, meant.identifier, meant.school.number)
        if meant.question is None and found.cause == PRESENT:
            return meant, None
        return replace(meant, question=question), found

    def _open(self, session: Session, asking: Asking, meant: Meant, found: Diagnosis | None) -> Opened:
        case = _filled(Case(0, asking.at, self.by, asking.language), meant, found)
        there = store.same(session, case.sameness) if case.sameness else None
        if there is None:
            event = transitions.opened(self.by, asking.at)
            case = store.add(session, case, event, asking)
            self._told(session, case, event)
            return Opened(case)
        if any(
            (one.by, one.text) == (asking.by, asking.text) for one in store.askings(session, there.number)
        ):
            return Opened(there, joined=True, again=True)
        store.ask(session, there.number, asking)
        self._happened(session, there, transitions.joined(self.by, asking.at))
        return Opened(there, joined=True)

    def _keep(self, session: Session, moved: Moved) -> Case:
        case, event = moved
        store.save(session, case, event)
        self._told(session, case, event)
        return case

    def _happened(self, session: Session, case: Case, event: Event) -> None:
        """Something that changes nothing that the channel shows."""
        store.record(session, case.number, event)
        audit.record(session, self._looked(f"case-{event.deed}", case))

    def _told(self, session: Session, case: Case, event: Event) -> None:
        askings = store.askings(session, case.number)
        channel = self.services.settings.desk_channel
        letters.put(session, notifications.letters_of(case, event, askings, channel), self._now())
        audit.record(session, self._looked(f"case-{event.deed}", case))

    def _looked(self, deed: str, case: Case | None, outcome: str = audit.OK) -> Looked:
        school, subject = (case.school, case.identifier) if case else (None, None)
        return Looked(self._now(), self.by, self.door, deed, school, subject, outcome)

    def _now(self) -> datetime:
        return self.services.clock.now()


def _filled(case: Case, meant: Meant, found: Diagnosis | None) -> Case:
    if found is not None and meant.question is not None:
        return about(case, found, meant.question)
    school = meant.school.number if meant.school else None
    return replace(
        case, school=school, question=meant.question, identifier=meant.identifier, entry=meant.entry
    )


def _looked(now: Case, before: Case, found: Diagnosis, since: datetime | None, at: datetime) -> Moved | None:
    """What a look brings, unless the case has been resolved or has become another one meanwhile."""
    if not now.open or (now.identifier, now.question) != (before.identifier, before.question):
        return None
    return transitions.look_again(now, Finding.of(found), since, at)
