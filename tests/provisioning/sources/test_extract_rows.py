"""Rows of an extract: dates, year groups, every reason to reject a row, several rows for one person."""

from datetime import date
from pathlib import Path

import pytest

from provisioning.records.extracts import Extract
from provisioning.records.people import Kind
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.sources.rows import read_date, read_year_group
from tests.builders import GLAN, TODAY

LEARNERS = "upn,legal_surname,legal_forename,admission_date,leaving_date,year_group,class"
STAFF = "staff_code,legal_surname,legal_forename,start_date,leaving_date"
SEREN = "H801200001001,Evans,Seren,2026-09-01,,7,7A"
OTHER = "B801200005001,Puw,Mali,2026-09-01,,7,7A"
JAC = "JEV,Evans,Jac,2026-09-01,"


def read(folder: Path, *, learners: list[str] | None = None, staff: list[str] | None = None) -> Extract:
    """An extract from the lines of its two files."""
    (folder / "6809903").mkdir()
    for name, lines in (("learners", learners or [LEARNERS]), ("staff", staff or [STAFF])):
        (folder / "6809903" / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    return ExtractFolder(folder).read(GLAN, TODAY)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-09-01", date(2026, 9, 1)),
        ("01/09/2026", date(2026, 9, 1)),
        ("29/02/2024", date(2024, 2, 29)),
        ("1/9/2026", date(2026, 9, 1)),
        ("1-Sep-26", date(2026, 9, 1)),
        ("01-Sep-2026", date(2026, 9, 1)),
        ("1 September 2026", date(2026, 9, 1)),
        ("01 Sept 2026", date(2026, 9, 1)),
        ("1 Medi 2026", date(2026, 9, 1)),
        ("1-Med-26", date(2026, 9, 1)),
        ("3 Gorff 2018", date(2018, 7, 3)),
        ("3 Mai 2018", date(2018, 5, 3)),
        ("4-Maw-18", date(2018, 3, 4)),
        ("5 Rhag 1999", date(1999, 12, 5)),
        ("5-Tach-99", date(1999, 11, 5)),
        ("2026-09-01T00:00:00", date(2026, 9, 1)),
        ("2026-09-01 00:00:00.000000", date(2026, 9, 1)),
        ("2026-09-01T00:00:00+01:00", date(2026, 9, 1)),
        ("01/09/2026 00:00", date(2026, 9, 1)),
        ("1/9/2026 12:00:00 AM", date(2026, 9, 1)),
        ("1 Medi 2026 09:30", date(2026, 9, 1)),
    ],
)
def test_every_way_of_writing_a_date(written: str, day: date) -> None:
    assert read_date(written) == day


@pytest.mark.parametrize(
    "written",
    [
        "31/02/2026",
        "29/02/2025",
        "2026-13-01",
        "2026-00-10",
        "01/09/26",
        "26-09-01",
        "2020/09/01",
        "01-09-2026",
        "01.09.2026",
        "2026-9-1",
        "20260901",
        "09/20/2026",
        "1 Septober 2026",
        "1 Ma 2026",
        "1-Sep 2026",
        "September 2026",
        "2026-09-01 soon",
        "2026-09-01T",
        "2026-09-0100:00",
        "1 Sep 026",
        "0000-01-01",
        "٠١/٠٩/٢٠٢٦",
        "soon",
    ],
)
def test_nothing_else_is_a_date(written: str) -> None:
    assert read_date(written) is None


@pytest.mark.parametrize(
    ("written", "year_group"),
    [
        *((str(number), str(number)) for number in range(1, 14)),
        ("R", "R"),
        ("r", "R"),
        ("0", "R"),
        ("N1", "N1"),
        ("n2", "N2"),
        ("Year 7", "7"),
        ("Year  7", "7"),
        ("YEAR 13", "13"),
        ("Year7", "7"),
        ("Y7", "7"),
        ("y 10", "10"),
        ("07", "7"),
        ("Y07", "7"),
        ("Year R", "R"),
        ("Year N1", "N1"),
        *((f"{word} 7", "7") for word in ("Yr", "Yr.", "Year ", "Blwyddyn", "Bl", "Bl.", "BL")),
        ("B7", "7"),
        ("7.0", "7"),
        ("0.0", "R"),
        *((word, "R") for word in ("Reception", "Rec", "REC", "Derbyn", "derbyn", "Blwyddyn R")),
        *((f"{word} 1", "N1") for word in ("Nursery", "Meithrin", "N")),
        ("Meithrin 2", "N2"),
        ("Nursery2", "N2"),
    ],
)
def test_year_groups_however_they_are_written(written: str, year_group: str) -> None:
    assert read_year_group(written) == year_group


