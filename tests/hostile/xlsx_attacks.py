"""Hostile Excel workbooks."""

import os
from collections.abc import Mapping

from tests.hostile.laying import (
    LAUGHS,
    LEARNERS,
    OUTSIDE,
    Attack,
    Lay,
    content,
    cut,
    directory,
    fifo,
    linked,
    on_top_of,
    sparse,
    zipped,
)

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


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


XLSX: dict[str, Attack] = {
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
    "xlsx: 2 GB": Attack("xlsx", on_top_of("xlsx", sparse("staff.xlsx")), "extract-too-large", grows=16),
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
    "xlsx: a folder": Attack("xlsx", on_top_of("xlsx", directory("staff.xlsx")), "extract-is-a-folder"),
    "xlsx: a link out": Attack("xlsx", on_top_of("xlsx", linked("staff.xlsx")), "extract-link"),
    "xlsx: a pipe": Attack("xlsx", on_top_of("xlsx", fifo("learners.xlsx")), "extract-not-a-file", grows=16),
}
