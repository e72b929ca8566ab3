"""One look at the alerts: what they become, and who is written to. Pure; played live and in rehearsal."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bot.alerts import engine
from bot.alerts.alert import Alert, Fact
from bot.alerts.audience import audience
from bot.alerts.digest import Digest, digests
from bot.alerts.notification_plan import Message, Telling, plan, reminders
from bot.people.permissions import EVERYWHERE, Grant
from provisioning.records import School


@dataclass(frozen=True)
class Responsible:
    """The schools, and who is responsible for what: grants in force, of people who can be reached."""

    schools: Mapping[str, School]
    grants: Sequence[Grant]

    def of(self, alert: Alert) -> tuple[str, ...]:
        """The people of an alert."""
        school = self.schools.get(alert.key.school)
        if school is None:
            return ()
        scopes = (school.number, school.local_authority, EVERYWHERE)
        return audience(alert, school, [one for scope in scopes for one in self._by_scope.get(scope, ())])

    @cached_property
    def _by_scope(self) -> Mapping[str, Sequence[Grant]]:
        found: defaultdict[str, list[Grant]] = defaultdict(list)
        for grant in self.grants:
            found[grant.scope].append(grant)
        return found


@dataclass(frozen=True)
class Evaluation:
    """What came of a look."""

    alerts: tuple[Alert, ...]
    messages: tuple[Message, ...]
    digests: tuple[Digest, ...]


def evaluate(
    alerts: Sequence[Alert],
    told: Telling,
    facts: Sequence[Fact],
    responsible: Responsible,
    now: datetime,
    *,
    with_digest: bool,
) -> Evaluation:
    """The alerts a moment later, and what is to be said about them."""
    after = engine.step(alerts, facts, now)
    made = digests(after, facts, responsible.schools, responsible.grants, now) if with_digest else ()
    return Evaluation(after, (*plan(after, told, responsible.of, now), *reminders(alerts, after)), made)
