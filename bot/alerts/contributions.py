"""What alerts add to other screens: those that wait for a user, in Home and in `/hwb mine`."""

from collections.abc import Sequence
from datetime import datetime

from bot.alerts import store
from bot.alerts.alert import Alert
from bot.alerts.digest import headline
from bot.alerts.monitor import responsible
from bot.alerts.screens import open_alert
from bot.people.permissions import Act
from bot.slack.context import Context
from bot.slack.findings import starts_here
from bot.slack.tasks import Stand, Task
from bot.slack.voice import Voice
from provisioning.clock import uk_date
from provisioning.records.schools import School


def tasks(context: Context) -> Sequence[Task]:
    """Return the open alerts of which the user is told, but for those that another user has taken."""
    now, allowed = context.services.clock.now(), context.schools(Act.ALERT)
    if not allowed:
        return []
    with context.services.database.reading() as session:
        people = responsible(session, allowed, now)
        told = [alert for alert in store.open_at(session, people.schools) if context.user in people.of(alert)]
    return [
        _task(context, alert, people.schools[alert.key.school], now)
        for alert in told
        if alert.past_hold_off(now) and alert.acknowledged_by in (None, context.user)
    ]


def _task(context: Context, alert: Alert, school: School, now: datetime) -> Task:
    voice = context.voice.to(context.caller(), school)
    name = school.name.in_(voice.language)
    said = headline(alert, uk_date(now))
    opens = open_alert(alert, voice, f"{name}, {voice.plain(said)}")
    return Task(_stand(alert, context, voice), said, school, alert.since, opens, alert.due)


def _stand(alert: Alert, context: Context, voice: Voice) -> Stand:
    """Return whether the user has an alert, can put it right now, or others have to."""
    if alert.snoozed_until is not None:
        return Stand.OTHERS
    if context.user in (alert.acknowledged_by, alert.handed_to):
        return Stand.TAKEN
    acts = voice.reader is not None and voice.reader.is_(alert.who)
    return Stand.YOURS if acts or starts_here(alert.key.kind, alert.who, voice) else Stand.OTHERS
