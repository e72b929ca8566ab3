"""Zip archives from outside: looked through before anything is unpacked, and never unpacked to disk."""

import re
import stat
import struct
import zipfile
import zlib
from types import TracebackType
from typing import IO, Self

from provisioning.errors import ExtractProblem
from provisioning.sources.limits import (
    MAX_ARCHIVE,
    MAX_DIRECTORY,
    MAX_FILE,
    MAX_MEMBERS,
    MAX_RATIO,
    MIB,
    RATIO_FROM,
)

_END, _END_SIZE, _LONG_END, _LONG_END_SIZE, _COMMENT = b"PK\5\6", 22, b"PK\6\7", 20, 0xFFFF
_TRICK = re.compile(r"[\\\0]|^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)")
_NESTED = re.compile(r"\.(?:zip|7z|rar|gz|tgz|bz2|xz|tar)$", re.IGNORECASE)
_LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\._|~\$|(?:\.DS_Store|Thumbs\.db|desktop\.ini)$)")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error)


class Archive:
    """The members of a zip archive, each as a file to read; used in a `with`, which reports a broken one.

    An archive that is broken, encrypted or nested, whose members have names that lead elsewhere, or
    that would unpack to more than `limits` allows, raises `ExtractProblem` with the member's name.
    What members say of their size can be believed: no more than that is ever unpacked.
    """

    def __init__(self, file: IO[bytes], name: str, total: int = MAX_ARCHIVE) -> None:
        self.name = name
        try:
            _look_at_end(file, name)
            self._zip = zipfile.ZipFile(file)
            listed = self._zip.infolist()
        except (*_BROKEN, OSError, ValueError):
            raise ExtractProblem("extract-archive-broken", file=name) from None
        if len(listed) > MAX_MEMBERS:
            raise ExtractProblem("extract-archive-too-many", file=name, limit=MAX_MEMBERS)
        for member in listed:
            _look_at(member, name)
        unpacked = sum(member.file_size for member in listed)
        if unpacked > total:
            raise ExtractProblem(
                "extract-archive-too-large", file=name, size=-(-unpacked // MIB), limit=total // MIB
            )
        self._members = {
            member.filename: member
            for member in listed
            if not member.is_dir() and not _LITTER.search(member.filename)
        }
        if len(self._members) < sum(
            not (member.is_dir() or bool(_LITTER.search(member.filename))) for member in listed
        ):
            raise ExtractProblem("extract-archive-broken", file=name)  # two members of one name

    @property
    def members(self) -> tuple[str, ...]:
        """The names of the files in it."""
        return tuple(self._members)

    def open(self, member: str) -> IO[bytes]:
        """Return a member as a file."""
        try:
            return self._zip.open(self._members[member])
        except ValueError:  # a name that is not what it says it is written in
            raise ExtractProblem("extract-archive-broken", file=self.name) from None

    def __enter__(self) -> Self:
        """Return the archive; until the end of the block, errors of unpacking become `ExtractProblem`."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it; an error of unpacking becomes a known one."""
        self._zip.close()
        if isinstance(error, (*_BROKEN, OSError)):
            raise ExtractProblem("extract-archive-broken", file=self.name) from None


def _look_at_end(file: IO[bytes], name: str) -> None:
    """Refuse a table of contents that is itself too large, because it is read whole.

    Archives of the long form (ZIP64) are for sizes that no extract has.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_SIZE - _COMMENT - _LONG_END_SIZE))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise zipfile.BadZipFile
    count, directory = struct.unpack("<HL", tail[at + 10 : at + 16])
    if count > MAX_MEMBERS:
        raise ExtractProblem("extract-archive-too-many", file=name, limit=MAX_MEMBERS)
    if directory > MAX_DIRECTORY or tail[max(0, at - _LONG_END_SIZE) : at].startswith(_LONG_END):
        raise ExtractProblem("extract-archive-too-many", file=name, limit=MAX_MEMBERS)


def _look_at(member: zipfile.ZipInfo, archive: str) -> None:
    """Refuse a member that is not an ordinary file or folder."""
    shown = {"file": archive, "member": member.orig_filename[:100].encode(errors="replace").decode()}
    if _TRICK.search(member.orig_filename) or stat.S_ISLNK(member.external_attr >> 16):
        raise ExtractProblem("extract-archive-path", **shown)
    if member.flag_bits & 0x1:
        raise ExtractProblem("extract-archive-encrypted", **shown)
    if _NESTED.search(member.filename):
        raise ExtractProblem("extract-archive-nested", **shown)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ExtractProblem("extract-archive-method", **shown)
    if member.file_size > MAX_FILE:
        raise ExtractProblem(
            "extract-archive-member", **shown, size=-(-member.file_size // MIB), limit=MAX_FILE // MIB
        )
    if member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * member.compress_size:
        raise ExtractProblem("extract-archive-ratio", **shown, limit=MAX_RATIO)
