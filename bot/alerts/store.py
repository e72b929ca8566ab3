"""Alerts in the store, and the messages that users have of them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, or_, select
from sqlalchemy.orm import Session

from bot.alerts.alert import Alert, Key
from bot.alerts.notification_plan import LastMessage
from bot.alerts.tables import AlertRow, DigestDayRow
from bot.outbox.letters import SETTLED
from bot.outbox.tables import OutboxRow
from knowledge.texts import Text
from provisioning.clock import uk_date
from provisioning.store.portions import portions
from provisioning.store.upserts import put

_SHARED = (
    "due",
    "who",
    "raised_at",
    "since",
    "level",
    "urgent",
    "acknowledged_by",
    "snoozed_until",
    "snoozed_by",
    "handed_to",
    "handed_by",
    "freed_from",
    "resolved_at",
    "revision",
)
"""The fields that a row and an alert share."""


def every(session: Session, years: Iterable[int] = (), *, lock: bool = False) -> tuple[Alert, ...]:
    """Return the open alerts, and all alerts of `years`."""
    wanted = or_(AlertRow.resolved_at.is_(None), AlertRow.year.in_(sorted(set(years))))
    query = select(*_COLUMNS).where(wanted).order_by(AlertRow.id)
    rows = session.execute(query.with_for_update() if lock else query)
    return tuple(map(_alert, rows))


def open_at(session: Session, schools: Iterable[str]) -> list[Alert]:
    """Return the open alerts at `schools`."""
    query = select(*_COLUMNS).where(AlertRow.resolved_at.is_(None)).order_by(AlertRow.id)
    return [
        _alert(row)
        for some in portions(sorted(schools))
        for row in session.execute(query.where(AlertRow.school.in_(some)))
    ]


def schools_with_open(session: Session) -> frozenset[str]:
    """Return the numbers of the schools that have open alerts."""
    return frozenset(
        session.scalars(select(AlertRow.school).where(AlertRow.resolved_at.is_(None)).distinct())
    )


def open_by_state(session: Session, now: datetime) -> dict[tuple[str, str], int]:
    """Return how many alerts are open, by kind and by what users have done about them.

    The states are `snoozed` beyond `now`, `acknowledged`, and `open` for nothing.
    """
    state = case(
        (AlertRow.snoozed_until > now, "snoozed"),
        (AlertRow.acknowledged_by.is_not(None), "acknowledged"),
        else_="open",
    ).label("state")
    query = select(AlertRow.kind, state, func.count()).where(AlertRow.resolved_at.is_(None))
    return {
        (kind, done): count for kind, done, count in session.execute(query.group_by(AlertRow.kind, state))
    }


def find(session: Session, key: Key, *, lock: bool = False) -> Alert | None:
    """Return the alert with a key; None where there is none."""
    kind, school, year = key
    query = select(*_COLUMNS).where(AlertRow.kind == kind, AlertRow.school == school, AlertRow.year == year)
    row = session.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _alert(row)


def any_snooze_over(now: datetime) -> ColumnElement[bool]:
    """Return the condition that the snooze of any open alert is over."""
    return select(AlertRow.id).where(AlertRow.resolved_at.is_(None), AlertRow.snoozed_until <= now).exists()


def save(session: Session, alerts: Iterable[Alert], before: Sequence[Alert] = ()) -> None:
    """Keep alerts; those that are unchanged since `before` are not written."""
    unchanged = {alert.key: alert for alert in before}
    changed = [alert for alert in alerts if unchanged.get(alert.key) != alert]
    there = _rows(session, [alert.key for alert in changed])
    for alert in changed:
        row = there.get(alert.key)
        if row is None:
            kind, school, year = alert.key
            row = AlertRow(kind=kind, school=school, year=year)
            session.add(row)
        row.text, row.action = alert.text.to_json(), alert.action.to_json()
        for name in _SHARED:
            setattr(row, name, getattr(alert, name))
    session.flush()


def last_messages(session: Session, years: Iterable[int]) -> dict[tuple[Key, str], LastMessage]:
    """Return the messages, sent or still in the outbox, that users have of the alerts of `years`."""
    found: dict[tuple[Key, str], LastMessage] = {}
    unsent: set[tuple[str, str]] = set()
    of_alerts = select(_ABOUT).where(AlertRow.year.in_(sorted(set(years))))
    query = _LETTERS.where(OutboxRow.about.in_(of_alerts)).order_by(OutboxRow.id)
    for about, to, revision, why, settled, sent_at, created_at in session.execute(query):
        if revision is None or (about, to) in unsent:
            continue
        if why == SETTLED and settled.get("edits") is None:
            unsent.add((about, to))  # the alert was settled before its first message was sent
            continue
        at = Key.read(about), to
        first = found.get(at)
        day = uk_date(sent_at) if sent_at else None
        if why is not None and first is None:
            day = uk_date(created_at)
        found[at] = LastMessage(revision, day if first is None else first.day)
    return found


_ABOUT = cast(AlertRow.year, String) + ":" + AlertRow.kind + ":" + AlertRow.school
"""What letters about an alert have in `about`: its key, as `Key` writes it."""
_LETTERS = select(
    OutboxRow.about,
    OutboxRow.to,
    OutboxRow.revision,
    OutboxRow.given_up_because,
    case((OutboxRow.given_up_because == SETTLED, OutboxRow.payload)),
    OutboxRow.sent_at,
    OutboxRow.created_at,
)
"""Letters; only of one that was given up as settled is the payload read."""


def any_digest(day: date) -> ColumnElement[bool]:
    """Return the condition that the morning digests of a day have been made."""
    return select(DigestDayRow.day).where(DigestDayRow.day == day).exists()


def had_digest(session: Session, day: date) -> bool:
    """Return whether the morning digests of a day have been made."""
    return bool(session.scalar(select(any_digest(day))))


def digest_made(session: Session, day: date) -> datetime | None:
    """Return when digests were last made on a day; None where they were not yet."""
    row = session.get(DigestDayRow, day)
    return None if row is None else row.made_at


def mark_digest(session: Session, day: date, at: datetime) -> None:
    """Note that digests have been made on a day."""
    put(session, DigestDayRow, [{"day": day, "made_at": at}])


def _rows(session: Session, keys: Iterable[Key]) -> dict[Key, AlertRow]:
    """Return the rows of alerts by their keys; one that is not there is left out."""
    schools: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for key in keys:
        schools[key.kind, key.year].add(key.school)
    found: dict[Key, AlertRow] = {}
    for (kind, year), numbers in schools.items():
        of_kind = select(AlertRow).where(AlertRow.kind == kind, AlertRow.year == year)
        for some in portions(sorted(numbers)):
            rows = session.scalars(of_kind.where(AlertRow.school.in_(some)))
            found |= {Key(kind, row.school, year): row for row in rows}
    return found


_COLUMNS = (
    AlertRow.kind,
    AlertRow.school,
    AlertRow.year,
    cast(AlertRow.text, String),
    cast(AlertRow.action, String),
    *(getattr(AlertRow, name) for name in _SHARED),
)


@lru_cache(maxsize=16_384)
def _text(stored: str) -> Text:
    """Return the text of a column, as JSON: from one round to the next nearly all are as they were."""
    return Text.from_json(json.loads(stored))


def _alert(row: Sequence[Any]) -> Alert:
    kind, school, year, text, action, *shared = row
    return Alert(
        key=Key(kind, school, year),
        text=_text(text),
        action=_text(action),
        **dict(zip(_SHARED, shared, strict=True)),
    )
