"""Lists of schools: our own, and the Welsh Government's address list as it is published."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.texts import Bilingual, Text
from provisioning.errors import KnownError
from provisioning.records.schools import School
from provisioning.sources.school_lists import read_schools

OURS = "number,name,name_cy,local_authority,phase,final_year,provisioning_managed_by,provisioning_contact"

PUBLISHED = (
    "School Number,School Name,LA Code,Local Authority,Sector,Governance - see notes,WM Code,"
    "Welsh Medium Type - see notes,School Type,Religious Character,Address 1,Address 2,Address 3,Address 4,"
    "Postcode,Phone Number,Pupils - see notes"
)


def read(folder: Path, *lines: str, encoding: str = "utf-8", newline: str = "\n") -> list[School]:
    """The schools of a list, from its lines."""
    path = folder / "schools.csv"
    path.write_bytes(newline.join(lines).encode(encoding))
    return read_schools(path)


def problem(folder: Path, *lines: str) -> Text:
    with pytest.raises(KnownError) as raised:
        read(folder, *lines)
    return raised.value.said


def test_our_own_list(tmp_path: Path) -> None:
    row = "6809903,Glan High,Ysgol Glan,680,secondary,11,third-party,it@glan.example"
    assert read(tmp_path, OURS, row) == [
        School(
            "6809903",
            Bilingual("Glan High", "Ysgol Glan"),
            "680",
            "secondary",
            "11",
            "third-party",
            "it@glan.example",
        )
    ]


@pytest.mark.parametrize(
    ("phase", "final_year"),
    [
        ("nursery", "N2"),
        ("infant", "2"),
        ("junior", "6"),
        ("primary", "6"),
        ("middle", "13"),
        ("secondary", "13"),
        ("special", None),
        ("pru", None),
    ],
)
def test_what_is_left_blank_has_a_default(tmp_path: Path, phase: str, final_year: str | None) -> None:
    (school,) = read(tmp_path, OURS, f"6809903,Glan,,680,{phase},,,")
    assert (school.phase, school.final_year) == (phase, final_year)
    assert school.name == Bilingual("Glan", "Glan")
    assert (school.managed_by, school.contact) == ("local-authority", "")


def test_optional_columns_may_be_left_out(tmp_path: Path) -> None:
    (school,) = read(tmp_path, "number,name,local_authority,phase", "6809903,Glan,680,primary")
    assert (school.final_year, school.managed_by) == ("6", "local-authority")


def published(*rows: str) -> list[str]:
    """The published list: a byte order mark, its own columns, blank lines at the end."""
    return ["\ufeff" + PUBLISHED, *rows, "", ",,,,,,,,,,,,,,,,", ""]


AMLWCH = (
    "6602130,Ysgol Gymuned Amlwch,660,Isle of Anglesey,Primary,Community,WM,Welsh medium,Primary (3-11),"
    "---,Ffordd Un,Amlwch,,Ynys Môn,LL68 0AA,01407 000000,212"
)
GLAN = (
    '6804009,"Glan High School, Newport",680,Newport,Secondary,Community,EM,English medium,Secondary (11-16),'
    '---,Glan Road,,,Newport,NP1 0AA,01633 000000,"1,104"'
)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_published_list_is_read_as_it_is(tmp_path: Path, newline: str) -> None:
    amlwch, glan = read(tmp_path, *published(AMLWCH, GLAN), newline=newline)
    assert (amlwch.number, amlwch.local_authority, amlwch.phase) == ("6602130", "660", "primary")
    assert amlwch.name == Bilingual("Ysgol Gymuned Amlwch", "Ysgol Gymuned Amlwch")
    assert (glan.name.en, glan.phase, glan.final_year) == ("Glan High School, Newport", "secondary", "13")
    assert glan.managed_by == "local-authority"


@pytest.mark.parametrize("sector", ["Primary", "Secondary", "Special", "Middle", "Nursery"])
def test_every_sector_of_the_published_list_is_a_phase(tmp_path: Path, sector: str) -> None:
    (school,) = read(tmp_path, *published(AMLWCH.replace(",Primary,", f",{sector},")))
    assert school.phase == sector.casefold()


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        ("680990,Glan,,680,primary,,,", "number", "680990"),
        ("680990A,Glan,,680,primary,,,", "number", "680990A"),
        (",Glan,,680,primary,,,", "number", ""),
        ("6809903,,,680,primary,,,", "name", ""),
        ("6809903,Glan,,Newport,primary,,,", "local_authority", "Newport"),
        ("6809903,Glan,,,primary,,,", "local_authority", ""),
        ("6809903,Glan,,680,college,,,", "phase", "college"),
        ("6809903,Glan,,680,,,,", "phase", ""),
        ("6809903,Glan,,680,primary,14,,", "final_year", "14"),
        ("6809903,Glan,,680,primary,,somebody,", "provisioning_managed_by", "somebody"),
    ],
)
def test_a_wrong_row_is_named_with_its_line_and_column(
    tmp_path: Path, row: str, column: str, value: str
) -> None:
    said = problem(tmp_path, OURS, "6819902,Bryn,,681,primary,,,", row)
    assert said.key == "error.school-row"
    assert {"file": "schools.csv", "line": 3, "column": column, "value": value}.items() <= said.values.items()


def test_a_school_that_stands_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    row = "6809903,Glan,,680,primary,,,"
    said = problem(tmp_path, OURS, row, "6819902,Bryn,,681,primary,,,", row)
    assert said.key == "error.school-twice"
    assert said.values == {"file": "schools.csv", "first": 2, "line": 4, "number": "6809903"}


def test_a_list_without_a_needed_column(tmp_path: Path) -> None:
    said = problem(tmp_path, OURS.replace("phase,", ""), "6809903,Glan,,680,,,")
    assert said.key == "error.schools-file"
    assert said.values["problem"].values["columns"] == "phase"


@pytest.mark.parametrize(
    ("kind", "phase", "final_year"),
    [
        ("Infants", "infant", "2"),
        ("Nursery & Infants", "infant", "2"),
        ("Juniors", "junior", "6"),
        ("Infants & Juniors", "primary", "6"),
        ("Nursery, Infants & Juniors", "primary", "6"),
        ("Ysgol Babanod", "infant", "2"),
    ],
)
def test_infant_and_junior_schools_of_the_published_list(
    tmp_path: Path, kind: str, phase: str, final_year: str
) -> None:
    row = AMLWCH.replace("Primary (3-11)", f'"{kind}"')
    (school,) = read(tmp_path, *published(row))
    assert (school.phase, school.final_year) == (phase, final_year)


def test_a_school_that_closes(tmp_path: Path) -> None:
    header = "number,name,local_authority,phase,closed_on,successor"
    bryn = "6809904,Bryn,680,primary,,"
    school, _ = read(tmp_path, header, "6809903,Glan,680,primary,31/08/2026,6809904", bryn)
    assert (school.closed_on, school.successor) == (date(2026, 8, 31), "6809904")
    said = problem(tmp_path, header, "6809903,Glan,680,primary,soon,6809904")
    assert (said.key, said.values["column"]) == ("error.school-row", "closed_on")


SUCCESSORS = "number,name,local_authority,phase,closed_on,successor"
GLAN_CLOSED = "6809903,Glan,680,primary,31/08/2026,"
BRYN_CLOSED = "6809904,Bryn,680,primary,31/08/2026,"


@pytest.mark.parametrize(
    ("rows", "error", "line", "circle"),
    [
        ([BRYN_CLOSED, f"{GLAN_CLOSED}6809903"], "successor-itself", 3, None),
        ([f"{GLAN_CLOSED}6809905"], "successor-unknown", 2, None),
        (
            [f"{GLAN_CLOSED}6809904", f"{BRYN_CLOSED}6809903"],
            "successor-in-circle",
            2,
            "6809903 → 6809904 → 6809903",
        ),
    ],
)
def test_a_successor_that_can_be_none(
    tmp_path: Path, rows: list[str], error: str, line: int, circle: str | None
) -> None:
    said = problem(tmp_path, SUCCESSORS, *rows)
    assert (said.key, said.values["line"]) == (f"error.{error}", line)
    assert said.values.get("circle") == circle


def test_schools_imported_before_count_as_known(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text(f"{SUCCESSORS}\n{GLAN_CLOSED}6809904\n", encoding="utf-8")
    (school,) = read_schools(path, {"6809904": None})
    assert school.successor == "6809904"
    with pytest.raises(KnownError) as raised:
        read_schools(path, {"6809904": "6809905", "6809905": "6809903"})
    assert raised.value.said.values["circle"] == "6809903 → 6809904 → 6809905 → 6809903"


def test_a_list_may_take_a_successor_back(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text(f"{SUCCESSORS}\n{GLAN_CLOSED}6809904\n{BRYN_CLOSED}\n", encoding="utf-8")
    assert [school.successor for school in read_schools(path, {"6809904": "6809903"})] == ["6809904", None]


def test_schools_that_close_one_after_the_other(tmp_path: Path) -> None:
    cwm = "6809905,Cwm,680,primary,,"
    found = read(tmp_path, SUCCESSORS, f"{GLAN_CLOSED}6809904", f"{BRYN_CLOSED}6809905", cwm)
    assert [school.successor for school in found] == ["6809904", "6809905", None]


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as raised:
        read_schools(tmp_path / "schools.csv")
    assert raised.value.said.key == "error.file-not-opened"
