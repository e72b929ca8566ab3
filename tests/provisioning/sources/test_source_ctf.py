"""The Common Transfer File: any namespace, dates of this school, and no staff."""

from datetime import date
from pathlib import Path

import pytest

from provisioning.records.people import Kind, Learner
from tests.provisioning.sources.source_builders import SCHOOL, lay, learner_of, problem, read

FILE = "6809903_CTF_001.xml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay("ctf", tmp_path)


def change(folder: Path, *pairs: tuple[str, str]) -> None:
    text = (folder / FILE).read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / FILE).write_text(text, encoding="utf-8")


def seren(folder: Path, surname: str = "Evans") -> Learner:
    found = learner_of(read(folder, "ctf"), surname)
    assert isinstance(found, Learner)
    return found


@pytest.mark.parametrize("namespace", ['xmlns="http://www.teachernet.gov.uk/ctf"', 'xmlns="urn:own"'])
def test_any_namespace(folder: Path, namespace: str) -> None:
    bare = read(folder, "ctf")
    change(folder, ("<CTfile>", f"<CTfile {namespace}>"))
    assert read(folder, "ctf").learners == bare.learners


def test_a_prefix(folder: Path) -> None:
    bare = read(folder, "ctf")
    text = (folder / FILE).read_text(encoding="utf-8").replace("</", "</c:")
    for name in ("CTfile", "Header", "CTFpupilData", "Pupil", "UPN", "Surname", "Forename", "DOB"):
        text = text.replace(f"<{name}>", f"<c:{name}>")
    for name in ("BasicDetails", "SchoolHistory", "School", "LEA", "Estab", "EntryDate", "LeavingDate"):
        text = text.replace(f"<{name}>", f"<c:{name}>")
    for name in ("NCyearActual", "EnrolStatus", "FormerUPN", "DocumentName", "CTFversion", "DateTime"):
        text = text.replace(f"<{name}>", f"<c:{name}>")
    for name in ("SourceSchool", "SchoolName", "AcademicYear", "DestSchool", "Gender", "Sex", "LastSchool"):
        text = text.replace(f"<{name}>", f"<c:{name}>")
    for name in ("PreferredSurname", "NAWdetails", "NAWspeakWelsh"):
        text = text.replace(f"<{name}>", f"<c:{name}>")
    (folder / FILE).write_text(text.replace("<c:CTfile>", '<c:CTfile xmlns:c="urn:c">'), encoding="utf-8")
    assert read(folder, "ctf").learners == bare.learners


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_the_encoding_that_the_file_declares(folder: Path, encoding: str) -> None:
    text = (folder / FILE).read_text(encoding="utf-8").replace("Ŵyn", "Wŷn" if "utf" in encoding else "Wîn")
    (folder / FILE).write_bytes(text.replace('"UTF-8"', f'"{encoding.upper()}"').encode(encoding))
    assert seren(folder, "Wŷn" if "utf" in encoding else "Wîn").forename == "Siân"


def test_upper_case_names_are_kept(folder: Path) -> None:
    change(folder, ("<Surname>Evans", "<Surname>EVANS"), ("<Forename>Seren", "<Forename>SEREN"))
    assert seren(folder, "EVANS").forename == "SEREN"


def test_the_preferred_name_is_not_the_legal_one(folder: Path) -> None:
    assert learner_of(read(folder, "ctf"), "Bevan") is None


def test_dates_of_another_school_are_not_ours(folder: Path) -> None:
    assert (seren(folder).admission_date, seren(folder).leaving_date) == (date(2026, 9, 1), None)


def test_of_two_stays_here_the_later_counts(folder: Path) -> None:
    stay = (
        "<SchoolHistory><School><LEA>680</LEA><Estab>9903</Estab><EntryDate>2027-01-04</EntryDate></School>"
        "<School><LEA>680</LEA><Estab>9903</Estab><EntryDate>2026-09-01</EntryDate>"
        "<LeavingDate>2026-10-23</LeavingDate></School>"
    )
    change(folder, ("<SchoolHistory>", stay))
    assert (seren(folder).admission_date, seren(folder).leaving_date) == (date(2027, 1, 4), None)


@pytest.mark.parametrize(
    ("stays", "admitted", "left"),
    [
        # entered, left; the later stay counts, whatever the order and however the dates are written
        ([("02/09/2016", "20/07/2018"), ("01/09/2020", "")], date(2020, 9, 1), None),
        ([("01/09/2020", ""), ("02/09/2016", "20/07/2018")], date(2020, 9, 1), None),
        ([("2016-09-02", ""), ("01/09/2020", "22/07/2026")], date(2020, 9, 1), date(2026, 7, 22)),
        ([("2020-09-01", "2020-09-01"), ("2020-09-01", "")], date(2020, 9, 1), None),
        ([("", "2018-07-20"), ("2020-09-01", "")], date(2020, 9, 1), None),
    ],
)
def test_the_later_of_two_stays(
    folder: Path, stays: list[tuple[str, str]], admitted: date, left: date | None
) -> None:
    before, after = (folder / FILE).read_text(encoding="utf-8").split("<SchoolHistory>", 1)
    entries = "".join(
        "<School><LEA>680</LEA><Estab>9903</Estab>"
        f"<EntryDate>{entered}</EntryDate><LeavingDate>{gone}</LeavingDate></School>"
        for entered, gone in stays
    )
    after = after[after.index("</SchoolHistory>") :]
    (folder / FILE).write_text(f"{before}<SchoolHistory>{entries}{after}", encoding="utf-8")
    assert (seren(folder).admission_date, seren(folder).leaving_date) == (admitted, left)


