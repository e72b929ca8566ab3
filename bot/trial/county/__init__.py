"""A made-up county in rollover week, with every problem of the FAQ in it.

`seed(provisioning_at)` fills an empty installation with it; `county()` describes it without writing, for an
installation that has been seeded before; `carry_out(edit, folder, at)` exports what an office edits.
"""

from pathlib import Path

from bot.trial.county.edits import Edit, carry_out
from bot.trial.county.history import STANDS_AT, history
from bot.trial.county.neighbours import NEIGHBOURS, Neighbour, share_out
from bot.trial.county.overview import County, county_of
from bot.trial.county.people import CountyGrant, CountyPerson
from bot.trial.county.plants import ABOUT_SCHOOLS, MISSING, STILL_ACTIVE, Plant
from bot.trial.county.seeding import seed, seed_summer
from bot.trial.county.summer import FIRST_DAY, LAST_DAY, SummerStory

__all__ = [
    "ABOUT_SCHOOLS",
    "FIRST_DAY",
    "KEY_DATES",
    "LAST_DAY",
    "MISSING",
    "NEIGHBOURS",
    "STANDS_AT",
    "STILL_ACTIVE",
    "County",
    "CountyGrant",
    "CountyPerson",
    "Edit",
    "Neighbour",
    "Plant",
    "SummerStory",
    "carry_out",
    "county",
    "seed",
    "seed_summer",
    "share_out",
]


KEY_DATES = Path(__file__).with_name("key_dates.toml")
"""The county's own key dates."""


def county() -> County:
    """Return the county, without writing any file or account."""
    return county_of(history())
