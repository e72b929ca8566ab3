"""A school's year of runs: what is left of it, and what a nation of such schools keeps."""

from collections.abc import Callable

from tests.bot.service.year_of_runs import CHANGES_EVERY, DAYS, FORTNIGHT, NATION, kept_of_a_year
from tests.builders import Schools

REACH_MB = 20


def test_a_year_adds_under_twenty_megabytes_to_a_nation(
    provisioning: Schools, record_property: Callable[[str, object], None]
) -> None:
    """What changed something adds up; of the others the last fortnight stands."""
    kept = kept_of_a_year(provisioning)
    told = f"{kept.ran} runs of a school in a year, {kept.rows} kept; "
    told += f"{NATION} such schools: {kept.year:.1f} MB for the year"
    record_property("figures", f"{told}, {kept.fortnight:.1f} MB for the last fortnight")
    assert kept.rows <= DAYS // CHANGES_EVERY + 1 + FORTNIGHT + 2
    assert kept.year < REACH_MB
