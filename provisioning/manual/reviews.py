"""Reviews of accounts made by hand: what is due, decisions and their undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from knowledge.keydates import academic_year, end_of_academic_year
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.manual import endings, housekeeping
from provisioning.manual.handmade import MADE_BY_HAND, Handmade, ReviewDecision, Term
from provisioning.manual.housekeeping import Why
from provisioning.records.accounts import Account, Status
from provisioning.records.people import Kind
from provisioning.records.schools import School
from provisioning.rules import is_on_roll
from provisioning.runs.dependencies import Provisioning, read_extract, require_own
from provisioning.store import accounts, schools
from provisioning.store import reviews as store


@dataclass(frozen=True)
class Reviewed:
    """An account of a review, and why it is due today; empty where it is not."""

    handmade: Handmade
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


def review(provisioning: Provisioning, school: str, kind: Kind) -> Review:
    """Return a school's accounts of one kind made by hand, with the reasons for which they are due today."""
    day = today(provisioning.clock)
    learners = _learners(provisioning, school, day) if kind is Kind.NON_MIS else frozenset()
    with provisioning.database.reading() as session:
        of, found = schools.get(session, school), store.by_hand(session, school, kind)
    entries = [Reviewed(entry, housekeeping.review_reasons(entry, day, learners)) for entry in found]
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


Progress = Mapping[Kind, tuple[int, int]]
"""The numbers of accounts reviewed and of accounts to review, by kind of account made by hand."""


def progress_at(session: Session, years: Mapping[str, int]) -> dict[str, Progress]:
    """Return the progress of reviews by school, each at the end of the academic year that `years` names."""
    made = store.by_hand_at(session, years)
    return {school: _progress(made[school], year) for school, year in years.items()}


def _progress(made: Sequence[Handmade], year: int) -> Progress:
    return {
        kind: housekeeping.progress([entry for entry in made if entry.account.kind is kind], year)
        for kind in MADE_BY_HAND
    }


def find(provisioning: Provisioning, school: str, kind: Kind, username: str) -> int:
    """Return the id of a school's account by its username, with or without domain; raises `KnownError`."""
    wanted = username.casefold()
    with provisioning.database.reading() as session:
        for entry in store.by_hand(session, school, kind):
            key = entry.account.username.casefold()
            if wanted in (key, key.partition("@")[0]):
                return entry.account.id
    raise KnownError("review-unknown", username=username, school=school)


def located(provisioning: Provisioning, account: int) -> tuple[School, Account] | None:
    """Return an account made by hand and its school; None where there is no such account."""
    with provisioning.database.reading() as session:
        try:
            kind, number = store.where(session, account)
        except KnownError:
            return None
        found = next(entry for entry in store.by_hand(session, number, kind) if entry.account.id == account)
        return schools.get(session, number), found.account


def keep(provisioning: Provisioning, account: int, term: Term, *, by: str) -> Handmade:
    """Keep an account for `term`; an inactive account is reactivated."""
    require_own(provisioning)
    day = today(provisioning.clock)
    with provisioning.database.writing() as session:
        entry = store.locked(session, account)
        until = housekeeping.kept_until(entry.account, term, day)
        after = {"status": Status.ACTIVE.value, "expires_on": until}
        return _decide(provisioning, session, entry, ReviewDecision.KEEP, after, by, until)


def deactivate(provisioning: Provisioning, account: int, *, by: str, at_its_date: bool = False) -> Handmade:
    """Deactivate an account now, or at its expiry date; without one, on 31 August.

    Where the account has ended by itself, this confirms the ending.
    """
    require_own(provisioning)
    with provisioning.database.writing() as session:
        entry = store.locked(session, account)
        if not entry.account.active and (at_its_date or entry.ending is None):
            raise KnownError("review-inactive", username=entry.account.username)
        if not at_its_date:
            after: dict[str, Any] = {"status": Status.INACTIVE.value}
            return _decide(provisioning, session, entry, ReviewDecision.DEACTIVATE, after, by)
        day = today(provisioning.clock)
        ends = endings.ends_on(entry)
        until = ends if ends is not None and ends >= day else end_of_academic_year(academic_year(day))
        return _decide(provisioning, session, entry, ReviewDecision.AT_DATE, {"expires_on": until}, by, until)


def accept_ending(provisioning: Provisioning, account: int, *, by: str) -> bool:
    """Confirm that an account that has ended by itself stays ended; return whether that was still open."""
    with provisioning.database.reading() as session:
        kind, school = store.where(session, account)
        ended = any(
            entry.ended_unseen
            for entry in store.by_hand(session, school, kind)
            if entry.account.id == account
        )
    if ended:
        deactivate(provisioning, account, by=by)
    return ended


def note_done(provisioning: Provisioning, account: int, *, by: str) -> Handmade:
    """Note that an account was reviewed in the portal; the account itself does not change."""
    with provisioning.database.writing() as session:
        return _decide(
            provisioning, session, store.locked(session, account), ReviewDecision.IN_PORTAL, {}, by
        )


def undo(provisioning: Provisioning, account: int, *, by: str) -> Handmade:
    """Undo the decision in force: the account's fields are as before, and it is due again if it was."""
    with provisioning.database.writing() as session:
        store.take_back(session, store.locked(session, account), by=by, at=provisioning.clock.now())
        return store.locked(session, account)


def _decide(
    provisioning: Provisioning,
    session: Session,
    entry: Handmade,
    choice: ReviewDecision,
    after: Mapping[str, Any],
    by: str,
    until: date | None = None,
) -> Handmade:
    store.record(session, entry.account, choice, after, by=by, at=provisioning.clock.now(), until=until)
    return store.locked(session, entry.account.id)


def _learners(provisioning: Provisioning, school: str, day: date) -> frozenset[str]:
    """Return the name keys of a school's learners, on roll in its extract or with an active account.

    An extract that cannot be read adds no names.
    """
    try:
        extract = read_extract(provisioning, school, day)
        here = (learner for learner in extract.learners if is_on_roll(learner, day, extract.lead))
        names = [f"{learner.forename} {learner.surname}" for learner in here]
    except KnownError:
        names = []
    with provisioning.database.reading() as session:
        held = accounts.listed(session, school, Kind.LEARNER)
    names += [housekeeping.name(account) for account in held if account.active]
    return frozenset(map(housekeeping.name_key, names))


def _order(entry: Reviewed) -> tuple[bool, bool, str]:
    account = entry.handmade.account
    return not entry.why, not account.active, account.username.casefold()
