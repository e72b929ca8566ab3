"""The service that opens and changes cases for every entry point; each change is in the audit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.desk import notifications, store, transitions
from bot.desk.actions import CaseAuditAction
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
from bot.desk.channel import of_case
from bot.desk.letters import edits_after
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
    """Opens and changes cases for the user `by`; the entry point has checked their rights."""

    services: Services
    by: str
    entry_point: str = "slack"

    def open(self, enquiry: Enquiry, interpretations: Sequence[Interpretation]) -> list[OpenedCase]:
        """Open a case for each of `interpretations`, or join the open case that has its subject."""
        kept = replace(enquiry, text=enquiry.text[:TEXT_LENGTH])
        diagnosed = [self._diagnose(interpretation) for interpretation in interpretations]

        def work(session: Session) -> list[OpenedCase]:
            return [self._open(session, kept, *found) for found in diagnosed]

        return self.services.database.write(work)

    def fill_in(self, number: int, interpretation: Interpretation) -> OpenedCase:
        """Fill in the subject of a case; where another open case has it, the enquiries are moved to that."""
        interpretation, found = self._diagnose(interpretation)

        def work(session: Session) -> OpenedCase:
            case = store.get(session, number, lock=True)
            filled = _filled(case, interpretation, found)
            transition = transitions.fill_in(case, filled, self.by, self._now())
            existing = store.find_open(session, filled.dedup_key) if filled.dedup_key else None
            if existing is None:
                return OpenedCase(self._keep(session, transition))
            store.move_enquiries(session, number, existing.number)
            note = f"#{existing.number}"
            self._keep(session, transitions.resolve(case, self.by, Resolution.DUPLICATE, note, self._now()))
            self._add_event(session, existing, transitions.joined(self.by, self._now()))
            return OpenedCase(existing, joined=True)

        return self.services.database.write(work)

    def move(self, number: int, do: Callable[[DeskCase], Transition | None]) -> DeskCase:
        """Change a case by `do`, under its row's lock; where `do` returns None, leave it unchanged."""

        def work(session: Session) -> DeskCase:
            case = store.get(session, number, lock=True)
            transition = do(case)
            return case if transition is None else self._keep(session, transition)

        return self.services.database.write(work)

    def answer(self, number: int, together: Sequence[int], said: str = "") -> DeskCase:
        """Note a reply to the writer, with the words `said` where it is sent here, in a case; return it.

        The reply answers the open cases among `together` too. Another writer who has asked about one of these
        cases does not see the words.
        """

        def work(session: Session) -> DeskCase:
            case = store.get(session, number, lock=True)
            texts = store.texts_of(session, number)
            answered = self._keep(session, transitions.answer(case, self.by, self._now(), said))
            for other in sorted(set(together) - {number}):
                found = store.get(session, other, lock=True)
                words = said if store.texts_of(session, other) == texts else ""
                if found.open:
                    self._keep(session, transitions.answer_with(found, self.by, self._now(), number, words))
            return answered

        return self.services.database.write(work)

    def lapse(self, number: int) -> bool:
        """Resolve a case that no user has touched and empty its texts; return whether it was still open."""

        def work(session: Session) -> bool:
            case = store.get(session, number, lock=True)
            if case.open:
                self._keep(session, transitions.lapse(case, self._now()))
                store.empty(session, number)
            return case.open

        return self.services.database.write(work)

    def check(self, case: DeskCase, since: datetime | None = None) -> DeskCase:
        """Carry out the diagnosis of a case again, apply what it finds, and return the case.

        `since` is when an account that is there now may have come. Where the cause is unchanged, only the
        evidence of the steps is renewed, without an event.
        """
        if case.school is None or case.question is None or case.identifier is None or not case.open:
            return case
        found = Finding.of(diagnose(self.services.provisioning, case.question, case.identifier, case.school))
        if found == case.found:
            return case

        def work(session: Session) -> DeskCase:
            now = store.get(session, case.number, lock=True)
            if not now.open or (now.identifier, now.question) != (case.identifier, case.question):
                return now  # resolved or filled in meanwhile
            transition = transitions.recheck(now, found, since, self._now())
            return self._keep(session, transition) if transition else store.renew(session, now, found)

        return self.services.database.write(work)

    def record(self, action: CaseAuditAction, case: DeskCase | None, outcome: str = audit.OK) -> None:
        """Record a look at a case, or its refusal, in the audit; `case` is None where there is none."""
        audit.keep(self.services.database, self._audit_record(action, case, outcome))

    def _diagnose(self, interpretation: Interpretation) -> tuple[Interpretation, Diagnosis | None]:
        """Return the interpretation with its diagnosis, which is None where its subject is not certain.

        Where the question is not certain, *why missing* is asked; an answer that nothing is missing is
        dropped, for the text was then about another question.
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
        existing = store.find_open(session, case.dedup_key) if case.dedup_key else None
        if existing is None:
            event = transitions.opened(self.by, enquiry.at)
            case = store.add(session, case, event, enquiry)
            self._notify(session, case, event)
            return OpenedCase(case)
        if any(
            (earlier.by, earlier.text) == (enquiry.by, enquiry.text)
            for earlier in store.enquiries(session, existing.number)
        ):
            return OpenedCase(existing, joined=True, again=True)
        store.add_enquiry(session, existing.number, enquiry)
        self._add_event(session, existing, transitions.joined(self.by, enquiry.at))
        return OpenedCase(existing, joined=True)

    def _keep(self, session: Session, transition: Transition) -> DeskCase:
        case, event = transition
        store.save(session, case, event)
        self._notify(session, case, event)
        return case

    def _add_event(self, session: Session, case: DeskCase, event: CaseEvent) -> None:
        """Keep an event that leaves the channel's message as it is, with its audit record."""
        store.add_event(session, case.number, event)
        audit.record(session, self._audit_record(f"case-{event.kind}", case))

    def _notify(self, session: Session, case: DeskCase, event: CaseEvent) -> None:
        """Put the letters that follow from an event into the outbox, and record it in the audit."""
        enquiries = store.enquiries(session, case.number)
        channel = of_case(self.services.settings, session, case)
        told = notifications.letters_of(case, event, enquiries, channel)
        letters.put(session, [*told, *edits_after(session, case, event)], self._now())
        audit.record(session, self._audit_record(f"case-{event.kind}", case))

    def _audit_record(self, action: str, case: DeskCase | None, outcome: str = audit.OK) -> AuditRecord:
        school, subject = (case.school, case.identifier) if case else (None, None)
        return AuditRecord(self._now(), self.by, self.entry_point, action, school, subject, outcome)

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
