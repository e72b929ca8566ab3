"""The weeks played ahead: who would be told what, if the records stayed as they are. Nothing is kept or sent.

The clock is moved from office opening to office opening, in memory; the alerts that stand go along. The
runs on schedule are taken to go on as they have ended so far: where the last one succeeded, no run is missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot import hours
from bot.alerts import store
from bot.alerts.alert import Alert, Fact, Key
from bot.alerts.digest import Digest, title_of
from bot.alerts.evaluation import Evaluation, evaluate
from bot.alerts.monitor import gather, responsible
from bot.alerts.notification_plan import Message, Told
from bot.services import Services
from bot.slots import members
from knowledge.texts import UK, Text
from provisioning.clock import FixedClock
from provisioning.records import RunStatus, School
from provisioning.store import runs, schools

LONGEST = timedelta(days=120)
_ENDED_BY_A_RUN = ("client-ran", "ran-after-previous-schools")
_ENDED_BY_AN_EXPORT = "extract-current"


@dataclass(frozen=True)
class Sent:
    """Something that would be sent: when, to whom, and what it would say; `school` where it is about one."""

    when: datetime
    to: str
    kind: str
    title: Text
    lines: tuple[Text, ...]
    school: str | None = None


def rehearse(services: Services, start: date, end: date) -> list[Sent]:
    """Everything that would be sent from one day to another, both included, in order."""
    now = services.clock.now()
    with services.database.reading() as session:
        among = schools.every(session)
        on_schedule = members(services.settings.groups, among)
        alerts: Sequence[Alert] = store.every(session, (start.year, end.year))
        told = store.told(session, {alert.key.year for alert in alerts})
        had = store.had_digest(session, start)
        running = {number for number in on_schedule if _succeeds(session, number)}
    known = {school.number: school for school in among}
    stopped = {
        fact.key.school
        for fact in gather(services.provisioning, among, frozenset())
        if fact.key.kind == _ENDED_BY_AN_EXPORT and fact.open
    }
    sent: list[Sent] = []
    for day in (start + timedelta(days=ahead) for ahead in range((end - start).days + 1)):
        moment = datetime.combine(day, hours.OPENS, UK)
        provisioning = replace(services.provisioning, clock=FixedClock(moment))
        kept = frozenset(alert.key.school for alert in alerts if alert.open)
        found = [fact for fact in gather(provisioning, among, kept) if _would_be(fact, running, stopped)]
        with services.database.reading() as session:
            people = responsible(session, among, max(now, moment))
        first = hours.is_open(moment) and not (had and day == start)
        come = evaluate(alerts, told, found, people, moment, with_digest=first)
        alerts = come.alerts
        _take_down(told, come, day)
        sent += _sent(come, known, moment)
    return sent


def _take_down(told: dict[tuple[Key, str], Told], come: Evaluation, day: date) -> None:
    """Note in `told` what a round tells each person of each alert on a day; an edit keeps its first day."""
    for message in come.messages:
        if not message.reminds:
            at = message.alert.key, message.user
            told[at] = Told(message.alert.revision, told[at].day if message.edits else day)


def _would_be(fact: Fact, running: set[str], stopped: set[str]) -> bool:
    """Whether something would be so on its day, the schools' exports and runs on schedule going on."""
    if fact.key.kind == _ENDED_BY_AN_EXPORT and fact.key.school not in stopped:
        return False
    return fact.key.school not in running or not fact.open or fact.key.kind not in _ENDED_BY_A_RUN


def _succeeds(session: Session, school: str) -> bool:
    latest = runs.latest(session, school)
    return latest is not None and latest.status is RunStatus.SUCCEEDED


def _sent(come: Evaluation, known: dict[str, School], moment: datetime) -> list[Sent]:
    messages = [_of_message(one, known, moment) for one in come.messages if not one.edits]
    return messages + [_of_digest(one, moment) for one in come.digests]


def _of_message(message: Message, known: dict[str, School], moment: datetime) -> Sent:
    alert = message.alert
    title = Text("alert.title", {"school": known[alert.key.school].name, "stage": title_of(alert.key.kind)})
    kind = "reminder" if message.reminds else "alert"
    return Sent(moment, message.user, kind, title, (alert.text,), alert.key.school)


def _of_digest(digest: Digest, moment: datetime) -> Sent:
    lines = [line for section in digest.sections for line in (section.title, *section.lines)]
    return Sent(moment, digest.user, "digest", Text("digest.title", {"day": digest.day}), tuple(lines))
