"""What `hwb check` looks at of the machine: room on disks, clocks, rights to the extracts, and the proxy.

What is wrong is yielded as `KnownError`, for the check goes on with the next.
"""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from bot.settings import Settings
from knowledge.texts import UK
from provisioning.clock import system_time
from provisioning.errors import KnownError
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.sources.limits import MIB
from provisioning.store import condition
from provisioning.store.database import Database

ROOM = 200 * MIB
"""Bytes that have to be free where the database and the extracts are."""
_APART = timedelta(minutes=1)
"""How far two clocks may be apart, and how far a file or a run may lie in the future."""
_FILES = 1000
"""Files of a school's folder that are looked at."""
_NAMED = 10
"""Things that an error names; the others are counted."""
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
"""The variables in which Slack's client looks for a proxy; the first that is not blank counts."""


def disk_problems(settings: Settings) -> Iterator[KnownError]:
    """Yield an error for each disk with too little room; the folders of `settings` are looked at."""
    database = None
    with suppress(KnownError):  # an address that is none, of which the check of the database tells
        database = Database(settings.database_url).file
    looked: set[int] = set()
    for folder in (database.parent if database else Path(), settings.extracts):
        place = _existing(folder.absolute())
        disk = place.stat().st_dev
        if disk not in looked and (free := shutil.disk_usage(place).free) < ROOM:
            yield KnownError("disk-full", folder=str(place), free=free // MIB, needed=ROOM // MIB)
        looked.add(disk)


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest above it that is there."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def clock_problems(settings: Settings, database: Database) -> Iterator[KnownError]:
    """Yield an error where this machine's clock differs from the server's, or was set back after a run.

    Nothing is said of a clock that `at` of the `settings` has set.
    """
    if settings.at is not None:
        return
    with database.reading() as session:
        server, last = condition.server_time(session), condition.last_run_recorded_at(session)
    now = system_time()
    if server is not None and abs(now - server) > _APART:
        yield KnownError("clock-apart", here=_shown(now), there=_shown(server))
    elif last is not None and last - now > _APART:
        yield KnownError("clock-stepped-back", here=_shown(now), last=_shown(last))


def require_no_later_files(settings: Settings) -> None:
    """Raise `KnownError` where extracts of schools were written later than now: a clock is wrong, or theirs.

    Nothing is said of a clock that `at` of the `settings` has set.
    """
    if settings.at is not None:
        return
    now, folder = system_time(), ExtractFolder(settings.extracts)
    later = [
        f"{number} ({_shown(written)})"
        for number in folder.numbers()
        if (written := folder.written_at(number)) and written - now > _APART
    ]
    if later:
        raise KnownError("extracts-later", count=len(later), schools=few(later), here=_shown(now))


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UK):%Y-%m-%d %H:%M}"


def rights_problems(settings: Settings) -> Iterator[KnownError]:
    """Yield an error where this account can't read the extracts, and where every account can write there.

    Of other systems than POSIX nothing is known.
    """
    if os.name != "posix" or not settings.extracts.is_dir():
        return
    if not _is_readable(settings.extracts):
        yield KnownError("extracts-not-readable", count=1, names=str(settings.extracts))
        return
    folders = [settings.extracts / number for number in ExtractFolder(settings.extracts).numbers()]
    closed = [str(path) for folder in folders for path in _looked_at(folder) if not _is_readable(path)]
    if closed:
        yield KnownError("extracts-not-readable", count=len(closed), names=few(closed))
    for folder in (settings.extracts, *folders):
        mode = stat.S_IMODE(folder.stat().st_mode)
        if mode & stat.S_IWOTH:
            yield KnownError("extracts-open", folder=str(folder), mode=f"{mode:04o}")
            return


def _looked_at(folder: Path) -> Iterator[Path]:
    yield folder
    if _is_readable(folder) and folder.is_dir():
        yield from islice(folder.iterdir(), _FILES)


def _is_readable(path: Path) -> bool:
    return os.access(path, os.R_OK | os.X_OK if path.is_dir() else os.R_OK)


def proxy_problems(environment: Mapping[str, str] = os.environ) -> Iterator[KnownError]:
    """Yield an error where the `environment` names a proxy that Slack's client can't use, or two proxies."""
    given = {name: found for name in _PROXIES if (found := environment.get(name, "").strip())}
    if not given:
        return
    name, used = next(iter(given.items()))
    if not _is_proxy(used):
        yield KnownError("proxy-not-usable", variable=name)
    other = environment.get(name.swapcase(), "").strip()
    if other and other != used:
        yield KnownError("proxy-twice", variable=name, other=name.swapcase())


def _is_proxy(address: str) -> bool:
    """Return whether `address` is that of a proxy for HTTP, such as `http://proxy.example:8080`."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        return False


def few(named: list[str]) -> str:
    """Return the first ten of `named`, and how many there are besides."""
    more = f" (+{len(named) - _NAMED})" if len(named) > _NAMED else ""
    return ", ".join(named[:_NAMED]) + more
