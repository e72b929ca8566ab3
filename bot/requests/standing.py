"""What stands about what could be asked for at a school: who has asked, what was answered. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.requests.request import AGAIN, NOT_SEEN, RESTS, AskedRecord, Request, Wanted
from bot.requests.wanted import Want


class Press(StrEnum):
    """What a press does: ask, ask once more, or have the reader told of what a colleague has asked for."""

    ASK = "ask"
    AGAIN = "again"
    JOIN = "join"


class Said(StrEnum):
    """What a line tells: asked by the reader, or by a colleague; answered; or there is no user to ask.

    `CHANGED`: answered, and the record there has changed since.
    """

    YOURS = "yours"
    THEIRS = "theirs"
    ANSWERED = "answered"
    CHANGED = "changed"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Line:
    """A line about `want`: when it was asked, or answered, by whom, for how many.

    `claimed` is whether the school has said that it is put right, which its data does not show yet.
    """

    said: Said
    want: Want
    at: datetime | None = None
    by: str = ""
    count: int = 0
    claimed: bool = False

    @property
    def again(self) -> datetime | None:
        """When an answered question can be asked again."""
        return None if self.at is None else self.at + RESTS


@dataclass(frozen=True)
class Standing:
    """What `press` asks for a want, if any does, and the lines that say what was asked or answered."""

    press: Press | None
    lines: tuple[Line, ...] = ()


def last_answer(requests: Iterable[Request], identifiers: Collection[str], school: str) -> datetime:
    """Return when it was last said of learners with `identifiers`, missed at `school`, that they stay.

    Of `requests`, oldest first, one at least has such an answer.
    """
    return max(at for record, at in _answers(requests, school) if record.identifier in identifiers)


def _answered_at(request: Request) -> datetime:
    """Return from when on an answer in a request counts: its end or, while it is open, when it was asked."""
    return request.ended_at or request.asked_at


def rests(requests: Iterable[Request], want: Want, school: str, now: datetime) -> frozenset[str]:
    """Return which records of `want`, missed at `school`, are not asked for: that answer was given lately.

    Of `requests` all that name them are given, oldest first. A record that has changed since does not rest.
    """
    answered = _answered_lately(requests, want, school, now)
    return frozenset(answered) - _changed(answered, want)


def _answered_lately(
    requests: Iterable[Request], want: Want, school: str, now: datetime
) -> Mapping[str, AskedRecord]:
    """Return the records of `want` of which was said lately that the learners have not left."""
    return {
        record.identifier: record
        for record, at in _answers(requests, school)
        if record.identifier in want.records and now < at + RESTS
    }


def _changed(answered: Mapping[str, AskedRecord], want: Want) -> frozenset[str]:
    """Return which of the records `answered` are known to show something else now than at the answer."""
    now_shown = dict(zip(want.records, want.shown, strict=False))
    return frozenset(
        identifier
        for identifier, record in answered.items()
        if record.shown and now_shown.get(identifier, "") not in ("", record.shown)
    )


def _answers(requests: Iterable[Request], school: str) -> Iterator[tuple[AskedRecord, datetime]]:
    """Yield each learner who stays by the latest of `requests` that names them, and when that was said."""
    latest = {
        record.identifier: (record, _answered_at(request))
        for request in requests
        for record in request.records
        if record.school == school
    }
    return ((record, at) for record, at in latest.values() if record.stays)


def standing(
    want: Want,
    school: str,
    user: str,
    now: datetime,
    requests: Sequence[Request],
    chain: Sequence[Collection[str]],
) -> Standing:
    """Return what stands about `want`, found at `school`, for `user`.

    `requests` are the open one for its school and cause and those that name its records, oldest first;
    `chain` are the users who can be asked, level by level.
    """
    current = next((request for request in reversed(requests) if request.open), None)
    answered = _answered_lately(requests, want, school, now)
    changed = _changed(answered, want)
    resting = {*answered} - changed
    waiting = {*want.records} - resting
    lines = [
        Line(said, want, last_answer(requests, those, school), count=len(those))
        for said, those in ((Said.ANSWERED, resting), (Said.CHANGED, changed))
        if those
    ]
    if want.records and not waiting:
        return Standing(None, tuple(lines))
    asked = () if current is None else tuple(ask for ask in current.asks if ask.school == school)
    if current is not None and asked and waiting <= _asked(current, school):
        own = next((ask for ask in asked if ask.user == user), None)
        first = own or asked[0]
        claimed, said = current.tried == NOT_SEEN, Said.YOURS if own else Said.THEIRS
        lines.append(Line(said, want, first.at, first.user, len(waiting) or first.people, claimed))
        due = bool(want.records) and now >= current.asked_at + AGAIN
        return Standing(Press.AGAIN if due else None if own else Press.JOIN, tuple(lines))
    if not chain:
        return Standing(None, (*lines, Line(Said.UNREACHABLE, want)))
    press = Press.AGAIN if changed and waiting <= changed else Press.ASK
    return Standing(press if _can_be_asked(user, chain[0], want.wanted) else None, tuple(lines))


def _asked(request: Request, school: str) -> set[str]:
    return {record.identifier for record in request.waits_for if record.school == school}


def _can_be_asked(user: str, first: Collection[str], wanted: Wanted) -> bool:
    """Return whether it makes sense that `user` asks: not of themselves alone, nor for records they keep."""
    return {*first} != {user} if wanted is Wanted.RUN else user not in first
