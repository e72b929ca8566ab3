"""In which portions many schools are looked at: each with the schools that its intake comes from. Pure."""

from collections.abc import Collection, Iterable

from provisioning.records.schools import School
from provisioning.rules import year_number

AT_ONCE = 50
"""Schools that are read together."""
_WITH_PRIMARIES = 7
"""As so many schools counts one whose intake comes from others: it is read with those, a handful of them."""
_FIRST_SECONDARY_YEAR = 7
_LAST_YEAR = "13"


class Portions:
    """The `schools` that wait to be looked at, those for older learners first.

    The others that their intake comes from are read with them anyway, so they are looked at with them too:
    every extract is then read once.
    """

    def __init__(self, schools: Iterable[School]) -> None:
        oldest_first = sorted(schools, key=lambda school: (-_final_year(school), school.number))
        self._waiting: dict[str, int] = {school.number: _final_year(school) for school in oldest_first}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def next(self) -> list[str]:
        """Return the numbers of the next schools, as many as memory has room for with those they bring."""
        taken, room = list[str](), AT_ONCE
        for number, final_year in self._waiting.items():
            room -= _WITH_PRIMARIES if final_year >= _FIRST_SECONDARY_YEAR else 1
            if taken and room < 0:
                break
            taken.append(number)
        return taken

    def brought(self, origins: Collection[str]) -> list[str]:
        """Return those of the schools `origins` that wait too."""
        return [number for number in sorted(origins) if number in self._waiting]

    def done(self, numbers: Iterable[str]) -> None:
        """Note that schools have been looked at."""
        for number in numbers:
            self._waiting.pop(number, None)


def _final_year(school: School) -> int:
    return year_number(school.final_year or _LAST_YEAR)


NONE_WAIT = Portions(())
"""Where no other school is to be looked at."""
