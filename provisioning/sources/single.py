"""Finds the only file of a format in a school's folder, whatever its name."""

import os
from pathlib import Path

from provisioning.errors import ExtractProblem

_LOOKED_AT = 1_000
"""Entries of a folder that are looked at; a school's folder has a handful."""


def entries(folder: Path, school: str) -> list[os.DirEntry[str]]:
    """Return what lies in a school's folder, by name.

    Hidden files and the lock files of open programs are left out.
    """
    try:
        with os.scandir(folder) as found:
            listed = [entry for entry, _ in zip(found, range(_LOOKED_AT), strict=False)]
    except (FileNotFoundError, NotADirectoryError):
        raise ExtractProblem("extract-no-folder", school=school, folder=folder.name) from None
    except OSError as error:
        raise ExtractProblem("extract-not-opened", file=folder.name, why=error.strerror) from None
    return sorted(
        (entry for entry in listed if not entry.name.startswith((".", "~$"))), key=lambda entry: entry.name
    )


def single(folder: Path, school: str, ending: str, wanted: str) -> str:
    """Return the name of the only file with an ending; none, or several, raise `ExtractProblem`.

    Of several files only the school can say which is the extract, and the newest may be a part of it.
    """
    names = [entry.name for entry in entries(folder, school) if entry.name.lower().endswith(ending)]
    return only(names, folder, wanted)


def only(names: list[str], folder: Path, wanted: str) -> str:
    """Return the only name in `names`; none, or several, raise `ExtractProblem`."""
    if not names:
        raise ExtractProblem("extract-no-such", wanted=wanted, folder=folder.name)
    if len(names) > 1:
        raise ExtractProblem("extract-several", wanted=wanted, folder=folder.name, files=", ".join(names[:5]))
    return names[0]
