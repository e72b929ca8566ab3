"""The made-up county, opened: asked about, run, edited, and looked at on a later day."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bot.trial.county import KEY_DATES, STANDS_AT, Plant, carry_out, county
from bot.trial.county.schools import SCHOOLS
from diagnostics.missing import missing
from diagnostics.still_active import still_active
from diagnostics.verdict import Diagnosis
from diagnostics.walk import diagnose
from knowledge.ids import Question
from knowledge.keydates import read_local
from knowledge.loading import load_knowledge
from provisioning.clock import FixedClock
from provisioning.records.accounts import Status
from provisioning.records.runs import RunStatus
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.school_run import provision
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import accounts
from provisioning.store.database import Database

COUNTY = county()
KNOWLEDGE = load_knowledge()
PLANTS = {plant.id: plant for plant in COUNTY.plants}


@dataclass(frozen=True)
class Open:
    """A county that one can walk about in, at a time of day."""

    provisioning: Provisioning

    def ask(self, plant: Plant) -> Diagnosis:
        return diagnose(self.provisioning, Question(plant.question), plant.identifier, plant.school)

    def run(self, *numbers: str) -> None:
        for number in numbers:
            run = provision(self.provisioning, number, started_by="test")
            assert run.status is RunStatus.SUCCEEDED, run.error

    def edit(self, id_: str) -> None:
        edit = next(edit for edit in COUNTY.edits if edit.id == id_)
        carry_out(edit, self.provisioning.extract_folder.folder, self.provisioning.clock.now())

    def mishap(self, id_: str) -> None:
        mishap = next(mishap for mishap in COUNTY.mishaps if mishap.id == id_)
        carry_out(mishap, self.provisioning.extract_folder.folder, self.provisioning.clock.now())

    def active(self, school: str) -> set[tuple[str, str | None]]:
        with self.provisioning.database.reading() as session:
            return {
                (account.username, account.class_name)
                for account in accounts.listed(session)
                if account.school == school and account.status is Status.ACTIVE
            }

    def later(self, **by: float) -> "Open":
        clock = FixedClock(self.provisioning.clock.now() + timedelta(**by))
        return Open(replace(self.provisioning, clock=clock))

    def who_is_missing(self) -> dict[str, tuple[str, ...]]:
        groups = [group for school in SCHOOLS for group in missing(self.provisioning, school.number).groups]
        found: dict[str, tuple[str, ...]] = {}
        for group in groups:
            found[group.cause] = found.get(group.cause, ()) + group.identifiers
        return found


def opened(folder: Path) -> tuple[Database, Provisioning]:
    database = Database(f"sqlite:///{folder / 'hwb.sqlite3'}")
    database.prepare()
    return database, Provisioning(
        database,
        ExtractFolder(folder / "extracts"),
        FixedClock(STANDS_AT),
        KNOWLEDGE,
        local_dates=read_local(KEY_DATES, KNOWLEDGE.calendar.years),
    )


def causes_of_lingering(county: Open, school: str) -> set[str]:
    return {group.cause for group in still_active(county.provisioning, school).groups}
