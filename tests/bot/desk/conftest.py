"""A room whose service desk has a channel."""

from dataclasses import replace

import pytest

from tests.bot.app_fixtures import (
    HELP,
    Room,
    opened,
)


@pytest.fixture
def desk(glan: Room) -> Room:
    """The room with a channel for the desk."""
    settings = glan.services.settings.model_copy(update={"desk_channel": HELP})
    return opened(replace(glan.services, settings=settings), glan.provisioning, glan.server)
