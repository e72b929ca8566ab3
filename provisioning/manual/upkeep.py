"""The daily upkeep of accounts made by hand: import of their file, and expiry."""

import logging
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from provisioning.clock import today, uk_date
from provisioning.errors import KnownError
from provisioning.manual import endings
from provisioning.manual.endings import HeldList, ListHeldError
from provisioning.manual.handmade import FILE, Handmade, ReviewDecision
from provisioning.records.accounts import Account, Status
from provisioning.runs.dependencies import Provisioning, require_own
from provisioning.sources.non_mis import Listing, read_listing, stamp_of
from provisioning.store import decisions, listings
from provisioning.store import reviews as store
from provisioning.store.decisions import Relaxation

log = logging.getLogger(__name__)

BY_CLOCK = "schedule"
"""The actor of expiries."""

_ACCEPTED = timedelta(days=7)
"""How long the decision to take in a list waits for that at other schools, where the list is held too."""

Ended = Sequence[tuple[Account, ReviewDecision]]
"""Accounts that have ended by themselves, and how."""


def _no_letters(_session: Session, _ended: Ended) -> None:
    """Do nothing about accounts that have ended: the default of `tell`."""


def take_in(provisioning: Provisioning) -> tuple[KnownError, ...]:
    """Import `non_mis.csv` into the accounts if it has changed; return the problems of rows left out.

    Does nothing with an external directory, whose export has the accounts made by hand.
    """
    stamp = stamp_of(provisioning.extract_folder.folder)
    if stamp is None or provisioning.external_directory is not None:
        return ()
    with provisioning.database.reading() as session:
        taken = listings.taken(session)
    if taken is not None and taken.stamp == stamp:
        return ()
    try:
        listing = read_listing(provisioning.extract_folder.folder)
    except KnownError as problem:
        return (problem,)
    try:
        with provisioning.database.writing() as session:
            left_out = _take_in(session, listing, provisioning)
    except _EndsManyError as many:
        found = many.held
        kept = provisioning.database.write(lambda session: _hold(session, listing, found, provisioning))
        return tuple(map(ListHeldError, kept))
    return (*listing.problems, *left_out)


class _EndsManyError(Exception):
    """A list that would end many accounts at once: nothing of it is taken in, and a person is asked."""

    def __init__(self, held: Sequence[HeldList]) -> None:
        super().__init__(f"{len(held)} schools")
        self.held = held


def _take_in(session: Session, listing: Listing, provisioning: Provisioning) -> list[KnownError]:
    """Take a listing in; one that would end many accounts at once changes nothing: `_EndsManyError`."""
    now = provisioning.clock.now()
    day, seen = uk_date(now), _sign_ins_seen(session)
    as_of = listings.first_seen(session, listing, now)
    before = store.by_hand(session)
    left_out = listings.take_in(session, listing, as_of, now)
    listings.remember(session, listing, as_of)
    ending = endings.Ending(day, seen, uk_date(as_of))
    many = endings.ends_many(before, store.by_hand(session), ending)
    allowed = decisions.allowances(session, day, endings.ENDS_MANY)
    held: list[HeldList] = []
    for school, found in many.items():
        if school in allowed and allowed[school].reaches(found.count):
            decisions.use(session, school, endings.ENDS_MANY, found.count)
        else:
            held.append(HeldList(school, listing.stamp, found.count, found.total, now))
    if held:
        raise _EndsManyError(held)
    return left_out


def _hold(
    session: Session, listing: Listing, found: Sequence[HeldList], provisioning: Provisioning
) -> list[HeldList]:
    """Store that a list is held, and when it was first seen: it is of that day where it is taken in later."""
    listings.remember(session, listing, listings.first_seen(session, listing, provisioning.clock.now()))
    return listings.hold(session, found)


def held_lists(provisioning: Provisioning, session: Session) -> list[HeldList]:
    """Return where the list that is there is held, by school; none with an external directory."""
    if provisioning.external_directory is not None:
        return []
    return listings.held(session, stamp_of(provisioning.extract_folder.folder))


