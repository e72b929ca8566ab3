"""Headers of extract files: every name of a column, English and Welsh, two of one meaning, none of one."""

from datetime import date
from pathlib import Path

import pytest

from tests.provisioning.sources.extract_builders import JAC, LEARNERS, SEREN, STAFF, problem, read, replaced

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


@pytest.mark.parametrize(
    ("column", "name"), [(column, name) for column, names in LEARNER_NAMES.items() for name in names]
)
def test_every_header_name_of_learners(tmp_path: Path, column: str, name: str) -> None:
    header = ",".join(name if known == column else known for known in LEARNER_NAMES)
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
    header = ",".join(name if known == column else known for known in STAFF_NAMES)
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


def test_a_header_of_several_lines(tmp_path: Path) -> None:
    content = LEARNERS.replace("legal_surname", '"Legal\nsurname:"') + SEREN
    (found,) = read(tmp_path, content).learners
    assert (found.surname, found.line) == ("Evans", 3)


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
