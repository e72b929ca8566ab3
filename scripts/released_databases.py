"""Makes small databases of a released version: `python -m scripts.released_databases VERSION`.

The version's code is taken from git and carries out a summer at two schools, once on SQLite and once on
PostgreSQL. What only Slack leads to is put in from `rows-VERSION.sql`. Both databases are written as SQL
beside that file, where the tests of the upgrade find them.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Protocol

import psycopg

from scripts.released_summer import write_july, write_rollover, write_schools, write_truncated
from tests import postgres_server
from tests.paths import REPOSITORY

FOLDER = REPOSITORY / "tests/fixtures/released"
PRIMARY, SECONDARY = "6602001", "6604002"
HELD = 3
"""The exit status of `hwb provision` where a run is held."""


class Hwb(Protocol):
    """A version's command line."""

    def __call__(self, line: str, status: int = 0) -> str:
        """Run `line`, which is to end with `status`; return what it printed."""


def commit_of(version: str) -> str:
    """Return the commit that was released as `version`."""
    releases = tomllib.loads((FOLDER / "releases.toml").read_text("utf-8"))
    return str(releases[version]["commit"])


def take_code(commit: str, folder: Path) -> None:
    """Write the files of `commit` into `folder`."""
    packed = folder.parent / "code.tar"
    subprocess.run(["git", "-C", REPOSITORY, "archive", "--output", packed, commit], check=True)  # noqa: S607
    subprocess.run(["tar", "-xf", packed, "-C", folder], check=True)  # noqa: S607


def hwb_of(code: Path, folder: Path, url: str) -> Hwb:
    """Return a function that runs a command line of the version in `code`, and returns what it printed."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("HWB_", "SLACK_"))}
    environment = own | {"PYTHONPATH": str(code), "HWB_DATABASE_URL": url, "HWB_LANG": "en"}

    def run(line: str, status: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *line.split()],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != status:
            raise SystemExit(f"hwb {line}: {done.stdout}{done.stderr}")
        return done.stdout

    return run


def live_through(hwb: Hwb, folder: Path) -> None:
    """Carry out a summer at two schools: July, a truncated extract, rollover, decisions, look-ups, a case."""
    write_schools(folder)
    write_july(folder)
    hwb("schools import schools.csv")
    for user, role, where in (
        ("U01MAIR", "digital-champion", f"--school {SECONDARY}"),
        ("U03DAFYDD", "mis-administrator", f"--school {PRIMARY}"),
        ("U05MANAGER", "provisioning-manager", "--la 660"),
        ("U09ADMIN", "administrator", "--all"),
    ):
        hwb(f"grants add {user} {role} {where} --at 2026-07-01T05:00")
    hwb("dates set class-updates-off 2026-08-20 --la 660 --at 2026-07-01T05:00")
    hwb("provision --all --at 2026-07-01T06:00")
    write_truncated(folder)
    hwb(f"provision --school {PRIMARY} --at 2026-07-02T06:00", HELD)
    hwb(f"reject {newest(hwb)} --at 2026-07-02T09:00")
    write_rollover(folder)
    hwb("provision --all --at 2026-08-26T06:00")
    hwb(f"undo {newest(hwb)} --at 2026-08-26T07:00")
    hwb(f"reconsider --school {SECONDARY} --at 2026-08-26T07:05")
    hwb("provision --all --at 2026-08-26T08:00")
    hwb(f"review non-mis --school {PRIMARY} --keep SupplyS --for 3m --at 2026-08-26T09:00")
    hwb(f"missing --school {SECONDARY} --at 2026-08-26T09:05")
    (folder / "asked.txt").write_text("A new learner, H660200115030, has no account and no password.\n")
    hwb(f"triage asked.txt --school {SECONDARY} --at 2026-08-26T09:10")


def newest(hwb: Hwb) -> int:
    """Return the number of the newest run."""
    return int(json.loads(hwb("runs --last 1 --json"))["runs"][0]["id"])


def from_sqlite(code: Path, folder: Path, rows: str) -> str:
    """Return the summer of the version in `code` in the embedded database, as SQL."""
    file = folder / "hwb.sqlite3"
    live_through(hwb_of(code, folder, f"sqlite:///{file}"), folder)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(rows)
        return "\n".join(connection.iterdump()) + "\n"


def from_postgresql(code: Path, folder: Path, rows: str) -> str:
    """Return the summer of the version in `code` on a PostgreSQL server of its own, as SQL."""
    server = postgres_server.new_folder()
    postgres_server.start(server)
    try:
        hwb = hwb_of(code, folder, postgres_server.url(server, "postgres"))
        hwb("migrate")
        live_through(hwb, folder)
        place = f"host={server} user={postgres_server.ROLE} dbname=postgres options='-c timezone=UTC'"
        with psycopg.connect(place) as connection:
            connection.execute(rows.encode())
        return dumped(server)
    finally:
        postgres_server.stop(server)


def dumped(server: Path) -> str:
    """Return the database of a `server` as statements for any client: without those of psql alone."""
    programs = next((server / "copy").glob("**/bin"), None) or postgres_server.binaries()
    program = programs / "pg_dump"
    command = [program, "-h", server, "-U", postgres_server.ROLE, "--inserts", "--no-owner", "--no-acl"]
    done = subprocess.run([*command, "postgres"], capture_output=True, text=True, check=True)
    kept = [line for line in done.stdout.splitlines() if line and not line.startswith(("--", "\\"))]
    return "\n".join(kept) + "\n"


def make(version: str) -> None:
    """Write the databases of `version` as SQL."""
    rows = (FOLDER / f"rows-{version}.sql").read_text("utf-8")
    for kind, filled in (("sqlite", from_sqlite), ("postgresql", from_postgresql)):
        with tempfile.TemporaryDirectory(prefix="hwb-released-") as made:
            code, folder = Path(made, "code"), Path(made, "installation")
            code.mkdir()
            folder.mkdir()
            take_code(commit_of(version), code)
            (FOLDER / f"{version}.{kind}.sql").write_text(filled(code, folder, rows), "utf-8")


if __name__ == "__main__":
    make(sys.argv[1])
