"""The embedded database's files and folder: for the account of this program alone.

SQLite gives its log, and the index of that, the rights of the database's own file, so that file is made
before SQLite opens it. The rights of other systems than POSIX are left as they are.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

_FILE, _FOLDER = 0o600, 0o700
_OTHERS = 0o077
_BESIDE = ("", "-wal", "-shm", "-journal")
"""The endings of the files that SQLite makes of a database."""
_OURS = ("extracts", "portal")
"""Folders that stand beside the database where nothing else is set."""


def make_folder(folder: Path) -> None:
    """Make `folder` with the folders above it that are missing, each for this account alone."""
    if not folder.parent.exists():
        make_folder(folder.parent)
    folder.mkdir(mode=_FOLDER, exist_ok=True)


def make_private(database: Path) -> None:
    """Make the file `database` where there is none, and take the rights of others from what is ours.

    What belongs to another account stays as it is, and so does a folder in which other things stand.
    """
    if os.name != "posix":
        return
    database = database.resolve()
    with suppress(OSError):  # why nothing can be written here, SQLite tells in its own words
        os.close(os.open(database, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE))
    for path in _files(database):
        _take_from_others(path, stat.S_ISREG, _FILE)
    if _is_ours_alone(database.parent, database.name):
        _take_from_others(database.parent, stat.S_ISDIR, _FOLDER)


def open_to_others(database: Path) -> list[tuple[Path, str]]:
    """Return what of `database`, its files and its folder, other accounts have rights to; with the rights."""
    if os.name != "posix":
        return []
    database = database.resolve()
    found = []
    for path in (*_files(database), database.parent):
        with suppress(OSError):
            mode = stat.S_IMODE(path.lstat().st_mode)
            if mode & _OTHERS:
                found.append((path, f"{mode:04o}"))
    return found


def _files(database: Path) -> Iterator[Path]:
    yield from (Path(f"{database}{ending}") for ending in _BESIDE)


def _take_from_others(path: Path, is_kind: Callable[[int], bool], wanted: int) -> None:
    with suppress(OSError):
        found = path.lstat()
        # A link could lead to anything; what others own is theirs to decide on.
        ours = is_kind(found.st_mode) and found.st_uid == os.geteuid()
        if ours and found.st_mode & _OTHERS:
            path.chmod(wanted)


def _is_ours_alone(folder: Path, database: str) -> bool:
    """Return whether nothing stands in `folder` but what this program puts there, and nothing of others."""
    with suppress(OSError), os.scandir(folder) as entries:
        return all(_is_ours(entry, database) for entry in entries)
    return False


def _is_ours(entry: "os.DirEntry[str]", database: str) -> bool:
    found = entry.stat(follow_symlinks=False)
    if found.st_uid != os.geteuid() or stat.S_ISLNK(found.st_mode):
        return False
    if entry.name in _OURS:
        # Another account puts files in: it could not any more, if the folder above were closed to it.
        other_group = found.st_gid != os.getegid() and found.st_mode & stat.S_IWGRP
        return not other_group and not found.st_mode & stat.S_IWOTH
    return entry.name.startswith((database, ".hwb-"))
