"""Extract files as offices export them: encodings, delimiters, header names, and every file problem."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.texts import Text
from provisioning.errors import ExtractProblem
from provisioning.records.extracts import Extract
from provisioning.sources.extract_folder import ExtractFolder
from tests.builders import GLAN, TODAY

LEARNERS = "upn,legal_surname,legal_forename,admission_date,leaving_date,year_group,class\n"
SEREN = "H801200001001,Evans,Seren,2026-09-01,,7,7A\n"
STAFF = "staff_code,legal_surname,legal_forename,start_date,leaving_date\n"
JAC = "JEV,Evans,Jac,2026-09-01,\n"
MALI = "B801200005001,Puw,Mali,2026-09-01,,7,7A\n"


def replaced(text: str, parts: dict[str, str]) -> str:
    for old, new in parts.items():
        assert old in text
        text = text.replace(old, new, 1)
    return text


def read(
    folder: Path, learners: str | bytes | None = LEARNERS + SEREN, staff: str | bytes | None = STAFF + JAC
) -> Extract:
    """The extract of school 6809903 from the content of its two files; None is a file that is not there."""
    (folder / "6809903").mkdir()
    for name, content in (("learners.csv", learners), ("staff.csv", staff)):
        if content is not None:
            raw = content.encode() if isinstance(content, str) else content
            (folder / "6809903" / name).write_bytes(raw)
    return ExtractFolder(folder).read(GLAN, TODAY)


def problem(folder: Path, **files: str | bytes | None) -> Text:
    """What is wrong with the files."""
    with pytest.raises(ExtractProblem) as raised:
        read(folder, **files)
    return raised.value.said


# What is read


def test_a_plain_extract(tmp_path: Path) -> None:
    extract = read(tmp_path)
    (seren,), (jac,) = extract.learners, extract.staff
    assert (seren.upn, seren.surname, seren.forename) == ("H801200001001", "Evans", "Seren")
    assert (seren.admission_date, seren.leaving_date) == (date(2026, 9, 1), None)
    assert (seren.year_group, seren.class_name, seren.line) == ("7", "7A", 2)
    assert (jac.staff_code, jac.surname, jac.forename) == ("JEV", "Evans", "Jac")
    assert (jac.start_date, jac.leaving_date, jac.line) == (date(2026, 9, 1), None, 2)
    assert extract.rejections == ()


WELSH = LEARNERS + "H801200001001,Ŵyn,Siân Ŷ,2026-09-01,,7,7Â\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8_with_or_without_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    (found,) = read(tmp_path, WELSH.encode(encoding)).learners
    assert (found.surname, found.forename, found.class_name) == ("Ŵyn", "Siân Ŷ", "7Â")


def test_windows_1252(tmp_path: Path) -> None:
    row = "H801200001001,O’Neil,Siân,2026-09-01,,7,7A\n"
    (found,) = read(tmp_path, (LEARNERS + row).encode("cp1252")).learners
    assert (found.surname, found.forename) == ("O’Neil", "Siân")


def test_a_letter_cut_in_two_by_the_reading_is_whole(tmp_path: Path) -> None:
    """Files are read in portions; 64 KiB is one, and the two bytes of ŵ lie on both sides of its end."""
    start = (LEARNERS + "H801200001001,").encode()
    name = "a" * (65535 - len(start)) + "ŵ"
    (found,) = read(tmp_path, start + name.encode() + b",Seren,2026-09-01,,7,7A\n").learners
    assert found.surname == name


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, newline: str) -> None:
    content = (LEARNERS + SEREN).replace(",", delimiter).replace("\n", newline)
    (found,) = read(tmp_path, content).learners
    assert (found.surname, found.class_name, found.line) == ("Evans", "7A", 2)


def test_the_two_files_may_differ_in_delimiter(tmp_path: Path) -> None:
    extract = read(tmp_path, (LEARNERS + SEREN).replace(",", ";"))
    assert (len(extract.learners), len(extract.staff)) == (1, 1)


def test_other_delimiters_inside_a_cell_are_just_text(tmp_path: Path) -> None:
    content = (LEARNERS + SEREN.replace("Evans", "Evans, Parry")).replace(",", ";", 6)
    content = LEARNERS.replace(",", ";") + 'H801200001001;"Evans; Parry";Seren, Mair;2026-09-01;;7;7A\n'
    (found,) = read(tmp_path, content).learners
    assert (found.surname, found.forename) == ("Evans; Parry", "Seren, Mair")


LEARNER_NAMES = {
    "upn": ["Unique Pupil Number", "UPN"],
    "legal_surname": ["Surname", "Family name", "Legal Surname", "LEGAL.SURNAME"],
    "legal_forename": ["Forename", "First name", "Given name", "Legal Forename"],
    "admission_date": ["DOA", "Date of admission", "Entry date", "D.O.A."],
    "leaving_date": ["DOL", "Date of leaving", "date_of_leaving"],
    "year_group": ["Year", "NC year", "Year taught in", "NCyearActual", "Year  Group"],
    "class": ["Reg", "Reg group", "Registration group", "reg_group", "CLASS"],
    "admission_number": ["Adno", "Admission no", "Admission No.", "Admission number"],
    "date_of_birth": ["DOB", "D.O.B."],
    "former_upn": ["Former UPN", "formerupn"],
    "enrolment_status": ["Enrol status", "EnrolStatus", "Enrolment Status"],
}
STAFF_NAMES = {
    "staff_code": ["Code", "Teacher code", "TeacherCode", "Staff Code"],
    "legal_surname": ["Surname", "Family name"],
    "legal_forename": ["Forename", "First name", "Given name"],
    "start_date": ["Employment start", "Date of arrival", "EmploymentStart"],
    "leaving_date": ["Employment end", "DOL", "EmploymentEnd"],
    "swac_role": ["Role", "Post", "SWAC role"],
    "email": ["Work email", "E.mail"],
}
ALL_LEARNER_COLUMNS = ",".join(LEARNER_NAMES)
ALL_STAFF_COLUMNS = ",".join(STAFF_NAMES)


@pytest.mark.parametrize(
    ("column", "name"), [(column, name) for column, names in LEARNER_NAMES.items() for name in names]
)
def test_every_header_name_of_learners(tmp_path: Path, column: str, name: str) -> None:
    header = ",".join(name if one == column else one for one in LEARNER_NAMES)
    row = "H801200001001,Evans,Seren,2026-09-01,2027-07-16,7,7A,000123,2015-03-01,G681999920001,C"
    (found,) = read(tmp_path, f"{header}\n{row}\n").learners
    assert (found.upn, found.surname, found.forename) == ("H801200001001", "Evans", "Seren")
    assert (found.admission_date, found.leaving_date) == (date(2026, 9, 1), date(2027, 7, 16))
    assert (found.year_group, found.class_name) == ("7", "7A")
    assert (found.date_of_birth, found.former_upn) == (date(2015, 3, 1), "G681999920001")
    # What is known by its effect: a blank admission number, or a subsidiary registration, rejects a row.
    (tmp_path / "again").mkdir()
    rejected = {"admission_number": row.replace("000123", ""), "enrolment_status": row[:-1] + "S"}
    if column in rejected:
        again = read(tmp_path / "again", f"{header}\n{rejected[column]}\n")
        assert len(again.rejections) == 1


@pytest.mark.parametrize(
    ("column", "name"), [(column, name) for column, names in STAFF_NAMES.items() for name in names]
)
def test_every_header_name_of_staff(tmp_path: Path, column: str, name: str) -> None:
    header = ",".join(name if one == column else one for one in STAFF_NAMES)
    row = "JEV,Evans,Jac,2026-09-01,2027-08-31,TEACHER,jac@school.example"
    (found,) = read(tmp_path, staff=f"{header}\n{row}\n").staff
    assert (found.staff_code, found.surname, found.forename) == ("JEV", "Evans", "Jac")
    assert (found.start_date, found.leaving_date) == (date(2026, 9, 1), date(2027, 8, 31))
    assert found.email == "jac@school.example"
    (tmp_path / "again").mkdir()
    if column == "swac_role":
        again = read(tmp_path / "again", staff=f"{header}\n{row.replace('TEACHER', '')}\n")
        assert len(again.rejections) == 1


def test_columns_in_any_order_with_others_between_them(tmp_path: Path) -> None:
    content = (
        "Person_id,Reg,Year,DOL,DOA,Preferred Surname,Forename,Surname,UPN\n"
        "17,7A,7,,01/09/2026,Ifans,Seren,Evans,H801200001001\n"
    )
    (found,) = read(tmp_path, content).learners
    assert (found.surname, found.class_name, found.admission_date) == ("Evans", "7A", date(2026, 9, 1))


@pytest.mark.parametrize(
    ("names", "cells"),
    [
        ({"legal_surname": "Surname,legal_surname"}, {"Evans": "Evans,Evans"}),
        ({"year_group": "Year,Year taught in"}, {",7,": ",7,Year 7,"}),
        ({"admission_date": "DOA,Entry date"}, {"2026-09-01": "2026-09-01,01/09/2026"}),
        ({"class": "class,Class"}, {"7A": "7A,7a"}),
    ],
)
def test_two_columns_of_one_meaning_that_agree(
    tmp_path: Path, names: dict[str, str], cells: dict[str, str]
) -> None:
    content = replaced(LEARNERS, names) + replaced(SEREN, cells)
    (found,) = read(tmp_path, content).learners
    assert (found.surname, found.year_group, found.class_name) == ("Evans", "7", "7A")


@pytest.mark.parametrize(
    ("names", "cells", "columns"),
    [
        ({"legal_surname": "Surname,legal_surname"}, {"Evans": "Ifans,Evans"}, ("legal_surname", "Surname")),
        ({"leaving_date": "DOL,DOL"}, {",,": ",,2026-07-20,"}, ("DOL", "DOL")),
        ({"class": "Reg,Dosbarth"}, {"7A": "7A,Ma1"}, ("Reg", "Dosbarth")),
    ],
)
def test_two_columns_of_one_meaning_that_differ(
    tmp_path: Path, names: dict[str, str], cells: dict[str, str], columns: tuple[str, str]
) -> None:
    said = problem(tmp_path, learners=replaced(LEARNERS, names) + replaced(SEREN, cells))
    assert said.key == "error.extract-two-columns"
    assert (said.values["line"], said.values["first"], said.values["second"]) == (2, *columns)


WELSH_HEADERS = (
    "Rhif unigryw’r disgybl,Cyfenw,Enw cyntaf,Dyddiad derbyn,Dyddiad gadael,Grŵp blwyddyn,Grŵp cofrestru,"
    "Dyddiad geni,UPN blaenorol\n"
)


@pytest.mark.parametrize("header", [WELSH_HEADERS, WELSH_HEADERS.replace("ŵ", "w"), WELSH_HEADERS.upper()])
def test_welsh_headers(tmp_path: Path, header: str) -> None:
    staff = "Cod staff,Cyfenw cyfreithiol,Blaenenw,Dyddiad dechrau,Dyddiad gadael,Rôl,E-bost\n"
    row = "H801200001001,Evans,Seren,2026-09-01,,Bl. 7,7A,3 Gorff 2015,\n"
    extract = read(tmp_path, header + row, staff + "JEV,Evans,Jac,2026-09-01,,Athro,jac@glan.example\n")
    (seren,), (jac,) = extract.learners, extract.staff
    assert (seren.year_group, seren.class_name, seren.date_of_birth) == ("7", "7A", date(2015, 7, 3))
    assert (jac.staff_code, jac.email) == ("JEV", "jac@glan.example")


@pytest.mark.parametrize(
    "cell",
    [
        "\u200bH801200001001",
        "H8012\u00ad00001001",
        "\ufeffH801200001001\u00a0",
        "'H801200001001",
        '"=""H801200001001"""',
        '="H801200001001"',
        "\u2003H801200001001\t",
        "h801200001001",
    ],
)
def test_what_spreadsheets_put_around_a_cell(tmp_path: Path, cell: str) -> None:
    (found,) = read(tmp_path, LEARNERS + SEREN.replace("H801200001001", cell)).learners
    assert found.upn == "H801200001001"


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_first_line_that_names_the_delimiter(tmp_path: Path, line: str) -> None:
    (found,) = read(tmp_path, f"{line}\n" + (LEARNERS + SEREN).replace(",", ";")).learners
    assert (found.surname, found.line) == ("Evans", 3)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16(tmp_path: Path, encoding: str) -> None:
    (found,) = read(tmp_path, WELSH.replace(",", "\t").encode(encoding)).learners
    assert (found.surname, found.class_name) == ("Ŵyn", "7Â")


