"""A school whose run holds something."""

from datetime import timedelta

import pytest

from provisioning.records.runs import RunStatus
from tests.bot.app_fixtures import Room
from tests.builders import GLAN, NOW, learner


@pytest.fixture
def held(here: Room) -> Room:
    """Twelve learners are gone from Glan's extract at once: its run holds everything."""
    many = [learner(number) for number in range(1, 25)]
    here.provisioning.extracts(GLAN, *many)
    here.provisioning.runs(GLAN)
    here.provisioning.extracts(GLAN, *many[:8], at=NOW + timedelta(minutes=3))
    assert here.provisioning.runs(GLAN, at=NOW + timedelta(minutes=3)).status is RunStatus.HELD
    return here
