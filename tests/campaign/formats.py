"""A made-up school written in every format that is read: its tables, the texts of its files, its folder."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from xml.sax.saxutils import escape

from provisioning.records.people import Kind
from tests.builders import GLAN, LEARNERS_HEADER, STAFF_HEADER, sheet
from tests.campaign.people import Made
from tests.campaign.rostering import Files, Rows, Tables, oneroster, sds, stays
from tests.campaign.style import Style
from tests.campaign.workbooks import ods, xlsx, zipped

_DATES = ("admission_date", "start_date", "leaving_date", "date_of_birth")


@dataclass(frozen=True)
class Format:
    """A format: the tables of a school, the texts that are made of them, and the files in its folder.

    Texts and files are both bytes; they differ where files are archives of texts.
    """

    source: str
    tables: Callable[[Made], Tables]
    texts: Callable[[Tables, Style], Files]
    files: Callable[[Files, Style], Files]


def _sheets(made: Made) -> Tables:
    """The two sheets, without former UPN; the rows of one person's stays follow each other."""
    header = [
        name for name in LEARNERS_HEADER if name != "former_upn" and (made.births or name != "date_of_birth")
    ]
    people = [person for _, person, _ in stays(made)]
    return {
        "learners": sheet(header, [person for person in people if person.kind is Kind.LEARNER]),
        "staff": sheet(STAFF_HEADER, [person for person in people if person.kind is Kind.STAFF]),
    }


def _day_first(rows: Rows) -> Rows:
    """The rows with dates as `D/M/YYYY`."""
    columns = {place for place, name in enumerate(rows[0]) if name in _DATES}
    return [[_slashes(cell) if place in columns else cell for place, cell in enumerate(row)] for row in rows]


def _slashes(cell: str) -> str:
    year, *rest = cell.split("-")
    return f"{int(rest[1])}/{rest[0]}/{year}" if len(rest) == 2 and "".join(rest).isdecimal() else cell


def _csv(rows: Rows, how: Style, encoding: str) -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=how.delimiter, lineterminator=how.newline, quoting=how.quoting).writerows(rows)
    text = file.getvalue()
    return (text if how.line_end else text.removesuffix(how.newline)).encode(encoding, "replace")


def _csv_files(tables: Tables, how: Style) -> Files:
    """`learners.csv` in the encoding of the style, `staff.csv` in another where that is UTF-8."""
    shown = {name: _day_first(rows) if how.day_first else rows for name, rows in tables.items()}
    other = "utf-16" if how.encoding == "utf-8" else how.encoding
    return {
        "learners.csv": _csv(shown["learners"], how, how.encoding),
        "staff.csv": _csv(shown["staff"], how, other),
    }


def _table_files(tables: Tables, how: Style) -> Files:
    return {name: _csv(rows, how, "utf-8") for name, rows in tables.items()}


def _loose(texts: Files, _: Style) -> Files:
    return texts


def _folder_or_zip(texts: Files, how: Style) -> Files:
    """An archive, or the tables in a folder of the school's folder."""
    return (
        zipped(texts, "export.zip") if how.zipped else {f"export/{name}": raw for name, raw in texts.items()}
    )


def _ctf(tables: Tables, how: Style) -> Files:
    """A Common Transfer File, and `staff.csv`; the rows of one UPN that follow each other are one pupil."""
    header, *rows = tables["learners"]
    told = (dict(zip(header, row, strict=False)) for row in rows)
    pupils = (list(found) for _, found in groupby(told, key=lambda row: row.get("upn")))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<CTfile>\n<Header>\n<SourceSchool><LEA>680</LEA>'
        f"<Estab>9903</Estab></SourceSchool>\n</Header>\n<CTFpupilData>\n{''.join(map(_pupil, pupils))}"
        "</CTFpupilData>\n</CTfile>\n"
    )
    return {
        f"{GLAN.number}_CTF_001.xml": text.encode(),
        "staff.csv": _csv(tables["staff"], how, how.encoding),
    }


def _pupil(stays: Sequence[Mapping[str, str]]) -> str:
    who = stays[-1]
    places = {"UPN": "upn", "Surname": "legal_surname", "Forename": "legal_forename", "DOB": "date_of_birth"}
    lines = ["<Pupil>", *(_element(name, who.get(column)) for name, column in places.items())]
    lines += ["<BasicDetails>", _element("NCyearActual", who.get("year_group")), "</BasicDetails>"]
    lines.append("<SchoolHistory>")
    for stay in stays:
        lines += ["<School>", "<LEA>680</LEA>", "<Estab>9903</Estab>"]
        lines += [
            _element("EntryDate", stay.get("admission_date")),
            _element("LeavingDate", stay.get("leaving_date")),
        ]
        lines.append("</School>")
    lines += ["</SchoolHistory>", "</Pupil>", ""]
    return "\n".join(line for line in lines if line) + "\n"


def _element(name: str, text: str | None) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


FORMATS: Mapping[str, Format] = {
    "csv": Format("csv", _sheets, _csv_files, _loose),
    "xlsx": Format("xlsx", _sheets, xlsx, lambda texts, _: zipped(texts, "glan.xlsx")),
    "ods": Format("ods", _sheets, ods, lambda texts, _: zipped(texts, "glan.ods")),
    "oneroster-1.1": Format("oneroster", partial(oneroster, version="1.1"), _table_files, _folder_or_zip),
    "oneroster-1.2": Format("oneroster", partial(oneroster, version="1.2"), _table_files, _folder_or_zip),
    "sds": Format("sds", sds, _table_files, _folder_or_zip),
    "ctf": Format("ctf", _sheets, _ctf, _loose),
}
