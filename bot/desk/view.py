"""The service desk as a user sees it in Slack: which screen answers what they ask or do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.desk import access, case_screens, case_texts, screens, store, text_rights, transitions
from bot.desk.actions import CaseAuditAction
from bot.desk.case import DeskCase, Enquiry, EnquirySource, OpenedCase
from bot.desk.case_screens import Dossier
from bot.desk.case_texts import Subject
from bot.desk.form_screens import Prefill
from bot.desk.service import CaseService
from bot.desk.text_reading import enquiry_of, read
from bot.desk.transitions import NotPossible, Transition
from bot.desk.triage import MOST, Interpretation, interpret
from bot.people import audit, permissions
from bot.people.permissions import Act, Caller
from bot.services import Services
from bot.slack import refusals
from bot.slack.blocks import Block, Screen, context_block, escape, section
from bot.slack.voice import Voice
from knowledge.ids import Question
from provisioning.clock import today
from provisioning.records.schools import School
from provisioning.store import schools


@dataclass(frozen=True)
class SeenCase:
    """What a caller sees of a case, or the refusal; `outcome` is that of the look-up in the audit."""

    screen: Screen
    outcome: str = audit.OK


@dataclass(frozen=True)
class DeskView:
    """The service desk as `caller` sees it."""

    services: Services
    voice: Voice
    caller: Caller

    @property
    def service(self) -> CaseService:
        """The service by which the caller opens and changes cases."""
        return CaseService(self.services, self.caller.user)

    def queue(self) -> Screen:
        """Return the open cases on which the caller works."""
        return screens.queue(self._open_cases(), self.caller.user, self.voice, today(self.services.clock))

    def home_section(self) -> list[Block]:
        """Return the service desk's section in App Home; empty for a caller who works on no cases."""
        if not access.works_anywhere(self.caller):
            return []
        return screens.at_home(self._open_cases(), self.caller.user, self.voice, today(self.services.clock))

    def case(self, number: int, action: CaseAuditAction) -> DeskCase | None:
        """Return a case to work on; None, with an audit record of `action`, where the caller may not."""
        with self.services.database.reading() as session:
            found = access.find(session, self.caller, number)
            if found is not None and access.works_on(session, self.caller, found):
                return found
        self.service.record(action, found, audit.REFUSED)
        return None

    def shown(self, number: int, notice: Sequence[Block] = ()) -> Screen:
        """Return what the caller sees of a case, with `notice` above it; or the refusal."""
        return self.look_up(number, notice).screen

    def look_up(self, number: int, notice: Sequence[Block] = ()) -> SeenCase:
        """Return a case as the caller may see it, with an audit record of the look-up.

        A caller who works on it sees all of it, with `notice` above; a caller who asked sees its state and
        the replies; others see the refusal.
        """
        with self.services.database.reading() as session:
            case = access.find(session, self.caller, number)
            if case is None:
                return self._refused_look_up(None)
            events, enquiries = store.events(session, number), store.enquiries(session, number)
            works = access.works_on(session, self.caller, case)
            school = schools.get(session, case.school) if case.school else None
            readable = (
                text_rights.readable(self.services, session, self.caller, events, enquiries) if works else []
            )
        asked = any(self.caller.user in (enquiry.by, enquiry.writer) for enquiry in enquiries)
        if not works and not asked:
            return self._refused_look_up(case)
        self.service.record(CaseAuditAction.SEEN, case)
        if not works:
            return SeenCase(case_screens.own(case, events, self.voice))
        together = self.together(case) if works else [case]
        external_desk = self.services.settings.hand_over is not None
        content = Dossier(
            case,
            school,
            self._subject(case),
            events,
            enquiries,
            readable,
            self.draft(together),
            [each.number for each in together],
            external_desk,
            may_show=access.works_everywhere(self.caller) and not text_rights.is_shown(events),
        )
        voice = self.voice.to(self.caller, school) if school else self.voice
        whole = case_screens.dossier(content, voice, today(self.services.clock))
        return SeenCase(Screen(whole.text, [*notice, *whole.blocks]))

    def changed(
        self, number: int, action: CaseAuditAction, do: Callable[[DeskCase], Transition | None]
    ) -> Screen:
        """Return a case after the change `do`; or unchanged, with the reason why that was not possible."""
        if self.case(number, action) is None:
            return refusals.refused(Act.DESK, self.voice)
        try:
            self.service.move(number, do)
        except NotPossible as problem:
            return self.shown(number, self._notice(problem))
        return self.shown(number)

    def answered(self, number: int, said: str = "") -> Screen:
        """Return a case after a reply, with the words `said` where it is sent here; or why there was none.

        It answers the other cases of the same text too.
        """
        case = self.case(number, CaseAuditAction.ANSWER)
        if case is None:
            return refusals.refused(Act.DESK, self.voice)
        try:
            self.service.answer(number, [each.number for each in self.together(case)], said)
        except NotPossible as problem:
            return self.shown(number, self._notice(problem))
        return self.shown(number)

    def text_shown(self, number: int) -> Screen:
        """Return a case after the Service Desk has said that its texts are about its school alone.

        Only a caller who works on the cases of all schools can know that.
        """
        case = self.case(number, CaseAuditAction.SHOW_TEXT)
        if case is None:
            return refusals.refused(Act.DESK, self.voice)
        if access.works_everywhere(self.caller):
            do = partial(transitions.show_text, by=self.caller.user, at=self.services.clock.now())
            return self.changed(number, CaseAuditAction.SHOW_TEXT, do)
        problem = NotPossible("case-text-everywhere", case)
        self.service.record(CaseAuditAction.SHOW_TEXT, case, audit.outcome_of(problem))
        return self.shown(number, self._notice(problem))

    def filled_in(self, number: int, interpretation: Interpretation) -> Screen:
        """Return a case after its subject was filled in, or the open case that took over its enquiries."""
        if self.case(number, CaseAuditAction.FILL_IN) is None:
            return refusals.refused(Act.DESK, self.voice)
        try:
            found = self.service.fill_in(number, interpretation)
        except NotPossible as problem:
            return self.shown(number, self._notice(problem))
        return self.opened([found])

    def checked(self, number: int) -> Screen:
        """Return a case after its diagnosis was carried out again."""
        found = self.case(number, CaseAuditAction.CHECK)
        if found is None:
            return refusals.refused(Act.DESK, self.voice)
        self.service.check(found)
        return self.shown(number)

    def asked(self, question: Question, identifier: str, school: School) -> Screen:
        """Open a case about a diagnosis for the caller, and return the answer to them."""
        now, user = self.services.clock.now(), self.caller.user
        enquiry = Enquiry(now, user, EnquirySource.DIAGNOSIS, self.voice.language, writer=user)
        (opened,) = self.service.open(enquiry, [Interpretation(school, identifier, question)])
        return screens.asked(opened, self.voice)

    def triage(
        self,
        text: str,
        source: EnquirySource,
        among: Sequence[School],
        *,
        writer: str | None = None,
        school: School | None = None,
    ) -> tuple[list[OpenedCase], int]:
        """Open the cases of a text; return them, and how many people more than `MOST` it names."""
        named = [school] if school is not None else []
        enquiry, content = enquiry_of(self.services, text, self.caller.user, source, among, named, writer)
        with self.services.database.reading() as session:
            found = interpret(self.services.provisioning, session, content, among)
        return self.service.open(enquiry, found[:MOST]), max(0, len(found) - MOST)

    def opened(self, found: Sequence[OpenedCase], left_out: int = 0) -> Screen:
        """Return the case that a text led to, or the list of several."""
        if len(found) == 1 and not left_out:
            return self.shown(found[0].case.number, self._joined(found[0]))
        subjects = {opened.case.number: self._subject(opened.case) for opened in found}
        one_reply = bool(found) and len(self.together(found[0].case)) > 1
        return screens.opened(found, left_out, subjects, self.voice, one_reply=one_reply)

    def prefill(self, case: DeskCase) -> Prefill:
        """Return the values for the form about a case: what is certain, else the likeliest."""
        with self.services.database.reading() as session:
            events, enquiries = store.events(session, case.number), store.enquiries(session, case.number)
            may = text_rights.readable(self.services, session, self.caller, events, enquiries)
            texts = [enquiry.text for enquiry in may]
            school = schools.get(session, case.school) if case.school else None
        content = read(texts[0] if texts else "", self.services.finder, (), today(self.services.clock))
        first = content.identifiers[0] if content.identifiers else ""
        return Prefill(school, case.identifier or first, case.question or content.likely)

    def together(self, case: DeskCase) -> list[DeskCase]:
        """Return the cases that one reply answers: a case, and the others of the same text."""
        with self.services.database.reading() as session:
            return access.answered_together(session, self.caller, case)

    def draft(self, cases: Sequence[DeskCase]) -> str:
        """Return the draft of the one reply to some cases."""
        return case_texts.draft(cases, self.services.provisioning.knowledge, today(self.services.clock))

    def writers(self, case: DeskCase) -> list[str]:
        """Return the Slack users to whom a reply can be sent."""
        with self.services.database.reading() as session:
            enquiries = store.enquiries(session, case.number)
        return list(dict.fromkeys(enquiry.writer for enquiry in enquiries if enquiry.writer))

    def user_works_on(self, user: str, case: DeskCase) -> bool:
        """Return whether another user works on a case."""
        with self.services.database.reading() as session:
            caller = permissions.caller(session, user, today(self.services.clock))
            return access.works_on(session, caller, case)

    def _refused_look_up(self, case: DeskCase | None) -> SeenCase:
        self.service.record(CaseAuditAction.SEEN, case, audit.REFUSED)
        return SeenCase(refusals.refused(Act.DESK, self.voice), audit.REFUSED)

    def _open_cases(self) -> list[tuple[DeskCase, School | None, Subject]]:
        with self.services.database.reading() as session:
            found = access.open_cases(session, self.caller)
        return [(case, school, self._subject(case)) for case, school in found]

    def _subject(self, case: DeskCase) -> Subject:
        return case_texts.subject(case, self.services.provisioning.knowledge, today(self.services.clock))

    def _joined(self, opened: OpenedCase) -> list[Block]:
        return [context_block(self.voice.mrkdwn("desk.joined-line"))] if opened.joined else []

    def _notice(self, problem: NotPossible) -> list[Block]:
        by = f" <@{problem.by}>" if problem.by else ""
        said = escape(self.voice.plain(problem.said))
        return [section(f":warning: {said}{by}"), context_block(self.voice.mrkdwn(problem.hint))]
