"""Last year's learners: every school's roll of July 2026."""

from datetime import date

from bot.trial.county.chance import Chance, Upns
from bot.trial.county.names import draw
from bot.trial.county.rolls import LearnerRow
from bot.trial.county.schools import AUTHORITY, CountySchool
from provisioning.rules import year_number

LAST_YEAR = 2025
"""Academic years go by the calendar year in which they start."""
THIS_YEAR = 2026
TEMPORARY = 0.02
"""The share of learners whose UPN is still a temporary one."""


def last_years(school: CountySchool, chance: Chance, upns: Upns) -> tuple[LearnerRow, ...]:
    """Return the learners of a school in the academic year that ends."""
    if school.goes_on_to is None and school.phase == "primary":
        return ()  # the new school has not opened yet
    rows: list[LearnerRow] = []
    for year_group in school.years:
        size = school.cohort * 55 // 100 if year_group in ("12", "13") else school.cohort
        for _ in range(max(size - 1 + chance.below(3), 1)):
            rows.append(new_learner(school, year_group, LAST_YEAR, len(rows), chance, upns))
    return tuple(rows)


def new_learner(
    school: CountySchool,
    year_group: str,
    year: int,
    place: int,
    chance: Chance,
    upns: Upns,
    authority: str = AUTHORITY,
) -> LearnerRow:
    """Return a learner of the right age for `year_group` in the academic year that starts in `year`.

    `place` is the number of the row at the school; the UPN is one of `authority`.
    """
    number = year_number(year_group)
    nursery = year - number - 1
    temporary = chance.happens(TEMPORARY if authority == AUTHORITY else 0.5)
    upn = upns.temporary(year, authority) if temporary else upns.permanent(nursery, authority)
    surname, forename = draw(chance)
    return LearnerRow(
        upn=upn,
        surname=surname,
        forename=forename,
        born=chance.day(date(year - number - 5, 9, 1), 365),
        admitted=_admitted(school, year_group, year, chance),
        left=None,
        year_group=year_group,
        class_name=school.class_of(upn, year_group),
        admission_number=f"{4000 + place:06d}",
    )


def first_day(year: int) -> date:
    """Return the first day of term in an academic year."""
    return date(year, 9, 1)


def _admitted(school: CountySchool, year_group: str, year: int, chance: Chance) -> date:
    """Return the first day of the school's lowest year, for all but the few who joined a cohort later."""
    years_here = school.years.index(year_group)
    if years_here and chance.happens(0.12):
        years_here = chance.below(years_here)
    return first_day(year - years_here)
