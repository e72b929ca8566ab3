"""The letters of the alerts: a message for each alert, which is edited, a reminder, and digests."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator
from sqlalchemy.orm import Session

from bot.alerts import screens, store
from bot.alerts.alert import Alert, Key
from bot.alerts.digest import Section
from bot.alerts.escalated import escalated
from bot.alerts.morning import Digest
from bot.alerts.notification_plan import Message
from bot.alerts.told_store import digest_key
from bot.outbox import letters
from bot.outbox.copies import edits
from bot.outbox.kinds import ANY_SCHOOL, LetterContext, LetterKind, NoPayload, ReaderRight
from bot.outbox.letters import Letter, letter_of
from bot.outbox.tables import OutboxRow
from bot.people import absences
from bot.people.permissions import Act
from bot.slack.blocks import Screen
from bot.slack.freeze_words import notice
from bot.slack.voice import Voice
from provisioning.records.schools import School
from provisioning.store import freezes, schools

_AGAIN = "again"
"""With what the keys of reminders begin."""


class AlertLetter(StrEnum):
    """The kinds of letters about alerts."""

    ALERT = "alert"
    REMINDER = "reminder"
    DIGEST = "digest"


@dataclass(frozen=True)
class ReminderPayload:
    """The alert whose snooze is over, or with `freed` whose user has no role any more, and its revision."""

    alert: Annotated[Key, PlainValidator(Key.read), PlainSerializer(str)]
    freed: bool = False
    revision: int = 0


@dataclass(frozen=True)
class DigestPayload:
    """A digest: its day, what it says, and the numbers of the schools that it names.

    `since` is the day of the last digest, where nothing is new; `overview`: it is about several schools;
    `counted`: it says how many of them are ready.
    """

    day: date
    sections: tuple[
        Annotated[Section, PlainValidator(Section.from_json), PlainSerializer(Section.to_json)], ...
    ]
    schools: tuple[str, ...] = ()
    since: date | None = None
    overview: bool = False
    counted: bool = False


def alert_letter(message: Message) -> Letter:
    """Return a message about an alert as a letter; it is worded as the alert stands when it is sent."""
    alert, user = message.alert, message.user
    if message.reminds:
        key = f"{_again(alert.key)}{user}:{alert.revision}"
        reminder = REMINDER.write_editable(
            ReminderPayload(alert.key, message.freed, alert.revision), edits=None
        )
        return Letter(key, user, reminder, about=key, revision=0)
    key = f"alert:{alert.key}:{user}"
    return Letter(
        f"{key}:{alert.revision}" if message.edits else key,
        user,
        ALERT.write_editable(NoPayload(), key if message.edits else None),
        about=str(alert.key),
        revision=alert.revision,
        any_time=message.edits or alert.urgent,
    )


def reminder_edits(session: Session, changed: Iterable[Alert]) -> list[Letter]:
    """Return the edits of the reminders of alerts that have `changed`, so that they say how these stand."""
    alerts = {alert.key: alert for alert in changed}
    rows: defaultdict[str, list[OutboxRow]] = defaultdict(list)
    for year in {key.year for key in alerts}:
        for row in letters.about(session, f"{_AGAIN}:{year}:"):
            rows[str(row.about)].append(row)
    found = []
    for about, of_one in rows.items():
        payload = REMINDER.read(letter_of(of_one[0]))
        if (alert := alerts.get(payload.alert)) is not None:
            found += edits(REMINDER, of_one, replace(payload, revision=alert.revision), about)
    return found


def _again(key: Key) -> str:
    """Return with what the keys of the reminders of an alert begin."""
    return f"{_AGAIN}:{key}:"


def digest_letter(digest: Digest) -> Letter:
    """Return a digest as a letter."""
    payload = DigestPayload(
        digest.day, digest.sections, digest.schools, digest.since, digest.overview, digest.counted
    )
    return Letter(digest_key(digest.user, digest.day), digest.user, DIGEST.write(payload))


def _alert(context: LetterContext, _: NoPayload) -> Screen | None:
    """Return an alert as it stands; None where it was resolved before its first letter was sent."""
    alert = store.find(context.session, _key(context))
    if alert is None or not (alert.open or context.letter.edits):
        return None
    school = schools.get(context.session, alert.key.school)
    away = absences.on(context.session, context.today)
    voice, why = _voice(context, alert, school), escalated(context, alert, school)
    calendar = context.services.provisioning.calendar(context.session, school.local_authority)
    over = context.today > calendar.of(alert.key.year).week_end
    to = context.letter.to
    screen = screens.alert(alert, school, voice, context.today, away, why, to=to, week_over=over)
    return _with_freeze(context, school, screen)


def _reminder(context: LetterContext, payload: ReminderPayload) -> Screen | None:
    """Return the reminder of an alert that was snoozed, or freed and not taken since, if it is still open.

    One that was sent is edited as the alert changes.
    """
    alert = store.find(context.session, payload.alert)
    if alert is None:
        return None
    if not context.letter.edits and (not alert.open or (payload.freed and alert.quiet)):
        return None
    school = schools.get(context.session, alert.key.school)
    voice = _voice(context, alert, school)
    screen = screens.reminder(alert, school, voice, context.today, freed=payload.freed)
    return _with_freeze(context, school, screen)


def _with_freeze(context: LetterContext, school: School, screen: Screen) -> Screen:
    """Return a letter about `school` with the notice that its runs are frozen, where they are."""
    freeze = freezes.since(context.session, context.today).of(school, context.services.clock.now())
    if freeze is None:
        return screen
    return replace(screen, blocks=[*screen.blocks, notice(school, freeze, context.voice_at(school))])


def _digest(context: LetterContext, payload: DigestPayload) -> Screen | None:
    """Return a digest, on its own day only."""
    if payload.day != context.today:
        return None
    return screens.digest(
        payload.day,
        payload.sections,
        payload.since,
        context.voice,
        overview=payload.overview,
        counted=payload.counted,
    )


def _voice(context: LetterContext, alert: Alert, school: School) -> Voice:
    """Return the voice in which the addressee is told of an alert at `school`."""
    previous = schools.some(context.session, alert.previous) if alert.previous else {}
    return context.voice_at(school, *previous.values())


def _key(context: LetterContext) -> Key:
    return Key.read(str(context.letter.about))


ALERT = LetterKind(
    name=AlertLetter.ALERT,
    payload=NoPayload,
    screen=_alert,
    reader=ReaderRight(Act.ALERT, lambda context, _: _key(context).school),
)
REMINDER = LetterKind(
    name=AlertLetter.REMINDER,
    payload=ReminderPayload,
    screen=_reminder,
    reader=ReaderRight(Act.ALERT, lambda _, payload: payload.alert.school),
)
DIGEST = LetterKind(
    name=AlertLetter.DIGEST,
    payload=DigestPayload,
    screen=_digest,
    reader=ReaderRight(Act.ALERT, lambda _, payload: payload.schools or ANY_SCHOOL),
)
KINDS = (ALERT, REMINDER, DIGEST)
