"""Members of staff: codes unique within their school, some who leave in the summer and some who start."""

from datetime import date

from bot.trial.county.chance import Chance
from bot.trial.county.learners import THIS_YEAR, first_day
from bot.trial.county.names import draw
from bot.trial.county.rolls import StaffRow
from bot.trial.county.schools import CountySchool
from provisioning.store.usernames import stem

LEFT = date(2026, 7, 20)
"""The last day of the summer term."""

_ROLES = (
    "Classroom Teacher",
    "Classroom Teacher",
    "Classroom Teacher",
    "Teaching Assistant",
    "Cover Supervisor",
)


def last_years_staff(school: CountySchool, chance: Chance) -> tuple[StaffRow, ...]:
    """Return the staff of a school in the academic year that ends."""
    taken: set[str] = set()
    rows = []
    for place in range(school.staff):
        started = first_day(2008 + chance.below(18))
        role = "Head Teacher" if place == 0 else "MIS Administrator" if place == 1 else chance.pick(_ROLES)
        rows.append(new_member(school, started, role, taken, chance))
    return tuple(rows)


def new_member(
    school: CountySchool,
    started: date,
    role: str,
    taken: set[str],
    chance: Chance,
    name: tuple[str, str] | None = None,
) -> StaffRow:
    """Return a member of staff with a new code, which is added to `taken`.

    `name` is surname and forename, where these are given.
    """
    surname, forename = name or draw(chance)
    code = _code(surname, forename, taken)
    taken.add(code)
    return StaffRow(
        code, surname, forename, started, None, role, f"{code.lower()}@{school.number}.ysgol.example"
    )


def this_years_staff(
    school: CountySchool, rows: tuple[StaffRow, ...], chance: Chance
) -> tuple[StaffRow, ...]:
    """Return the staff of a school after the summer: one in twenty has left, and is replaced."""
    taken = {row.code for row in rows}
    leaving = [place for place in range(2, len(rows)) if chance.happens(0.05)]
    stayed = tuple(
        StaffRow(row.code, row.surname, row.forename, row.started, LEFT, row.role, row.email)
        if place in leaving
        else row
        for place, row in enumerate(rows)
    )
    starts = first_day(THIS_YEAR)
    return stayed + tuple(new_member(school, starts, "Classroom Teacher", taken, chance) for _ in leaving)


def _code(surname: str, forename: str, taken: set[str]) -> str:
    """Return the initial and the surname's first two letters, with a number where that is taken."""
    letters = stem(surname, forename)
    base = (letters[-1] + letters[:2]).upper()
    number = 1
    while (code := base if number == 1 else f"{base}{number}") in taken:
        number += 1
    return code
