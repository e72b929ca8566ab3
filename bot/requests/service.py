"""Requests carried out: each change is kept in one transaction with its letters."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.outbox import letters
from bot.people import permissions
from bot.people.permissions import Grant
from bot.requests import engine, store
from bot.requests.letters import letters_of
from bot.requests.recipients import levels, onward
from bot.requests.request import Ask, Request
from bot.requests.wanted import AskedForRun, How, Want
from bot.services import Services
from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.records import RunStatus, School
from provisioning.runs.school_run import provision
from provisioning.store import runs, schools


class RequestChange(NamedTuple):
    """A request as it was and as it is."""

    before: Request
    after: Request

    @property
    def done(self) -> bool:
        """Whether anything has changed; if not, another user was first."""
        return self.before != self.after


def ask(services: Services, want: Want, user: str, school: str) -> AskedForRun:
    """Ask those who run a client, on behalf of the user's `school`; or join an open request."""
    now = services.clock.now()
    own = Ask(user, school, want.people, now)

    def work(session: Session) -> AskedForRun:
        before = store.open_one(session, want.school.number, want.cause)
        if before is not None:
            earlier = [ask.at for ask in before.asks if (ask.user, ask.school) == (user, school)]
            _keep(session, before, engine.join(before, own), now)
            if earlier:
                return AskedForRun(How.ALREADY, want, earlier[0])
            return AskedForRun(How.JOINED, want, before.asked_at, (before.asks[0].user,))
        chain = levels(want.school, _grants(session, now), letters.unreachable(session, now - letters.GONE))
        if not chain:
            return AskedForRun(How.NOBODY, want)
        to = tuple(asked for asked in chain[0] if asked != user)
        if not to:
            return AskedForRun(How.YOURS, want)
        _keep(session, None, Request(want.school.number, want.cause, now, (own,), to), now)
        return AskedForRun(How.ASKED, want, now, to)

    return services.database.write(work)


def deed(services: Services, id_: int, do: Callable[[Request], Request]) -> RequestChange | None:
    """Do something to a request under its lock: as it was and as it is; None where there is none."""
    return _deed(services, id_, services.clock.now(), lambda _session, request: do(request))


def take(services: Services, id_: int, by: str, now: datetime) -> RequestChange | None:
    """Note that a user is about to run the client."""
    return deed(services, id_, lambda request: engine.take(request, by, now))


def run(services: Services, request: Request, by: str) -> str:
    """Run the client for a request that has been taken, and let it be what came of that; the run's status."""
    try:
        status = provision(services.provisioning, request.school, started_by=by).status
    except KnownError:
        deed(services, request.id, lambda found: engine.tried(found, by, "refused", services.clock.now()))
        raise
    now = services.clock.now()
    if status is RunStatus.SUCCEEDED:
        deed(services, request.id, lambda found: engine.ran(found, by, now))
    else:
        deed(services, request.id, lambda found: engine.tried(found, by, status, now))
    return status


def done(services: Services, id_: int, by: str) -> RequestChange | None:
    """Note that a user says that it is done, and whether the client has run since."""
    now = services.clock.now()

    def do(session: Session, request: Request) -> Request:
        return engine.done(request, by, now, _ran_since(session, request))

    return _deed(services, id_, now, do)


def pass_on(services: Services, id_: int, by: str, to: str | None) -> RequestChange | None:
    """Pass a request on from `by`: to `to`, else to the others who were asked, else to the next level."""
    now = services.clock.now()

    def do(session: Session, request: Request) -> Request:
        others = set(request.to) - {by}
        chosen = (to,) if to else () if others else _next(session, request, now)
        return engine.pass_on(request, by, chosen, now)

    return _deed(services, id_, now, do)


def _deed(
    services: Services, id_: int, now: datetime, do: Callable[[Session, Request], Request]
) -> RequestChange | None:
    def work(session: Session) -> RequestChange | None:
        before = store.one(session, id_, lock=True)
        return (
            None
            if before is None
            else RequestChange(before, _keep(session, before, do(session, before), now))
        )

    return services.database.write(work)


def look(services: Services) -> None:
    """End what runs or time have settled, and go past those whom no message reaches."""
    now = services.clock.now()
    with services.database.reading() as session:
        if all(before == after for before, after in _looked_at(session, now)):
            return  # most of the time; a run at work is not kept from the database for it

    def work(session: Session) -> None:
        for before, after in _looked_at(session, now, lock=True):
            _keep(session, before, after, now)

    services.database.write(work)


def _looked_at(session: Session, now: datetime, *, lock: bool = False) -> Iterator[tuple[Request, Request]]:
    """Every open request as it is kept, and as it has become."""
    found = store.every_open(session, lock=lock)
    away = letters.unreachable(session, now - letters.GONE) if found else frozenset()
    for before in found:
        after = engine.tick(before, _ran_since(session, before), now)
        gone = away & set(after.to)
        if gone:
            left = set(after.to) - gone
            after = engine.pass_over(after, gone, () if left else _next(session, after, now), now)
        yield before, after


def _keep(session: Session, before: Request | None, after: Request, now: datetime) -> Request:
    if before == after:
        return after
    kept = store.save(session, after)
    letters.put(session, letters_of(before, kept), now)
    return kept


def _next(session: Session, request: Request, now: datetime) -> tuple[str, ...]:
    school: School = schools.get(session, request.school)
    chain = levels(school, _grants(session, now), letters.unreachable(session, now - letters.GONE))
    return onward(chain, {*request.told, *(ask.user for ask in request.asks)})


def _ran_since(session: Session, request: Request) -> datetime | None:
    last = runs.last_success(session, request.school)
    ran = last.finished_at if last and last.undoes is None else None
    return ran if ran is not None and ran > request.asked_at else None


def _grants(session: Session, now: datetime) -> list[Grant]:
    return permissions.in_force(session, uk_date(now))
