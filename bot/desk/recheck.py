"""The recheck of open cases, after runs and every few minutes: a case ends when its account is there."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from bot.desk import store, transitions
from bot.desk.access import works_on
from bot.desk.case import HWB, DeskCase, Party
from bot.desk.external_desk import refusal_of
from bot.desk.letters import handing_prefix
from bot.desk.service import CaseService
from bot.desk.transitions import Transition
from bot.outbox import letters
from bot.outbox.letters import is_user
from bot.people import permissions
from bot.people.permissions import Caller
from bot.services import Services
from knowledge.texts import Text
from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.store.latest_runs import last_finished, last_partial, latest_of

log = logging.getLogger(__name__)
_EVERY = timedelta(minutes=5)
"""How often a case is checked without a run of its school: records of other schools may have changed."""
_AT_ONCE = 50
"""Cases that are checked in one recheck."""
_AMONG = 1_000
"""Cases, those checked longest ago, among which those that are due are looked for."""


def recheck(services: Services) -> int:
    """Free cases, end waits, bring back what was refused, check what is due; return how many have changed."""
    return _let_go(services) + _end_waits(services) + _bring_back(services) + _check_due(services)


def _let_go(services: Services) -> int:
    """Free the cases of users who may not work on them any more, so that others see them in the queue."""
    now = services.clock.now()
    with services.database.reading() as session:
        callers: dict[str, Caller] = {}
        left = []
        for case in store.taken(session):
            user = str(case.taken_by)
            if user not in callers:
                callers[user] = permissions.caller(session, user, uk_date(now))
            if is_user(user) and not works_on(session, callers[user], case):
                left.append(case)
    service = CaseService(services, HWB, "schedule")
    for case in left:
        service.move(case.number, partial(_free_from, str(case.taken_by), now))
    return len(left)


def _free_from(user: str, now: datetime, case: DeskCase) -> Transition | None:
    """Free a case that `user` still has."""
    return transitions.let_go(case, now) if case.taken_by == user else None


def _end_waits(services: Services) -> int:
    now = services.clock.now()
    with services.database.reading() as session:
        over = store.overdue(session, uk_date(now))
    service = CaseService(services, HWB, "schedule")
    for case in over:
        service.move(case.number, lambda waiting: transitions.wait_over(waiting, uk_date(now), now))
    return len(over)


def _bring_back(services: Services) -> int:
    """Bring back the cases of which the last letter to the desk outside Slack was given up."""
    now = services.clock.now()
    with services.database.reading() as session:
        back: dict[int, str] = {}
        for case in store.waiting_for(session, Party.HWB_DESK):
            sent = letters.keyed(session, handing_prefix(case.number))
            why = sent[-1].given_up_because if sent else None
            if why is not None and why != letters.SETTLED:
                back[case.number] = why
    service = CaseService(services, HWB, "schedule")
    for number, why in back.items():
        service.move(number, partial(_came_back, refusal_of(why), now))
    return len(back)


def _came_back(why: Text, now: datetime, case: DeskCase) -> Transition | None:
    return transitions.come_back(case, why, now)


def _check_due(services: Services) -> int:
    """Check the cases that are due, those checked longest ago first; return how many have changed."""
    now = services.clock.now()
    with services.database.reading() as session:
        waiting = store.to_check(session, now, _AMONG)
        if not waiting:
            return 0
        last_runs = last_finished(session, {case.school for case, _ in waiting if case.school})
    due = [case for case, at in waiting if _is_due(case, at, last_runs, now)][:_AT_ONCE]
    if not due:
        return 0
    service, changed = CaseService(services, HWB, "schedule"), 0
    for case in due:
        try:
            changed += service.check(case, _account_since(services, case)).revision != case.revision
        except KnownError as problem:
            log.warning("case %s could not be looked at: %s", case.number, problem.said.key)
    services.database.write(lambda session: store.mark_checked(session, [case.number for case in due], now))
    if changed:
        log.info("%d cases have changed", changed)
    return changed


def _is_due(case: DeskCase, checked: datetime, last_runs: Mapping[str, datetime], now: datetime) -> bool:
    """Return whether a case that was last `checked` at a moment is due: after a run, or after a while."""
    ran = last_runs.get(case.school or "")
    return checked <= now - _EVERY or (ran is not None and ran > checked)


def _account_since(services: Services, case: DeskCase) -> datetime | None:
    """Return the moment since which an account may be there: the end of the school's last successful run.

    One for some people counts too: the case's person may be of them.
    """
    with services.database.reading() as session:
        school = case.school or ""
        ran = (latest_of(session, school).last_success, last_partial(session, school))
    return max((run.finished_at for run in ran if run is not None and run.finished_at), default=None)
