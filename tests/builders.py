"""What tests are built from, in the field's own words: schools, learners, staff, extracts, accounts, runs.

Each builder gives something ordinary; a test names only what matters to it.
"""

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from diagnostics.case import Case, SchoolRecords
from diagnostics.missing import Missing, missing
from diagnostics.verdict import Diagnosis
from diagnostics.walk import diagnose
from knowledge.ids import Question
from knowledge.keydates import derive
from knowledge.loading import Knowledge
from knowledge.texts import Bilingual
from provisioning.clock import FixedClock
from provisioning.planning.directory import Directory
from provisioning.planning.plan import plan
from provisioning.records.accounts import Account, Status
from provisioning.records.extracts import Covered, Extract
from provisioning.records.people import Kind, Learner, StaffMember
from provisioning.records.plans import Plan
from provisioning.records.rejections import Reason, Rejection
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.school_run import provision
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import accounts, schools
from provisioning.store.database import Database
from provisioning.store.runs import COUNTS, Run
from provisioning.store.tables.accounts import JournalRow
from provisioning.store.tables.runs import RunRow
from provisioning.upn import check_letter

NANT = School(
    "6809901", Bilingual("Nant Primary", "Ysgol Nant"), "680", "primary", "6", "school", "it@nant.example"
)
BRYN = School(
    "6819902", Bilingual("Bryn Primary", "Ysgol y Bryn"), "681", "primary", "6", "local-authority", ""
)
GLAN = School(
    "6809903", Bilingual("Glan High", "Ysgol Glan"), "680", "secondary", "13", "third-party", "01633 000000"
)
SCHOOLS = (NANT, BRYN, GLAN)

TODAY = date(2026, 9, 7)
NOW = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
"""Nine in the morning, summer time, on the second Monday of September."""


def upn(number: int, *, issued_by: str = "6809999", year: str = "20", temporary: str = "") -> str:
    """A valid UPN that no learner has; a letter makes it temporary."""
    body = f"{issued_by}{year}" + (f"{number:02}{temporary}" if temporary else f"{number:03}")
    return check_letter(body) + body


def learner(number: int = 1, **fields: Any) -> Learner:
    """A learner on roll in Year 7, admitted on 1 September 2026; the number makes the UPN.

    Who leaves before that was admitted years ago.
    """
    fields = _joined_before(fields, "admission_date")
    return replace(
        Learner(
            upn=upn(number),
            surname="Evans",
            forename="Seren",
            admission_date=date(2026, 9, 1),
            leaving_date=None,
            year_group="7",
            class_name="7A",
            line=number + 1,
        ),
        **fields,
    )


def _joined_before(fields: dict[str, Any], joins: str) -> dict[str, Any]:
    left = fields.get("leaving_date")
    early = left is not None and left < date(2026, 9, 1)
    return {joins: date(2020, 9, 1), **fields} if early else fields


def staff_member(staff_code: str = "JEV", **fields: Any) -> StaffMember:
    """A member of staff who started on 1 September 2026, or years before a leaving date earlier than that."""
    fields = _joined_before(fields, "start_date")
    return replace(
        StaffMember(staff_code, "Evans", "Jac", start_date=date(2026, 9, 1), leaving_date=None, line=2),
        **fields,
    )


def account_of(person: Learner | StaffMember, school: School = GLAN, **fields: Any) -> Account:
    """The active account that a school has for a person, with the details of their record."""
    number = person.line
    made = Account(number, person.kind, school.number, f"EvansS{number}@hwbcymru.net", "", "", Status.ACTIVE)
    made = replace(made, surname=person.surname, forename=person.forename)
    if isinstance(person, Learner):
        made = replace(made, upn=person.upn, year_group=person.year_group, class_name=person.class_name)
    else:
        made = replace(made, staff_code=person.staff_code)
    return replace(made, **fields)


def released(account: Account, at: datetime = NOW) -> Account:
    """An account that its school has let go."""
    return replace(account, status=Status.INACTIVE, released_from=account.school, released_at=at)


def rejected(person: Learner | StaffMember, reason: Reason = Reason.NAME_MISSING) -> Rejection:
    """A person's row, rejected."""
    file = "learners.csv" if person.kind is Kind.LEARNER else "staff.csv"
    return Rejection(person.kind, person.identifier, file, person.line, reason, "", person.joins_on)


def extract(
    *people: Learner | StaffMember, school: School = GLAN, rejections: Sequence[Rejection] = ()
) -> Extract:
    """A school's extract of a morning."""
    return Extract(
        school.number,
        tuple(person for person in people if isinstance(person, Learner)),
        tuple(person for person in people if isinstance(person, StaffMember)),
        tuple(rejections),
        fingerprint="",
        as_of=NOW,
    )


def planned(of: Extract, *held: Account, today: date = TODAY, pauses: Sequence[Any] = ()) -> Plan:
    """What a run should change for an extract, the directory holding these accounts."""
    return plan(of, Directory(held), pauses, today)


