"""Hostile files, each made by a function that lays it into a school's folder."""

import io
import os
import shutil
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.paths import TESTS

SOURCES = TESTS / "fixtures" / "sources"
SCHOOL = "6809903"

LEARNERS = "upn,legal_surname,legal_forename,admission_date,leaving_date,year_group,class\n"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ODF = "urn:oasis:names:tc:opendocument:xmlns"

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
    """A pipe that nobody writes to."""

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


def workbook(sheet: bytes, strings: bytes = b"", rest: Mapping[str, bytes] | None = None) -> Lay:
    """An XLSX workbook `learners.xlsx` whose sheet, shared strings or other parts are these bytes."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    members = {
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{kind}"><sheets>'
        '<sheet name="learners" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": "<Relationships>"
        f'<Relationship Id="rId1" Type="{kind}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{kind}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{kind}/styles" Target="styles.xml"/></Relationships>',
    }
    parts = {name: text.encode() for name, text in members.items()}
    parts |= {"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": strings or b"<sst/>", **(rest or {})}
    return zipped(parts, "learners.xlsx")


def sheet(rows: bytes) -> bytes:
    """The XML of an XLSX sheet."""
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (SHEET.encode(), rows)


def xlsx_header(row: int = 1) -> bytes:
    """The header row of learners."""
    cells = "".join(f'<c t="str"><v>{name}</v></c>' for name in LEARNERS.strip().split(","))
    return f'<row r="{row}">{cells}</row>'.encode()


def ods(tables: str, before: str = "") -> Lay:
    """An ODS workbook with these tables."""
    text = (
        f'<?xml version="1.0"?>{before}<office:document-content xmlns:office="{ODF}:office:1.0" '
        f'xmlns:table="{ODF}:table:1.0" xmlns:text="{ODF}:text:1.0"><office:body><office:spreadsheet>'
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"content.xml": text.encode()}, "school.ods")


def ods_cells(texts: list[str], attributes: str = "") -> str:
    """Cells of an ODS row."""
    cell = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'
    return "".join(cell.format(attributes, one) for one in texts)


ODS_HEADER = f"<table:table-row>{ods_cells(LEARNERS.strip().split(','))}</table:table-row>"


def ctf(pupils: bytes, before: bytes = b"") -> Lay:
    """A CTF with these pupils."""
    start = b'<?xml version="1.0"?>\n%s<CTfile><CTFpupilData>' % before
    return content("ctf.xml", start + pupils + b"</CTFpupilData></CTfile>")


LAUGHS = b"<!DOCTYPE CTfile [<!ENTITY a0 'ha'>%s]>\n" % b"".join(
    b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
)
QUADRATIC = b"<!DOCTYPE CTfile [<!ENTITY a '%s'>]>\n" % (b"x" * 100_000)
OUTSIDE = b"<!DOCTYPE CTfile [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>\n"
PARAMETER = b"<!DOCTYPE CTfile [<!ENTITY % a SYSTEM 'http://localhost:9/a.dtd'> %a;]>\n"
PUPIL = b"<Pupil><UPN>%s</UPN></Pupil>"


def pupil(text: bytes) -> bytes:
    """A pupil whose UPN is this text."""
    return PUPIL % text


ATTACKS: dict[str, Attack] = {
    # Archives
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
    "xlsx: no zip at all": Attack(
        "xlsx", on_top_of("xlsx", content("learners.xlsx", b"upn,x\n")), "extract-archive-broken"
    ),
    "xlsx: an old, or encrypted, workbook": Attack(
        "xlsx",
        on_top_of("xlsx", content("learners.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 4096)),
        "extract-archive-broken",
    ),
    "xlsx: half written": Attack("xlsx", on_top_of("xlsx", cut("learners.xlsx")), "extract-archive-broken"),
    "xlsx: a zip of something else": Attack(
        "xlsx", on_top_of("xlsx", zipped({"a.txt": b"x"}, "learners.xlsx")), "extract-workbook-broken"
    ),
    "ods: half written": Attack("ods", on_top_of("ods", cut("glan.ods")), "extract-archive-broken"),
    "ods: a zip of something else": Attack(
        "ods", zipped({"a.txt": b"x"}, "a.ods"), "extract-workbook-broken"
    ),
    # XML
    "ctf: billion laughs": Attack("ctf", ctf(pupil(b"&a11;"), LAUGHS), "extract-xml-doctype", grows=16),
    "ctf: quadratic blow-up": Attack(
        "ctf", lambda at: ctf(pupil(b"&a;" * 100_000), QUADRATIC)(at), "extract-xml-doctype", grows=16
    ),
    "ctf: an external entity": Attack("ctf", ctf(pupil(b"&a;"), OUTSIDE), "extract-xml-doctype"),
    "ctf: an external parameter entity": Attack(
        "ctf", ctf(pupil(b"x"), PARAMETER), "extract-xml-doctype", grows=16
    ),
    "ctf: a DTD elsewhere": Attack(
        "ctf", ctf(pupil(b"x"), b'<!DOCTYPE CTfile SYSTEM "http://localhost:9/a.dtd">'), "extract-xml-doctype"
    ),
    "ctf: a DTD in UTF-16": Attack(
        "ctf",
        content(
            "ctf.xml",
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE CTfile [<!ENTITY a "x">]><CTfile/>'.encode(
                "utf-16"
            ),
        ),
        "extract-xml-doctype",
    ),
    "ctf: a DTD of 60 MB": Attack(
        "ctf",
        lambda at: ctf(b"", b"<!DOCTYPE CTfile [" + b"<!ENTITY ab 'cccccccccccccccc'>\n" * 1_800_000 + b"]>")(
            at
        ),
        "extract-xml-doctype",
        grows=16,
    ),
    "ctf: an entity that nobody declared": Attack("ctf", ctf(pupil(b"&who;")), "extract-xml-broken"),
    "ctf: deep": Attack("ctf", lambda at: ctf(b"<a>" * 100_000)(at), "extract-xml-too-much", grows=16),
    "ctf: endless elements": Attack(
        "ctf", lambda at: ctf(b"<a/>" * 2_100_000)(at), "extract-xml-too-much", grows=16
    ),
    "ctf: endless pupils": Attack(
        "ctf", lambda at: ctf(pupil(b"x") * 60_000)(at), "extract-too-many-rows", grows=32
    ),
    "ctf: a pupil of 15 MB": Attack(
        "ctf",
        lambda at: ctf(b"<Pupil>" + b"<a>xxxxxxxxxxxxxxxxxxxxx</a>\n" * 500_000)(at),
        "extract-xml-broken",
        grows=16,
    ),
    "ctf: a name of 10 MB": Attack(
        "ctf", lambda at: ctf(pupil(b"x" * 10_000_000))(at), "extract-cell-too-long", grows=16
    ),
    "ctf: an attribute of 20 MB": Attack(
        "ctf", lambda at: ctf(b'<Pupil a="%s"/>' % (b"x" * 20_000_000))(at), "extract-xml-broken", grows=96
    ),
    "ctf: NULs": Attack("ctf", ctf(pupil(b"\0")), "extract-xml-broken"),
    "ctf: a wrong encoding": Attack("ctf", ctf(pupil("Siân".encode("cp1252"))), "extract-xml-broken"),
    "ctf: an unheard-of encoding": Attack(
        "ctf", content("ctf.xml", b'<?xml version="1.0" encoding="x-own"?><CTfile/>'), "extract-xml-broken"
    ),
    "ctf: half written": Attack("ctf", on_top_of("ctf", cut("6809903_CTF_001.xml")), "extract-xml-broken"),
    "ctf: something else": Attack("ctf", content("ctf.xml", b"<html/>"), "extract-not-ctf"),
    "ctf: empty": Attack("ctf", content("ctf.xml", b""), "extract-xml-broken"),
    "xlsx: billion laughs in a sheet": Attack(
        "xlsx", workbook(LAUGHS + sheet(b"<row><c><v>&a11;</v></c></row>")), "extract-xml-doctype", grows=16
    ),
    "xlsx: billion laughs in the strings": Attack(
        "xlsx",
        workbook(sheet(b""), LAUGHS + b"<sst><si><t>&a11;</t></si></sst>"),
        "extract-xml-doctype",
        grows=16,
    ),
    "xlsx: an external entity": Attack("xlsx", workbook(OUTSIDE + sheet(b"<row/>")), "extract-xml-doctype"),
    "ods: billion laughs": Attack("ods", ods("", LAUGHS.decode()), "extract-xml-doctype", grows=16),
    # Sheets
    "xlsx: packed 1000 to 1": Attack(
        "xlsx",
        lambda at: workbook(b"<worksheet>" + b" " * (40 << 20) + b"</worksheet>")(at),
        "extract-archive-ratio",
        grows=16,
    ),
    "xlsx: a million columns": Attack(
        "xlsx",
        lambda at: workbook(
            sheet(b"<row>" + b"".join(b'<c t="str"><v>%d</v></c>' % n for n in range(1_000_000)) + b"</row>")
        )(at),
        "extract-too-many-columns",
        grows=16,
    ),
    "xlsx: a cell in the last corner, and further": Attack(
        "xlsx",
        lambda at: workbook(
            sheet(xlsx_header() + b'<row r="999999999"><c r="ZZZZZZZ999999999"><v>1</v></c></row>')
        )(at),
        "extract-too-many-columns",
    ),
    "xlsx: a row that no sheet has": Attack(
        "xlsx",
        lambda at: workbook(
            sheet(xlsx_header() + b'<row r="999999999"><c r="A999999999"><v>1</v></c></row>')
        )(at),
        "extract-too-many-rows",
    ),
    "xlsx: one string of 100 kB shared by a million cells": Attack(
        "xlsx",
        lambda at: workbook(
            sheet(
                xlsx_header()
                + b"".join(b'<row><c t="s"><v>0</v></c><c r="G%d"/></row>' % n for n in range(900_000))
            ),
            b"<sst><si><t>%s</t></si></sst>" % (b"x" * 100_000),
        )(at),
        "extract-too-large",
        grows=64,
    ),
    "xlsx: a cell of 10 MB": Attack(
        "xlsx",
        lambda at: workbook(
            sheet(b'<row><c t="str"><v>%s</v></c></row>' % os.urandom(5_000_000).hex().encode())
        )(at),
        "extract-cell-too-long",
        grows=16,
    ),
    "xlsx: a shared string of 10 MB": Attack(
        "xlsx",
        lambda at: workbook(
            sheet(b""), b"<sst><si><t>%s</t></si></sst>" % os.urandom(5_000_000).hex().encode()
        )(at),
        "extract-cell-too-long",
        grows=16,
    ),
    "xlsx: endless shared strings": Attack(
        "xlsx",
        lambda at: workbook(
            sheet(b""), b"<sst>%s</sst>" % b"".join(b"<si><t>%d</t></si>" % n for n in range(201_000))
        )(at),
        "extract-too-many-rows",
        grows=96,
    ),
    "ods: a row repeated a million times": Attack(
        "ods",
        lambda at: ods(
            f'<table:table table:name="learners">{ODS_HEADER}<table:table-row '
            f'table:number-rows-repeated="1000000">{ods_cells(["x"])}</table:table-row></table:table>'
        )(at),
        "extract-too-many-rows",
        grows=32,
    ),
    "ods: a long cell repeated": Attack(
        "ods",
        lambda at: ods(
            f'<table:table table:name="learners">{ODS_HEADER}<table:table-row '
            f'table:number-rows-repeated="49000">{ods_cells(["x" * 100_000])}</table:table-row></table:table>'
        )(at),
        "extract-too-large",
        grows=64,
    ),
    "ods: a cell repeated a million times": Attack(
        "ods",
        lambda at: ods(
            '<table:table table:name="learners"><table:table-row>'
            + ods_cells(["x"], ' table:number-columns-repeated="1000000"')
            + "</table:table-row></table:table>"
        )(at),
        "extract-too-many-columns",
        grows=16,
    ),
    # Files
    "csv: 2 GB": Attack("csv", on_top_of("csv", sparse("learners.csv")), "extract-too-large", grows=16),
    "oneroster: a table of 2 GB": Attack(
        "oneroster", on_top_of("oneroster-1.1", sparse("users.csv")), "extract-too-large", grows=16
    ),
    "oneroster: a zip of 2 GB": Attack("oneroster", sparse("export.zip"), "extract-too-large", grows=16),
    "sds: 2 GB": Attack("sds", on_top_of("sds", sparse("roles.csv")), "extract-too-large", grows=16),
    "ctf: 2 GB": Attack("ctf", sparse("ctf.xml"), "extract-too-large", grows=16),
    "xlsx: 2 GB": Attack("xlsx", on_top_of("xlsx", sparse("staff.xlsx")), "extract-too-large", grows=16),
    "ods: 2 GB": Attack("ods", sparse("a.ods"), "extract-too-large", grows=16),
    "csv: NULs": Attack("csv", on_top_of("csv", sparse("learners.csv", 1000)), "extract-undecodable"),
    "sds: NULs": Attack(
        "sds", on_top_of("sds", content("users.csv", b"sourcedId\0\n")), "extract-undecodable"
    ),
    "csv: UTF-16": Attack(
        "csv",
        on_top_of("csv", content("learners.csv", LEARNERS.encode("utf-16")[:-1])),
        "extract-undecodable",
    ),
    "oneroster: no encoding at all": Attack(
        "oneroster",
        on_top_of("oneroster-1.2", content("roles.csv", b"\xff\x81\x8d\n")),
        "extract-undecodable",
    ),
    "csv: a million columns": Attack(
        "csv",
        lambda at: on_top_of(
            "csv", content("learners.csv", LEARNERS.strip().encode() + b"," * 1_000_000 + b"\n")
        )(at),
        "extract-too-many-columns",
        grows=32,
    ),
    "csv: a million columns of nothing": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", b"," * 1_000_000 + b"\n"))(at),
        "extract-empty",
    ),
    "csv: a header of one cell": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", b"x" * 1_000_000 + b"\n"))(at),
        "extract-no-column",
    ),
    "csv: a line without end": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b"," * 50_000_000))(at),
        "extract-line-too-long",
        grows=16,
    ),
    "csv: a cell of 10 MB": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b"x" * 10_000_000))(at),
        "extract-line-too-long",
        grows=16,
    ),
    "csv: a cell of 500 kB": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b"x" * 500_000))(at),
        "extract-cell-too-long",
    ),
    "csv: a cell of many lines": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b'"' + b"x\n" * 1_000_000))(
            at
        ),
        "extract-cell-too-long",
        grows=16,
    ),
    "csv: endless rows": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b"x\n" * 1_000_000))(at),
        "extract-too-many-rows",
        grows=32,
    ),
    "oneroster: endless enrolments": Attack(
        "oneroster",
        lambda at: on_top_of(
            "oneroster-1.1",
            content(
                "enrollments.csv",
                b"classSourcedId,userSourcedId,schoolSourcedId\n"
                + b"".join(b"c%d,u%d,glan\n" % (n, n) for n in range(600_000)),
            ),
        )(at),
        "extract-too-many-rows",
        grows=224,
    ),
    "csv: more rows than a school has": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b"x\n" * 60_000))(at),
        "extract-too-many-rows",
        grows=32,
    ),
    "csv: endless blank lines": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b"\n" * 60_000_000))(at),
        "extract-too-many-rows",
        grows=16,
    ),
    "oneroster: organisations in an endless row": Attack(
        "oneroster",
        lambda at: on_top_of(
            "oneroster-1.1",
            content(
                "orgs.csv",
                b"sourcedId,identifier,parentSourcedId\n0,6809903,\n"
                + b"".join(b"%d,,%d\n" % (n, n - 1) for n in range(290_000, 0, -1)),
            ),
        )(at),
        "extract-no-people",
        grows=160,
    ),
    "oneroster: identifiers to choke on": Attack(
        "oneroster",
        lambda at: on_top_of(
            "oneroster-1.1",
            content(
                "users.csv",
                b"sourcedId,givenName,familyName,orgSourcedIds,role,userIds\n"
                + b"".join(b"u%d,A,B,glan,student,{%s\n" % (n, b" " * 120_000) for n in range(300)),
            ),
        )(at),
        "",
        grows=16,
    ),
    "xlsx: number formats to choke on": Attack(
        "xlsx",
        lambda at: workbook(
            sheet(xlsx_header()),
            rest={"xl/styles.xml": b'<a><numFmt numFmtId="200" formatCode="%s"/></a>' % (b"[" * 900_000)},
        )(at),
        "extract-no-sheet",
        grows=16,
    ),
    "xlsx: endless styles": Attack(
        "xlsx",
        lambda at: workbook(
            sheet(b""),
            rest={
                "xl/styles.xml": b"<a>%s</a>"
                % b"".join(b'<numFmt numFmtId="%d"/>' % n for n in range(900_000))
            },
        )(at),
        "extract-xml-too-much",
        grows=64,
    ),
    "ods: a cell of endless paragraphs": Attack(
        "ods",
        lambda at: ods(
            f'<table:table table:name="learners">{ODS_HEADER}<table:table-row><table:table-cell>'
            + "".join(f'<text:p n="{n}"/>' for n in range(200_000))
            + "</table:table-cell></table:table-row></table:table>"
        )(at),
        "extract-no-sheet",
        grows=32,
    ),
    "csv: a folder": Attack("csv", on_top_of("csv", directory("learners.csv")), "extract-not-opened"),
    "oneroster: a folder": Attack(
        "oneroster", on_top_of("oneroster-1.1", directory("orgs.csv")), "extract-not-opened"
    ),
    "ctf: a folder": Attack("ctf", directory("ctf.xml"), "extract-not-opened"),
    "xlsx: a folder": Attack("xlsx", on_top_of("xlsx", directory("staff.xlsx")), "extract-not-opened"),
    "ods: a folder": Attack("ods", directory("a.ods"), "extract-not-opened"),
    "csv: a link out": Attack("csv", on_top_of("csv", linked("learners.csv")), "extract-link"),
    "oneroster: a link out": Attack(
        "oneroster", on_top_of("oneroster-1.1", linked("users.csv")), "extract-link"
    ),
    "sds: a link out": Attack("sds", on_top_of("sds", linked("users.csv")), "extract-link"),
    "ctf: a link out": Attack("ctf", on_top_of("ctf", linked("6809903_CTF_001.xml")), "extract-link"),
    "ctf: staff by a link out": Attack("ctf", on_top_of("ctf", linked("staff.csv")), "extract-link"),
    "xlsx: a link out": Attack("xlsx", on_top_of("xlsx", linked("staff.xlsx")), "extract-link"),
    "ods: a link out": Attack("ods", on_top_of("ods", linked("glan.ods")), "extract-link"),
    "csv: a pipe": Attack("csv", on_top_of("csv", fifo("learners.csv")), "extract-not-a-file", grows=16),
    "oneroster: a pipe": Attack(
        "oneroster", on_top_of("oneroster-1.1", fifo("users.csv")), "extract-not-a-file", grows=16
    ),
    "oneroster: a pipe as a zip": Attack("oneroster", fifo("export.zip"), "extract-not-a-file", grows=16),
    "ctf: a pipe": Attack("ctf", fifo("ctf.xml"), "extract-not-a-file", grows=16),
    "xlsx: a pipe": Attack("xlsx", on_top_of("xlsx", fifo("learners.xlsx")), "extract-not-a-file", grows=16),
    "ods: a pipe": Attack("ods", fifo("a.ods"), "extract-not-a-file", grows=16),
}
