"""The service desk for Slack: who may see which case, and which screen answers which deed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.commands import Command, Takes, Verb
from bot.desk import case_screens, form_screens, screens, store
from bot.desk.case import CaseState, DeskCase, Enquiry, EnquirySource, OpenedCase
from bot.desk.case_screens import Dossier
from bot.desk.case_texts import What, draft, subject
from bot.desk.form_screens import Likely
from bot.desk.service import CaseService
from bot.desk.transitions import NotPossible, Transition
from bot.desk.triage import MOST, Interpretation, enquiry_of, interpretation, read
from bot.people import audit, permissions
from bot.people.permissions import EVERYWHERE, Act, Caller
from bot.services import Services
from bot.slack import refusals
from bot.slack.blocks import Block, Screen, context_block, escape, section
from bot.slack.context import Answer, AskInModal, Context
from bot.slack.voice import Voice
from knowledge.ids import Question
from provisioning.clock import today
from provisioning.records import School
from provisioning.store import schools

OPEN = (CaseState.NEW, CaseState.TAKEN, CaseState.WAITING)
_MOST = 500
"""Open cases that a queue looks at."""


@dataclass(frozen=True)
class DeskView:
    """The desk as one person sees it."""

    services: Services
    voice: Voice
    caller: Caller

    @property
    def service(self) -> CaseService:
        """The counter at which this person stands."""
        return CaseService(self.services, self.caller.user)

    def queue(self) -> Screen:
        """The open cases on which this person may work."""
        return screens.queue(self.open_cases(), self.caller.user, self.voice, today(self.services.clock))

    def at_home(self) -> list[Block]:
        """The desk's part of this person's Home; nothing where they don't work at the desk."""
        if not self._at_a_desk:
            return []
        return screens.at_home(self.open_cases(), self.caller.user, self.voice, today(self.services.clock))

    def open_cases(self) -> list[tuple[DeskCase, School | None, What]]:
        """The same as values, with school and subject."""
        with self.services.database.reading() as session:
            known: dict[str, School] = {one.number: one for one in schools.every(session)}
            mine = (
                None
                if self._everywhere
                else [one.number for one in self.caller.schools(Act.DESK, known.values())]
            )
            found = store.listed(session, mine, OPEN, _MOST)
            if mine is not None:
                found += store.without_school(session, self.caller.user)
        return [(case, known.get(case.school or ""), self._subject(case)) for case in found]

    def works_on(self, case: DeskCase, session: Session) -> bool:
        """Whether this person works on a case; on one without a school who works everywhere, or opened it."""
        if case.school is not None:
            return self.caller.may(Act.DESK, schools.get(session, case.school))
        return self._everywhere or (self._at_a_desk and case.opened_by == self.caller.user)

    def case(self, number: int, deed: str) -> DeskCase | None:
        """A case to work on; None, and in the audit, where it is none of this person's."""
        with self.services.database.reading() as session:
            found = self._find(session, number)
            if found is not None and self.works_on(found, session):
                return found
        self.service.record(deed, found, audit.REFUSED)
        return None

    def shown(self, number: int, notice: Sequence[Block] = ()) -> Screen:
        """A case: whole to those who work on it, state and reply to whoever asked, a refusal to others."""
        with self.services.database.reading() as session:
            case = self._find(session, number)
            if case is None:
                self.service.record("case-seen", None, audit.REFUSED)
                return refusals.refused(Act.DESK, self.voice)
            events, enquiries = store.events(session, number), store.enquiries(session, number)
            works = self.works_on(case, session)
            school = schools.get(session, case.school) if case.school else None
            readable = works and self._may_read(session, enquiries)
        asked = self.caller.user in {one.by for one in enquiries} | {one.writer for one in enquiries}
        self.service.record("case-seen", case, audit.OK if works or asked else audit.REFUSED)
        if not works:
            if asked:
                return case_screens.own(case, events, self.voice)
            return refusals.refused(Act.DESK, self.voice)
        outside = self.services.settings.hand_over is not None
        whole = Dossier(
            case, school, self._subject(case), events, enquiries, readable, self.draft(case), outside
        )
        shown = case_screens.dossier(whole, self.voice, today(self.services.clock))
        return Screen(shown.text, [*notice, *shown.blocks])

    def moved(self, number: int, deed: str, do: Callable[[DeskCase], Transition | None]) -> Screen:
        """A case after somebody has moved it; or as it stands, with what kept them from it."""
        if self.case(number, deed) is None:
            return refusals.refused(Act.DESK, self.voice)
        try:
            self.service.move(number, do)
        except NotPossible as problem:
            return self.shown(number, self._notice(problem))
        return self.shown(number)

    def works(self, user: str, case: DeskCase) -> bool:
        """Whether somebody else works on a case too."""
        with self.services.database.reading() as session:
            them = permissions.caller(session, user, today(self.services.clock))
            return DeskView(self.services, self.voice, them).works_on(case, session)

    def writers(self, case: DeskCase) -> list[str]:
        """The Slack users who can be answered here."""
        with self.services.database.reading() as session:
            enquiries = store.enquiries(session, case.number)
        return list(dict.fromkeys(one.writer for one in enquiries if one.writer))

    def filled_in(self, number: int, interpretation: Interpretation) -> Screen:
        """A case after somebody has said what it is about, or the one that it has joined."""
        if self.case(number, "case-fill-in") is None:
            return refusals.refused(Act.DESK, self.voice)
        try:
            found = self.service.fill_in(number, interpretation)
        except NotPossible as problem:
            return self.shown(number, self._notice(problem))
        return self.opened([found])

    def checked(self, number: int) -> Screen:
        """A case after the diagnosis has been carried out anew."""
        found = self.case(number, "case-check")
        if found is None:
            return refusals.refused(Act.DESK, self.voice)
        self.service.check(found)
        return self.shown(number)

    def asked(self, question: Question, identifier: str, school: School) -> Screen:
        """What whoever asks the desk about an answer is told."""
        now, user = self.services.clock.now(), self.caller.user
        enquiry = Enquiry(now, user, EnquirySource.DIAGNOSIS, self.voice.language, writer=user)
        (one,) = self.service.open(enquiry, [Interpretation(school, identifier, question)])
        return screens.asked(one, self.voice)

    def triage(
        self,
        text: str,
        door: EnquirySource,
        among: Sequence[School],
        *,
        writer: str | None = None,
        school: School | None = None,
    ) -> tuple[list[OpenedCase], int]:
        """Open the cases of a text; and how many more people it names than are taken at once."""
        named = [school] if school is not None else []
        enquiry, said = enquiry_of(self.services, text, self.caller.user, door, among, named, writer)
        with self.services.database.reading() as session:
            found = interpretation(self.services.provisioning, session, said, among)
        return self.service.open(enquiry, found[:MOST]), max(0, len(found) - MOST)

    def likely(self, case: DeskCase) -> Likely:
        """What the form about a case is filled with: what is certain, and the likeliest question."""
        with self.services.database.reading() as session:
            texts = [one.text for one in store.enquiries(session, case.number)]
            school = schools.get(session, case.school) if case.school else None
        said = read(texts[0] if texts else "", self.services.finder, (), today(self.services.clock))
        first = said.identifiers[0] if said.identifiers else ""
        return Likely(school, case.identifier or first, case.question or said.likely)

    def opened(self, found: Sequence[OpenedCase], left_out: int = 0) -> Screen:
        """The case that a text led to, or the list of several."""
        if len(found) == 1 and not left_out:
            return self.shown(found[0].case.number, self._joined(found[0]))
        whats = {one.case.number: self._subject(one.case) for one in found}
        return screens.opened(found, left_out, whats, self.voice)

    def _subject(self, case: DeskCase) -> What:
        return subject(case, self.services.provisioning.knowledge, today(self.services.clock))

    def draft(self, case: DeskCase) -> str:
        """The reply that is drafted for a case."""
        return draft(case, self.services.provisioning.knowledge, today(self.services.clock))

    def _find(self, session: Session, number: int) -> DeskCase | None:
        """A case; which numbers there are is nobody's business who does not work on all of them."""
        return store.one(session, number) if self._everywhere else store.find(session, number)

    @property
    def _at_a_desk(self) -> bool:
        return Act.DESK in self.caller.acts

    @property
    def _everywhere(self) -> bool:
        return self.caller.may_over(Act.DESK, EVERYWHERE)

    def _may_read(self, session: Session, enquiries: Sequence[Enquiry]) -> bool:
        """Whether all cases that came from the same texts are this person's: a text may name others."""
        names = {one.together for one in enquiries if one.together}
        return all(self.works_on(one, session) for name in names for one in store.together(session, name))

    def _joined(self, one: OpenedCase) -> list[Block]:
        return [context_block(self.voice.mrkdwn("desk.joined-line"))] if one.joined else []

    def _notice(self, problem: NotPossible) -> list[Block]:
        by = f" <@{problem.by}>" if problem.by else ""
        said = escape(self.voice.plain(problem.said))
        return [section(f":warning: {said}{by}"), context_block(self.voice.mrkdwn(problem.hint))]


def _cases(context: Context, command: Command, _allowed: Sequence[School]) -> Answer:
    desk = DeskView(context.services, context.voice, context.caller())
    shown = desk.shown(int(command.about)) if command.about.isdecimal() else desk.queue()
    refused = shown == refusals.refused(Act.DESK, context.voice)
    return Answer(shown, outcome=audit.REFUSED if refused else audit.OK)


def _triage(context: Context, command: Command, allowed: Sequence[School]) -> Answer | AskInModal:
    if not command.about:
        return AskInModal(form_screens.paste(allowed, context.voice))
    desk = DeskView(context.services, context.voice, context.caller())
    return Answer(desk.opened(*desk.triage(command.about, EnquirySource.PASTED, allowed)))


VERBS = (
    Verb("triage", "brysbennu", Takes.TEXT, _triage, Act.DESK),
    Verb("desk", "desg", Takes.CASE, _cases, Act.DESK),
)