@pytest.mark.parametrize(
    "written",
    [
        "",
        "14",
        "-1",
        "N3",
        "N",
        "7A",
        "Year",
        "7.5",
        "Blwyddyn seven",
        "٧",
        "1 3",
        "Nursery",
        "Left",
        "Bl",
        "R.0",
    ],
)
def test_nothing_else_is_a_year_group(written: str) -> None:
    assert read_year_group(written) is None


@pytest.mark.parametrize(
    ("row", "reason", "value"),
    [
        (",Evans,Seren,2026-09-01,,7,7A", "upn-missing", ""),
        ("  ,Evans,Seren,2026-09-01,,7,7A", "upn-missing", ""),
        ("A801200005001,Evans,Seren,2026-09-01,,7,7A", "upn-invalid", "A801200005001"),
        ("X80120000A001,Evans,Seren,2026-09-01,,7,7A", "upn-invalid", "X80120000A001"),
        ("H80120000100,Evans,Seren,2026-09-01,,7,7A", "upn-invalid", "H80120000100"),
        ("H801200001001,,Seren,2026-09-01,,7,7A", "name-missing", ""),
        ("H801200001001,Evans, ,2026-09-01,,7,7A", "name-missing", ""),
        ("H801200001001,Evans,Seren,,,7,7A", "admission-date-missing", ""),
        ("H801200001001,Evans,Seren,31/02/2026,,7,7A", "date-unreadable", "31/02/2026"),
        ("H801200001001,Evans,Seren,01/09/26,,7,7A", "date-unreadable", "01/09/26"),
        ("H801200001001,Evans,Seren,2026-09-01,2020/09/01,7,7A", "date-unreadable", "2020/09/01"),
        ("H801200001001,Evans,Seren,2026-09-01,30/12/1899,7,7A", "date-implausible", "30/12/1899"),
        ("H801200001001,Evans,Seren,2101-01-01,,7,7A", "date-implausible", "2101-01-01"),
        ("H801200001001,Evans,Seren,2026-09-01,2026-08-31,7,7A", "date-implausible", "2026-08-31"),
        ("Total,1,,,,,", "not-a-person", ""),
        (",,Cyfanswm:,12,,,", "not-a-person", ""),
        ("H801200001001,Evans,Seren,2026-09-01,,14,7A", "year-group-unreadable", "14"),
        ("H801200001001,Evans,Seren,2026-09-01,,,7A", "year-group-unreadable", ""),
    ],
)
def test_a_learners_row_is_rejected_alone(tmp_path: Path, row: str, reason: str, value: str) -> None:
    extract = read(tmp_path, learners=[LEARNERS, OTHER, row])
    (rejection,) = extract.rejections
    assert (rejection.reason, rejection.value) == (reason, value)
    assert (rejection.kind, rejection.file, rejection.line) == (Kind.LEARNER, "learners.csv", 3)
    assert [row.surname for row in extract.learners] == ["Puw"]


@pytest.mark.parametrize(
    ("row", "reason", "value"),
    [
        (",Evans,Jac,2026-09-01,", "staff-code-missing", ""),
        ("JEV,,Jac,2026-09-01,", "name-missing", ""),
        ("JEV,Evans,,2026-09-01,", "name-missing", ""),
        ("JEV,Evans,Jac,,", "start-date-missing", ""),
        ("JEV,Evans,Jac,1.9.2026,", "date-unreadable", "1.9.2026"),
        ("JEV,Evans,Jac,2026-09-01,1900-01-01", "date-implausible", "1900-01-01"),
        ("JEV,Evans,Jac,2026-09-01,2026-08-31", "date-implausible", "2026-08-31"),
        ("JEV,Evans,Jac,1899-12-30,", "date-implausible", "1899-12-30"),
        ("Total: 1,,,,", "not-a-person", ""),
        ("JEV,Evans,Jac,2026-09-01,never", "date-unreadable", "never"),
    ],
)
def test_a_row_of_staff_is_rejected_alone(tmp_path: Path, row: str, reason: str, value: str) -> None:
    extract = read(tmp_path, staff=[STAFF, "ABC,Puw,Mali,2026-09-01,", row])
    (rejection,) = extract.rejections
    assert (rejection.reason, rejection.value) == (reason, value)
    assert (rejection.kind, rejection.file, rejection.line) == (Kind.STAFF, "staff.csv", 3)
    assert [member.staff_code for member in extract.staff] == ["ABC"]