def test_a_header_of_several_lines(tmp_path: Path) -> None:
    content = LEARNERS.replace("legal_surname", '"Legal\nsurname:"') + SEREN
    (found,) = read(tmp_path, content).learners
    assert (found.surname, found.line) == ("Evans", 3)


def test_blanks_around_cells_do_not_count(tmp_path: Path) -> None:
    content = LEARNERS + " H801200001001 , Evans , Seren ,2026-09-01 ,  , 7 , 7A \n"
    (found,) = read(tmp_path, content).learners
    assert (found.upn, found.surname, found.class_name) == ("H801200001001", "Evans", "7A")


def test_a_header_alone_is_a_school_without_staff(tmp_path: Path) -> None:
    assert read(tmp_path, staff=STAFF).staff == ()


def test_blank_lines_do_not_count_but_are_counted(tmp_path: Path) -> None:
    content = "\n" + LEARNERS + "\n,,,,,,\n" + SEREN + "\n \n,,,,,,,,,\n\n"
    extract = read(tmp_path, content)
    assert [one.line for one in extract.learners] == [5]
    assert extract.rejections == ()


def test_a_cell_of_several_lines(tmp_path: Path) -> None:
    second = "B801200005001,Puw,Mali,2026-09-01,,7,\n"
    content = LEARNERS + SEREN.replace("7A", '"7A\nmornings\nonly"') + second
    first, other = read(tmp_path, content).learners
    assert (first.class_name, first.line) == ("7A mornings only", 2)
    assert other.line == 5


