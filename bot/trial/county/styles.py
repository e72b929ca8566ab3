"""The export styles of offices: headers, delimiters, encodings and date formats."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.trial.county.rolls import Cell, SchoolRoll
from provisioning.records.extracts import FILES
from provisioning.records.people import MIS_KINDS

Headers = tuple[tuple[str, str], ...]
"""Canonical column and the header that it goes by, in the order of the file."""


class ExportFault(StrEnum):
    """What was wrong with an export as a whole."""

    NO_LEAVING_DATES = "the column of leaving dates was taken out of the report"
    LOOSE_COMMA = "a class has a comma in its name and no quotation marks around it"
    TOTAL_LINE = "the report was saved with the line that counts its rows"
    CUT_OFF = "the disk was full before the last row was written"
    NO_LINE_END = "the copying stopped at the end of a row, and later rows may be missing"
    ROWS_SWALLOWED = "a quotation mark was typed before a name, and another one further down"
    MONTH_FIRST = "the program wrote its dates as in the United States"
    TWO_ENCODINGS = "rows of another program's file were pasted under those of this one"
    TWO_COLUMNS = "the report has a second column of admission dates, with other dates in it"
    WRONG_NUMBERS = "the report has the admission numbers where the UPNs belong"
    OLD_WORKBOOK = "an old Excel workbook was given the name of the file"
    LOCKED = "the workbook was saved with a password"
    EMPTY_FORMULAS = "the leaving dates were fetched by a formula, which shows 1900 where there is none"
    DELTA = "the MIS was set to export only what has changed"
    TABLE_LEFT_OUT = "the table of who is in which class was left out"


@dataclass(frozen=True)
class FileStyle:
    """One way of exporting; `year` and `day` are formats for year groups and dates."""

    learners: Headers
    staff: Headers
    delimiter: str = ","
    encoding: str = "utf-8"
    day: str = "%Y-%m-%d"
    year: str = "{}"


def _same(names: str) -> Headers:
    return tuple((name, name) for name in names.split())


_PLAIN_STAFF = _same("staff_code legal_surname legal_forename start_date leaving_date")
_SIMS_STAFF: Headers = (
    ("staff_code", "Teacher code"),
    ("legal_surname", "Legal Surname"),
    ("legal_forename", "Legal Forename"),
    ("start_date", "Employment Start"),
    ("leaving_date", "Employment End"),
    ("swac_role", "Post"),
    ("email", "Work Email"),
)
_FULL_LEARNERS = _same(
    "upn legal_surname legal_forename date_of_birth admission_number admission_date leaving_date"
    " year_group class former_upn enrolment_status"
)

STYLES: Mapping[str, FileStyle] = {
    "plain": FileStyle(
        _same("upn legal_surname legal_forename admission_date leaving_date year_group class date_of_birth"),
        _PLAIN_STAFF,
    ),
    "full": FileStyle(
        _FULL_LEARNERS, (*_PLAIN_STAFF, ("swac_role", "SWAC_Role"), ("email", "email")), encoding="utf-8-sig"
    ),
    "sims": FileStyle(
        (
            ("admission_number", "Adno"),
            ("legal_surname", "Legal Surname"),
            ("legal_forename", "Legal Forename"),
            ("date_of_birth", "DOB"),
            ("year_group", "Year taught in"),
            ("class", "Reg Group"),
            ("upn", "UPN"),
            ("admission_date", "DOA"),
            ("leaving_date", "DOL"),
            ("former_upn", "Former UPN"),
        ),
        _SIMS_STAFF,
        encoding="utf-8-sig",
        day="%d/%m/%Y",
        year="Year {:>2}",
    ),
    "windows": FileStyle(
        (
            ("upn", "Unique Pupil Number"),
            ("legal_surname", "Surname"),
            ("legal_forename", "Forename"),
            ("year_group", "NC Year"),
            ("class", "Registration Group"),
            ("admission_date", "Date of admission"),
            ("leaving_date", "Date of leaving"),
        ),
        (
            ("staff_code", "Code"),
            ("legal_surname", "Surname"),
            ("legal_forename", "Forename"),
            ("start_date", "Date of arrival"),
            ("leaving_date", "DOL"),
        ),
        delimiter=";",
        encoding="cp1252",
        day="%d/%m/%Y",
        year="Y{}",
    ),
    "short": FileStyle(
        (
            ("legal_forename", "First name"),
            ("legal_surname", "Family name"),
            ("upn", "upn"),
            ("year_group", "Year"),
            ("class", "Reg"),
            ("admission_date", "Entry date"),
            ("leaving_date", "DOL"),
        ),
        (
            ("legal_forename", "First name"),
            ("legal_surname", "Family name"),
            ("staff_code", "Code"),
            ("start_date", "Employment start"),
            ("leaving_date", "Employment end"),
            ("swac_role", "Role"),
        ),
        encoding="cp1252",
    ),
    "tabs": FileStyle(_FULL_LEARNERS, _PLAIN_STAFF, delimiter="\t", day="%d/%m/%Y", year="Year {}"),
}


def render(roll: SchoolRoll, style: FileStyle, fault: ExportFault | None) -> Mapping[str, bytes]:
    """Return a school's learners.csv and staff.csv, by these names."""
    staff = _table(style.staff, _lines(style.staff, (row.cells() for row in roll.staff), style), style)
    learners = _learners(roll, style, fault)
    contents = _damaged(learners, style.encoding, fault) or _encoded(learners, style), _encoded(staff, style)
    return {FILES[kind]: content for kind, content in zip(MIS_KINDS, contents, strict=True)}