def test_a_rejection_keeps_what_can_be_read_of_the_row(tmp_path: Path) -> None:
    row = "h801200001001,,Seren,2026-09-01,2027-07-16,7,7A"
    (rejection,) = read(tmp_path, learners=[LEARNERS, row]).rejections
    assert rejection.identifier == "H801200001001"
    assert (rejection.joins_on, rejection.leaving_date) == (date(2026, 9, 1), date(2027, 7, 16))


@pytest.mark.parametrize(("adno", "rejections"), [("000123", []), ("", ["admission-number-missing"])])
def test_the_admission_number_is_needed_only_where_there_is_a_column_for_it(
    tmp_path: Path, adno: str, rejections: list[str]
) -> None:
    extract = read(tmp_path, learners=[f"{LEARNERS},Adno", f"{SEREN},{adno}"])
    assert [row.reason for row in extract.rejections] == rejections


@pytest.mark.parametrize(("role", "rejections"), [("TCHR", []), ("", ["swac-role-missing"])])
def test_the_swac_role_is_needed_only_where_there_is_a_column_for_it(
    tmp_path: Path, role: str, rejections: list[str]
) -> None:
    extract = read(tmp_path, staff=[f"{STAFF},Role", f"{JAC},{role}"])
    assert [row.reason for row in extract.rejections] == rejections


@pytest.mark.parametrize(
    "status",
    [
        "S",
        "G",
        "s",
        "S - Subsidiary",
        "Subsidiary – Dual Registration",
        "Guest Pupil",
        "Dual Registration (Subsidiary)",
        "Atodol - Cofrestriad Deuol",
        "Gwestai",
        "Dual - subsidiary",
    ],
)
def test_subsidiary_and_guest_registrations_are_rejected_here(tmp_path: Path, status: str) -> None:
    extract = read(tmp_path, learners=[f"{LEARNERS},EnrolStatus", f"{SEREN},{status}"])
    (rejection,) = extract.rejections
    assert (rejection.reason, rejection.value) == ("not-main-registration", status)


@pytest.mark.parametrize(
    "status", ["", "C", "M", "Main – Dual Registration", "Single Registration", "F", "Prif", "Current"]
)
def test_main_registrations_are_read(tmp_path: Path, status: str) -> None:
    extract = read(tmp_path, learners=[f"{LEARNERS},EnrolStatus", f"{SEREN},{status}"])
    assert (len(extract.learners), extract.rejections) == (1, ())


@pytest.mark.parametrize(
    ("former", "kept"),
    [
        ("", None),
        ("g6819 99920001", "G681999920001"),
        ("A801200005001", None),  # not valid: no account is found by it
        ("H801200001001", None),  # the same as the UPN
    ],
)
def test_the_former_upn_is_kept_where_it_can_find_an_account(
    tmp_path: Path, former: str, kept: str | None
) -> None:
    extract = read(tmp_path, learners=[f"{LEARNERS},Former UPN", f"{SEREN},{former}"])
    assert extract.learners[0].former_upn == kept


# Several rows for one person

HISTORY = "H801200001001,Evans,Seren,2025-09-01,2026-07-17,6,6A"
OLDER = "H801200001001,Evans,Seren,2022-09-01,2024-12-20,3,3A"
TO_COME = "H801200001001,Evans,Seren,2026-09-22,,7,7B"
SUBSIDIARY = SEREN + ",S"


