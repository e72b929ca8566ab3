"""What the service desk adds to other screens: its button under a diagnosis, its queue, the user's cases."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from bot.commands import Command
from bot.desk import access, store
from bot.desk.case import CaseState, DeskCase
from bot.desk.case_texts import Subject, subject
from bot.desk.screens import ask_button, open_button
from bot.desk.view import DeskView
from bot.people import absences
from bot.people.permissions import Act
from bot.services import Services
from bot.slack.blocks import Block
from bot.slack.context import Context
from bot.slack.tasks import Stand, Task
from bot.waits_for import WaitsFor
from diagnostics.verdict import Diagnosis, is_nonsense, nothing_missing
from knowledge.ids import Question
from knowledge.texts import Text
from provisioning.clock import today
from provisioning.records.schools import School


def diagnosis_buttons(
    context: Context, command: Command, _question: Question, found: Diagnosis
) -> Sequence[Block]:
    """Return the button that asks the service desk, unless nothing is missing or no person is meant."""
    if nothing_missing(found.cause) or is_nonsense(found.identifier, found.cause):
        return []
    return [ask_button(command.line, context.voice)]


def home_section(context: Context) -> Sequence[Block]:
    """Return the caller's queue; nothing for a caller without a right to work on cases."""
    return DeskView(context.services, context.voice, context.caller()).home_section()


def tasks(context: Context) -> Sequence[Task]:
    """Return the open cases that the user has, or has opened and others work on, and those not taken yet.

    Those that users have who are away and for whom this one covers are the user's own, as in digests.
    """
    day, caller = today(context.services.clock), context.caller()
    schools: dict[str, School] = {school.number: school for school in context.every_school()}
    with context.services.database.reading() as session:
        absent = absences.covered_by(context.user, absences.on(session, day))
        covered = {
            case.number: (case, school)
            for user in absent
            for case in _waiting_for(session, user, day)
            if (school := schools.get(case.school or "")) is not None and caller.may(Act.DESK, school)
        }
        own = [case for case in store.of_user(session, context.user) if case.number not in covered]
        free = [
            case
            for case, _ in (access.open_cases(session, caller) if _works(context) else ())
            if case.taken_by is None and case.opened_by != context.user
        ]
    return [
        *(
            _task(case, schools.get(case.school or ""), context, day)
            for case in (*own, *free)
            if case.taken_by == context.user
            or case.school is None
            or _sees(context, schools.get(case.school))
        ),
        *(_covered(case, school, context, day) for case, school in covered.values()),
    ]


def waits(services: Services, session: Session, users: Collection[str]) -> list[WaitsFor]:
    """Return the open cases at a school that any of `users` has taken, and that wait for them."""
    day = today(services.clock)
    return [
        WaitsFor(
            user,
            case.school,
            _said(case, subject(case, services.provisioning.knowledge, day)),
            f"case:{case.number}",
            Act.DESK,
        )
        for user in sorted(users)
        for case in _waiting_for(session, user, day)
        if case.school is not None
    ]


def _waiting_for(session: Session, user: str, day: date) -> list[DeskCase]:
    """Return the open cases at a school that `user` has taken and that wait for them on a day."""
    return [
        case
        for case in store.of_user(session, user)
        if case.school is not None and case.taken_by == user and _is_own_move(case, day)
    ]


def _works(context: Context) -> bool:
    return access.works_anywhere(context.caller())


def _sees(context: Context, school: School | None) -> bool:
    """Return whether the user may still ask about people at `school`."""
    return school is not None and context.caller().may(Act.DIAGNOSE, school)


def _task(case: DeskCase, school: School | None, context: Context, day: date) -> Task:
    about = subject(case, context.services.provisioning.knowledge, day)
    said = _said(case, about)
    opens = open_button(case, context.voice, about)
    stand, in_queue = _stand(case, context, day), _works(context)
    return Task(
        stand, said, school, case.opened_at, opens, case.waiting_until, at_home=not in_queue, act=Act.DESK
    )


def _covered(case: DeskCase, school: School, context: Context, day: date) -> Task:
    """Return a case that a user has who is away: it waits for the user of `context`, who covers."""
    return replace(_task(case, school, context, day), stand=Stand.YOURS)


def _said(case: DeskCase, about: Subject) -> Text:
    return Text("desk.about", {"number": case.number, "subject": about})


def _is_own_move(case: DeskCase, day: date) -> bool:
    """Return whether a case that was taken waits for its holder, as it does where its wait is over."""
    waits = case.state is CaseState.WAITING and (case.waiting_until is None or case.waiting_until >= day)
    return not waits


def _stand(case: DeskCase, context: Context, day: date) -> Stand:
    """Return whether the user has a case, can take it, or waits for others; a wait that is over is theirs."""
    if case.taken_by == context.user:
        return Stand.TAKEN if _is_own_move(case, day) else Stand.OTHERS
    return Stand.YOURS if case.taken_by is None and _works(context) else Stand.OTHERS
