"""A portal that tests write: its user export, a small real client, and schools whose accounts live there."""

import csv
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from provisioning.portal.client import Client
from provisioning.portal.export import ExportReading, PortalExport
from provisioning.portal.export_rows import COLUMNS, SeenAccount, UnreadRow
from provisioning.portal.external_directory import ClientAndExport
from provisioning.records.accounts import Status
from provisioning.records.people import Kind, Learner, StaffMember
from provisioning.records.schools import School
from provisioning.runs.dependencies import Provisioning
from tests.builders import GLAN, NOW, Schools

HEADER = tuple(COLUMNS.values())
EARLIER = NOW - timedelta(days=1)
"""The day before, when the last export was written."""

CLIENT = '''
"""A Provisioning Client: says what it does, changes the portal, and ends as it is told to."""
import pathlib, sys

portal, school = pathlib.Path(sys.argv[1]), sys.argv[2]
print("provisioning", school, flush=True)
for name, say in (("log", sys.stdout), ("errors", sys.stderr)):
    if (portal / name).exists():
        print((portal / name).read_text(encoding="utf-8"), file=say, flush=True)
if (portal / f"after-{school}").exists():
    (portal / f"after-{school}").rename((portal / f"after-{school}.path").read_text())
with (portal / "ran").open("a") as ran:
    print(school, file=ran)
sys.exit(int((portal / "status").read_text()) if (portal / "status").exists() else 0)
'''


def seen(
    person: Learner | StaffMember, school: School | None = GLAN, *, active: bool = True, **cells: object
) -> SeenAccount:
    """A person's account as the portal lists it."""
    name = f"{person.surname}{person.identifier}@hwbcymru.net"
    made = SeenAccount(
        kind=person.kind,
        school=school.number if school else "",
        username=name,
        surname=person.surname,
        forename=person.forename,
        status=Status.ACTIVE if active else Status.INACTIVE,
        upn=person.upn if isinstance(person, Learner) else None,
        staff_code=person.staff_code if isinstance(person, StaffMember) else None,
        year_group=person.year_group if isinstance(person, Learner) else None,
        class_name=person.class_name if isinstance(person, Learner) else None,
        expires_on=None,
        last_signed_in=None,
    )
    return replace(made, **cells)  # type: ignore[arg-type]


def reading(
    *rows: SeenAccount,
    school: School | None = None,
    as_of: datetime = NOW,
    unread: Sequence[UnreadRow] = (),
) -> ExportReading:
    """An export, of the installation or of one school."""
    return ExportReading(rows, school.number if school else None, str(as_of), as_of, tuple(unread))


_WORDS = {Kind.LEARNER: "Learner", Kind.STAFF: "Staff", Kind.NON_MIS: "Non-MIS", Kind.GOVERNOR: "Governor"}


def cells(row: SeenAccount) -> list[str]:
    """A row of the export in the order of `HEADER`."""
    values = {name: getattr(row, {"class": "class_name"}.get(name, name)) for name in COLUMNS}
    values |= {"kind": _WORDS[row.kind], "status": row.status.capitalize()}
    return ["" if value is None else str(value) for value in values.values()]


def write_export(path: Path, *rows: SeenAccount, at: datetime = NOW, header: Sequence[str] = HEADER) -> None:
    """Write the export as of a moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *(cells(row) for row in rows)])
    os.utime(path, (at.timestamp(), at.timestamp()))


class PortalSchools(Schools):
    """An installation whose accounts live in the portal, which its schools' client changes."""

    def __init__(self, behind: Schools, portal: Path, path: str = "users.csv", limit: float = 60) -> None:
        self.__dict__ |= behind.__dict__
        self.portal = portal
        portal.mkdir()
        (portal / "client.py").write_text(CLIENT, encoding="utf-8")
        command = (sys.executable, str(portal / "client.py"), str(portal), "{school}")
        self.external_directory = ClientAndExport(
            Client(command, timedelta(seconds=limit)), PortalExport(str(portal / path))
        )

    def at(self, moment: datetime = NOW) -> Provisioning:
        """The services of these schools at a moment."""
        return replace(super().at(moment), external_directory=self.external_directory)

    def with_client(self, *command: str, limit: float = 60) -> None:
        """Run another client from now on."""
        client = Client(command, timedelta(seconds=limit))
        self.external_directory = replace(self.external_directory, client=client)

    def lists(self, *rows: SeenAccount, school: School = GLAN, at: datetime = EARLIER) -> None:
        """The portal's export as it lies there now."""
        write_export(self.external_directory.export.file(school.number), *rows, at=at)

    def will_list(self, *rows: SeenAccount, by: School = GLAN, at: datetime = NOW) -> None:
        """The portal's export as it will be when a school's client has run."""
        write_export(self.portal / f"after-{by.number}", *rows, at=at)
        path = self.portal / f"after-{by.number}.path"
        path.write_text(str(self.external_directory.export.file(by.number)), encoding="utf-8")

    def client_says(self, log: str = "", errors: str = "", status: int = 0) -> None:
        """What the client will say, and how it will end."""
        for name, said in {"log": log, "errors": errors, "status": str(status)}.items():
            (self.portal / name).write_text(said, encoding="utf-8")

    def reads(self, at: datetime = NOW) -> int:
        """Look whether the export has been written since."""
        return self.external_directory.refresh(self.at(at))

    @property
    def client_ran_for(self) -> list[str]:
        """The schools for which the client ran, in order."""
        ran = self.portal / "ran"
        return ran.read_text(encoding="utf-8").split() if ran.exists() else []


def later(**delta: float) -> datetime:
    """Some time after `NOW`."""
    return (NOW + timedelta(**delta)).astimezone(UTC)
