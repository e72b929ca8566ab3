"""The portal's user export as it is read: headers and words by settings, the rest told with its place."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, Text
from provisioning.portal.export import KINDS, STATUSES, ExportProblem, PortalExport
from provisioning.portal.export_rows import COLUMNS, IGNORE, SeenAccount, UnreadRow
from provisioning.records.accounts import Status
from provisioning.records.people import Kind
from provisioning.sources.limits import MAX_FILE
from tests.builders import GLAN, NANT, NOW, learner, staff_member
from tests.portal_builders import HEADER, seen, write_export

SEREN, JAC = seen(learner(1)), seen(staff_member())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "users.csv"


def read(path: Path, school: str = GLAN.number) -> tuple[SeenAccount, ...]:
    return PortalExport(str(path)).read(school).seen


def problem(export: PortalExport, school: str = GLAN.number) -> ExportProblem:
    with pytest.raises(ExportProblem) as told:
        export.read(school)
    return told.value


def cell(path: Path, column: str, value: str) -> PortalExport:
    """An export in which one cell of its second row has something else."""
    write_export(path, SEREN, SEREN)
    lines = path.read_text(encoding="utf-8").splitlines()
    row = lines[2].split(",")
    row[list(COLUMNS).index(column)] = value
    path.write_text("\n".join([*lines[:2], ",".join(row), ""]), encoding="utf-8")
    return PortalExport(str(path))


def test_accounts_as_the_portal_lists_them(path: Path) -> None:
    governor = replace(
        SEREN,
        kind=Kind.GOVERNOR,
        username="GovernorA@hwbcymru.net",
        upn=None,
        year_group=None,
        class_name=None,
        expires_on=date(2027, 8, 31),
        last_signed_in=date(2026, 9, 1),
    )
    write_export(path, SEREN, JAC, governor)
    found = PortalExport(str(path)).read(GLAN.number)
    assert found.seen == (SEREN, JAC, governor)
    assert (found.school, found.as_of) == (None, NOW)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_of_the_extracts_are_understood(
    path: Path, encoding: str, delimiter: str
) -> None:
    sian = replace(SEREN, forename="Siân")
    write_export(path, sian)
    path.write_text(path.read_text(encoding="utf-8").replace(",", delimiter), encoding=encoding)
    assert read(path) == (sian,)


def test_header_names_and_words_are_settings(path: Path) -> None:
    header = [
        {"UPN": "Identifier", "Staff code": "Identifier2", "Status": "State"}.get(name, name)
        for name in HEADER
    ]
    write_export(path, SEREN, header=header)
    text = (
        path.read_text(encoding="utf-8")
        .replace(",Learner,", ",Disgybl,")
        .replace(",Active,", ",Gweithredol,")
    )
    path.write_text(text, encoding="utf-8")
    export = PortalExport(
        str(path),
        {**COLUMNS, "upn": "identifier", "staff_code": "Identifier_2", "status": "STATE"},
        {**KINDS, "disgybl": Kind.LEARNER},
        {**STATUSES, "Gweithredol": Status.ACTIVE},
    )
    assert export.read(GLAN.number).seen == (SEREN,)


def test_one_column_may_serve_for_upn_and_staff_code(path: Path) -> None:
    header = ["Identifier" if name == "UPN" else name for name in HEADER]
    write_export(path, SEREN, replace(JAC, upn="JEV"), header=header)
    export = PortalExport(str(path), {**COLUMNS, "upn": "Identifier", "staff_code": "Identifier"})
    assert export.read(GLAN.number).seen == (SEREN, JAC)


def test_columns_that_nothing_depends_on_may_be_missing(path: Path) -> None:
    path.write_text(
        "Username,User type,School number,Status,UPN,Staff code,Year group,Class\n"
        f"{SEREN.username},Learner,{GLAN.number},Active,{SEREN.upn},,Year 7,7A\n",
        encoding="utf-8",
    )
    assert read(path) == (replace(SEREN, surname="", forename=""),)


def test_a_file_for_each_school_needs_no_school_in_its_rows(tmp_path: Path) -> None:
    export = PortalExport(str(tmp_path / "{school}.csv"))
    write_export(export.file(GLAN.number), SEREN, header=[*HEADER[:2], "-", *HEADER[3:]])
    found = export.read(GLAN.number)
    assert (found.seen, found.school, export.by_school) == ((SEREN,), GLAN.number, True)
    assert problem(export, NANT.number).said.key == "error.export-unreadable"


def test_an_account_that_is_let_go_may_stand_without_a_school(path: Path) -> None:
    let_go = seen(learner(1), None, active=False)
    write_export(path, let_go)
    assert read(path) == (let_go,)


def test_of_several_rows_for_one_account_the_active_one_counts(path: Path) -> None:
    at_nant = seen(learner(1), NANT, active=False)
    same_upn = replace(at_nant, username="Other@hwbcymru.net")
    same_code = replace(JAC, username="Third@hwbcymru.net", status=Status.INACTIVE)
    write_export(path, at_nant, same_upn, same_code, SEREN, JAC)
    assert set(read(path)) == {SEREN, JAC}


# What can't be read


def test_a_missing_file(path: Path) -> None:
    found = problem(PortalExport(str(path)))
    assert found.said.key == "error.export-unreadable"
    assert found.said.values["problem"].values == {"file": str(path), "why": "No such file or directory"}


def test_a_pipe_is_no_file(path: Path) -> None:
    os.mkfifo(path)
    assert problem(PortalExport(str(path))).said.values["problem"].key == "error.file-not-plain"


def test_an_export_with_no_person_in_it_is_no_empty_school(path: Path) -> None:
    write_export(path)
    assert problem(PortalExport(str(path))).said.key == "error.export-empty"
    path.write_bytes(b"")
    assert problem(PortalExport(str(path))).said.values["problem"].key == "error.extract-empty"


def test_missing_columns_are_named_as_the_settings_name_them(path: Path) -> None:
    write_export(path, SEREN, header=[*HEADER[:3], "State", *HEADER[4:]])
    export = PortalExport(str(path), {**COLUMNS, "status": "Account state"})
    assert problem(export).said.values["problem"].values["columns"] == "Account state"


def test_what_is_not_text(path: Path) -> None:
    path.write_bytes(b"Username,\0\n")
    assert problem(PortalExport(str(path))).said.values["problem"].key == "error.extract-undecodable"


def left_out(export: PortalExport) -> UnreadRow:
    """The only row that can't be read; the other account is read."""
    found = export.read(GLAN.number)
    assert found.seen == (SEREN,)
    (row,) = found.unread
    return row


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("kind", "Visitor", "Learner, Student, Pupil, Staff, Teacher, Non-MIS, Governor"),
        ("status", "Pending", "Active, Enabled, Inactive, Disabled, Deactivated"),
        ("school", "680990", "1234567"),
        ("school", "", "1234567"),
        ("year_group", "14", "N1, N2, R, 1-13"),
        ("expires_on", "31.8.27", "YYYY-MM-DD, DD/MM/YYYY"),
    ],
)
def test_a_cell_that_cannot_be_read_takes_out_its_row_alone_and_is_told_with_its_place(
    path: Path, column: str, value: str, expected: str
) -> None:
    found = left_out(cell(path, column, value)).problem
    assert found.key == "error.export-row"
    assert found.values == {
        "file": "users.csv",
        "line": 3,
        "column": COLUMNS[column],
        "value": value,
        "expected": expected,
        "private": False,
        "words": [[COLUMNS[column], value]] if column in ("kind", "status") else [],
    }


