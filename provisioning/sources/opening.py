"""Files of a school's folder, opened only where they are what they seem."""

import os
import stat
from pathlib import Path
from typing import IO

from provisioning.errors import ExtractProblem, KnownError
from provisioning.sources.limits import MAX_FILE, MIB

# A pipe without a writer must not block the run, and a link put in the file's place meanwhile must not be
# followed; where the system has no such flags, it has no such files either.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def open_file(folder: Path, name: str, limit: int = MAX_FILE) -> IO[bytes]:
    """Return an ordinary file of a school's folder, open for reading.

    Links may stay within the folder but not lead out of it. What is no ordinary file, too large or
    not to be opened raises `ExtractProblem` with the file's name; what is missing, `extract-no-file`.
    """
    try:
        descriptor = os.open(_real(folder, name), _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        raise ExtractProblem("extract-no-file", file=name, folder=folder.name) from None
    except OSError as error:
        raise ExtractProblem("extract-not-opened", file=name, why=error.strerror) from None
    try:
        _require_plain(os.fstat(descriptor), name, limit)
    except ExtractProblem:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def open_named(path: Path, limit: int = MAX_FILE) -> IO[bytes]:
    """Return the ordinary file that a person has named, open for reading; links are followed.

    What is none raises `KnownError`, what is too large `ExtractProblem`, what can't be opened `OSError`.
    """
    descriptor = os.open(os.path.realpath(path), _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise KnownError("file-not-plain", file=str(path))
        _require_plain(status, path.name, limit)
    except KnownError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def require_inside(folder: Path, name: str) -> None:
    """Refuse the folder `name` of the folder of extracts where it is a link that leads out of that."""
    path = folder / name
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        raise ExtractProblem("extract-folder-link", folder=name, extracts=folder.name)


def _real(folder: Path, name: str) -> Path:
    """Return the real path of a file of a folder; refuse a link that leads out of it.

    What lies in the folder itself and is no link needs no look-up.
    """
    path = folder / name
    if path.parent == folder and not path.is_symlink():
        return path
    real = Path(os.path.realpath(path, strict=True))
    if not real.is_relative_to(os.path.realpath(folder, strict=True)):
        raise ExtractProblem("extract-link", file=name, folder=folder.name)
    return real


def _require_plain(status: os.stat_result, name: str, limit: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise ExtractProblem("extract-is-a-folder", file=name)
    if not stat.S_ISREG(status.st_mode):
        raise ExtractProblem("extract-not-a-file", file=name)
    if status.st_size > limit:
        raise ExtractProblem("extract-too-large", file=name, size=mib(status.st_size), limit=limit // MIB)


def written(file: IO[bytes]) -> float:
    """Return when an open file was last written, in seconds since 1970."""
    return os.fstat(file.fileno()).st_mtime


def mib(size: int) -> int:
    """Return a size in MiB, rounded up, so that it never reads as the limit itself."""
    return -(-size // MIB)
