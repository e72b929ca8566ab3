"""The changes of a request: by users, by runs, and by time. Pure.

A change to a request that has ended, or that another user has taken, returns it unchanged.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.requests.request import (
    AGAIN,
    CLAIM,
    LASTS,
    NOT_SEEN,
    SEEN,
    Ask,
    AskedRecord,
    Ended,
    Request,
    Wanted,
    changed,
)


def join(request: Request, ask: Ask) -> Request:
    """Add `ask`; where its user has asked on behalf of its school before, only the count is renewed."""
    others = tuple(other for other in request.asks if (other.user, other.school) != (ask.user, ask.school))
    if len(others) < len(request.asks):
        first = next(other for other in request.asks if other not in others)
        return replace(request, asks=(*others, replace(ask, at=first.at)))
    return changed(request, asks=(*request.asks, ask))


def is_news(request: Request, records: Collection[AskedRecord], now: datetime) -> bool:
    """Return whether asking for `records` tells the recipients more than the open `request` has told them.

    That is so of a record that was not asked for, and of every record once `AGAIN` has gone by.
    """
    return now >= request.asked_at + AGAIN or not {*records} <= {*request.records}


def replaced(request: Request, by: str, now: datetime) -> Request:
    """End a request, because `by` asks for more than it: a new one takes its place."""
    return _end(request, Ended.AGAIN, by, now, None)


def in_place_of(request: Request, ask: Ask, records: Sequence[AskedRecord], now: datetime) -> Request:
    """Return the new request that asks for `records` too, with the askers and records of the `request`."""
    every = tuple(dict.fromkeys((*request.waits_for, *records)))
    asks = [other for other in request.asks if (other.user, other.school) != (ask.user, ask.school)]
    count = sum(record.school == ask.school for record in every)
    own = replace(ask, people=count)
    return Request(request.school, request.cause, now, (*asks, own), request.to, records=every)


def answer(request: Request, by: str, now: datetime, *, seen: bool) -> Request:
    """Note the word of `by` that the records are right now; `seen` is whether the school's data shows it.

    With that, a request about rows ends; one about leaving dates goes on until the accounts are released.
    """
    if not request.open or request.tried == SEEN:
        return request
    said = tried(request, by, SEEN if seen else NOT_SEEN, now)
    return _end(said, Ended.DONE, by, now, None) if seen and request.wanted is Wanted.ROWS else said


def stay(request: Request, by: str, shown: Mapping[str, str], now: datetime) -> Request:
    """Note the word of `by` that learners have not left; it ends with the last.

    `shown` is what the school's record of each of them shows now, by identifier.
    """
    records = tuple(
        replace(record, stays=True, shown=shown[record.identifier])
        if record.identifier in shown and not record.stays
        else record
        for record in request.records
    )
    if not request.open or request.wanted is not Wanted.LEAVING_DATES or records == request.records:
        return request
    noted = changed(request, records=records)
    return noted if noted.waits_for else _end(noted, Ended.NOT_LEFT, by, now, None)


def take(request: Request, by: str, now: datetime) -> Request:
    """Claim a request for `by`, who runs the client now; no other user can until the run has ended."""
    if not request.open or _is_taken(request, now):
        return request
    return changed(request, taken_by=by, taken_at=now)


def ran(request: Request, by: str, at: datetime) -> Request:
    """End a request with the successful run of `by`."""
    return _end(request, Ended.RAN, by, at, ran_at=at) if request.open else request


def tried(request: Request, by: str, status: str, at: datetime) -> Request:
    """Release a request after a run of `by` that did not succeed; `status` is the run's, or `refused`."""
    if not request.open:
        return request
    return changed(request, taken_by=None, taken_at=None, tried=status, tried_by=by, tried_at=at)


def done(request: Request, by: str, now: datetime, ran_at: datetime | None) -> Request:
    """End a request on the word of `by`; `ran_at` is the successful run since it was asked, if any."""
    return _end(request, Ended.DONE, by, now, ran_at) if request.open else request


def pass_on(request: Request, by: str, to: Sequence[str], now: datetime) -> Request:
    """Pass a request on from `by` to the other recipients and `to`; without any it ends."""
    if not request.open or by in request.passed:
        return request
    recipients = tuple(dict.fromkeys(user for user in (*request.to, *to) if user != by))
    passed = changed(request, to=recipients, passed=(*request.passed, by))
    return passed if recipients else replace(passed, ended=Ended.NOBODY, ended_by=by, ended_at=now)


def replace_unreachable(request: Request, gone: Collection[str], to: Sequence[str], now: datetime) -> Request:
    """Replace the recipients `gone` by `to`; without any left it ends.

    `gone` are users whom no message reaches, or who may not run the client any more.
    """
    recipients = tuple(dict.fromkeys(user for user in (*request.to, *to) if user not in gone))
    if not request.open or recipients == request.to:
        return request
    passed = changed(request, to=recipients)
    return passed if recipients else replace(passed, ended=Ended.NOBODY, ended_at=now)


def add_covers(request: Request, covers: Sequence[str]) -> Request:
    """Add those who cover for a recipient to the recipients of an open request."""
    if not request.open or not covers:
        return request
    return changed(request, to=tuple(dict.fromkeys((*request.to, *covers))))


def free(request: Request, by: str) -> Request:
    """Release the claim of `by`, who may not run the client any more."""
    if not request.open or request.taken_by != by:
        return request
    return changed(request, taken_by=None, taken_at=None)


def advance(request: Request, ran_at: datetime | None, now: datetime) -> Request:
    """End a request after a successful run (`ran_at`) or after its week; release a claim that has run out."""
    if not request.open:
        return request
    if ran_at is not None and ran_at > request.asked_at:
        return _end(request, Ended.RAN, request.taken_by, now, ran_at)
    if now >= request.asked_at + LASTS:
        return _end(request, Ended.OVER, None, now, None)
    if request.taken_by is not None and not _is_taken(request, now):
        return changed(request, taken_by=None, taken_at=None)
    return request


def _is_taken(request: Request, now: datetime) -> bool:
    return request.taken_at is not None and now < request.taken_at + CLAIM


def _end(request: Request, how: Ended, by: str | None, at: datetime, ran_at: datetime | None) -> Request:
    return changed(request, ended=how, ended_by=by, ended_at=at, ran_at=ran_at, taken_by=None, taken_at=None)
