"""The trial's User Management Portal: its accounts, the user export of each school, and its clock."""

import csv
import io
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from provisioning.clock import MovableClock
from provisioning.portal.export_rows import COLUMNS
from provisioning.records.accounts import Account, Status
from provisioning.records.people import Kind

_KEPT = tuple(field.name for field in fields(Account) if field.name in {*COLUMNS, "id", "class_name"})


class Portal:
    """The portal in a folder; processes change it one after another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)
        with self._open() as database:
            database.execute(f"CREATE TABLE IF NOT EXISTS accounts ({', '.join(_KEPT)})")
            database.execute("CREATE TABLE IF NOT EXISTS by_hand (school)")
            database.execute("CREATE TABLE IF NOT EXISTS clock (ahead)")

    @property
    def export(self) -> str:
        """The path of the user export, with `{school}` for the school's number."""
        return str(self._folder / "{school}.csv")

    def set_clock(self, now: datetime) -> None:
        """Let the portal and its client take `now` as the time from this moment on."""
        with self._open() as database:
            database.execute("DELETE FROM clock")
            database.execute("INSERT INTO clock VALUES (?)", [(now - datetime.now(UTC)).total_seconds()])

    def now(self) -> datetime:
        """Return the moment by the portal's clock."""
        with self._open() as database:
            ((ahead,),) = database.execute("SELECT ahead FROM clock")
        return datetime.now(UTC) + timedelta(seconds=ahead)

    @contextmanager
    def changing(self) -> Iterator[list[Account]]:
        """Give all accounts to a block, and keep what the block makes of the list."""
        with self._open() as database:
            accounts = _accounts(database)
            yield accounts
            database.execute("DELETE FROM accounts")
            database.executemany(
                f"INSERT INTO accounts VALUES ({', '.join('?' * len(_KEPT))})",  # noqa: S608 - question marks
                [[getattr(account, name) for name in _KEPT] for account in accounts],
            )

    def write_by_hand(self, school: str) -> None:
        """From now on a person writes the user export of `school`, and not its client."""
        with self._open() as database:
            database.execute("INSERT INTO by_hand VALUES (?)", [school])

    def is_written_by_hand(self, school: str) -> bool:
        """Return whether a person writes the user export of `school`."""
        with self._open() as database:
            return database.execute("SELECT 1 FROM by_hand WHERE school = ?", [school]).fetchone() is not None

    def write_export(self, school: str) -> None:
        """Write the user export of a school, as of now."""
        with self._open() as database:
            rows = [account for account in _accounts(database) if account.school == school]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS.values())
        writer.writerows([_shown(account, column) for column in COLUMNS] for account in rows)
        path = Path(self.export.format(school=school))
        # The bot may be reading: it finds the old file or the new one, never half of one.
        new = path.with_suffix(".new")
        new.write_bytes(text.getvalue().encode())
        at = self.now().timestamp()
        os.utime(new, (at, at))
        new.replace(path)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the accounts for a block, which no other process interrupts."""
        with closing(sqlite3.connect(self._folder / "portal.sqlite3", isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")


class PortalClock(MovableClock):
    """A movable clock by which the portal goes too."""

    def __init__(self, at: datetime, portal: Portal) -> None:
        super().__init__(at)
        self._portal = portal
        portal.set_clock(at)

    def set(self, at: datetime) -> None:
        """Set both clocks to `at`."""
        super().set(at)
        self._portal.set_clock(at)


def _accounts(database: sqlite3.Connection) -> list[Account]:
    found = database.execute(f"SELECT {', '.join(_KEPT)} FROM accounts")  # noqa: S608 - names of fields
    accounts = (Account(**dict(zip(_KEPT, row, strict=True))) for row in found)
    return [replace(account, kind=Kind(account.kind), status=Status(account.status)) for account in accounts]


def _shown(account: Account, column: str) -> str:
    value = getattr(account, {"class": "class_name"}.get(column, column))
    return value.capitalize() if isinstance(value, (Kind, Status)) else value or ""
