"""A learner who moves from Nant to Glan, whose account Nant's next run releases."""

from datetime import timedelta

from tests.bot.app_fixtures import Room
from tests.builders import GLAN, NANT, NOW, learner

MOVER = learner(1)
LEFT = learner(1, year_group="6", class_name="6A", leaving_date=(NOW - timedelta(days=2)).date())


def a_mover_whose_previous_school_has_to_run(room: Room) -> None:
    """Nant has run before the leaving date was there, and Glan since; each has its present extract."""
    room.provisioning.extracts(NANT, learner(1, year_group="6", class_name="6A"), at=NOW - timedelta(days=9))
    room.provisioning.runs(NANT, at=NOW - timedelta(days=8))
    room.provisioning.extracts(NANT, LEFT)
    room.provisioning.extracts(GLAN, MOVER)
    room.provisioning.runs(GLAN, at=NOW - timedelta(days=1))
