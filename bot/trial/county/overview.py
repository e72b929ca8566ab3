"""The county for the trial: people, their roles, suggestions, and the offices' edits."""

from dataclasses import dataclass

from bot.trial.county.edits import Edit, damaged, edits, mishaps
from bot.trial.county.history import History
from bot.trial.county.people import GRANTS, PEOPLE, CountyGrant, CountyPerson
from bot.trial.county.plants import Plant, plants


@dataclass(frozen=True)
class County:
    """The county; its first plant is the one to begin with.

    `damaged` are the edits that each damage one school's export; the last of them mends it.
    """

    people: tuple[CountyPerson, ...]
    grants: tuple[CountyGrant, ...]
    plants: tuple[Plant, ...]
    edits: tuple[Edit, ...]
    mishaps: tuple[Edit, ...]
    damaged: tuple[Edit, ...]


def county_of(past: History) -> County:
    """Return the county that a history leads to."""
    stages = past.stages
    return County(PEOPLE, GRANTS, plants(past.who), edits(stages), mishaps(stages), damaged(stages))
