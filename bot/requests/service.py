"""The service that makes and changes requests; each change is kept in a transaction with its letters."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.outbox import letters
from bot.people import absences, audit, permissions
from bot.people.audit import AuditRecord
from bot.people.permissions import Act
from bot.requests import engine, store
from bot.requests.actions import RequestAuditAction
from bot.requests.letters import letters_of
from bot.requests.look import Look, is_settled, look, shows
from bot.requests.recipients import act_on, levels, next_level
from bot.requests.request import Ask, AskedRecord, Request, Wanted
from bot.requests.standing import last_answer, rests
from bot.requests.wanted import Asked, AskOutcome, Want
from bot.services import Services
from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.runs.school_run import provision
from provisioning.store import freezes, schools
from provisioning.store.latest_runs import last_partial, latest_of

_SCHEDULE = "schedule"


class RequestChange(NamedTuple):
    """A request before and after a change."""

    before: Request
    after: Request

    @property
    def done(self) -> bool:
        """Whether anything has changed; if not, another user was first."""
        return self.before != self.after


def ask(services: Services, want: Want, user: str, school: str) -> Asked:
    """Make the request that `want` describes for `user`, on behalf of `school`; or join an open one.

    No run is asked for where a freeze keeps it from changing anything.
    """
    now = services.clock.now()

    def work(session: Session) -> Asked:
        freeze = freezes.since(session, uk_date(now)).of(want.school, now)
        if freeze is not None and want.wanted is Wanted.RUN:
            return Asked(AskOutcome.FROZEN, want, until=freeze.ends_on)
        found = store.naming(session, want.school.number, want.cause, want.records)
        resting = rests(found, want, school, now)
        records = tuple(
            AskedRecord(identifier, school) for identifier in want.records if identifier not in resting
        )
        if want.records and not records:
            return Asked(AskOutcome.ANSWERED, want, last_answer(found, resting, school))
        own = Ask(user, school, len(records) or want.people, now)
        before = store.find_open(session, want.school.number, want.cause)
        if before is None:
            chain = _levels(session, want.school, want.wanted, now)
            if not chain:
                return Asked(AskOutcome.NOBODY, want)
            to = tuple(asked for asked in chain[0] if asked != user)
            if not to:
                return Asked(AskOutcome.YOURS, want)
            new = Request(want.school.number, want.cause, now, (own,), to, records=records)
            _keep(session, None, new, now)
            return Asked(AskOutcome.ASKED, want, now, to)
        if records and engine.is_news(before, records, now):
            _keep(session, before, engine.replaced(before, user, now), now)
            _keep(session, None, engine.in_place_of(before, own, records, now), now)
            return Asked(AskOutcome.ASKED, want, now, before.to)
        earlier = [other.at for other in before.asks if (other.user, other.school) == (user, school)]
        _keep(session, before, engine.join(before, own), now)
        first = before.asks[0]
        if earlier:
            return Asked(AskOutcome.ALREADY, want, earlier[0], by=school)
        return Asked(AskOutcome.JOINED, want, before.asked_at, (first.user,), first.school)

    return services.database.write(work)


def answer(services: Services, request: Request, by: str) -> tuple[RequestChange | None, Look]:
    """Note the word of `by` that the records are right now, with what the schools' data shows at once."""
    seen = look(services.provisioning, request)
    now = services.clock.now()

    def do(found: Request) -> Request:
        return engine.answer(found, by, now, seen=not seen.unsettled)

    return change(services, request.id, do), seen


def stay(services: Services, request: Request, by: str, identifier: str) -> RequestChange | None:
    """Note the word of `by` that a learner of a request has not left, with what the record shows now."""
    now, shown = services.clock.now(), {identifier: shows(services.provisioning, request, identifier)}
    return change(services, request.id, lambda found: engine.stay(found, by, shown, now))


def change(services: Services, id_: int, do: Callable[[Request], Request]) -> RequestChange | None:
    """Change a request by `do`, under its row's lock; None where no request has that id."""
    return _change(services, id_, services.clock.now(), lambda _session, request: do(request))


def take(services: Services, id_: int, by: str, now: datetime) -> RequestChange | None:
    """Claim a request for `by`, who is about to run the client."""
    return change(services, id_, lambda request: engine.take(request, by, now))


def run(services: Services, request: Request, by: str) -> str:
    """Run the client for a request that `by` has taken, note the outcome, and return the run's status."""
    try:
        status = provision(services.provisioning, request.school, started_by=by).status
    except KnownError:
        change(services, request.id, lambda found: engine.tried(found, by, "refused", services.clock.now()))
        raise
    now = services.clock.now()
    with services.database.reading() as session:
        settled = is_settled(session, request)
    if status is RunStatus.SUCCEEDED and settled:
        change(services, request.id, lambda found: engine.ran(found, by, now))
    else:
        change(services, request.id, lambda found: engine.tried(found, by, status, now))
    return status


