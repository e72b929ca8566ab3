"""Reads the case files: stories of schools, and what the answer must be (`tests/cases/README.md`)."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from diagnostics.missing import Missing
from diagnostics.readiness import Readiness, readiness
from diagnostics.still_active import StillActive, still_active
from diagnostics.verdict import Diagnosis
from knowledge.ids import Question
from knowledge.texts import UK
from provisioning.manual import reviews, upkeep
from provisioning.manual.handmade import FILE, Term
from provisioning.records.plans import IdentityAnswer
from provisioning.records.schools import School
from provisioning.runs.approvals import reject
from provisioning.runs.identities import decide
from provisioning.runs.undo import undo
from provisioning.store import dates as date_store
from provisioning.store import identities
from tests.builders import BRYN, GLAN, LEARNERS_HEADER, NANT, STAFF_HEADER, Schools, write
from tests.paths import TESTS

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

    def happens(self, provisioning: Schools) -> None:
        """Everything that happened before the question, day by day."""
        for day in self.days:
            school, at = _SCHOOLS[day["school"]], uk(day["on"])
            folder = provisioning.folder / school.number
            first_day = not folder.exists()
            for name, empty in _EMPTY.items():
                _export(folder / f"{name}.csv", day.get(name, empty if first_day else None), at)
            for name, when in day.get("own_dates", {}).items():
                _set(provisioning, school, name, when, at)
            if "by_hand" in day:
                _listed(provisioning, school, day["by_hand"], at)
            for username in day.get("keeps", ()):
                _keeps(provisioning, school, username, at)
            if "run" in day:
                run = provisioning.runs(school, at=at)
                assert run.status == day["run"], f"{day['school']} on {day['on']}"
                if day.get("then") == "undone":
                    undo(provisioning.at(at), run.known_id, by="test")
                elif day.get("then") == "rejected":
                    reject(provisioning.at(at), run.known_id, by="test")
            if "decides" in day:
                _decides(provisioning, school, IdentityAnswer(day["decides"]), at)

    def diagnosis(self, provisioning: Schools) -> Diagnosis:
        """The answer to a question about a person."""
        question = Question(self.asked["question"])
        return provisioning.asks(question, self.asked["about"], self.school, at=uk(self.asked["on"]))

    def missing(self, provisioning: Schools) -> Missing:
        """The answer to the question who is missing."""
        return provisioning.missing(self.school, at=uk(self.asked["on"]))

    def still_active(self, provisioning: Schools) -> StillActive:
        """The accounts at a school that live on, by cause."""
        return still_active(provisioning.at(uk(self.asked["on"])), self.school.number)

    def readiness(self, provisioning: Schools) -> Readiness:
        """The answer to the question how ready a school is."""
        return readiness(provisioning.at(uk(self.asked["on"])), self.school.number)


def uk(moment: datetime) -> datetime:
    """A moment of the case files, which is by the clock on the wall."""
    return moment.replace(tzinfo=UK).astimezone(UTC)


def stories(folder: Path = TESTS / "cases") -> Iterable[Story]:
    """Every case of every file."""
    for path in sorted(folder.glob("*.toml")):
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in file["case"]:
            before = file.get("background", ()) if case.get("with_background", True) else ()
            days = [*before, *case.get("day", ())]
            assert days == sorted(days, key=lambda day: day["on"]), f"{case['name']}: days out of order"
            yield Story(path.stem, case["name"], days, case["asked"], case["expected"])


def _set(provisioning: Schools, school: School, name: str, when: Sequence[date], at: datetime) -> None:
    """The school's local authority sets a key date."""
    with provisioning.database.writing() as session:
        date_store.put(session, school.local_authority, at.year, name, when, by="test", at=at)


def _listed(provisioning: Schools, school: School, accounts: Sequence[Sequence[str]], at: datetime) -> None:
    """The school has these accounts made by hand: username and kind."""
    header = ["school", "username", "name", "kind", "expires_on", "last_signed_in"]
    rows = [[school.number, name, f"Somebody {name}", kind, "", ""] for name, kind in accounts]
    write(provisioning.folder / FILE, [header, *rows], at)
    assert upkeep.take_in(provisioning.at(at)) == ()


def _keeps(provisioning: Schools, school: School, username: str, at: datetime) -> None:
    """The Digital Champion keeps an account made by hand."""
    kind = next(
        account.kind for account in provisioning.accounts(school) if account.username.startswith(username)
    )
    there = provisioning.at(at)
    reviews.keep(there, reviews.find(there, school.number, kind, username), Term.YEAR, by="test")


def _decides(provisioning: Schools, school: School, answer: IdentityAnswer, at: datetime) -> None:
    """A person says the same of every account in doubt at the school."""
    with provisioning.database.reading() as session:
        waiting = identities.waiting(session, school.number)
    assert waiting, f"nothing is in doubt at {school.name.en}"
    for question in waiting:
        decide(provisioning.at(at), question.id, answer, by="test")


def _export(path: Path, table: str | None, at: datetime) -> None:
    if table == "no file":
        path.unlink(missing_ok=True)
    elif table is not None:
        write(path, [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()], at)
