"""An embedded database's file made anew, as small as it can be, while no other program has it open."""

import os
import shutil
import sqlite3
from collections import Counter
from pathlib import Path

from provisioning.errors import KnownError
from provisioning.store.backups import BESIDE, alone
from provisioning.store.database import Database
from provisioning.store.database_problems import sqlite_problem
from provisioning.store.file_upkeep import make_anew

_TEMPORARY = ("/var/tmp", "/usr/tmp", "/tmp")  # noqa: S108 - where SQLite itself looks


def compact(database: Database) -> tuple[int, int]:
    """Make the file of `database` anew; return the bytes of it and its log before and after.

    Raises `KnownError` where it is on a server, another program has it open, or the disk has too little room.
    """
    file = database.file
    if file is None:
        raise KnownError("compact-server")
    database.close()  # our own connections would count as another program's
    before = _bytes(file)
    _require_room(file, before)
    try:
        with alone(file) as current:
            if current is not None:
                make_anew(current.execute)
    except sqlite3.Error as error:
        raise sqlite_problem(error, str(file)) or error from None
    return before, _bytes(file)


def _bytes(file: Path) -> int:
    places = (Path(f"{file}{ending}") for ending in BESIDE[:2])
    return sum(place.stat().st_size for place in places if place.exists())


def _require_room(file: Path, size: int) -> None:
    """Refuse where there is no room for a temporary copy of `size`, and for as large a log beside `file`."""
    needed = Counter[int]()
    places = (file.parent, _temporary())
    for place in places:
        needed[place.stat().st_dev] += size
    for place in places:
        wanted, free = needed[place.stat().st_dev], shutil.disk_usage(place).free
        if free < wanted:
            raise KnownError("compact-room", folder=str(place), needed=wanted, free=free)


def _temporary() -> Path:
    """Return the folder in which SQLite makes its temporary files."""
    named = (os.environ.get("SQLITE_TMPDIR"), os.environ.get("TMPDIR"), *_TEMPORARY)
    return next((Path(name) for name in named if name and os.access(name, os.W_OK | os.X_OK)), Path())
