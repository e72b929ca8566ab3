"""Opens and changes cases for every entry point; each change is in the audit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.desk import notifications, store, transitions
from bot.desk.case import (
    TEXT_LENGTH,
    CaseEvent,
    DeskCase,
    Enquiry,
    Finding,
    OpenedCase,
    Resolution,
    about,
)
from bot.desk.transitions import Transition
from bot.desk.triage import Interpretation
from bot.outbox import letters
from bot.people import audit
from bot.people.audit import AuditRecord
from bot.services import Services
from diagnostics.verdict import Diagnosis, nothing_missing
from diagnostics.walk import diagnose
from knowledge.ids import Question


@dataclass(frozen=True)
class CaseService:
    """Cases as `by` opens and changes them through an entry point, which has checked that they may."""

    services: Services
    by: str
    door: str = "slack"

    def open(self, enquiry: Enquiry, interpretation: Sequence[Interpretation]) -> list[OpenedCase]:
        """Open the cases of an enquiry, or join those with its subject that are open already."""
        kept = replace(enquiry, text=enquiry.text[:TEXT_LENGTH])
        looked_up = [self._look_up(meant) for meant in interpretation]

        def work(session: Session) -> list[OpenedCase]:
            return [self._open(session, kept, *found) for found in looked_up]

        return self.services.database.write(work)

    def fill_in(self, number: int, interpretation: Interpretation) -> OpenedCase:
        """Fill in the subject of a case that was opened without; another case about it takes it in."""
        interpretation, found = self._look_up(interpretation)

        def work(session: Session) -> OpenedCase:
            case = store.one(session, number, lock=True)
            filled = _filled(case, interpretation, found)
            moved = transitions.fill_in(case, filled, self.by, self._now())
            there = store.same(session, filled.dedup_key) if filled.dedup_key else None
            if there is None:
                return OpenedCase(self._keep(session, moved))
            store.move_enquiries(session, number, there.number)
            note = f"#{there.number}"
            self._keep(session, transitions.resolve(case, self.by, Resolution.DUPLICATE, note, self._now()))
            self._happened(session, there, transitions.joined(self.by, self._now()))
            return OpenedCase(there, joined=True)

        return self.services.database.write(work)

    def move(self, number: int, do: Callable[[DeskCase], Transition | None]) -> DeskCase:
        """Change a case under its row's lock; what is not possible is a known error and changes nothing."""

        def work(session: Session) -> DeskCase:
            case = store.one(session, number, lock=True)
            moved = do(case)
            return case if moved is None else self._keep(session, moved)

        return self.services.database.write(work)

    def check(self, case: DeskCase, since: datetime | None = None) -> DeskCase:
        """Carry out the diagnosis anew, and let the case be what the records now say."""
        if case.school is None or case.question is None or case.identifier is None or not case.open:
            return case
        found = diagnose(self.services.provisioning, case.question, case.identifier, case.school)
        if found.cause == case.cause:
            return case
        return self.move(case.number, lambda now: _looked(now, case, found, since, self._now()))

    def record(self, deed: str, case: DeskCase | None, outcome: str = audit.OK) -> None:
        """Record in the audit that a case was read or refused; `case` is None where there is none."""
        audit.keep(self.services.database, self._looked(deed, case, outcome))

    def _look_up(self, interpretation: Interpretation) -> tuple[Interpretation, Diagnosis | None]:
        """What the records say of whom a text means.

        Where the question is not certain, an account that is missing comes before whatever else is asked;
        where it is there, the question stays open.
        """
        if (
            interpretation.school is None
            or interpretation.identifier is None
            or (interpretation.question is None and interpretation.entry)
        ):
            return interpretation, None
        question = interpretation.question or Question.WHY_MISSING
        found = diagnose(
            self.services.provisioning, question, interpretation.identifier, interpretation.school.number
        )
        if interpretation.question is None and nothing_missing(found.cause):
            return interpretation, None
        return replace(interpretation, question=question), found

    def _open(
        self, session: Session, enquiry: Enquiry, interpretation: Interpretation, found: Diagnosis | None
    ) -> OpenedCase:
        case = _filled(DeskCase(0, enquiry.at, self.by, enquiry.language), interpretation, found)
        there = store.same(session, case.dedup_key) if case.dedup_key else None
        if there is None:
            event = transitions.opened(self.by, enquiry.at)
            case = store.add(session, case, event, enquiry)
            self._told(session, case, event)
            return OpenedCase(case)
        if any(
            (earlier.by, earlier.text) == (enquiry.by, enquiry.text)
            for earlier in store.enquiries(session, there.number)
        ):
            return OpenedCase(there, joined=True, again=True)
        store.ask(session, there.number, enquiry)
        self._happened(session, there, transitions.joined(self.by, enquiry.at))
        return OpenedCase(there, joined=True)

    def _keep(self, session: Session, moved: Transition) -> DeskCase:
        case, event = moved
        store.save(session, case, event)
        self._told(session, case, event)
        return case

    def _happened(self, session: Session, case: DeskCase, event: CaseEvent) -> None:
        """Keep an event that changes nothing that the channel shows."""
        store.record(session, case.number, event)
        audit.record(session, self._looked(f"case-{event.deed}", case))

    def _told(self, session: Session, case: DeskCase, event: CaseEvent) -> None:
        enquiries = store.enquiries(session, case.number)
        channel = self.services.settings.desk_channel
        letters.put(session, notifications.letters_of(case, event, enquiries, channel), self._now())
        audit.record(session, self._looked(f"case-{event.deed}", case))

    def _looked(self, deed: str, case: DeskCase | None, outcome: str = audit.OK) -> AuditRecord:
        school, subject = (case.school, case.identifier) if case else (None, None)
        return AuditRecord(self._now(), self.by, self.door, deed, school, subject, outcome)

    def _now(self) -> datetime:
        return self.services.clock.now()


def _filled(case: DeskCase, interpretation: Interpretation, found: Diagnosis | None) -> DeskCase:
    if found is not None and interpretation.question is not None:
        return about(case, found, interpretation.question)
    school = interpretation.school.number if interpretation.school else None
    return replace(
        case,
        school=school,
        question=interpretation.question,
        identifier=interpretation.identifier,
        entry=interpretation.entry,
    )


def _looked(
    now: DeskCase, before: DeskCase, found: Diagnosis, since: datetime | None, at: datetime
) -> Transition | None:
    """The transition that a new diagnosis brings, unless the case was resolved or filled in meanwhile."""
    if not now.open or (now.identifier, now.question) != (before.identifier, before.question):
        return None
    return transitions.look_again(now, Finding.of(found), since, at)
