"""A room whose service desk has a channel, and the servers of a service desk outside Slack."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.outbox.transports.email import ByEmail
from tests.bot.app_fixtures import (
    HELP,
    Room,
    opened,
)
from tests.bot.desk.outside_servers import Hook, Mailbox, hook_server, mail_server


@pytest.fixture
def desk(glan: Room) -> Room:
    """The room with a channel for the desk."""
    settings = glan.services.settings.model_copy(update={"desk_channel": HELP})
    return opened(replace(glan.services, settings=settings), glan.provisioning, glan.server)


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def post(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """The mailbox, empty; this machine trusts its server's authority, as it would a public one."""
    mailbox.messages.clear()
    mailbox.answers.clear()
    mailbox.encrypted.clear()
    trusted = mailbox.trusted()
    monkeypatch.setattr(ByEmail.__init__, "__defaults__", (lambda: trusted,))
    return mailbox


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as found:
        yield found
