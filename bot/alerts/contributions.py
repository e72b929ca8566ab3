"""What alerts add to other screens: those that wait for a user, in Home and in `/hwb mine`."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.alerts import store
from bot.alerts.alert import Alert, Fact, while_frozen
from bot.alerts.coming import coming
from bot.alerts.digest import headline
from bot.alerts.duties import Whose, reader_of, whose
from bot.alerts.evaluation import Responsible
from bot.alerts.monitor import responsible
from bot.alerts.screens import open_alert, open_school
from bot.people.absences import covered_by
from bot.people.permissions import Act, Role
from bot.slack.context import Context
from bot.slack.tasks import Stand, Task
from provisioning.clock import uk_date
from provisioning.records.schools import School
from provisioning.store.freezes import Freeze

_LOOKED_INTO = 12
"""Schools up to which it is found out what will be due; with more of them Home would take too long."""


def tasks(context: Context) -> Sequence[Task]:
    """Return what is the user's own, as in digests: open alerts, and what will be due within a week.

    Open alerts that they are told of stand there too; one that another user has is left out. What is the move
    of users who are away and for whom this one covers is the user's own. So is what is held off because it
    may mend itself. No user may start a run while its school is frozen, whether or not alerts were looked at
    since.
    """
    now, allowed = context.services.clock.now(), context.schools(Act.ALERT)
    if not allowed:
        return []
    roles: dict[str, frozenset[Role]] = {
        school.number: context.caller().roles(school) for school in context.known()
    }
    numbers = [school.number for school in allowed]
    with context.services.database.reading() as session:
        people = responsible(session, allowed, now)
        standing = store.open_at(session, numbers)
    frozen = context.frozen(allowed)
    standing = [_as_frozen(alert, frozen.get(alert.key.school)) for alert in standing]
    covered = covered_by(context.user, people.away)

    def move(matter: Alert | Fact) -> Whose:
        if any(people.is_own(matter, absent) for absent in covered):
            return Whose.MINE
        return whose(matter, context.user, reader_of(matter, lambda number: roles.get(number, frozenset())))

    found = [(alert, move(alert)) for alert in standing]
    raised = [
        _task(context, alert, of, people.schools[alert.key.school], now)
        for alert, of in found
        if of is Whose.MINE
        or (of is not Whose.TAKEN and alert.past_hold_off(now) and context.user in people.of(alert))
    ]
    ahead = [
        _coming(context, fact, people.schools[fact.key.school], now)
        for fact in coming(
            context.services.provisioning, context.stages_of(_looked_into(people, covered)), frozen
        )
        if move(fact) is Whose.MINE
    ]
    return [*raised, *ahead]


def _looked_into(people: Responsible, covered: Collection[str]) -> list[str]:
    """Return the numbers of the schools of which it is found out what will be due.

    Where there are too many, they are those at which the users who are `covered` have a role.
    """
    if len(people.schools) <= _LOOKED_INTO:
        return list(people.schools)
    theirs = [number for number in people.schools if any(people.roles(user, number) for user in covered)]
    return theirs if len(theirs) <= _LOOKED_INTO else []


def _as_frozen(alert: Alert, freeze: Freeze | None) -> Alert:
    """Return an alert of a school with this `freeze` now, whatever held when alerts were last looked at."""
    return replace(alert, action=while_frozen(alert.action, freeze.ends_on if freeze else None))


def _coming(context: Context, fact: Fact, school: School, now: datetime) -> Task:
    voice = context.voice.to(context.caller(), school)
    said, name = headline(fact, uk_date(now)), school.name.in_(voice.language)
    opens = open_school(school.number, voice, f"{name}, {voice.plain(said)}")
    return Task(Stand.YOURS, said, school, now, opens, fact.due)


def _task(context: Context, alert: Alert, move: Whose, school: School, now: datetime) -> Task:
    voice = context.voice.to(context.caller(), school)
    said, name = headline(alert, uk_date(now)), school.name.in_(voice.language)
    opens = open_alert(alert, voice, f"{name}, {voice.plain(said)}")
    has = context.user in (alert.acknowledged_by, alert.handed_to)
    stand = Stand.OTHERS if move is not Whose.MINE else Stand.TAKEN if has else Stand.YOURS
    return Task(stand, said, school, alert.since, opens, alert.due)