@pytest.mark.parametrize(("column", "value"), [("upn", "H80120000100"), ("upn", "TEMP123"), ("username", "")])
def test_what_names_a_person_is_not_repeated(
    path: Path, column: str, value: str, knowledge: Knowledge
) -> None:
    found = left_out(cell(path, column, value)).problem
    assert (found.values["line"], found.values["value"]) == (3, "")
    for language in LANGUAGES:
        said = knowledge.catalogue.say(found, language)
        assert "H8012" not in said
        assert "TEMP" not in said


GOOD = f"{SEREN.username},Learner,{GLAN.number},Active,{SEREN.upn},,7,7A,{SEREN.surname},{SEREN.forename},,"


def lines(path: Path, *rows: str, above: str = "") -> PortalExport:
    """An export with these lines below its header."""
    path.write_text(above + "\n".join([",".join(HEADER), *rows, ""]), encoding="utf-8")
    return PortalExport(str(path))


@pytest.mark.parametrize("value", ["Never", "never", "Byth", "-", "N/A"])
@pytest.mark.parametrize("column", ["expires_on", "last_signed_in"])
def test_an_account_that_never_signed_in_or_never_ends_has_no_such_date(
    path: Path, column: str, value: str
) -> None:
    assert set(cell(path, column, value).read(GLAN.number).seen) == {SEREN}