def done(services: Services, id_: int, by: str) -> RequestChange | None:
    """End a request on the word of `by`, with the successful run since it was asked, if any."""
    now = services.clock.now()

    def do(session: Session, request: Request) -> Request:
        return engine.done(request, by, now, _ran_since(session, request))

    return _change(services, id_, now, do)


def pass_on(services: Services, id_: int, by: str, to: str | None) -> RequestChange | None:
    """Pass a request on from `by`: to `to`, else to its other recipients, else to the next level."""
    now = services.clock.now()

    def do(session: Session, request: Request) -> Request:
        others = set(request.to) - {by}
        chosen = (to,) if to else () if others else _next_recipients(session, request, now)
        return engine.pass_on(request, by, chosen, now)

    return _change(services, id_, now, do)


def _change(
    services: Services, id_: int, now: datetime, do: Callable[[Session, Request], Request]
) -> RequestChange | None:
    def work(session: Session) -> RequestChange | None:
        before = store.find(session, id_, lock=True)
        if before is None:
            return None
        return RequestChange(before, _keep(session, before, do(session, before), now))

    return services.database.write(work)


def update_open(services: Services) -> None:
    """End the open requests that runs or time have settled; replace recipients whom no message reaches.

    Who covers for a recipient who is away is asked as well.
    """
    now = services.clock.now()
    with services.database.reading() as session:
        if all(before == after for before, after in _updated(session, now)):
            return  # the usual case: no write transaction, which would hold up a run

    def work(session: Session) -> None:
        for before, after in _updated(session, now, lock=True):
            audit.record(session, *_freed(before, after, now))
            _keep(session, before, after, now)

    services.database.write(work)


def _updated(session: Session, now: datetime, *, lock: bool = False) -> Iterator[tuple[Request, Request]]:
    """Yield each open request as it is stored, and as it is at `now`."""
    found = store.every_open(session, lock=lock)
    if not found:
        return
    away = letters.unreachable(session, now - letters.GONE)
    grants, absent = permissions.in_force(session, uk_date(now)), absences.on(session, uk_date(now))
    for before in found:
        ran_at, school = _ran_since(session, before), schools.get(session, before.school)
        if ran_at is not None and not is_settled(session, before):
            ran_at = None
        after = engine.advance(before, ran_at, now)
        may_run = permissions.who_may_by(grants, Act.RUN, school)
        if after.taken_by is not None and after.taken_by not in may_run:
            after = engine.free(after, after.taken_by)
        may_answer = permissions.who_may_by(grants, act_on(before.wanted), school)
        gone = {user for user in after.to if user in away or user not in may_answer}
        if gone:
            left = set(after.to) - gone
            to = () if left else _next_recipients(session, after, now)
            after = engine.replace_unreachable(after, gone, to, now)
        asked = {*after.told, *(ask.user for ask in after.asks)}
        covers = absences.covers(after.to, absent, set(may_answer).__contains__)
        yield before, engine.add_covers(after, [user for user in covers if user not in asked])


def _freed(before: Request, after: Request, now: datetime) -> Iterator[AuditRecord]:
    """Yield a record for each user whom an open request was asked of or claimed by, and is not any more."""
    had = [*before.to, *([before.taken_by] if before.taken_by else [])]
    for user in dict.fromkeys(had):
        if after.open and user not in (*after.to, after.taken_by):
            yield AuditRecord(
                now, _SCHEDULE, _SCHEDULE, RequestAuditAction.FREED, after.school, user, "role-ended"
            )


def _keep(session: Session, before: Request | None, after: Request, now: datetime) -> Request:
    """Keep a changed or new request, with its letters; return it with its id."""
    if before == after:
        return after
    kept = store.save(session, after)
    letters.put(session, letters_of(before, kept), now)
    return kept


def _next_recipients(session: Session, request: Request, now: datetime) -> tuple[str, ...]:
    """Return the users of the next level, without those who have the request already or asked for it."""
    chain = _levels(session, schools.get(session, request.school), request.wanted, now)
    return next_level(chain, {*request.told, *(ask.user for ask in request.asks)})


def _levels(session: Session, school: School, wanted: Wanted, now: datetime) -> tuple[tuple[str, ...], ...]:
    """Return the users of whom `wanted` can be asked at `school`, level by level, by the grants at `now`."""
    grants, away = permissions.in_force(session, uk_date(now)), absences.on(session, uk_date(now))
    return levels(school, grants, letters.unreachable(session, now - letters.GONE), away, wanted)


def _ran_since(session: Session, request: Request) -> datetime | None:
    """Return the end of the last successful run, if it is after the request was made and undoes no other.

    For a request about records one of some people counts too: it may have been these records' people.
    """
    last = [latest_of(session, request.school).last_success]
    last += [last_partial(session, request.school)] if request.records else []
    ends = [run.finished_at for run in last if run is not None and run.undoes is None and run.finished_at]
    return max((ran for ran in ends if ran > request.asked_at), default=None)