def test_a_row_that_ends_early_is_rejected_alone(tmp_path: Path) -> None:
    extract = read(tmp_path, LEARNERS + "H801200001001,Evans,Seren,2026-09-01,,7\n" + MALI)
    assert [(row.reason, row.line, row.joins_on) for row in extract.rejections] == [("row-short", 2, None)]
    assert [one.forename for one in extract.learners] == ["Mali"]


def test_an_address_of_several_lines_is_no_swallowed_row(tmp_path: Path) -> None:
    content = LEARNERS.replace("\n", ",Address\n") + SEREN.replace("7A", '7A,"1 Heol Un,\nGlan,\nCaerdydd"')
    assert len(read(tmp_path, content).learners) == 1


@pytest.mark.parametrize(
    ("last", "learners"),
    [
        ("Total,1", 1),
        ("Total: 1,,,,,,", 1),
        ("Nifer: 1", 1),
        ("Printed on 1 September 2026 at 09:00", 1),
        ("Page 1 of 1", 1),
        ("*** End of report ***", 1),
        ("(1 rows affected)", 1),
        (",,,,,Cyfanswm,1", 1),
    ],
)
def test_a_total_or_footer_line_is_no_person_and_cuts_nothing_off(
    tmp_path: Path, last: str, learners: int
) -> None:
    extract = read(tmp_path, LEARNERS + SEREN + last)
    assert [(row.reason, row.line, row.identifier) for row in extract.rejections] == [("not-a-person", 3, "")]
    assert len(extract.learners) == learners


