"""The one file in a school's folder that a format is about, whatever its name."""

import os
from pathlib import Path

from provisioning.errors import ExtractProblem

_LOOKED_AT = 1_000
"""Entries of a folder that are looked at; a school's folder has a handful."""


def entries(folder: Path, school: str) -> list[os.DirEntry[str]]:
    """What lies in a school's folder, by name; hidden files and the locks of open programs left out."""
    try:
        with os.scandir(folder) as found:
            listed = [entry for entry, _ in zip(found, range(_LOOKED_AT), strict=False)]
    except (FileNotFoundError, NotADirectoryError):
        raise ExtractProblem("extract-no-folder", school=school, folder=folder.name) from None
    except OSError as error:
        raise ExtractProblem("extract-not-opened", file=folder.name, why=error.strerror) from None
    return sorted(
        (entry for entry in listed if not entry.name.startswith((".", "~$"))), key=lambda one: one.name
    )


def single(folder: Path, school: str, ending: str, wanted: str) -> str:
    """The name of the only file with an ending; none, or several, raise `ExtractProblem`.

    Of several files nobody but the school can tell which is meant, and the newest may be a part of it.
    """
    names = [one.name for one in entries(folder, school) if one.name.lower().endswith(ending)]
    return only(names, folder, wanted)


def only(names: list[str], folder: Path, wanted: str) -> str:
    """The one name there is."""
    if not names:
        raise ExtractProblem("extract-no-such", wanted=wanted, folder=folder.name)
    if len(names) > 1:
        raise ExtractProblem("extract-several", wanted=wanted, folder=folder.name, files=", ".join(names[:5]))
    return names[0]
