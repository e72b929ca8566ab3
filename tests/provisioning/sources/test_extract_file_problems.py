"""Files that cannot be trusted as a whole: missing, empty, cut off, in two encodings, with rows swallowed."""

from pathlib import Path

import pytest

from provisioning.errors import ExtractProblem
from provisioning.sources.extract_folder import ExtractFolder
from tests.builders import GLAN, TODAY
from tests.provisioning.sources.extract_builders import LEARNERS, MALI, SEREN, problem


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
    assert raised.value.said.key == "error.extract-is-a-folder"
