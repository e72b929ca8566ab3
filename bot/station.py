"""The bot at its post: app, link and work together, started and stopped in the right order.

`hwb serve` and `hwb trial` both run this, the one against Slack, the other against the trial workspace.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bot.app import build_app
from bot.bootstrap import Services
from bot.link import Link
from bot.work import Work
from provisioning.store import running

log = logging.getLogger(__name__)


@contextmanager
def station(services: Services, *, bot_token: str, app_token: str, api_url: str) -> Iterator[Link]:
    """The bot connected to Slack; at the end its runs are finished, or else marked as interrupted."""
    work = Work()
    link = Link(build_app(services, work, token=bot_token, api_url=api_url), app_token)
    try:
        link.connect()
        log.info("connected to Slack")
        yield link
    finally:
        link.close()
        work.stop()
        with services.database.writing() as session:
            running.mine(session, services.clock.now())
        log.info("stopped")
