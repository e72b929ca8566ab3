"""What becomes of a request: by what people do with it, by runs, and by the passing of time. Pure.

A deed on a request that has ended, or that somebody else is at, leaves it as it is.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.requests.request import CLAIM, LASTS, Ask, Ended, Request, changed


def join(request: Request, ask: Ask) -> Request:
    """Somebody asks for the same; who has asked before is counted anew and no more."""
    others = tuple(one for one in request.asks if (one.user, one.school) != (ask.user, ask.school))
    if len(others) < len(request.asks):
        first = next(one for one in request.asks if one not in others)
        return replace(request, asks=(*others, replace(ask, at=first.at)))
    return changed(request, asks=(*request.asks, ask))


def take(request: Request, by: str, now: datetime) -> Request:
    """Somebody runs the client now: nobody else does, until it is known what came of it."""
    if not request.open or _is_taken(request, now):
        return request
    return changed(request, taken_by=by, taken_at=now)


def ran(request: Request, by: str, at: datetime) -> Request:
    """The run that somebody has taken upon themselves succeeded."""
    return _end(request, Ended.RAN, by, at, ran_at=at) if request.open else request


def tried(request: Request, by: str, status: str, at: datetime) -> Request:
    """The run that somebody has taken upon themselves came to something else; it is open to all again."""
    if not request.open:
        return request
    return changed(request, taken_by=None, taken_at=None, tried=status, tried_by=by, tried_at=at)


def done(request: Request, by: str, now: datetime, ran_at: datetime | None) -> Request:
    """Somebody says that it is done; `ran_at` is the successful run that was seen since, if there was one."""
    return _end(request, Ended.DONE, by, now, ran_at) if request.open else request


def pass_on(request: Request, by: str, to: Sequence[str], now: datetime) -> Request:
    """Somebody says that it is not theirs: it goes to others; with nobody left it ends."""
    if not request.open or by in request.passed:
        return request
    rest = [user for user in (*request.to, *to) if user != by]
    passed = changed(request, to=tuple(dict.fromkeys(rest)), passed=(*request.passed, by))
    return passed if rest else replace(passed, ended=Ended.NOBODY, ended_by=by, ended_at=now)


def pass_over(request: Request, gone: Collection[str], to: Sequence[str], now: datetime) -> Request:
    """Some can't be reached: it goes to others in their place; with nobody left it ends."""
    rest = dict.fromkeys(user for user in (*request.to, *to) if user not in gone)
    if not request.open or tuple(rest) == request.to:
        return request
    passed = changed(request, to=tuple(rest))
    return passed if rest else replace(passed, ended=Ended.NOBODY, ended_at=now)


def tick(request: Request, ran_at: datetime | None, now: datetime) -> Request:
    """A moment later: ended by a successful run since it was asked for, or by its week being over."""
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