def _learners(roll: SchoolRoll, style: FileStyle, fault: ExportFault | None) -> str:
    headers = style.learners
    rows = [row.cells() for row in roll.learners]
    if fault is ExportFault.NO_LEAVING_DATES:
        headers = tuple(header for header in headers if header[0] != "leaving_date")
    if fault is ExportFault.TWO_COLUMNS:
        headers = (*headers, ("entered", "Entry date"))
        rows = [{**row, "entered": row["date_of_birth"]} for row in rows]
    if fault is ExportFault.WRONG_NUMBERS:
        rows = [{**row, "upn": row["admission_number"]} for row in rows]
    if fault is ExportFault.MONTH_FIRST:
        style = replace(style, day="%m/%d/%Y")
    lines = _lines(headers, rows, style)
    cut = (line[: len(line) - row.missing_cells] for line, row in zip(lines, roll.learners, strict=True))
    learners = _table(headers, cut, style)
    if fault is ExportFault.LOOSE_COMMA:
        last = roll.learners[-1].class_name
        before, _, after = learners.rpartition(last)
        learners = f"{before}{last}, Bl. 1{after}"
    if fault is ExportFault.TOTAL_LINE:
        learners += (
            style.delimiter.join([f"Total: {len(roll.learners)}", *[""] * (len(headers) - 1)]) + "\r\n"
        )
    return learners


OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
"""The first sector of an Excel workbook as it was saved until 2003, as far as it takes to know one."""


def _damaged(learners: str, encoding: str, fault: ExportFault | None) -> bytes | None:
    """Return the damaged bytes of learners.csv; None where `fault` does not damage bytes."""
    if fault is ExportFault.OLD_WORKBOOK:
        return OLD_WORKBOOK
    rows = learners.splitlines(keepends=True)
    half = len(rows) // 2
    if fault is ExportFault.CUT_OFF:
        return "".join((*rows[:-1], rows[-1][: len(rows[-1]) // 2])).encode(encoding)
    if fault is ExportFault.NO_LINE_END:
        return "".join(rows[:-3]).rstrip("\r\n").encode(encoding)
    if fault is ExportFault.ROWS_SWALLOWED:
        return _with_stray_quotes(rows, half).encode(encoding)
    if fault is ExportFault.TWO_ENCODINGS:
        pasted = "".join(rows[half:]).translate(_LOST).encode("cp1252")
        return "".join(rows[:half]).encode(encoding) + pasted
    return None


def _with_stray_quotes(rows: Sequence[str], place: int) -> str:
    """Return the rows with a quotation mark before the second cell of the row at `place`, and one behind that
    of a row further down.
    """
    first, second, *others = rows[place].split(",")
    opened = ",".join((first, f'"{second}', *others))
    first, second, *others = rows[place + 5].split(",")
    closed = ",".join((first, f'{second}"', *others))
    return "".join((*rows[:place], opened, *rows[place + 1 : place + 5], closed, *rows[place + 6 :]))


def _lines(headers: Headers, rows: Iterable[Mapping[str, Cell]], style: FileStyle) -> list[list[str]]:
    return [[shown(column, row[column], style) for column, _ in headers] for row in rows]


def _table(headers: Headers, lines: Iterable[Sequence[str]], style: FileStyle) -> str:
    header = [header for _, header in headers]
    return "".join(style.delimiter.join(line) + "\r\n" for line in (header, *lines))


def shown(column: str, cell: Cell, style: FileStyle) -> str:
    """Return a cell of a column as a file of `style` has it."""
    if isinstance(cell, date):
        return cell.strftime(style.day)
    if column == "year_group" and cell and cell.isdigit():
        return style.year.format(cell)
    return cell or ""


_LOST = str.maketrans("ŵŷŴŶ", "wyWY")
"""Windows-1252 has no ŵ and no ŷ: the office's program writes the bare letter."""


def _encoded(text: str, style: FileStyle) -> bytes:
    return (text.translate(_LOST) if style.encoding == "cp1252" else text).encode(style.encoding)