def test_a_learner_called_page_is_a_person(tmp_path: Path) -> None:
    extract = read(tmp_path, LEARNERS + ",Page,Ann,,,,\n")
    assert [row.reason for row in extract.rejections] == ["upn-missing"]


def test_dates_of_birth_with_the_month_first_are_left_out_whole(tmp_path: Path) -> None:
    header = LEARNERS.replace("\n", ",DOB\n")
    rows = SEREN.replace("\n", ",03/07/2015\n") + MALI.replace("\n", ",07/20/2015\n")
    seren, mali = read(tmp_path, header + rows).learners
    assert (seren.date_of_birth, mali.date_of_birth) == (None, None)
    assert (seren.unread, mali.unread) == (
        (("date_of_birth", ""),),
        (("date_of_birth", "07/20/2015"),),
    )


def test_optional_cells_that_cannot_be_read_cost_the_cell_alone(tmp_path: Path) -> None:
    header = LEARNERS.replace("\n", ",DOB,Former UPN\n")
    extract = read(
        tmp_path,
        header + SEREN.replace("\n", ",not known,W66O99992OOO1\n"),
        STAFF.replace("\n", ",email\n") + JAC.replace("\n", ",none\n"),
    )
    (seren,), (jac,) = extract.learners, extract.staff
    assert seren.unread == (("date_of_birth", "not known"), ("former_upn", "W66O99992OOO1"))
    assert (jac.email, jac.unread) == (None, (("email", "none"),))


