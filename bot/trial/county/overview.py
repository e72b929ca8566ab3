"""The county for the trial: people, their roles, suggestions, and the offices' edits."""

from dataclasses import dataclass

from bot.trial.county.edits import Edit, edits, mishaps
from bot.trial.county.history import History
from bot.trial.county.people import GRANTS, PEOPLE, CountyGrant, CountyPerson
from bot.trial.county.plants import Plant, plants


@dataclass(frozen=True)
class County:
    """The county; its first plant is the one to begin with."""

    people: tuple[CountyPerson, ...]
    grants: tuple[CountyGrant, ...]
    plants: tuple[Plant, ...]
    edits: tuple[Edit, ...]
    mishaps: tuple[Edit, ...]


def county_of(past: History) -> County:
    """The county that a history leads to."""
    return County(PEOPLE, GRANTS, plants(past.who), edits(past.stages), mishaps(past.stages))
