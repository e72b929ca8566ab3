"""Hostile zip files: too much in them, paths that lead out of them, half of them."""

import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.hostile.laying import SOURCES, Attack, Lay, content, cut, zipped


def good_zip(lay: Callable[[zipfile.ZipFile], None] = lambda _: None) -> Lay:
    """OneRoster tables as a zip, and something added to it."""

    def put(folder: Path) -> None:
        with zipfile.ZipFile(folder / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for table in sorted((SOURCES / "oneroster-1.1").iterdir()):
                archive.write(table, table.name)
            lay(archive)

    return put


def member(name: str, raw: bytes = b"x") -> Lay:
    """OneRoster tables as a zip, with one member more, whatever its name."""
    return good_zip(lambda archive: archive.writestr(name, raw))


def link_member(archive: zipfile.ZipFile) -> None:
    """A link as a member."""
    info = zipfile.ZipInfo("courses.csv")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, b"/etc/hostname")


def encrypted(folder: Path) -> None:
    """A zip whose members say that they are encrypted."""
    good_zip()(folder)
    raw = bytearray((folder / "export.zip").read_bytes())
    for mark, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        at = raw.find(mark)
        while at >= 0:
            raw[at + offset] |= 1
            at = raw.find(mark, at + 4)
    (folder / "export.zip").write_bytes(bytes(raw))


def half_zip(folder: Path) -> None:
    """The first half of a good zip."""
    good_zip()(folder)
    cut("export.zip")(folder)


def liar(folder: Path) -> None:
    """A zip whose table of contents says that a bomb is small."""
    zipped({"manifest.csv": b"\0" * (300 << 20)})(folder)
    raw = bytearray((folder / "export.zip").read_bytes())
    at = raw.rfind(b"PK\1\2")
    raw[at + 24 : at + 28] = struct.pack("<L", 1000)
    (folder / "export.zip").write_bytes(bytes(raw))


def overlapping(folder: Path) -> None:
    """A zip whose members are all the same bytes: a kernel of a megabyte, a thousand times over."""
    kernel = io.BytesIO()
    with zipfile.ZipFile(kernel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.csv", os.urandom(1 << 19) + b"\0" * (1 << 19))
    raw = kernel.getvalue()
    at = raw.rfind(b"PK\1\2")
    entry, body = raw[at : raw.rfind(b"PK\5\6")], raw[:at]
    directory_ = entry * 900
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 900, 900, len(directory_), len(body), 0)
    (folder / "export.zip").write_bytes(body + directory_ + end)


def long_directory(folder: Path) -> None:
    """A zip with 60,000 members."""
    with zipfile.ZipFile(folder / "export.zip", "w") as archive:
        for number in range(60_000):
            archive.writestr(f"{number}.csv", b"")


ARCHIVES: dict[str, Attack] = {
    "zip: one member of 300 MiB of nothing": Attack(
        "oneroster",
        lambda at: zipped({"manifest.csv": b"\0" * (300 << 20)})(at),
        "extract-archive-member",
        grows=16,
    ),
    "zip: packed 1000 to 1": Attack(
        "oneroster",
        lambda at: zipped({"manifest.csv": b"\0" * (60 << 20)})(at),
        "extract-archive-ratio",
        grows=16,
    ),
    "zip: large only in all": Attack(
        "oneroster",
        lambda at: zipped({f"{n}.csv": os.urandom(1 << 18) + b"\0" * (40 << 20) for n in range(7)})(at),
        "extract-archive-too-large",
        grows=16,
    ),
    "zip: too many members": Attack(
        "oneroster", lambda at: zipped({f"{n}.csv": b"" for n in range(1001)})(at), "extract-archive-too-many"
    ),
    "zip: an endless table of contents": Attack(
        "oneroster", long_directory, "extract-archive-too-many", grows=16
    ),
    "zip: members on top of one another": Attack(
        "oneroster", overlapping, "extract-archive-too-large", grows=16
    ),
    "zip: a table of contents that lies": Attack("oneroster", liar, "extract-archive-broken", grows=16),
    "zip: nested": Attack("oneroster", member("more.zip"), "extract-archive-nested"),
    "zip: nested 7z": Attack("oneroster", member("more.7z"), "extract-archive-nested"),
    "zip: up and away": Attack("oneroster", member("../learners.csv"), "extract-archive-path"),
    "zip: up inside": Attack("oneroster", member("a/../../x.csv"), "extract-archive-path"),
    "zip: from the root": Attack("oneroster", member("/etc/x.csv"), "extract-archive-path"),
    "zip: a drive": Attack("oneroster", member("C:/x.csv"), "extract-archive-path"),
    "zip: backslashes": Attack("oneroster", member("..\\x.csv"), "extract-archive-path"),
    "zip: a link": Attack("oneroster", good_zip(link_member), "extract-archive-path"),
    "zip: two of one name": Attack("oneroster", member("a/users.csv"), "extract-several"),
    "zip: encrypted": Attack("oneroster", encrypted, "extract-archive-encrypted"),
    "zip: LZMA": Attack(
        "oneroster",
        good_zip(lambda archive: archive.writestr("x.csv", b"x", zipfile.ZIP_LZMA)),
        "extract-archive-method",
    ),
    "zip: half written": Attack("oneroster", half_zip, "extract-archive-broken"),
    "zip: no zip at all": Attack("oneroster", content("export.zip", b"hello"), "extract-archive-broken"),
    "zip: empty": Attack("oneroster", content("export.zip", b""), "extract-archive-broken"),
}
