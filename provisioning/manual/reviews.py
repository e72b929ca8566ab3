"""Reviews of accounts made by hand: what is due, decisions and their undoing, and what ends by itself."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from knowledge.keydates import academic_year, end_of_academic_year
from provisioning.clock import today, uk_date
from provisioning.errors import KnownError
from provisioning.manual import housekeeping
from provisioning.manual.housekeeping import Handmade, ReviewDecision, Term, Why
from provisioning.records import Account, Kind, School, Status
from provisioning.rules import is_on_roll
from provisioning.runs.school_run import Provisioning, read_extract, require_own
from provisioning.sources.non_mis import FILE, Listing, read_listing, stamp_of
from provisioning.store import accounts, decisions, schools
from provisioning.store import reviews as store

log = logging.getLogger(__name__)

BY_CLOCK = "schedule"
"""Who ended what ended by itself."""


@dataclass(frozen=True)
class Reviewed:
    """An account of a review, and why it is due today; nothing where it is not."""

    one: Handmade
    why: tuple[Why, ...]


@dataclass(frozen=True)
class Review:
    """A school's accounts of one kind, those that are due first.

    `reviewed` of `total` accounts have been decided on at the end of the academic year that ends, or
    ended, in `year`. `can_act` is False where the accounts live in the portal and are changed there.
    """

    school: School
    kind: Kind
    entries: tuple[Reviewed, ...]
    year: int
    reviewed: int
    total: int
    can_act: bool


def take_in(provisioning: Provisioning) -> tuple[KnownError, ...]:
    """Take `non_mis.csv` into the accounts where it has changed; says what of it can't be used, and why.

    Nothing else stops for it. Where accounts live elsewhere, those made by hand are in the export.
    """
    stamp = stamp_of(provisioning.extract_folder.folder)
    if stamp is None or provisioning.external_directory is not None:
        return ()
    with provisioning.database.reading() as session:
        taken = store.taken(session)
    if taken is not None and taken.stamp == stamp:
        return ()
    try:
        listing = read_listing(provisioning.extract_folder.folder)
    except KnownError as problem:
        return (problem,)
    try:
        with provisioning.database.writing() as session:
            left_out = _take_in(session, listing, provisioning)
    except _EndsManyError as held:
        return held.problems
    return (*listing.problems, *left_out)


class _EndsManyError(Exception):
    """A list that would end many accounts at once: nothing of it is taken in, and a person is asked."""

    def __init__(self, problems: tuple[KnownError, ...]) -> None:
        super().__init__(f"{len(problems)} schools")
        self.problems = problems


def _take_in(session: Session, listing: Listing, provisioning: Provisioning) -> list[KnownError]:
    """Take a listing in; one that would end many accounts at once is an error, and nothing stays of it."""
    now = provisioning.clock.now()
    day, taken = uk_date(now), store.taken(session)
    as_of = store.first_seen(session, listing, now)
    before = store.by_hand(session)
    left_out = store.take_in(session, listing, as_of, now)
    store.remember(session, listing, as_of)
    seen = uk_date(taken.as_of) if taken else None
    ending = housekeeping.Ending(day, seen, uk_date(as_of))
    many = housekeeping.ends_many(before, store.by_hand(session), ending)
    allowed = {
        one.school: one
        for one in decisions.relaxations(session, day)
        if one.safeguard == housekeeping.ENDS_MANY
    }
    held = []
    for school, found in many.items():
        relaxed = allowed.get(school)
        if relaxed is not None and (relaxed.up_to is None or relaxed.used + found.count <= relaxed.up_to):
            decisions.use(session, school, housekeeping.ENDS_MANY, found.count)
        else:
            held.append(
                KnownError(
                    "non-mis-ends-many", file=FILE, school=school, count=found.count, total=found.total
                )
            )
    if held:
        raise _EndsManyError(tuple(held))
    return left_out


def review(provisioning: Provisioning, school: str, kind: Kind) -> Review:
    """A school's accounts of one kind made by hand, with what is due for review today and why."""
    day = today(provisioning.clock)
    learners = _learners(provisioning, school, day) if kind is Kind.NON_MIS else frozenset()
    with provisioning.database.reading() as session:
        of, found = schools.one(session, school), store.by_hand(session, school, kind)
    entries = [Reviewed(one, housekeeping.why(one, day, learners)) for one in found]
    year = housekeeping.review_year(day)
    reviewed, total = housekeeping.progress(found, year)
    return Review(
        of,
        kind,
        tuple(sorted(entries, key=_order)),
        year,
        reviewed,
        total,
        provisioning.external_directory is None,
    )


def review_progress(session: Session, school: str, kind: Kind, academic_year: int) -> tuple[int, int]:
    """How many accounts were reviewed at the end of an academic year (named by its end), and of how many."""
    return housekeeping.progress(store.by_hand(session, school, kind), academic_year)