@pytest.mark.parametrize("entry", ["", "soon"])
def test_a_stay_whose_entry_cannot_be_read_releases_no_learner(folder: Path, entry: str) -> None:
    """It may be the present one: an earlier stay that has ended is not taken in its place."""
    earlier = (
        "<SchoolHistory><School><LEA>680</LEA><Estab>9903</Estab><EntryDate>2016-09-01</EntryDate>"
        "<LeavingDate>2018-07-20</LeavingDate></School>"
    )
    change(folder, ("<EntryDate>2026-09-01", f"<EntryDate>{entry}"), ("<SchoolHistory>", earlier))
    assert learner_of(read(folder, "ctf"), "Evans") is None
    reasons = {row.reason for row in read(folder, "ctf").rejections}
    assert reasons & {"admission-date-missing", "date-unreadable"}


def test_a_class_is_unknown_not_blank(folder: Path) -> None:
    assert {row.class_name for row in read(folder, "ctf").learners} == {None}


def test_the_file_of_another_school_is_not_ours(folder: Path) -> None:
    change(folder, ("<Estab>9903</Estab>\n      <SchoolName>", "<Estab>9902</Estab><SchoolName>"))
    said = problem(folder, "ctf")
    assert said.key == "error.extract-ctf-of-another"
    assert said.values == {"file": FILE, "found": "6809902", "school": SCHOOL}


@pytest.mark.parametrize("destination", ["<Estab>9902", "<Estab>LLLL", "<Estab>"])
def test_whom_it_is_addressed_to_does_not_matter(folder: Path, destination: str) -> None:
    before = read(folder, "ctf").records
    change(folder, ("<DestSchool><LEA>680</LEA><Estab>LLLL", f"<DestSchool><LEA>680</LEA>{destination}"))
    assert read(folder, "ctf").records == before


def test_a_history_without_this_school_is_told(folder: Path) -> None:
    change(
        folder,
        (
            "<Estab>9903</Estab><SchoolName>Ysgol Glan</SchoolName>\n          <EntryDate>2026",
            "<Estab>9902</Estab><EntryDate>2026",
        ),
    )
    reasons = {row.reason for row in read(folder, "ctf").rejections}
    assert "admission-date-missing" in reasons


@pytest.mark.parametrize(
    ("year", "read_as"), [("N1", "N1"), ("N2", "N2"), ("R", "R"), ("1", "1"), ("13", "13")]
)
def test_year_groups(folder: Path, year: str, read_as: str) -> None:
    change(folder, ("<NCyearActual>7", f"<NCyearActual>{year}"))
    assert seren(folder).year_group == read_as


@pytest.mark.parametrize("year", ["14", "X", ""])
def test_year_groups_that_hwb_does_not_have(folder: Path, year: str) -> None:
    change(folder, ("<NCyearActual>7", f"<NCyearActual>{year}"))
    assert ("year-group-unreadable", year) in {(r.reason, r.value) for r in read(folder, "ctf").rejections}


@pytest.mark.parametrize("status", ["S", "G"])
def test_subsidiary_and_guest_registrations(folder: Path, status: str) -> None:
    change(folder, ("<EnrolStatus>C", f"<EnrolStatus>{status}"))
    assert "not-main-registration" in {row.reason for row in read(folder, "ctf").rejections}


def test_several_files_are_not_guessed_between(folder: Path) -> None:
    (folder / "6809903_CTF_002.XML").write_text("<CTfile/>")
    said = problem(folder, "ctf")
    assert (said.key, said.values["files"]) == ("error.extract-several", f"{FILE}, 6809903_CTF_002.XML")


def test_an_extract_without_people_is_not_an_empty_school(folder: Path) -> None:
    (folder / FILE).write_text("<CTfile><CTFpupilData/></CTfile>")
    assert problem(folder, "ctf").key == "error.extract-no-people"


def test_without_staff_csv_it_says_nothing_of_staff(folder: Path) -> None:
    (folder / "staff.csv").unlink()
    extract = read(folder, "ctf")
    assert (extract.staff, extract.covers) == ((), (Kind.LEARNER,))


def test_a_staff_csv_that_is_wrong_is_not_overlooked(folder: Path) -> None:
    (folder / "staff.csv").write_text("")
    said = problem(folder, "ctf")
    assert (said.key, said.values["file"]) == ("error.extract-empty", "staff.csv")
