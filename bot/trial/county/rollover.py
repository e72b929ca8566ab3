"""The summer of 2026 as it should be: all learners a year on, leavers with dates, the new intake admitted.

Every MIS would hold this if its office had done all of its work. The work not done in time is in `primaries`
and `secondaries`.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from bot.trial.county.chance import Chance, Upns
from bot.trial.county.learners import LAST_YEAR, THIS_YEAR, first_day, last_years, new_learner
from bot.trial.county.rolls import LearnerRow, SchoolRoll
from bot.trial.county.schools import (
    BRO_ALARCH,
    BROR_WENNOL,
    DYFFRYN_EIRLYS,
    GILFACH_DAWEL,
    LLANFEILLION,
    SCHOOLS,
    TRAETH_ARIAN,
    CountySchool,
)
from bot.trial.county.staff import LEFT, last_years_staff, new_member, this_years_staff
from provisioning.upn import is_temporary

Rolls = Mapping[str, SchoolRoll]

STAYS_IN_SIXTH_FORM = 0.55
OTHER_SECONDARY = 0.06
IN_YEAR_MOVES = 0.006
TO_THE_NEW_SCHOOL = 0.12
"""Shares of learners: who go on to Year 12, to the other secondary, elsewhere in the middle of a phase, and
from the three lowest years at Llanfeillion to the new school."""
_OUTSIDE = ("661", "662", "665")
_SECONDARIES = (BRO_ALARCH, DYFFRYN_EIRLYS)
_BY_PHASE = {
    "primary": tuple(school.number for school in SCHOOLS if school.phase == "primary" and school.goes_on_to),
    "secondary": _SECONDARIES,
}


def july(chance: Chance, upns: Upns) -> Rolls:
    """Return every school's roll on the last days of the year 2025/26; the new school has none."""
    return {
        school.number: SchoolRoll(
            school.number, last_years(school, chance, upns), last_years_staff(school, chance)
        )
        for school in SCHOOLS
        if school.number != TRAETH_ARIAN
    }


def autumn(before: Rolls, chance: Chance, upns: Upns) -> Rolls:
    """Return every school's roll for 2026/27, leavers of the summer included."""
    after: dict[str, list[LearnerRow]] = {}
    arriving: defaultdict[str, list[LearnerRow]] = defaultdict(list)
    for school in SCHOOLS:
        learners = before[school.number].learners if school.number in before else ()
        after[school.number] = rows = []
        for row in learners:
            goes, new_school = _next(school, row, chance)
            rows.append(replace(row, left=LEFT) if goes else _a_year_on(school, row))
            if new_school is not None:
                arriving[new_school].append(row)
    return {school.number: _roll(school, before, after, arriving, chance, upns) for school in SCHOOLS}


def _roll(
    school: CountySchool,
    before: Rolls,
    after: Mapping[str, list[LearnerRow]],
    arriving: Mapping[str, list[LearnerRow]],
    chance: Chance,
    upns: Upns,
) -> SchoolRoll:
    rows = after[school.number]
    rows += [
        _arrived(school, row, len(rows) + place, upns)
        for place, row in enumerate(arriving.get(school.number, ()))
    ]
    opens = school.number not in before
    for year_group in ("N2", "R") if opens else school.years[:1]:
        for _ in range(school.cohort if year_group in ("N2", "R") else 0):
            rows.append(new_learner(school, year_group, THIS_YEAR, len(rows), chance, upns))
    for _ in range(3 if school.cohort > 10 else 0):
        year_group = school.years[1 + chance.below(len(school.years) - 1)]
        rows.append(stranger(school, year_group, len(rows), chance, upns))
    if opens:
        taken: set[str] = set()
        starts = first_day(THIS_YEAR)
        staff = tuple(
            new_member(school, starts, "Classroom Teacher", taken, chance) for _ in range(school.staff)
        )
    else:
        staff = this_years_staff(school, before[school.number].staff, chance)
    return SchoolRoll(school.number, tuple(rows), staff)


def stranger(school: CountySchool, year_group: str, place: int, chance: Chance, upns: Upns) -> LearnerRow:
    """Return a learner who comes from outside the county and has no account in it."""
    row = new_learner(school, year_group, THIS_YEAR, place, chance, upns, chance.pick(_OUTSIDE))
    return replace(row, admitted=first_day(THIS_YEAR))


def _next(school: CountySchool, row: LearnerRow, chance: Chance) -> tuple[bool, str | None]:
    """Return whether a learner leaves in the summer, and the county's school that they go on to."""
    if row.year_group == school.final_year:
        return True, _after_final_year(school, chance)
    if row.year_group == "11" and school.number != GILFACH_DAWEL:
        return not chance.happens(STAYS_IN_SIXTH_FORM), None
    if (
        school.number == LLANFEILLION
        and row.year_group in ("R", "1", "2")
        and chance.happens(TO_THE_NEW_SCHOOL)
    ):
        return True, TRAETH_ARIAN
    other_schools = [number for number in _BY_PHASE.get(school.phase, ()) if number != school.number]
    if other_schools and row.year_group != "N2" and chance.happens(IN_YEAR_MOVES):
        return True, chance.pick(other_schools)
    return False, None


def _after_final_year(school: CountySchool, chance: Chance) -> str | None:
    """Return the county's school to which a learner of a school's final year goes on."""
    if school.number == BROR_WENNOL:
        return DYFFRYN_EIRLYS if chance.happens(STAYS_IN_SIXTH_FORM) else None
    other = school.goes_on_to in _SECONDARIES and chance.happens(OTHER_SECONDARY)
    others = [number for number in _SECONDARIES if number != school.goes_on_to]
    return others[0] if other else school.goes_on_to


def _a_year_on(school: CountySchool, row: LearnerRow) -> LearnerRow:
    year_group = school.years[school.years.index(row.year_group) + 1]
    return replace(row, year_group=year_group, class_name=school.class_of(row.upn, year_group))


def _arrived(school: CountySchool, row: LearnerRow, place: int, upns: Upns) -> LearnerRow:
    """Return a learner as the new school enters them: a temporary UPN is now and then made permanent."""
    year_group = year_after(row.year_group)
    temporary = school.number in _SECONDARIES and is_temporary(row.upn)
    upn = upns.permanent(LAST_YEAR) if temporary else row.upn
    return replace(
        row,
        upn=upn,
        former_upn=row.upn if temporary else "",
        admitted=first_day(THIS_YEAR),
        year_group=year_group,
        class_name=school.class_of(upn, year_group),
        admission_number=f"{4000 + place:06d}",
    )


def year_after(year_group: str) -> str:
    """Return the year group after another one."""
    return {"N2": "R", "R": "1"}.get(year_group) or str(int(year_group) + 1)