def run(status: RunStatus = RunStatus.SUCCEEDED, school: School = GLAN, at: datetime = NOW) -> Run:
    """A finished run."""
    return Run(1, school.number, status, at, at, "test", dict.fromkeys(COUNTS, 0))


def stands(
    of: Extract,
    school: School = GLAN,
    *,
    last_success: Run | None = None,
    latest: Run | None = None,
    covered: Iterable[Learner | StaffMember] = (),
) -> SchoolRecords:
    """What stands about a school: its extract, its runs, and what the last successful one had."""
    return SchoolRecords(
        school=school,
        extract=of,
        problem=None,
        latest=latest or last_success,
        last_success=last_success,
        covered={
            (record.kind, record.identifier): Covered(
                record.kind, record.identifier, record.joins_on, record.leaving_date, None, None
            )
            for record in covered
        },
    )


def case_of(
    person: Learner | StaffMember,
    own: SchoolRecords,
    *,
    account: Account | None = None,
    previous: SchoolRecords | None = None,
    **fields: Any,
) -> Case:
    """A person at a school, as the records stand now."""
    values: dict[str, Any] = {
        "kind": person.kind,
        "identifier": person.identifier,
        "own": own,
        "record": own.record(person.kind, person.identifier),
        "rejections": (),
        "account": account,
        "previous": previous,
        "near": (),
        "namesakes": (),
        "now": NOW,
        "today": TODAY,
        "pauses": (),
        "rollover": derive(TODAY.year),
    }
    return Case(**values | fields)


LEARNERS_HEADER = (
    "upn",
    "legal_surname",
    "legal_forename",
    "admission_date",
    "leaving_date",
    "year_group",
    "class",
    "former_upn",
    "date_of_birth",
)
STAFF_HEADER = ("staff_code", "legal_surname", "legal_forename", "start_date", "leaving_date")

_WORDS = {
    "legal_surname": "surname",
    "legal_forename": "forename",
    "class": "class_name",
}


def sheet(header: Sequence[str], people: Iterable[Learner | StaffMember]) -> list[list[str]]:
    """Records as the rows of an extract file, header first."""
    rows = [[_cell(getattr(person, _WORDS.get(name, name))) for name in header] for person in people]
    return [list(header), *rows]


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def write(path: Path, rows: Iterable[Sequence[str]], at: datetime = NOW) -> None:
    """Write an extract file as of a moment; by its time a diagnosis tells how old the evidence is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    os.utime(path, (at.timestamp(), at.timestamp()))


class Schools:
    """An installation with its schools, extract files and database, at one moment after another."""

    def __init__(self, database: Database, folder: Path, knowledge: Knowledge) -> None:
        self.database, self.knowledge, self.folder = database, knowledge, folder
        self._extracts = ExtractFolder(folder)
        with database.writing() as session:
            schools.put(session, SCHOOLS)

    def at(self, moment: datetime = NOW) -> Provisioning:
        """The services of these schools at a moment."""
        return Provisioning(self.database, self._extracts, FixedClock(moment), self.knowledge)

    def extracts(self, school: School, *people: Learner | StaffMember, at: datetime = NOW) -> None:
        """Write the school's MIS export of a moment with these people alone."""
        learners = sheet(LEARNERS_HEADER, [person for person in people if isinstance(person, Learner)])
        staff = sheet(STAFF_HEADER, [person for person in people if isinstance(person, StaffMember)])
        write(self.folder / school.number / "learners.csv", learners, at)
        write(self.folder / school.number / "staff.csv", staff, at)

    def runs(self, school: School, *, at: datetime = NOW) -> Run:
        """The Provisioning Client runs for a school."""
        return provision(self.at(at), school.number, started_by="test")

    def asks(self, question: Question, typed: str, school: School, *, at: datetime = NOW) -> Diagnosis:
        """The diagnosis of a question about a person at a school."""
        return diagnose(self.at(at), question, typed, school.number)

    def missing(self, school: School, *, at: datetime = NOW) -> Missing:
        """Who is missing at a school."""
        return missing(self.at(at), school.number)

    def accounts(self, school: School | None = None) -> list[Account]:
        """The accounts of a school, or all."""
        with self.database.reading() as session:
            return accounts.listed(session, school.number if school else None)

    def account(self, person: Learner | StaffMember) -> Account:
        """The only account with the person's UPN, or staff code."""
        (found,) = (account for account in self.accounts() if account.identifier == person.identifier)
        return found

    def statuses(self) -> list[tuple[str, str]]:
        """School and status of every run, oldest first."""
        with self.database.reading() as session:
            rows = session.execute(select(RunRow.school, RunRow.status).order_by(RunRow.id))
            return [(row.school, row.status) for row in rows]

    def journal(self, of: Run) -> list[tuple[str, int, Mapping[str, Any] | None, Mapping[str, Any]]]:
        """The journal of a run, in the order in which it was written."""
        with self.database.reading() as session:
            query = select(JournalRow).where(JournalRow.run == of.id).order_by(JournalRow.id)
            return [(row.kind, row.account, row.before, row.after) for row in session.scalars(query)]