@pytest.mark.parametrize(
    "name", ["Si?n", "?ynn", "W\ufffdn", "#NAME?", "#REF!", "??", "?", "...", "12", "####", "#N/A"]
)
def test_damaged_names(tmp_path: Path, name: str) -> None:
    (found,) = read(tmp_path, LEARNERS + SEREN.replace("Seren", name)).learners
    assert found.damaged_names


@pytest.mark.parametrize(
    "name", ["Siân", "O'Neil", "Ŵyn-Jones", "Mary Ann", "D’Arcy", "N’Golo", "Łukasz", "李", "J."]
)
def test_names_that_are_whole(tmp_path: Path, name: str) -> None:
    (found,) = read(tmp_path, LEARNERS + SEREN.replace("Seren", name)).learners
    assert not found.damaged_names


# File problems


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ExtractProblem) as raised:
        ExtractFolder(tmp_path).read(GLAN, TODAY)
    assert raised.value.said.key == "error.extract-no-folder"
    assert raised.value.said.values == {"school": "6809903", "folder": "6809903"}


@pytest.mark.parametrize("name", ["learners", "staff"])
def test_no_file(tmp_path: Path, name: str) -> None:
    said = problem(tmp_path, **{name: None})
    assert said.key == "error.extract-no-file"
    assert said.values["file"] == f"{name}.csv"