@pytest.mark.parametrize(
    "row",
    [
        "Total,,,2,,,,,,,,",
        "Total users: 2,,,,,,,,,,,",
        "Ysgol Glan,,,,,,,,,,,",
        ",".join(HEADER),
        "Cyfanswm,2,,,,,,,,,,",
    ],
)
def test_a_total_or_title_line_is_no_account(path: Path, row: str) -> None:
    found = left_out(lines(path, GOOD, row))
    assert (found.line, found.problem.key) == (3, "error.export-line")


def test_a_total_line_at_the_end_may_be_short(path: Path) -> None:
    assert left_out(lines(path, GOOD, "Total,2")).problem.key == "error.export-line"


def test_lines_above_the_header_are_passed_over_and_lines_are_counted_from_the_top(path: Path) -> None:
    export = lines(path, GOOD, GOOD.replace("Learner", "Visitor"), above="Hwb users\n27/11/2026\n\n")
    assert left_out(export).line == 6


def test_a_file_that_ends_within_a_row_is_cut_off(path: Path) -> None:
    for length in (3, 30, 60):
        found = problem(lines(path, GOOD, GOOD, GOOD[:length])).said.values["problem"]
        assert (found.key, found.values["line"]) == ("error.export-cut-off", 4)


def test_all_unknown_words_are_told_at_once(path: Path, knowledge: Knowledge) -> None:
    visitors = [GOOD.replace("Learner", word) for word in ("Visitor", "Officer", "Visitor")]
    found = problem(lines(path, *visitors, GOOD.replace("Active", "Pending")))
    assert (found.said.key, found.said.values["count"]) == ("error.export-rows", 4)
    assert found.said.values["words"] == "User type: Visitor, Officer; Status: Pending"


def test_the_unknown_words_of_one_row_are_all_told(path: Path) -> None:
    welsh = GOOD.replace("Learner", "Dysgwr").replace("Active", "Gweithredol")
    found = problem(lines(path, welsh, GOOD.replace("Learner", "Staff").replace(GLAN.number, "")))
    assert found.said.values["words"] == "User type: Dysgwr; Status: Gweithredol"


@pytest.mark.parametrize(("bad", "refused"), [(9, False), (10, True)])
def test_many_rows_that_cannot_be_read_make_the_file_unusable(path: Path, bad: int, refused: bool) -> None:
    rows = [GOOD, *[GOOD.replace("7,7A", "14,7A")] * bad]
    export = lines(path, *rows)
    if refused:
        assert problem(export).said.key == "error.export-rows"
    else:
        assert len(export.read(GLAN.number).unread) == bad


