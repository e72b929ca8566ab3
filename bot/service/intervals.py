"""What a connected bot does at intervals: each work with the seconds between two of its beginnings.

Nothing is read for most of them while the lookout sees nothing, so that an idle bot costs next to nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk import WebClient

from bot.alerts import workers
from bot.alerts.monitor import AlertMonitor
from bot.api.events import Events
from bot.desk import weekly
from bot.desk.recheck import recheck
from bot.identity import letters as identity_letters
from bot.outbox import recall
from bot.outbox.rights_watch import RightsWatch
from bot.outbox.sending import Sender
from bot.outbox.transports.external import Route
from bot.people.leavers import Leavers
from bot.people.user_groups import UserGroups
from bot.requests import service as requests
from bot.runs.letters import announce, announce_again
from bot.service.copies_watch import CopiesWatch
from bot.service.features import LETTER_KINDS, WAITS
from bot.service.lookout import Lookout
from bot.services import Services
from bot.watches.checker import WatchChecker
from provisioning.store.ticks import Duty

log = logging.getLogger(__name__)
_OUTBOX_SECONDS = 3
"""The interval at which held runs of any entry point are announced, and the outbox is emptied."""
_CHECK_SECONDS = 20
"""The interval at which alerts, cases and watches are asked whether a check is due."""
_USERS_SECONDS = 60
"""The interval at which user groups are refreshed, and users checked who may have left Slack."""
_WEEKLY_SECONDS = 300
"""The interval at which it is asked whether last week's figures are to be sent."""


@dataclass(frozen=True)
class AtIntervals:
    """A work: its `name`, the seconds between two of its beginnings, whether the first is at the start."""

    name: str
    work: Callable[[], object]
    seconds: int
    at_once: bool = False


class Intervals:
    """The works of a connected bot, with what they remember from one time to the next."""

    def __init__(self, services: Services, client: WebClient, lookout: Lookout | None = None) -> None:
        self._services, self._client = services, client
        self._lookout, self._duty = lookout or Lookout(services), Duty(services.database, "features")
        self._sender = Sender(services, client, LETTER_KINDS)
        self._events = Events(services)
        self._alerts = AlertMonitor(services, stood=self._events.tell_of_ready, waits=WAITS)
        self._watches = WatchChecker(services)
        self._groups = UserGroups(services.database)
        self._leavers = Leavers(services.database, services.clock, revoked=recall.put)
        self._rights, self._copies = RightsWatch(services, LETTER_KINDS), CopiesWatch(services)

    @property
    def works(self) -> tuple[AtIntervals, ...]:
        """All works."""
        services = self._services
        return (
            AtIntervals("users", self._check_users, _USERS_SECONDS),
            AtIntervals("letters", self._deliver, _OUTBOX_SECONDS),
            AtIntervals("hand-over", self._hand_over, _OUTBOX_SECONDS),
            *(
                (
                    AtIntervals(
                        "events", self._once(self._events.tell_of_runs), _CHECK_SECONDS, at_once=True
                    ),
                    AtIntervals("event-letters", self._deliver_events, _OUTBOX_SECONDS),
                )
                if services.settings.events
                else ()
            ),
            AtIntervals("alerts", self._once(self._alerts.evaluate_if_due), _CHECK_SECONDS, at_once=True),
            AtIntervals("cases", self._recheck, _CHECK_SECONDS),
            AtIntervals("watches", self._check_watches, _CHECK_SECONDS),
            AtIntervals("workers", self._once(lambda: workers.tell_operators(services)), _CHECK_SECONDS),
            AtIntervals("figures", self._once(lambda: weekly.send_figures(services)), _WEEKLY_SECONDS),
        )

    def _once(self, work: Callable[[], object]) -> Callable[[], None]:
        """Return what does `work` if no other process on the database does it."""

        def tick() -> None:
            if self._duty.is_ours:
                work()

        return tick

    def _deliver(self) -> None:
        if not self._lookout.seen().to_tell:
            return
        for put in (
            lambda: announce(self._services),
            lambda: identity_letters.announce(self._services),
            self._once(lambda: requests.update_open(self._services)),
        ):
            _logging_errors(put)
        self._sender.deliver(Route.SLACK)

    def _hand_over(self) -> None:
        if self._lookout.seen().outside:
            self._sender.deliver(Route.OUTSIDE)

    def _deliver_events(self) -> None:
        if self._lookout.seen().events:
            self._sender.deliver(Route.EVENTS)

    def _recheck(self) -> None:
        if self._lookout.seen(_OUTBOX_SECONDS).cases:
            self._once(lambda: recheck(self._services))()

    def _check_watches(self) -> None:
        if self._lookout.seen(_OUTBOX_SECONDS).watches or self._watches.remembers:
            self._once(self._watches.check)()

    def _check_users(self) -> None:
        self._groups.refresh(self._client)
        self._leavers.check(self._client)
        self._once(self._rights.check)()
        for put in (
            self._once(lambda: announce_again(self._services)),
            self._once(lambda: identity_letters.announce_again(self._services)),
            self._once(self._copies.check),
        ):
            _logging_errors(put)


def _logging_errors(put: Callable[[], object]) -> None:
    """Put letters into the outbox; an error is logged, for the letters that are there already are sent."""
    try:
        put()
    except Exception as error:  # of whichever feature it is
        log.error("letters could not be put into the outbox: %s", type(error).__name__, exc_info=True)
