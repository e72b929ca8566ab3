"""Extract files as offices export them: encodings, delimiters, cells and rows; and what is read again."""

from datetime import date
from pathlib import Path

import pytest

from provisioning.errors import ExtractProblem
from provisioning.sources.extract_folder import ExtractFolder
from tests.builders import GLAN, TODAY
from tests.provisioning.sources.extract_builders import JAC, LEARNERS, MALI, SEREN, STAFF, read

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


def test_blanks_around_cells_do_not_count(tmp_path: Path) -> None:
    content = LEARNERS + " H801200001001 , Evans , Seren ,2026-09-01 ,  , 7 , 7A \n"
    (found,) = read(tmp_path, content).learners
    assert (found.upn, found.surname, found.class_name) == ("H801200001001", "Evans", "7A")


def test_a_header_alone_is_a_school_without_staff(tmp_path: Path) -> None:
    assert read(tmp_path, staff=STAFF).staff == ()


def test_blank_lines_do_not_count_but_are_counted(tmp_path: Path) -> None:
    content = "\n" + LEARNERS + "\n,,,,,,\n" + SEREN + "\n \n,,,,,,,,,\n\n"
    extract = read(tmp_path, content)
    assert [row.line for row in extract.learners] == [5]
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
    assert [row.forename for row in extract.learners] == ["Mali"]


def test_an_address_of_several_lines_is_no_swallowed_row(tmp_path: Path) -> None:
    content = LEARNERS.replace("\n", ",Address\n") + SEREN.replace("7A", '7A,"1 Heol Un,\nGlan,\nCaerdydd"')
    assert len(read(tmp_path, content).learners) == 1


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


# Reading again


def test_an_extract_is_read_again_when_a_file_changes(tmp_path: Path) -> None:
    before = read(tmp_path)
    extract_folder = ExtractFolder(tmp_path)
    assert extract_folder.read(GLAN, TODAY) == before
    (tmp_path / "6809903" / "staff.csv").write_text(STAFF + JAC + JAC.replace("JEV", "JEV2"))
    after = extract_folder.read(GLAN, TODAY)
    assert [member.staff_code for member in after.staff] == ["JEV", "JEV2"]
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
    for folder in ("first", "other"):
        (tmp_path / folder).mkdir()
    first = read(tmp_path / "first", LEARNERS + "\n", STAFF)
    other = read(tmp_path / "other", LEARNERS, "\n" + STAFF)
    assert first.fingerprint != other.fingerprint


def test_an_extract_is_settled_again_on_another_day(tmp_path: Path) -> None:
    """Of two stays the one counts that is on roll, which is another when the second begins."""
    first, second = (f"H801200001001,Evans,Seren,{stay},7,{room}\n" for stay, room in _STAYS)
    read(tmp_path, LEARNERS + first + second)
    folder = ExtractFolder(tmp_path)
    days = (date(2026, 9, 10), date(2026, 11, 10), date(2026, 9, 10))
    assert [folder.read(GLAN, day).learners[0].class_name for day in days] == ["7A", "7B", "7A"]


_STAYS = (("2026-09-01,2026-10-01", "7A"), ("2026-11-01,", "7B"))