def test_kinds_that_are_ignored_are_neither_read_nor_counted(path: Path) -> None:
    officer = GOOD.replace("Learner", "Awdurdod Lleol").replace(GLAN.number, "")
    export = replace(lines(path, GOOD, officer), kinds={**KINDS, "Awdurdod Lleol": IGNORE})
    assert (export.read(GLAN.number).seen, export.read(GLAN.number).unread) == ((SEREN,), ())


def test_an_officer_without_a_school_is_left_out_alone(path: Path) -> None:
    officer = GOOD.replace("Learner", "Staff").replace(GLAN.number, "")
    assert left_out(lines(path, GOOD, officer)).problem.values["column"] == "School number"


def test_two_people_under_one_username_are_both_left_to_a_person(path: Path) -> None:
    other = seen(learner(2), username=SEREN.username)
    write_export(path, SEREN, JAC, replace(other, surname="Morgan", forename="Tomos"))
    found = PortalExport(str(path)).read(GLAN.number)
    assert found.seen == (JAC,)
    assert [(row.line, row.problem.key) for row in found.unread] == [
        (2, "error.export-two-people"),
        (4, "error.export-two-people"),
    ]


def test_twins_under_one_username_are_both_left_to_a_person(path: Path) -> None:
    """They share a surname; their UPNs tell that they are two."""
    write_export(path, SEREN, seen(learner(2, forename="Sioned"), username=SEREN.username), JAC)
    found = PortalExport(str(path)).read(GLAN.number)
    assert (found.seen, [row.line for row in found.unread]) == ((JAC,), [2, 3])


@pytest.mark.parametrize(("active", "seen_at_all"), [(True, set()), (False, {SEREN})])
def test_one_upn_of_two_people_is_doubted_only_where_both_are_active(
    path: Path, active: bool, seen_at_all: set[SeenAccount]
) -> None:
    other = seen(learner(2), active=active, upn=SEREN.upn, surname="Morgan", forename="Tomos")
    write_export(path, SEREN, other, JAC)
    assert set(PortalExport(str(path)).read(GLAN.number).seen) == {*seen_at_all, JAC}


def test_a_changed_surname_does_not_make_two_people(path: Path) -> None:
    before = replace(SEREN, surname="Bloggs", status=Status.INACTIVE)
    write_export(path, SEREN, before)
    assert PortalExport(str(path)).read(GLAN.number).seen == (SEREN,)


@pytest.mark.parametrize(
    "written", [("Łoś Jones", "Ann Łucja"), ("AnnLucja", "LOS-JONES"), ("Lo? Jones", "Ann?ucja")]
)
def test_a_name_written_in_another_way_does_not_make_two_people(path: Path, written: tuple[str, str]) -> None:
    now = replace(SEREN, surname="Los-Jones", forename="Ann-Lucja")
    before = replace(SEREN, surname=written[0], forename=written[1], status=Status.INACTIVE)
    write_export(path, now, before)
    assert PortalExport(str(path)).read(GLAN.number).seen == (now,)


@pytest.mark.parametrize(("size", "told"), [(MAX_FILE, False), (MAX_FILE + 1, True)])
def test_an_export_may_be_as_large_as_an_extract(path: Path, size: int, told: bool) -> None:
    write_export(path, SEREN)
    with path.open("r+b") as file:
        file.truncate(size)  # nothing is written, so the disk stays as it is
    found = problem(PortalExport(str(path)))
    why = found.said.values["problem"]
    assert isinstance(why, Text)
    assert (why.key == "error.export-too-large") is told
    if told:
        assert (why.values["size"], why.values["limit"]) == (65, 64)


def test_every_problem_is_said_in_both_languages(path: Path, knowledge: Knowledge) -> None:
    write_export(path)
    for found in (
        problem(PortalExport(str(path))),
        problem(lines(path, "x,Visitor,,,,,,,,,,")),
        problem(lines(path, GOOD, "x,Learner")),
        problem(PortalExport("nowhere")),
    ):
        for language in LANGUAGES:
            assert knowledge.catalogue.say(found.said, language)
            assert knowledge.catalogue.say(found.hint, language)
