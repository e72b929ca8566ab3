"""The bundle for support that `hwb doctor` makes: the state of an installation, without any person."""

import io
import json
import platform
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.output import moment_json
from bot.people.audit import ERROR
from bot.people.tables import AuditRow
from bot.service.bundle_values import error_shown, log_shown, settings_shown
from bot.service.checks import Checked
from bot.version import VERSION
from knowledge.texts import Catalogue
from provisioning.clock import system_time
from provisioning.errors import KnownError
from provisioning.sources.extract_folder import SCHOOL_NUMBER, ExtractFolder
from provisioning.store import condition, schools
from provisioning.store.backups import new_file
from provisioning.store.database import Database
from provisioning.store.schema import revisions

_LOOKS_BACK = timedelta(days=30)
"""How far back errors are counted."""
_RUNS = 5000
"""The newest runs whose errors are counted."""
_LOG_LINES = 5000
"""The last lines of a log that are kept."""
_TICKS = frozenset({"features", "housekeeping", "retention"})
"""Works at intervals that one process of several does."""
_README = (
    "A bundle for support, made by `hwb doctor`. It holds no name, UPN, username or e-mail address, no "
    "secret and no path. The ids of errors stand in docs/errors.md.\n"
    "Bwndel ar gyfer cymorth, a wnaed gan `hwb doctor`. Nid yw'n dal enw, UPN, enw defnyddiwr na chyfeiriad "
    "e-bost, na chyfrinach na llwybr. Mae dynodwyr y gwallau yn docs/errors.md.\n"
)


def parts_of(found: Checked, catalogue: Catalogue, log: Iterable[str] | None) -> dict[str, str]:
    """Return the files of the bundle by name: of an installation that was checked, and lines of its `log`.

    `catalogue` has the errors that are known. Where the settings can't be read, no database is looked at.
    """
    told: dict[str, Callable[[], Any]] = {
        "versions.json": _versions,
        "problems.json": lambda: _problems(found),
    }
    settings = found.settings
    if found.settings_read:
        told |= {
            "settings.json": lambda: settings_shown(settings),
            "database.json": lambda: _read(settings.database_url, _database),
            "extracts.json": lambda: _read(
                settings.database_url, lambda database: _extracts(database, ExtractFolder(settings.extracts))
            ),
            "errors.json": lambda: _read(settings.database_url, lambda found: _errors(found, catalogue)),
        }
    parts = {name: json.dumps(_tried(tell), indent=2) + "\n" for name, tell in told.items()}
    if log is not None:
        parts["log.txt"] = "".join(f"{line}\n" for line in [*log_shown(log)][-_LOG_LINES:])
    return {"README.txt": _README, **parts}


def write(file: Path, parts: Mapping[str, str]) -> int:
    """Write `parts` into the new ZIP `file`, for its owner only; return its bytes.

    A file that is there already, or can't be written whole, raises `KnownError`; of that nothing is left.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    with new_file(file):
        try:
            return file.write_bytes(made.getvalue())
        except OSError as error:
            raise KnownError("file-not-written", file=str(file), why=error.strerror) from None


def _tried(tell: Callable[[], Any]) -> Any:
    """Return what `tell` returns, or the kind of the error that keeps it from that."""
    try:
        return tell()
    except KnownError as error:
        return error_shown(error)
    except (SQLAlchemyError, ValueError, TypeError, LookupError, OSError) as error:
        return {"error": type(error).__name__}


def _read(url: str, tell: Callable[[Database], Any]) -> Any:
    """Return what `tell` says of the database at `url`, which is not made or migrated for that."""
    database = Database(url)
    try:
        return tell(database)
    finally:
        database.close()


def _versions() -> dict[str, Any]:
    return {
        "hwb": VERSION,
        "made_at": moment_json(system_time()),
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "packages": {
            str(found.metadata["Name"]): found.version
            for found in sorted(
                metadata.distributions(), key=lambda found: str(found.metadata["Name"]).lower()
            )
        },
    }


def _problems(found: Checked) -> dict[str, Any]:
    return {
        "problems": [error_shown(error) for error in found.problems],
        "warnings": [error_shown(error) for error in found.warnings],
    }


def _database(database: Database) -> dict[str, Any]:
    file = database.file
    lacking = condition.lacking(database)
    with database.reading() as session:
        there, server = condition.revision(session), condition.server_time(session)
        return {
            "kind": database.url.get_backend_name(),
            "version": condition.server_version(session),
            "bytes": file.stat().st_size if file else None,
            "revision": there if there in revisions() else None,
            "expected_revision": max(revisions()),
            "lacking": lacking,
            "clock": {"here": moment_json(system_time()), "server": moment_json(server)},
            "rows": {} if lacking else condition.row_counts(session),
            "last_ticks": {
                name: moment_json(at) for name, at in condition.last_ticks(session).items() if name in _TICKS
            },
            "last_run_recorded_at": moment_json(condition.last_run_recorded_at(session)),
        }


def _extracts(database: Database, folder: ExtractFolder) -> list[dict[str, Any]]:
    """Return when each school's extract was written, by number: of the schools known, and of the folders."""
    with database.reading() as session:
        known = {school.number for school in schools.every(session)}
    now, numbers = system_time(), known | set(folder.numbers())
    found = []
    for number in sorted(filter(SCHOOL_NUMBER.fullmatch, numbers)):
        written = folder.written_at(number)
        hours = round((now - written).total_seconds() / 3600, 1) if written else None
        found.append(
            {
                "school": number,
                "known": number in known,
                "written_at": moment_json(written),
                "age_hours": hours,
            }
        )
    return found


def _errors(database: Database, catalogue: Catalogue) -> dict[str, Any]:
    """Return how often each known error has ended a command or request lately, and a run."""
    counted = (
        select(AuditRow.outcome, func.count(), func.max(AuditRow.recorded_at))
        .where(AuditRow.recorded_at >= system_time() - _LOOKS_BACK)
        .group_by(AuditRow.outcome)
        .order_by(AuditRow.outcome)
    )
    with database.reading() as session:
        audited = [(outcome, count, last) for outcome, count, last in session.execute(counted)]
        of_runs = condition.recent_run_errors(session, _RUNS)
    return {
        "of_requests": [
            {"error": name, "count": count, "last_at": moment_json(last)}
            for outcome, count, last in audited
            if outcome.startswith(ERROR) and f"error.{(name := outcome.removeprefix(ERROR))}" in catalogue
        ],
        "of_runs": {name: count for name, count in of_runs.items() if f"error.{name}" in catalogue},
    }
