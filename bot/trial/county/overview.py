"""The county for the trial: people, their roles, suggestions, and the offices' edits."""

from dataclasses import dataclass

from bot.trial.county.edits import Edit, damaged, edits, mishaps
from bot.trial.county.handmade import WRITTEN_AT, handmade_list, outdated_list
from bot.trial.county.history import History
from bot.trial.county.people import GRANTS, PEOPLE, CountyGrant, CountyPerson
from bot.trial.county.plants import Plant, plants


@dataclass(frozen=True)
class Lists:
    """Contents of `non_mis.csv`: the right ones, and those of last year's list, sent by mistake."""

    right: bytes
    outdated: bytes


@dataclass(frozen=True)
class County:
    """The county; its first plant is the one to begin with.

    `damaged` are the edits that each damage the export of a school, each school's last of which mends it;
    `lists` is None where accounts made by hand live in a portal.
    """

    people: tuple[CountyPerson, ...]
    grants: tuple[CountyGrant, ...]
    plants: tuple[Plant, ...]
    edits: tuple[Edit, ...]
    mishaps: tuple[Edit, ...]
    damaged: tuple[Edit, ...]
    lists: Lists | None


def county_of(past: History) -> County:
    """Return the county that a history leads to."""
    stages, day = past.stages, WRITTEN_AT.date()
    lists = Lists(handmade_list(past, day), outdated_list(past, day))
    return County(PEOPLE, GRANTS, plants(past.who), edits(stages), mishaps(stages), damaged(stages), lists)
