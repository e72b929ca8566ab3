"""A rehearsal of the days ahead: which messages would be sent if the records stayed as they are.

The alerts are evaluated in memory at each office opening; nothing is kept or sent. Where a school's latest
run succeeded, its scheduled runs are taken to succeed as well; and an export that has not stopped is taken to
go on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.alerts import store, told_store
from bot.alerts.alert import Alert, Fact, Key
from bot.alerts.digest import headline
from bot.alerts.evaluation import DigestsAfter, Evaluation, evaluate
from bot.alerts.facts import ENDED_BY_A_RUN
from bot.alerts.known_facts import KnownFacts
from bot.alerts.letters import AlertLetter
from bot.alerts.monitor import responsible
from bot.alerts.morning import Digest
from bot.alerts.notification_plan import LastMessage, Message
from bot.alerts.told import Told
from bot.services import Services
from bot.slots import members
from bot.undecided import undecided
from knowledge.texts import UK, Text
from provisioning.clock import FixedClock, uk_date
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.store import schools
from provisioning.store.latest_runs import latest_of

LONGEST = timedelta(days=120)
_ENDED_BY_AN_EXPORT = "extract-current"


@dataclass(frozen=True)
class RehearsedMessage:
    """A message that would be sent: when, to which user, and its words; `school` where it is about one."""

    when: datetime
    to: str
    kind: str
    title: Text
    lines: tuple[Text, ...]
    school: str | None = None


def rehearse(services: Services, start: date, end: date) -> list[RehearsedMessage]:
    """Return the messages that would be sent from `start` to `end`, both included, in order."""
    now, office = services.clock.now(), services.settings.office
    with services.database.reading() as session:
        among = schools.every(session)
        on_schedule = members(services.settings.groups, among)
        alerts: Sequence[Alert] = store.every(session, (start.year, end.year))
        last_messages = store.last_messages(session, {alert.key.year for alert in alerts})
        had = store.had_digest(session, start)
        told: Mapping[str, Told] = told_store.told(session, uk_date(now))
        waiting = undecided(session)
        succeeding = {number for number in on_schedule if _succeeded(session, number)}
    known_facts = KnownFacts(services.settings.groups)
    stopped = {
        fact.key.school
        for fact in known_facts.of(services.provisioning, among, frozenset())
        if fact.key.kind == _ENDED_BY_AN_EXPORT and fact.open
    }
    known: dict[str, School] = {school.number: school for school in among}
    sent: list[RehearsedMessage] = []
    for day in (start + timedelta(days=ahead) for ahead in range((end - start).days + 1)):
        moment = datetime.combine(day, office.opens, UK)
        provisioning = replace(services.provisioning, clock=FixedClock(moment))
        with_alerts = frozenset(alert.key.school for alert in alerts if alert.open)
        found = [
            fact
            for fact in known_facts.of(provisioning, among, with_alerts)
            if _would_be(fact, succeeding, stopped)
        ]
        with services.database.reading() as session:
            people = responsible(session, among, max(now, moment))
        standings = {
            number: standing.without(ENDED_BY_A_RUN) if number in succeeding else standing
            for number, standing in known_facts.standings.items()
        }
        with_digest = office.is_open(moment) and not (had and day == start)
        after = DigestsAfter(standings, told, undecided=waiting) if with_digest else None
        evaluation = evaluate(
            alerts, last_messages, found, people, moment, after, services.settings.alerts_a_day, office
        )
        told = evaluation.morning.told if with_digest else told
        alerts = evaluation.alerts
        _note_messages(last_messages, evaluation, day)
        sent += _rehearsed(evaluation, known, moment)
    return sent


def _note_messages(
    last_messages: dict[tuple[Key, str], LastMessage], evaluation: Evaluation, day: date
) -> None:
    """Note in `last_messages` the messages of an evaluation on `day`; an edit keeps its first day."""
    for message in evaluation.messages:
        if not message.reminds:
            at = message.alert.key, message.user
            first = last_messages[at].day if message.edits else day
            last_messages[at] = LastMessage(message.alert.revision, first)


def _would_be(fact: Fact, succeeding: set[str], stopped: set[str]) -> bool:
    """Return whether a fact would hold on its day, by what is assumed of runs and exports.

    The runs of the schools `succeeding` succeed; all exports go on but those that have `stopped` already.
    """
    if fact.key.kind == _ENDED_BY_AN_EXPORT and fact.key.school not in stopped:
        return False
    return fact.key.school not in succeeding or not fact.open or fact.key.kind not in ENDED_BY_A_RUN


def _succeeded(session: Session, school: str) -> bool:
    latest = latest_of(session, school).latest
    return latest is not None and latest.status is RunStatus.SUCCEEDED


def _rehearsed(evaluation: Evaluation, known: dict[str, School], moment: datetime) -> list[RehearsedMessage]:
    messages = [_of_message(message, known, moment) for message in evaluation.messages if not message.edits]
    return messages + [_of_digest(digest, moment) for digest in evaluation.digests]


def _of_message(message: Message, known: dict[str, School], moment: datetime) -> RehearsedMessage:
    alert = message.alert
    said = headline(alert, uk_date(moment))
    title = Text("alert.title", {"school": known[alert.key.school].name, "said": said})
    kind = AlertLetter.REMINDER if message.reminds else AlertLetter.ALERT
    return RehearsedMessage(moment, message.user, kind, title, (alert.text,), alert.key.school)


def _of_digest(digest: Digest, moment: datetime) -> RehearsedMessage:
    lines = [line for section in digest.sections for line in (section.title, *section.lines)]
    return RehearsedMessage(
        moment, digest.user, AlertLetter.DIGEST, Text("digest.title", {"day": digest.day}), tuple(lines)
    )