def waits(provisioning: Provisioning, session: Session, held: HeldList) -> bool:
    """Return whether a list that was held is still there as it was, and not taken in."""
    taken = listings.taken(session)
    there = stamp_of(provisioning.extract_folder.folder) == held.stamp
    return there and (taken is None or taken.stamp != held.stamp)


def accept(provisioning: Provisioning, held: HeldList, *, by: str) -> tuple[KnownError, ...]:
    """Take in a held list, although it ends as many accounts of its school as was shown; return the problems.

    Where the list is held at another school too, this decision waits for that one. Raises `KnownError` where
    another list has come since, or where this one has been taken in.
    """
    require_own(provisioning)
    day = today(provisioning.clock)
    with provisioning.database.writing() as session:
        if not waits(provisioning, session, held):
            raise KnownError("non-mis-not-held", file=FILE)
        given = Relaxation(held.school, endings.ENDS_MANY, day + _ACCEPTED, FILE, by, held.count)
        decisions.relax(session, given, provisioning.clock.now())
    return take_in(provisioning)


def expire(provisioning: Provisioning, tell: Callable[[Session, Ended], None] = _no_letters) -> int:
    """Deactivate accounts that have ended, by their date or unused for 90 days; return their number.

    `tell` gets them in the transaction that deactivates them.
    """
    if provisioning.external_directory is not None:
        return 0
    now, day = provisioning.clock.now(), today(provisioning.clock)
    found_ended: list[tuple[Account, ReviewDecision]] = []
    with provisioning.database.reading() as session:
        ending = _ending(session, day)
    if not ending:
        return 0  # the usual case: no write transaction, which would hold up a run
    with provisioning.database.writing() as session:
        seen = _sign_ins_seen(session)
        for id_ in _ending(session, day):
            entry = store.locked(session, id_)
            choice = endings.ended(entry, day, seen)
            if choice is not None:
                after = {"status": Status.INACTIVE.value}
                store.record(session, entry.account, choice, after, by=BY_CLOCK, at=now)
                found_ended.append((entry.account, choice))
        if found_ended:
            tell(session, found_ended)
    return len(found_ended)


def _ending(session: Session, day: date) -> list[int]:
    """Return the ids of the accounts that have ended by `day` and are still active."""
    seen = _sign_ins_seen(session)
    return [
        found.account.id for found in store.by_hand(session) if endings.ended(found, day, seen) is not None
    ]


def ending_soon(provisioning: Provisioning, session: Session) -> list[tuple[Handmade, date]]:
    """Return the accounts that will end by themselves within a week, and the day of each.

    Accounts in the portal are left out: they end there.
    """
    if provisioning.external_directory is not None:
        return []
    day, seen = today(provisioning.clock), _sign_ins_seen(session)
    found = [(entry, endings.ends_within_warning(entry, day, seen)) for entry in store.by_hand(session)]
    return [(entry, ends) for entry, ends in found if ends is not None]


def daily(
    provisioning: Provisioning, tell: Callable[[Session, Ended], None] = _no_letters
) -> tuple[KnownError, ...]:
    """Import the file and expire accounts, once a day; return the file's problems. Failures are logged."""
    try:
        problems, ended = take_in(provisioning), expire(provisioning, tell)
    except Exception:
        # Runs are due as well and must not fail with this; the next day tries again.
        log.exception("housekeeping failed")
        return ()
    for problem in problems:
        log.warning("%s", provisioning.knowledge.catalogue.say(problem.said, "en"))
    if ended:
        log.info("%d accounts made by hand have ended", ended)
    return problems


def _sign_ins_seen(session: Session) -> date | None:
    """Return the day up to which sign-ins are known: that of the file imported last."""
    taken = listings.taken(session)
    return uk_date(taken.as_of) if taken else None
