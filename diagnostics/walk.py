"""The walk: an entry's steps in the FAQ's order, then the causes in the order in which to mend them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from diagnostics.case import Case, SchoolRecords
from diagnostics.case_reader import CaseReader
from diagnostics.steps import STEPS
from diagnostics.verdict import PRESENT, UP_TO_DATE, Diagnosis, Next, Verdict
from knowledge.ids import Question
from knowledge.loading import Knowledge, NextStep
from knowledge.models import Who
from knowledge.texts import Bilingual, Text
from provisioning.records.people import Kind
from provisioning.records.schools import School
from provisioning.runs.school_run import Provisioning

_ANSWER = {Question.WHY_MISSING: PRESENT, Question.OLD_CLASS: UP_TO_DATE}
"""The answers where there is no cause."""


def diagnose(provisioning: Provisioning, question: Question, typed: str, school: str) -> Diagnosis:
    """Carry out an FAQ entry for the person `typed` at `school`, over the current records.

    Raises `KnownError` where the school is unknown.
    """
    with provisioning.database.reading() as session:
        reader = CaseReader(provisioning, session, school)
        case = reader.case(reader.person(typed, _only_kind(question, provisioning.knowledge)))
    return walk(case, question, provisioning.knowledge)


def walk(case: Case, question: Question, knowledge: Knowledge) -> Diagnosis:
    """Return the diagnosis of a case: pure."""
    entry = knowledge.entry_asking(question, case.kind).id
    checks = knowledge.edition(entry, case.today).checks
    if question in (Question.NO_PASSWORD, Question.OLD_CLASS) and not _answerable(case, question):
        # Without an account, the diagnosis asks first why it is missing.
        missing = knowledge.entry_asking(Question.WHY_MISSING, case.kind)
        checks = (*missing.in_force(case.today).checks, *checks)
    steps = tuple(STEPS[check](case) for check in dict.fromkeys(checks))
    causes = _causes(case, question, steps, knowledge)
    previous = case.previous.school if case.previous else None
    about = About(case.own.school, case.identifier, (previous,) if previous else ())
    return Diagnosis(
        entry=entry,
        school=case.own.school,
        identifier=case.identifier,
        steps=steps,
        causes=causes,
        headlines=tuple(headline(cause, about) for cause in causes),
        next=closed_move(case.own, case.today, knowledge)
        or next_move(about, knowledge.next_step(causes[0], entry, case.today), knowledge),
        previous=previous,
    )


def _only_kind(question: Question, knowledge: Knowledge) -> Kind | None:
    """Return whether a question is about learners or about staff; None where it can be about either."""
    kinds = [kind for kind in (Kind.LEARNER, Kind.STAFF) if knowledge.can_ask(question, kind)]
    return kinds[0] if len(kinds) == 1 else None


class About(NamedTuple):
    """The subject of a cause: the school, an identifier or a text for several, and the previous schools."""

    school: School
    whom: str | Text
    previous: tuple[School, ...]

    def values(self) -> Mapping[str, object]:
        """Return the values for the texts of causes."""
        values: dict[str, object] = {"school": self.school.name, "identifier": self.whom}
        if self.previous:
            values["previous"] = Bilingual(
                ", ".join(school.name.en for school in self.previous),
                ", ".join(school.name.cy for school in self.previous),
            )
        return values


def headline(cause: str, about: About) -> Text:
    """Return the sentence that states `cause`."""
    return Text(f"cause.{cause}.headline", about.values())


def next_move(about: About, step: NextStep, knowledge: Knowledge) -> Next:
    """Return who acts next, how to reach them, and what they do.

    The contact of who runs a client is in the school's record; all other contacts are the guide's.
    """
    managed = {"provisioning-manager": (about.school,), "previous-provisioning-manager": about.previous}
    known = dict.fromkeys(school.contact for school in managed.get(step.who, ()) if school.contact)
    general = knowledge.contacts[step.who].contact
    contact = Bilingual(*[", ".join(known)] * 2) if known else Bilingual(general.en, general.cy)
    return Next(step.who, contact, Text(step.action, about.values()))


def closed_move(own: SchoolRecords, today: date, knowledge: Knowledge) -> Next | None:
    """Whose move it is at a school that is closed: its successor's office; None where it is open."""
    if not own.school.is_closed(today):
        return None
    name = "closed.action" if own.successor is None else "closed.action-successor"
    values: dict[str, object] = {"school": own.school.name, "on": own.school.closed_on}
    if own.successor is not None:
        values["successor"] = own.successor.name
    who: Who = "mis-administrator" if own.successor else "local-authority"
    move = next_move(About(own.successor or own.school, "", ()), NextStep(who, name), knowledge)
    return replace(move, action=Text(name, values))


def _answerable(case: Case, question: Question) -> bool:
    """Return whether the person has an account, and, for the question of its class,
    a record to compare it with.
    """
    return case.account_here is not None and (question is Question.NO_PASSWORD or case.record is not None)


def _causes(
    case: Case, question: Question, steps: Iterable[Verdict], knowledge: Knowledge
) -> tuple[str, ...]:
    if question is Question.WHY_MISSING and case.account_here is not None and not case.code_shared:
        return (_ANSWER[question],)
    if case.in_doubt_here:
        return ("identity-doubt",)
    found = {step.cause for step in steps if step.cause is not None}
    if question is Question.MOVE_ACCOUNT:
        found &= {"contact-service-desk"}
    if not found:
        # Every step holds and the account is still missing, so a run has to follow.
        found = {_ANSWER[question] if case.account_here else "not-run-since-record"}
    return tuple(sorted(found, key=knowledge.mending_order))


_OWN_RUN = frozenset({"never-run", "run-failed", "not-run-since-record", "not-run-since-release"})
_PREVIOUS_RUN = frozenset({"previous-school-not-run", "previous-school-run-failed"})


def run_that_mends(found: Diagnosis) -> School | None:
    """Return the school where a run of the Provisioning Client removes the first cause; None if none does."""
    if found.cause in _OWN_RUN:
        return found.school
    return found.previous if found.cause in _PREVIOUS_RUN else None
