"""The walk: an entry's steps in the FAQ's order, then the causes in the order in which to mend them."""

import hashlib
from collections.abc import Iterable

from diagnostics.case import Case
from diagnostics.case_reader import CaseReader
from diagnostics.causes import About, closed_text, headline, move_on_cause
from diagnostics.mending_runs import outlook, runs_that_mend
from diagnostics.school_reader import SchoolReader
from diagnostics.steps import STEPS
from diagnostics.verdict import PRESENT, PREVIOUS_RUN, UP_TO_DATE, Before, Diagnosis, Verdict
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.texts import Text
from provisioning.records.people import Kind, key_of
from provisioning.runs.dependencies import Provisioning

_ANSWER = {Question.WHY_MISSING: PRESENT, Question.OLD_CLASS: UP_TO_DATE}
"""The answers where there is no cause."""


def diagnose(provisioning: Provisioning, question: Question, typed: str, school: str) -> Diagnosis:
    """Carry out an FAQ entry for the person `typed` at `school`, over the current records.

    Raises `KnownError` where the school is unknown.
    """
    with provisioning.database.reading() as session:
        reader = CaseReader(SchoolReader(provisioning, session, of_one_person=True), school)
        person = reader.person(typed, only_kind(question, provisioning.knowledge))
        case = reader.case(person, of_move=question is Question.MOVE_ACCOUNT)
    return walk(case, question, provisioning.knowledge)


def walk(case: Case, question: Question, knowledge: Knowledge) -> Diagnosis:
    """Return the diagnosis of `case` for `question`: pure."""
    entry = knowledge.entry_asking(question, case.kind).id
    steps, causes = steps_and_causes(case, question, knowledge)
    previous = case.previous.school if case.previous else None
    seen_there = any(step.step == PREVIOUS_RUN and step.cause for step in steps)
    ahead = outlook(causes[0], case)
    about = About(case.own.school, case.identifier, (previous,) if previous else (), seen_there, ahead)
    return Diagnosis(
        entry=entry,
        school=case.own.school,
        identifier=case.identifier,
        steps=steps,
        causes=causes,
        headlines=tuple(_headline(cause, about, case) for cause in causes),
        next=move_on_cause(causes[0], entry, about, case.own, case.today, knowledge),
        previous=previous,
        extract=None if case.is_closed else case.own.extract_age,
        before=_before(question, entry, about, case, steps, knowledge),
        near=case.near,
        runs=runs_that_mend(causes[0], case),
        outlook=ahead,
        previous_shows=_previous_shows(case),
    )


def _previous_shows(case: Case) -> str:
    """Return what the previous school's record shows, as a hash: its dates, or why its rows are rejected.

    Blank where there is no such school, or its extract can't be read.
    """
    previous, account, record = case.previous, case.account, case.previous_record
    if previous is None or previous.extract is None or account is None or account.upn is None:
        return ""
    if record is not None:
        told = f"{record.joins_on} {record.leaving_date}"
    else:
        key = key_of(Kind.LEARNER, account.upn)
        rows = (row for row in previous.extract.rejections if row.key == key)
        told = " ".join(f"{row.reason} {row.joins_on} {row.leaving_date}" for row in rows)
    return hashlib.sha256(told.encode()).hexdigest()


def steps_and_causes(
    case: Case, question: Question, knowledge: Knowledge
) -> tuple[tuple[Verdict, ...], tuple[str, ...]]:
    """Return the steps and causes of what `walk` returns, without what is said of them."""
    checks = knowledge.entry_asking(question, case.kind).in_force(case.today).checks
    if question in (Question.NO_PASSWORD, Question.OLD_CLASS) and not _answerable(case, question):
        # Without an account, the diagnosis asks first why it is missing.
        missing = knowledge.entry_asking(Question.WHY_MISSING, case.kind)
        checks = (*missing.in_force(case.today).checks, *checks)
    steps = tuple(STEPS[check](case) for check in dict.fromkeys(checks))
    return steps, _causes(case, question, steps, knowledge)


def _before(
    question: Question, entry: str, about: About, case: Case, steps: Iterable[Verdict], knowledge: Knowledge
) -> Before | None:
    """Return what blocks a move of an account: a record that can't be used comes before the move itself."""
    blocking = {step.cause for step in steps if step.cause not in (None, "contact-service-desk")}
    if question is not Question.MOVE_ACCOUNT or not blocking:
        return None
    cause = min(filter(None, blocking), key=knowledge.mending_order)
    move = move_on_cause(cause, entry, about, case.own, case.today, knowledge)
    return Before(cause, _headline(cause, about, case), move)


def is_present(case: Case) -> bool:
    """Return whether a person's account is here, and no other person's: then it is not missing."""
    return case.account_here is not None and not case.of_several


def _headline(cause: str, about: About, case: Case) -> Text:
    """Return the sentence that states a cause; of a closed school, that no account is missing there."""
    closed = case.is_closed and cause not in (PRESENT, UP_TO_DATE)
    return closed_text("closed.missing", case.own) if closed else headline(cause, about)


def only_kind(question: Question, knowledge: Knowledge) -> Kind | None:
    """Return the only kind of person that `question` is about; None where it can be about either."""
    kinds = [kind for kind in (Kind.LEARNER, Kind.STAFF) if knowledge.can_ask(question, kind)]
    return kinds[0] if len(kinds) == 1 else None


def _answerable(case: Case, question: Question) -> bool:
    """Return whether the case has what `question` is about: an account, and for its class a record too."""
    return case.account_here is not None and (question is Question.NO_PASSWORD or case.record is not None)


def _causes(
    case: Case, question: Question, steps: Iterable[Verdict], knowledge: Knowledge
) -> tuple[str, ...]:
    if question is Question.WHY_MISSING and is_present(case):
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
