"""The bot at its post: app, link and work together, started and stopped in the right order.

`hwb serve` and `hwb trial` both run this, the one against Slack, the other against the trial workspace.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

from apscheduler.schedulers.background import BackgroundScheduler

from bot.alerts.monitor import AlertMonitor
from bot.desk import channel, weekly
from bot.desk import recheck as cases
from bot.desk.delivery import outside_for
from bot.identity import letters as identity_letters
from bot.outbox.sending import Sender
from bot.people.user_groups import Leavers, UserGroups
from bot.requests import service as requests
from bot.runs.letters import announce
from bot.service.app import build_app
from bot.services import Services
from bot.slack.background import BackgroundWork
from bot.slack.connection import SlackConnection
from bot.watches.checker import WatchChecker
from knowledge.texts import UK
from provisioning.store import run_lifecycle

_JOBS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
_POST_SECONDS = 3
"""How often the outbox is emptied, after a look for what runs have brought: they may come from any door."""
_WATCH_SECONDS = 20
"""How often the watch is asked whether it is time for a look at the schools."""
_PEOPLE_SECONDS = 60
"""How often it is looked whether user groups have to be asked for, and people to be looked at."""

log = logging.getLogger(__name__)
_LISTENERS = 8
"""Threads for listeners: Bolt's own default of 5 leaves some never acknowledged in a rush."""


@contextmanager
def connected_bot(
    services: Services, *, bot_token: str, app_token: str, api_url: str
) -> Iterator[SlackConnection]:
    """The bot connected to Slack; at the end its runs are finished, or else marked as interrupted."""
    outside_for(services.settings)  # a way out that can't work is told now, not when a case is handed over
    work, listeners = BackgroundWork(), ThreadPoolExecutor(_LISTENERS, thread_name_prefix="hwb-listener")
    app = build_app(services, work, listeners, token=bot_token, api_url=api_url)
    channel.require(app.client, services.settings.desk_channel)
    link = SlackConnection(app, app_token)
    watch = BackgroundScheduler(timezone=UK, job_defaults=_JOBS)
    sender, alerts, checker = Sender(services, app.client), AlertMonitor(services), WatchChecker(services)
    groups, leavers = UserGroups(services.database), Leavers(services)

    def post() -> None:
        announce(services)
        identity_letters.announce(services)
        requests.look(services)
        sender.deliver()

    def look_at_people() -> None:
        groups.refresh(app.client)
        leavers.look(app.client)

    watch.add_job(look_at_people, "interval", seconds=_PEOPLE_SECONDS)
    watch.add_job(post, "interval", seconds=_POST_SECONDS)
    watch.add_job(alerts.tick, "interval", seconds=_WATCH_SECONDS, next_run_time=datetime.now(UK))
    watch.add_job(lambda: cases.look(services), "interval", seconds=_WATCH_SECONDS)
    watch.add_job(checker.look, "interval", seconds=_WATCH_SECONDS)
    watch.add_job(lambda: weekly.tell(services), "interval", seconds=_WATCH_SECONDS)
    try:
        link.connect()
        watch.start()
        log.info("connected to Slack")
        yield link
    finally:
        if watch.running:
            watch.shutdown(wait=True)
        link.close()
        listeners.shutdown(wait=True)
        work.stop()
        with services.database.writing() as session:
            run_lifecycle.interrupt_own_runs(session, services.clock.now())
        log.info("stopped")
