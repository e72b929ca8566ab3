"""Reads the case files: stories of schools, and what the answer must be (`tests/cases/README.md`)."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from diagnostics.missing import Missing
from diagnostics.verdict import Diagnosis
from diagnostics.walk import Question
from knowledge.texts import UK
from provisioning.records import School
from tests.builders import BRYN, GLAN, LEARNERS_HEADER, NANT, STAFF_HEADER, House, write

_SCHOOLS = {"Nant": NANT, "Bryn": BRYN, "Glan": GLAN}
_EMPTY = {"learners": " | ".join(LEARNERS_HEADER), "staff": " | ".join(STAFF_HEADER)}


@dataclass(frozen=True)
class Story:
    """One case of a file, with what happened before all cases of that file."""

    file: str
    name: str
    days: Sequence[Mapping[str, Any]]
    asked: Mapping[str, Any]
    expected: Mapping[str, Any]

    def __str__(self) -> str:
        """As a test is named."""
        return f"{self.file}: {self.name}"

    @property
    def school(self) -> School:
        """The school that is asked about."""
        return _SCHOOLS[self.asked["at"]]

    def happens(self, house: House) -> None:
        """Everything that happened before the question, day by day."""
        for day in self.days:
            school, at = _SCHOOLS[day["school"]], uk(day["on"])
            folder = house.folder / school.number
            first_day = not folder.exists()
            for name, empty in _EMPTY.items():
                _export(folder / f"{name}.csv", day.get(name, empty if first_day else None), at)
            if "run" in day:
                assert house.runs(school, at=at).status == day["run"], f"{day['school']} on {day['on']}"

    def diagnosis(self, house: House) -> Diagnosis:
        """The answer to a question about somebody."""
        question = Question(self.asked["question"])
        return house.asks(question, self.asked["about"], self.school, at=uk(self.asked["on"]))

    def missing(self, house: House) -> Missing:
        """The answer to the question who is missing."""
        return house.missing(self.school, at=uk(self.asked["on"]))


def uk(moment: datetime) -> datetime:
    """A moment of the case files, which is by the clock on the wall."""
    return moment.replace(tzinfo=UK).astimezone(UTC)


def stories(folder: Path = Path(__file__).parents[1] / "cases") -> Iterable[Story]:
    """Every case of every file."""
    for path in sorted(folder.glob("*.toml")):
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in file["case"]:
            before = file.get("background", ()) if case.get("with_background", True) else ()
            days = [*before, *case.get("day", ())]
            assert days == sorted(days, key=lambda day: day["on"]), f"{case['name']}: days out of order"
            yield Story(path.stem, case["name"], days, case["asked"], case["expected"])


def _export(path: Path, table: str | None, at: datetime) -> None:
    if table == "no file":
        path.unlink(missing_ok=True)
    elif table is not None:
        write(path, [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()], at)
