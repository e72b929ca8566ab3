"""The letters of an absence: to the cover, what waits; to the authority's officers, that all are away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator
from sqlalchemy.orm import Session

from bot.absence import screens
from bot.absence.screens import CoveredTask
from bot.outbox import letters
from bot.outbox.kinds import ANY_SCHOOL, LetterContext, LetterKind, ReaderRight
from bot.outbox.letters import Letter
from bot.people import absences, permissions
from bot.people.absences import Absence
from bot.people.permissions import Act, Caller, Role
from bot.slack.blocks import Screen
from bot.slack.tasks import Task
from provisioning.clock import uk_date
from provisioning.records.schools import School
from provisioning.store import schools


class AbsenceLetter(StrEnum):
    """The kinds of letters about absences."""

    COVERING = "covering"
    ALL_AWAY = "all-away"


@dataclass(frozen=True)
class CoveringPayload:
    """The user who is away and until when, and what waits for them that the cover may do."""

    user: str
    until: date
    tasks: tuple[
        Annotated[CoveredTask, PlainValidator(CoveredTask.from_json), PlainSerializer(CoveredTask.to_json)],
        ...,
    ]


@dataclass(frozen=True)
class AllAwayPayload:
    """The number of a school whose own people are all away, and the day on which the first is back."""

    school: str
    until: date


def put(
    session: Session, absence: Absence, waits: Iterable[Task], own: Sequence[School], now: datetime
) -> None:
    """Put the letters of an `absence` that has begun into the outbox.

    `waits` is what waits for its user; `own` are the schools over which they have a role.
    """
    today = uk_date(now)
    found = _all_away(session, own, today)
    if absence.cover is not None:
        cover = permissions.caller(session, absence.cover, today)
        found.append(_covering(absence, absence.cover, covered(waits, cover)))
    letters.put(session, found, now)


def covered(waits: Iterable[Task], cover: Caller) -> tuple[CoveredTask, ...]:
    """Return of what waits for a user what `cover` may do in their stead."""
    return tuple(
        CoveredTask(task.said, task.school.number, task.opens["action_id"], task.opens["value"])
        for task in waits
        if task.waits and task.school is not None and cover.may(task.act, task.school)
    )


def _covering(absence: Absence, cover: str, tasks: tuple[CoveredTask, ...]) -> Letter:
    payload = CoveringPayload(absence.user, absence.until, tasks)
    key = f"{AbsenceLetter.COVERING}:{absence.user}:{absence.until}:{cover}"
    return Letter(key, cover, COVERING.write(payload))


def _all_away(session: Session, own: Sequence[School], today: date) -> list[Letter]:
    """Return the letters to the officers of those of the schools whose own people are all away."""
    grants, away = permissions.in_force(session, today), absences.on(session, today)
    found = []
    for school in own:
        until = absences.first_back(school, grants, away)
        if until is None:
            continue
        payload = ALL_AWAY.write(AllAwayPayload(school.number, until))
        officers = {
            grant.user: None
            for grant in grants
            if grant.role is Role.LOCAL_AUTHORITY and grant.covers(school) and grant.user not in away
        }
        found += [
            Letter(f"{AbsenceLetter.ALL_AWAY}:{school.number}:{until}:{user}", user, payload)
            for user in officers
        ]
    return found


def _covering_screen(context: LetterContext, payload: CoveringPayload) -> Screen | None:
    """Return the letter to a cover; None where the absence has ended before it is sent."""
    now = absences.of(context.session, payload.user, context.today)
    if now is None or now.cover != context.letter.to:
        return None
    known = {task.school: schools.get(context.session, task.school) for task in payload.tasks}
    return screens.covering(now, payload.tasks, known, context.voice)


def _all_away_screen(context: LetterContext, payload: AllAwayPayload) -> Screen | None:
    """Return the letter to an officer; None where one of the school's people is there again."""
    session, school = context.session, schools.get(context.session, payload.school)
    grants, away = permissions.in_force(session, context.today), absences.on(session, context.today)
    until = absences.first_back(school, grants, away)
    return None if until is None else screens.all_away(school, until, context.voice)


COVERING = LetterKind(
    name=AbsenceLetter.COVERING,
    payload=CoveringPayload,
    screen=_covering_screen,
    reader=ReaderRight(
        Act.DIAGNOSE,
        lambda _, payload: tuple(dict.fromkeys(task.school for task in payload.tasks)) or ANY_SCHOOL,
    ),
)
ALL_AWAY = LetterKind(
    name=AbsenceLetter.ALL_AWAY,
    payload=AllAwayPayload,
    screen=_all_away_screen,
    reader=ReaderRight(Act.ALERT, lambda _, payload: payload.school),
)
KINDS = (COVERING, ALL_AWAY)
