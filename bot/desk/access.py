"""Which cases of the service desk a user may see and work on, by their grants."""

from datetime import date

from sqlalchemy.orm import Session

from bot.desk import store
from bot.desk.case import CaseState, DeskCase, Enquiry
from bot.people import permissions
from bot.people.permissions import EVERYWHERE, MAY, Act, Caller, Grant
from bot.people.slack_user import SlackUser
from provisioning.records.schools import School
from provisioning.store import schools

OPEN = (CaseState.NEW, CaseState.TAKEN, CaseState.WAITING)
_MOST = 500
"""The most open cases that a queue is made of."""


def works_anywhere(caller: Caller) -> bool:
    """Return whether `caller` works on the cases of at least one school."""
    return Act.DESK in caller.acts


def works_everywhere(caller: Caller) -> bool:
    """Return whether `caller` works on the cases of all schools."""
    return caller.may_over(Act.DESK, EVERYWHERE)


def works_on(session: Session, caller: Caller, case: DeskCase) -> bool:
    """Return whether `caller` works on `case`.

    A case without a school is worked on by callers who work everywhere, and by the caller who opened it.
    """
    if case.school is not None:
        return caller.may(Act.DESK, schools.get(session, case.school))
    return works_everywhere(caller) or (works_anywhere(caller) and case.opened_by == caller.user)


def workers(session: Session, case: DeskCase, today: date) -> list[Grant]:
    """Return the grants in force on `today` by which users work on `case`, but for the user who has it."""
    held: dict[str, list[Grant]] = {}
    for grant in permissions.in_force(session, today):
        if grant.role in MAY[Act.DESK] and grant.user != case.taken_by:
            held.setdefault(grant.user, []).append(grant)
    callers = [Caller(SlackUser(user), tuple(grants)) for user, grants in held.items()]
    return [grant for caller in callers if works_on(session, caller, case) for grant in caller.grants]


def find(session: Session, caller: Caller, number: int) -> DeskCase | None:
    """Return the case with a number; None where there is none.

    To a caller who works everywhere, a missing case is a `KnownError`: they may know that there is none.
    """
    return store.get(session, number) if works_everywhere(caller) else store.find(session, number)


def works_on_all_of(session: Session, caller: Caller, enquiry: Enquiry) -> bool:
    """Return whether `caller` works on every case from the text of `enquiry`."""
    cases = store.of_text(session, enquiry.text_id) if enquiry.text_id else []
    return all(works_on(session, caller, case) for case in cases)


def answered_together(session: Session, caller: Caller, case: DeskCase) -> list[DeskCase]:
    """Return the cases that one reply answers: all of the one text from which `case` came, in its order.

    It is `case` alone where others wrote about it too, who are to read of no other case, and where `caller`
    does not work on all of them.
    """
    texts = store.texts_of(session, case.number)
    of_text = store.of_text(session, text) if len(texts) == 1 and (text := next(iter(texts))) else [case]
    return of_text if all(works_on(session, caller, each) for each in of_text) else [case]


def open_cases(session: Session, caller: Caller) -> list[tuple[DeskCase, School | None]]:
    """Return the open cases on which a caller works, each with its school."""
    known: dict[str, School] = {school.number: school for school in schools.every(session)}
    if works_everywhere(caller):
        found = store.listed(session, None, OPEN, _MOST)
    else:
        own = [school.number for school in caller.schools(Act.DESK, known.values())]
        found = store.listed(session, own, OPEN, _MOST) + store.without_school(session, caller.user)
    return [(case, known.get(case.school or "")) for case in found]
