"""An evaluation of the alerts: their new states, and the messages that follow. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import NamedTuple

from bot.alerts import engine
from bot.alerts.alert import Alert, Fact
from bot.alerts.audience import audience
from bot.alerts.duties import Whose, reader_of, whose
from bot.alerts.morning import Chosen, Digest, Morning, digests
from bot.alerts.notification_plan import LastMessages, Message, freed_again, plan, reminders
from bot.alerts.told import Told
from bot.hours import OFFICE_HOURS, OfficeHours
from bot.people.absences import Absences
from bot.people.permissions import EVERYWHERE, Act, Grant, Role
from bot.settings import MOST_A_DAY
from bot.undecided import Undecided
from bot.waits_for import WaitsFor
from diagnostics.tally import Standing
from provisioning.records.schools import School


@dataclass(frozen=True)
class Responsible:
    """The users who can be told of alerts: schools by number, and the grants in force of users in reach.

    `away` are the absences of the day.
    """

    schools: Mapping[str, School]
    grants: Sequence[Grant]
    away: Absences = field(default_factory=dict)

    def of(self, alert: Alert) -> tuple[str, ...]:
        """Return the users who are told of an alert."""
        school = self.schools.get(alert.key.school)
        if school is None:
            return ()
        scopes = (school.number, school.local_authority, EVERYWHERE)
        grants = [grant for scope in scopes for grant in self._by_scope.get(scope, ())]
        return audience(alert, school, grants, self.away)

    def is_own(self, matter: Alert | Fact, user: str) -> bool:
        """Return whether an alert or a coming fact is the move of `user`."""
        return whose(matter, user, reader_of(matter, partial(self.roles, user))) is Whose.MINE

    def roles(self, user: str, number: str) -> list[Role]:
        """Return the roles of `user` at the school with this `number`."""
        school = self.schools.get(number)
        return [grant.role for grant in self._by_user.get(user, ()) if school and grant.covers(school)]

    def may_act(self, alert: Alert, user: str) -> bool:
        """Return whether `user` is in reach, and may act on an alert."""
        school = self.schools.get(alert.key.school)
        if school is None:
            return True  # the alert of a school that is not known any more is left as it is
        return any(grant.allows(Act.ALERT, school) for grant in self._by_user.get(user, ()))

    @cached_property
    def _by_user(self) -> Mapping[str, Sequence[Grant]]:
        found: defaultdict[str, list[Grant]] = defaultdict(list)
        for grant in self.grants:
            found[grant.user].append(grant)
        return found

    @cached_property
    def _by_scope(self) -> Mapping[str, Sequence[Grant]]:
        found: defaultdict[str, list[Grant]] = defaultdict(list)
        for grant in self.grants:
            found[grant.scope].append(grant)
        return found


_NO_DIGESTS = Morning()


class DigestsAfter(NamedTuple):
    """What digests are made after: how schools stand, by number, what each user was told and has chosen.

    `undecided` is what waits for a decision, `waits` what does for users who are away.
    """

    standings: Mapping[str, Standing]
    told: Mapping[str, Told]
    chosen: Chosen = Chosen()
    undecided: Sequence[Undecided] = ()
    waits: Sequence[WaitsFor] = ()


@dataclass(frozen=True)
class Evaluation:
    """The result of an evaluation; `freed` are alerts that users had whose role has ended."""

    alerts: tuple[Alert, ...]
    messages: tuple[Message, ...]
    morning: Morning = _NO_DIGESTS
    freed: tuple[Alert, ...] = ()

    @property
    def digests(self) -> tuple[Digest, ...]:
        """The digests that follow."""
        return self.morning.digests


def evaluate(
    alerts: Sequence[Alert],
    last_messages: LastMessages,
    facts: Sequence[Fact],
    responsible: Responsible,
    now: datetime,
    digests_after: DigestsAfter | None = None,
    most_a_day: int = MOST_A_DAY,
    office: OfficeHours = OFFICE_HOURS,
) -> Evaluation:
    """Return the alerts after `facts` at `now`, and the messages and digests that follow.

    Digests follow `digests_after`, if they are due; a user gets `most_a_day` first messages in a day,
    in the hours of the `office`.
    """
    free = [engine.let_go(alert, partial(responsible.may_act, alert), now) for alert in alerts]
    after = engine.step(free, facts, now, office)
    schools, grants = responsible.schools, responsible.grants
    morning = _NO_DIGESTS
    if digests_after is not None:
        standings, told, chosen, undecided, waits = digests_after
        away = responsible.away
        morning = digests(after, facts, standings, schools, grants, told, now, chosen, undecided, away, waits)
    messages = plan(after, last_messages, responsible.of, now, most_a_day, responsible.is_own, office)
    freed = tuple(alert for alert, before in zip(free, alerts, strict=True) if alert != before)
    again = freed_again(freed, after, last_messages, responsible.of)
    return Evaluation(after, (*messages, *reminders(free, after), *again), morning, freed)
