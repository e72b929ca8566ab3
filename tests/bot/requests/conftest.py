"""Rooms in which a run can be asked for."""

import pytest

from bot.people.permissions import Grant, Role
from tests.bot.app_fixtures import (
    Room,
)
from tests.bot.requests.request_post import MANAGER, SECOND, Post
from tests.builders import GLAN


@pytest.fixture
def post(glan: Room) -> Post:
    """Glan has two provisioning managers; its client has never run."""
    glan.grant(*(Grant(user, Role.PROVISIONING_MANAGER, GLAN.number) for user in (MANAGER, SECOND)))
    return Post(glan)
