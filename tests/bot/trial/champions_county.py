"""The made-up county in the room's workspace, where Carys and Wyn are Digital Champions of all schools."""

from dataclasses import replace
from typing import Any, cast

from bot.people.permissions import Grant, Role
from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from bot.trial.county.schools import SCHOOLS
from knowledge.loading import Knowledge
from slack_workspace import WorkspaceServer
from tests.bot.app_fixtures import CARYS, WYN, Room, opened, swept
from tests.bot.trial.county_builders import PLANTS, Open

CHAMPIONS = {"en": CARYS, "cy": WYN}
"""A Digital Champion by the language that they read."""
OF_A_SCHOOL = (
    "missing",
    "still-active",
    "last-run",
    "rollover",
    "forecast",
    "report",
    "review non-mis",
    "review governors",
)
OF_NO_SCHOOL = (
    "",
    "help",
    "mine",
    "rollover",
    "report",
    "dates",
    "watches",
    "away",
    "language",
    "ask who is missing",
)


def room_of(county: Open, everything: Knowledge, server: WorkspaceServer) -> Room:
    """The bot over `county`, in which the two Champions look after every school."""
    provisioning = replace(county.provisioning, knowledge=everything)
    settings = Settings(
        database_url=str(provisioning.database.url), extracts=provisioning.extract_folder.folder
    )
    services = Services(settings, provisioning, lambda: VERBS)
    found = opened(services, cast(Any, None), swept(server))  # the county has schools of its own
    found.grant(
        *(
            Grant(user, Role.DIGITAL_CHAMPION, school.number)
            for school in SCHOOLS
            for user in CHAMPIONS.values()
        )
    )
    return found


def lines() -> list[str]:
    """What a Champion can type about the county: each problem, each school, and what needs no school."""
    about_people = [
        f"{plant.question} {plant.identifier} {plant.school}".replace("  ", " ") for plant in PLANTS.values()
    ]
    about_schools = [f"{line} {school.number}" for line in OF_A_SCHOOL for school in SCHOOLS]
    return [*OF_NO_SCHOOL, *about_people, *about_schools]