@pytest.mark.parametrize(
    ("rows", "counts", "rejected"),
    [
        ([SEREN, HISTORY], [2], []),
        ([OLDER, HISTORY, SEREN], [4], []),
        ([HISTORY, TO_COME], [], [2, 3]),  # none is on roll
        ([HISTORY, OLDER], [2], []),  # all have left: the last one counts
        ([OLDER, HISTORY], [3], []),
        ([SEREN, SEREN], [2], []),  # the very same row
        ([SEREN, HISTORY, SEREN], [2], []),
        ([SEREN, SEREN.replace("7A", "7B")], [], [2, 3]),  # two are on roll
        ([SEREN, SEREN.replace("Evans", "Ifans")], [], [2, 3]),
        ([HISTORY, SEREN.replace("Evans,Seren", "Puw,Mali")], [], [2, 3]),  # different people
        ([HISTORY, SEREN.replace("Evans,Seren", "Seren,Evans")], [3], []),
        ([HISTORY, SEREN.replace("Evans", "Puw")], [3], []),
        (  # accents, hyphens and what one system writes for Ł make no other person
            [
                HISTORY.replace("Evans,Seren", "Los-Jones,Lukasz"),
                SEREN.replace("Evans,Seren", "Łoś Jones,Łukasz"),
            ],
            [3],
            [],
        ),
        ([HISTORY.replace("Evans,Seren", "Ev?ns,S?ren"), SEREN], [3], []),  # damaged, else the same
        ([HISTORY.replace("Evans,Seren", "Ev?ns,Mali"), SEREN], [3], []),
        ([HISTORY.replace("Evans,Seren", "P?w,Mali"), SEREN], [], [2, 3]),  # whatever was lost
        ([HISTORY, SEREN.replace(",7,", ",Left,")], [], [3, 2]),  # the open row is rejected
        ([HISTORY, SEREN.replace(",,", ",2026-09-02,").replace(",7,", ",Left,")], [2], [3]),
        (
            [SEREN, SEREN.replace("Evans,Seren,2026-09-01", "Puw,Mali,")],
            [],
            [3, 2],
        ),  # also where one is rejected
        ([SEREN, SEREN.replace("Evans,Seren,2026-09-01", "Evans,Mali,")], [2], [3]),
        ([SEREN, SEREN.replace("Evans,Seren,2026-09-01", "Seren,Evans,")], [2], [3]),
        ([SEREN, SEREN.replace("Evans,Seren,2026-09-01", "#N/A,Mali,")], [2], [3]),
        ([SEREN, TO_COME], [2], []),  # one is on roll, the other later
        ([HISTORY], [2], []),  # a single row needs no settling
        ([TO_COME], [2], []),
    ],
)
def test_of_several_rows_with_one_upn_the_one_on_roll_counts(
    tmp_path: Path, rows: list[str], counts: list[int], rejected: list[int]
) -> None:
    extract = read(tmp_path, learners=[LEARNERS, *rows])
    assert [row.line for row in extract.learners] == counts
    assert [row.line for row in extract.rejections] == rejected
    assert {row.reason for row in extract.rejections} <= {
        "upn-duplicate",
        "year-group-unreadable",
        "admission-date-missing",
    }


@pytest.mark.timeout(30)
def test_a_file_with_one_upn_on_all_its_rows_is_read_at_once(tmp_path: Path) -> None:
    """Twenty thousand people under one UPN: each compared with each would take hours."""
    rows = [SEREN.replace("Evans,Seren", f"Evans{chr(97 + n % 26)}{n // 26},Seren{n}") for n in range(20_000)]
    extract = read(tmp_path, learners=[LEARNERS, *rows])
    assert extract.learners == ()
    assert {row.reason for row in extract.rejections} == {"upn-duplicate"}


def test_which_row_is_on_roll_depends_on_the_day(tmp_path: Path) -> None:
    read(tmp_path, learners=[LEARNERS, HISTORY, TO_COME])
    extract_folder = ExtractFolder(tmp_path)
    assert [row.line for row in extract_folder.read(GLAN, date(2026, 7, 16)).learners] == [2]
    assert [row.line for row in extract_folder.read(GLAN, date(2026, 9, 8)).learners] == [3]


def test_a_subsidiary_row_beside_the_main_one_takes_nothing_from_it(tmp_path: Path) -> None:
    extract = read(tmp_path, learners=[f"{LEARNERS},EnrolStatus", f"{SEREN},M", f"{SEREN},S"])
    assert [row.line for row in extract.learners] == [2]
    assert [(row.reason, row.line) for row in extract.rejections] == [("not-main-registration", 3)]


@pytest.mark.parametrize(
    ("rows", "counts", "rejected"),
    [
        ([JAC, "JEV,Evans,Jac,2019-09-01,2024-08-31"], [2], []),
        ([JAC, "JEV,Jones,Eva,2026-09-01,"], [], [2, 3]),
        ([JAC, "jev,Jones,Eva,2026-09-01,"], [], [2, 3]),
        (["JEV,Jones,Eva,2019-09-01,2024-08-31", JAC], [], [2, 3]),  # given to a successor
        ([JAC, "jev,Evans,Jac,2019-09-01,2024-08-31"], [2], []),
        ([JAC, JAC.replace("JEV", "jev")], [2], []),  # identical, for a code has no case
    ],
)
def test_of_several_rows_with_one_staff_code_the_one_on_roll_counts(
    tmp_path: Path, rows: list[str], counts: list[int], rejected: list[int]
) -> None:
    extract = read(tmp_path, staff=[STAFF, *rows])
    assert [member.line for member in extract.staff] == counts
    assert [(row.reason, row.line) for row in extract.rejections] == [
        ("staff-code-duplicate", line) for line in rejected
    ]
