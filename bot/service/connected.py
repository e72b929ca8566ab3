"""The connected bot: app, connection and periodic jobs, started and stopped in order.

`hwb serve` runs it against Slack, `hwb trial` against the trial workspace.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from apscheduler.schedulers.background import BackgroundScheduler

from bot.alerts import workers
from bot.alerts.monitor import AlertMonitor
from bot.desk import channel, weekly
from bot.desk.recheck import recheck
from bot.identity import letters as identity_letters
from bot.outbox import recall
from bot.outbox.rights_watch import RightsWatch
from bot.outbox.sending import Route, Sender
from bot.outbox.transports.hand_over import external_service
from bot.people.leavers import Leavers
from bot.people.user_groups import UserGroups
from bot.requests import service as requests
from bot.runs.letters import announce, announce_again
from bot.service.app import build_app
from bot.service.features import LETTER_KINDS
from bot.service.http_line import HttpAddress, HttpLine
from bot.services import Services
from bot.slack.background import BackgroundWork
from bot.slack.connection import SlackConnection
from bot.watches.checker import WatchChecker
from knowledge.texts import UK
from provisioning.store import run_interruptions
from provisioning.store.ticks import Duty

log = logging.getLogger(__name__)
_JOBS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
_OUTBOX_SECONDS = 3
"""The interval at which held runs of any entry point are announced, and the outbox is emptied."""
_CHECK_SECONDS = 20
"""The interval at which alerts, cases and watches are asked whether a check is due."""
_USERS_SECONDS = 60
"""The interval at which user groups are refreshed, and users checked who may have left Slack."""
_LISTENERS = 8
"""Threads for listeners: with Bolt's default of 5 some requests are never acknowledged in a rush."""


class Line(Protocol):
    """A way on which Slack's requests come."""

    def connect(self) -> None:
        """Begin to take requests; raises `KnownError`."""
        ...

    @property
    def alive(self) -> bool:
        """Whether requests of Slack's arrive, as far as can be known."""
        ...

    @property
    def heard_seconds_ago(self) -> float | None:
        """The seconds since Slack was last heard, if it was."""
        ...

    def close(self) -> None:
        """End for good."""
        ...


@contextmanager
def connected_bot(
    services: Services,
    *,
    bot_token: str,
    app_token: str = "",
    api_url: str,
    http: HttpAddress | None = None,
) -> Iterator[Line]:
    """Connect the bot to Slack; at the end its runs are finished, or else marked as interrupted.

    It connects by Socket Mode with `app_token`, or takes Slack's requests at the address `http`.
    """
    external_service(services.settings)  # so that faulty settings stop the start
    work, listeners = BackgroundWork(), ThreadPoolExecutor(_LISTENERS, thread_name_prefix="hwb-listener")
    app = build_app(services, work, listeners, token=bot_token, api_url=api_url)
    channel.require(app.client, services.settings.desk_channel)
    connection: Line = HttpLine(app, http) if http else SlackConnection(app, app_token)
    scheduler = BackgroundScheduler(timezone=UK, job_defaults=_JOBS)
    sender = Sender(services, app.client, LETTER_KINDS)
    alerts, checker = AlertMonitor(services), WatchChecker(services)
    groups = UserGroups(services.database)
    leavers = Leavers(services.database, services.clock, revoked=recall.put)
    rights = RightsWatch(services, LETTER_KINDS)

    duty = Duty(services.database, "features")

    def once(work: Callable[[], object]) -> Callable[[], None]:
        """Return what does `work` if no other process on the database does it."""

        def tick() -> None:
            if duty.is_ours:
                work()

        return tick

    def deliver() -> None:
        for put in (
            lambda: announce(services),
            lambda: identity_letters.announce(services),
            once(lambda: requests.update_open(services)),
        ):
            _logging_errors(put)
        sender.deliver(Route.SLACK)

    def hand_over() -> None:
        sender.deliver(Route.OUTSIDE)

    def check_users() -> None:
        groups.refresh(app.client)
        leavers.check(app.client)
        once(rights.check)()
        for put in (
            once(lambda: announce_again(services)),
            once(lambda: identity_letters.announce_again(services)),
        ):
            _logging_errors(put)

    scheduler.add_job(check_users, "interval", seconds=_USERS_SECONDS)
    scheduler.add_job(deliver, "interval", seconds=_OUTBOX_SECONDS)
    scheduler.add_job(hand_over, "interval", seconds=_OUTBOX_SECONDS)
    scheduler.add_job(
        once(alerts.evaluate_if_due), "interval", seconds=_CHECK_SECONDS, next_run_time=datetime.now(UK)
    )
    for work_at_intervals in (
        lambda: recheck(services),
        checker.check,
        lambda: workers.tell_operators(services),
        lambda: weekly.send_figures(services),
    ):
        scheduler.add_job(once(work_at_intervals), "interval", seconds=_CHECK_SECONDS)
    try:
        connection.connect()
        scheduler.start()
        log.info("connected to Slack")
        yield connection
    finally:
        was_connected = scheduler.running
        if was_connected:
            scheduler.shutdown(wait=True)
        connection.close()
        listeners.shutdown(wait=True)
        work.stop()
        if was_connected:  # else the schedule of this process goes on, and so do the runs that it has begun
            with services.database.writing() as session:
                run_interruptions.interrupt_own_runs(session, services.clock.now())
        log.info("stopped")


def _logging_errors(put: Callable[[], object]) -> None:
    """Put letters into the outbox; an error is logged, for the letters that are there already are sent."""
    try:
        put()
    except Exception as error:  # of whichever feature it is
        log.error("letters could not be put into the outbox: %s", type(error).__name__, exc_info=True)
