"""The connected bot: app, connection and periodic jobs, started and stopped in order.

`hwb serve` runs it against Slack, `hwb trial` against the trial workspace.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from apscheduler.schedulers.background import BackgroundScheduler

from bot import meters
from bot.desk import channel
from bot.outbox.transports.hand_over import events_service, external_service
from bot.questions.verb_search import VerbFinders
from bot.service.app import build_app
from bot.service.http_line import HttpAddress, HttpLine
from bot.service.installing import install_routes
from bot.service.intervals import AtIntervals, Intervals
from bot.service.rounds import RoundsAtWork
from bot.services import Services
from bot.slack.background import BackgroundWork
from bot.slack.connection import SlackConnection
from bot.slack.workspace_client import EveryWorkspace
from knowledge.texts import LANGUAGES, UK, say_date
from provisioning.store import run_interruptions

log = logging.getLogger(__name__)
_JOBS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
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
    events_service(services.settings)
    work, listeners = BackgroundWork(), ThreadPoolExecutor(_LISTENERS, thread_name_prefix="hwb-listener")
    app = build_app(services, work, listeners, token=bot_token, api_url=api_url)
    channel.require(app.client, services.settings.desk_channel, "desk_channel")
    channel.require(app.client, services.settings.operators_channel, "operators_channel")
    _make_ready(services)
    several = app.client if isinstance(app.client, EveryWorkspace) else None
    pages = install_routes(services, several.installations) if several else []
    connection: Line = HttpLine(app, http, pages) if http else SlackConnection(app, app_token)
    scheduler = BackgroundScheduler(timezone=UK, job_defaults=_JOBS)
    RoundsAtWork(scheduler)
    for each in Intervals(services, app.client).works:
        first = {"next_run_time": datetime.now(UK)} if each.at_once else {}
        job = {"name": each.name, "args": (each,), **first}
        scheduler.add_job(_measured, "interval", seconds=each.seconds, **job)
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


def _measured(each: AtIntervals) -> None:
    """Do a work, and measure how long it takes."""
    with meters.TICKS.labels(each.name).time():
        each.work()


def _make_ready(services: Services) -> None:
    """Make what the first question would wait for: the searches, and the names of months."""
    _ = services.finder
    services.kept(VerbFinders).finder(services.provisioning.knowledge)
    for language in LANGUAGES:
        say_date(services.clock.now(), language)