@pytest.mark.parametrize("content", [b"", b"\n\r\n \n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    said = problem(tmp_path, staff=content)
    assert (said.key, said.values["file"]) == ("error.extract-empty", "staff.csv")
    assert said.values["columns"] == "staff_code, legal_surname, legal_forename, start_date, leaving_date"


@pytest.mark.parametrize("column", LEARNERS.strip().split(","))
def test_every_mandatory_column_of_learners_is_looked_for(tmp_path: Path, column: str) -> None:
    said = problem(tmp_path, learners=(LEARNERS + SEREN).replace(column, "something"))
    assert said.key == "error.extract-no-column"
    assert said.values == {"file": "learners.csv", "columns": column}


@pytest.mark.parametrize("column", STAFF.strip().split(","))
def test_every_mandatory_column_of_staff_is_looked_for(tmp_path: Path, column: str) -> None:
    said = problem(tmp_path, staff=(STAFF + JAC).replace(column, "something"))
    assert said.values == {"file": "staff.csv", "columns": column}


def test_all_missing_columns_are_named_at_once(tmp_path: Path) -> None:
    said = problem(tmp_path, learners=SEREN)
    assert said.values["columns"] == LEARNERS.strip().replace(",", ", ")


@pytest.mark.parametrize(
    "content",
    [
        (LEARNERS + SEREN).encode("utf-16")[:-1],
        (LEARNERS + SEREN).encode("utf-32-be"),
        (LEARNERS + SEREN.replace("7A", "7\0A")).encode(),
        (LEARNERS + SEREN.replace("7A", "\x81")).encode("latin-1"),  # no letter in Windows-1252 either
        b"PK\x03\x04\x14\x00\x06\x00",  # a spreadsheet by another name
    ],
    ids=["half a UTF-16 letter", "utf-32", "nul", "neither encoding", "xlsx"],
)
def test_a_file_that_is_no_text(tmp_path: Path, content: bytes) -> None:
    said = problem(tmp_path, learners=content)
    assert (said.key, said.values) == ("error.extract-undecodable", {"file": "learners.csv"})


def test_a_row_with_more_cells_than_the_header(tmp_path: Path) -> None:
    content = LEARNERS + SEREN + "B801200005001,Puw, Parry,Mali,2026-09-01,,7,7A\n"
    said = problem(tmp_path, learners=content)
    assert said.key == "error.extract-too-wide"
    assert said.values == {"file": "learners.csv", "line": 3, "cells": 8, "columns": 7, "surplus": 1}


def test_a_row_with_an_empty_cell_too_many(tmp_path: Path) -> None:
    said = problem(tmp_path, learners=LEARNERS + SEREN.replace("\n", ",\n"))
    assert (said.key, said.values["line"]) == ("error.extract-too-wide-blank", 2)


@pytest.mark.parametrize("last", ["B801200005001,Puw,Mali,2026-09-01,", "B8", "B801200005001,Puw,Mali\n"])
def test_a_file_cut_off_in_its_last_row(tmp_path: Path, last: str) -> None:
    said = problem(tmp_path, learners=LEARNERS + SEREN + last)
    assert (said.key, said.values["file"], said.values["line"]) == (
        "error.extract-cut-off",
        "learners.csv",
        3,
    )


@pytest.mark.parametrize(
    "row",
    [
        SEREN.replace("2026-09-01", "09/13/2026"),
        SEREN.replace(",,", ",07/20/2027,"),
        SEREN.replace(",,", ",07/20/2027,").replace(",7,", ",Left,"),
        SEREN.replace(",,", ",7/20/2027 00:00,"),
    ],
)
def test_a_mandatory_date_with_its_month_first(tmp_path: Path, row: str) -> None:
    said = problem(tmp_path, learners=LEARNERS + MALI + row)
    assert (said.key, said.values["file"], said.values["line"]) == (
        "error.extract-month-first",
        "learners.csv",
        3,
    )


def test_two_encodings_in_one_file(tmp_path: Path) -> None:
    welsh = SEREN.replace("Seren", "Siân")
    content = (LEARNERS + welsh).encode() + welsh.replace("H801200001001", "B801200005001").encode("cp1252")
    said = problem(tmp_path, learners=content)
    assert (said.key, said.values) == ("error.extract-two-encodings", {"file": "learners.csv", "line": 3})


def test_a_stray_quotation_mark_that_swallows_rows_and_still_makes_a_row(tmp_path: Path) -> None:
    content = LEARNERS + SEREN.replace("Evans", '"Evans') + MALI.replace("Puw", 'Puw"')
    said = problem(tmp_path, learners=content)
    assert (said.key, said.values) == ("error.extract-rows-swallowed", {"file": "learners.csv", "line": 2})


def test_a_quotation_mark_that_is_never_closed(tmp_path: Path) -> None:
    content = LEARNERS + SEREN + 'B801200005001,"Puw,Mali,2026-09-01,,7,7A\n' + SEREN
    said = problem(tmp_path, learners=content)
    assert said.key == "error.extract-not-csv"
    assert (said.values["file"], said.values["line"]) == ("learners.csv", 3)


def test_a_folder_in_the_files_place(tmp_path: Path) -> None:
    (tmp_path / "6809903" / "learners.csv").mkdir(parents=True)
    with pytest.raises(ExtractProblem) as raised:
        ExtractFolder(tmp_path).read(GLAN, TODAY)
    assert raised.value.said.key == "error.extract-not-opened"


# Reading again


def test_an_extract_is_read_again_when_a_file_changes(tmp_path: Path) -> None:
    before = read(tmp_path)
    extract_folder = ExtractFolder(tmp_path)
    assert extract_folder.read(GLAN, TODAY) == before
    (tmp_path / "6809903" / "staff.csv").write_text(STAFF + JAC + JAC.replace("JEV", "JEV2"))
    after = extract_folder.read(GLAN, TODAY)
    assert [one.staff_code for one in after.staff] == ["JEV", "JEV2"]
    assert after.fingerprint != before.fingerprint


def test_a_file_that_goes_away_is_missed_at_once(tmp_path: Path) -> None:
    read(tmp_path)
    extract_folder = ExtractFolder(tmp_path)
    extract_folder.read(GLAN, TODAY)
    (tmp_path / "6809903" / "staff.csv").unlink()
    with pytest.raises(ExtractProblem):
        extract_folder.read(GLAN, TODAY)


def test_the_fingerprint_tells_the_two_files_apart(tmp_path: Path) -> None:
    """The same bytes, cut at another place, are another extract."""
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
    one = read(tmp_path / "one", LEARNERS + "\n", STAFF)
    other = read(tmp_path / "other", LEARNERS, "\n" + STAFF)
    assert one.fingerprint != other.fingerprint