def find(provisioning: Provisioning, school: str, kind: Kind, username: str) -> int:
    """The account of a school by its username, with or without what follows the @."""
    wanted = username.casefold()
    with provisioning.database.reading() as session:
        for one in store.by_hand(session, school, kind):
            key = one.account.username.casefold()
            if wanted in (key, key.partition("@")[0]):
                return one.account.id
    raise KnownError("review-unknown", username=username, school=school)


def located(provisioning: Provisioning, account: int) -> tuple[School, Account] | None:
    """An account made by hand and its school; None for one that is no longer there, or never was."""
    with provisioning.database.reading() as session:
        try:
            kind, number = store.where(session, account)
        except KnownError:
            return None
        found = next(one for one in store.by_hand(session, number, kind) if one.account.id == account)
        return schools.one(session, number), found.account


def keep(provisioning: Provisioning, account: int, term: Term, *, by: str) -> Handmade:
    """Keep an account for a term; one that has ended comes back."""
    require_own(provisioning)
    day = today(provisioning.clock)
    with provisioning.database.writing() as session:
        one = store.locked(session, account)
        until = housekeeping.kept_until(one.account, term, day)
        after = {"status": Status.ACTIVE.value, "expires_on": until}
        return _decide(provisioning, session, one, ReviewDecision.KEEP, after, by, until)


def deactivate(provisioning: Provisioning, account: int, *, by: str, at_its_date: bool = False) -> Handmade:
    """Deactivate an account now, or let it end at its date; one without a date ends on 31 August."""
    require_own(provisioning)
    with provisioning.database.writing() as session:
        one = store.locked(session, account)
        if not one.account.active:
            raise KnownError("review-inactive", username=one.account.username)
        if not at_its_date:
            after: dict[str, Any] = {"status": Status.INACTIVE.value}
            return _decide(provisioning, session, one, ReviewDecision.DEACTIVATE, after, by)
        day = today(provisioning.clock)
        until = housekeeping.ends_on(one) or end_of_academic_year(academic_year(day))
        return _decide(provisioning, session, one, ReviewDecision.AT_DATE, {"expires_on": until}, by, until)


def note_done(provisioning: Provisioning, account: int, *, by: str) -> Handmade:
    """Note that an account was reviewed where it lives, in the portal; nothing of it changes here."""
    with provisioning.database.writing() as session:
        return _decide(
            provisioning, session, store.locked(session, account), ReviewDecision.IN_PORTAL, {}, by
        )


def undo(provisioning: Provisioning, account: int, *, by: str) -> Handmade:
    """Take the decision in force back: the account is as it was before, and due again if it was."""
    with provisioning.database.writing() as session:
        store.take_back(session, store.locked(session, account), by=by, at=provisioning.clock.now())
        return store.locked(session, account)


def expire(provisioning: Provisioning) -> int:
    """Make inactive what has come to its end, by its date or unused for 90 days; says how many there were."""
    if provisioning.external_directory is not None:
        return 0
    now, day, count = provisioning.clock.now(), today(provisioning.clock), 0
    with provisioning.database.writing() as session:
        taken = store.taken(session)
        seen = uk_date(taken.as_of) if taken else None
        for found in store.by_hand(session):
            if housekeeping.ended(found, day, seen) is None:
                continue
            one = store.locked(session, found.account.id)
            deed = housekeeping.ended(one, day, seen)
            if deed is not None:
                after = {"status": Status.INACTIVE.value}
                store.record(session, one.account, deed, after, by=BY_CLOCK, at=now)
                count += 1
    return count


def daily(provisioning: Provisioning) -> None:
    """What is done every day: the file taken in, and what has come to its end made inactive."""
    try:
        problems, ended = take_in(provisioning), expire(provisioning)
    except Exception:
        # Runs are due as well, and must not wait for this; the next time makes up for it.
        log.exception("housekeeping failed")
        return
    for problem in problems:
        log.warning("%s", provisioning.knowledge.catalogue.say(problem.said, "en"))
    if ended:
        log.info("%d accounts made by hand have ended", ended)


def _decide(
    provisioning: Provisioning,
    session: Session,
    one: Handmade,
    deed: ReviewDecision,
    after: Mapping[str, Any],
    by: str,
    until: date | None = None,
) -> Handmade:
    store.record(session, one.account, deed, after, by=by, at=provisioning.clock.now(), until=until)
    return store.locked(session, one.account.id)


def _learners(provisioning: Provisioning, school: str, day: date) -> frozenset[str]:
    """The names of a school's learners: on roll in its extract, if that can be read, or with an account."""
    try:
        learners = read_extract(provisioning, school, day).learners
        names = [f"{one.forename} {one.surname}" for one in learners if is_on_roll(one, day)]
    except KnownError:
        names = []
    with provisioning.database.reading() as session:
        held = accounts.listed(session, school, Kind.LEARNER)
    names += [housekeeping.name(one) for one in held if one.active]
    return frozenset(map(housekeeping.name_key, names))


def _order(entry: Reviewed) -> tuple[bool, bool, str]:
    account = entry.one.account
    return not entry.why, not account.active, account.username.casefold()
