"""How a hostile file is laid into a school's folder."""

import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.paths import TESTS

SOURCES = TESTS / "fixtures" / "sources"


SCHOOL = "6809903"


LEARNERS = "upn,legal_surname,legal_forename,admission_date,leaving_date,year_group,class\n"


Lay = Callable[[Path], None]


class Attack(NamedTuple):
    """A hostile file: how the school's files are read, what is laid, and the error that must answer it.

    The error is empty where the file is read, in due time. What is large is made only when it is laid.
    `grows` is the memory, in MiB, that reading may take: where it is given, or where reading could hang,
    it is measured in a process of its own.
    """

    source: str
    lay: Lay
    error: str
    grows: int = 0


def on_top_of(fixture: str, lay: Lay) -> Lay:
    """The files of a good extract, and something of them replaced."""

    def both(folder: Path) -> None:
        shutil.copytree(SOURCES / fixture, folder, dirs_exist_ok=True)
        lay(folder)

    return both


def content(name: str, raw: bytes) -> Lay:
    """A file of these bytes."""

    def put(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_bytes(raw)

    return put


def sparse(name: str, size: int = 2 << 30) -> Lay:
    """A file that claims to be 2 GiB of NULs and takes no room on the disk."""

    def put(folder: Path) -> None:
        (folder / name).touch()
        os.truncate(folder / name, size)

    return put


def linked(name: str) -> Lay:
    """A link to a file outside the extracts folder that would be readable."""

    def put(folder: Path) -> None:
        outside = folder.parent.parent / f"outside-{name}"
        shutil.move(folder / name, outside)
        (folder / name).symlink_to(outside)

    return put


def fifo(name: str) -> Lay:
    """A pipe without a writer."""

    def put(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)

    return put


def directory(name: str) -> Lay:
    """A folder of a file's name."""

    def put(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).mkdir()

    return put


def cut(name: str) -> Lay:
    """The first half of the file."""

    def put(folder: Path) -> None:
        os.truncate(folder / name, (folder / name).stat().st_size // 2)

    return put


def zipped(members: Mapping[str | zipfile.ZipInfo, bytes], name: str = "export.zip") -> Lay:
    """A zip with these members."""

    def put(folder: Path) -> None:
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, raw in members.items():
                archive.writestr(member, raw)

    return put


LAUGHS = b"<!DOCTYPE CTfile [<!ENTITY a0 'ha'>%s]>\n" % b"".join(
    b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
)


OUTSIDE = b"<!DOCTYPE CTfile [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>\n"
