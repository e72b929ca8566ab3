"""`non_mis.csv`: read like any export, a bad row told by line and column, without names."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.loading import Knowledge
from provisioning.errors import KnownError
from provisioning.manual.handmade import FILE
from provisioning.records.people import Kind
from provisioning.sources.non_mis import Listed, read_listing, stamp_of

HEADER = "school,username,name,kind,expires_on,last_signed_in"
ROW = "6809903,SupplyS@hwbcymru.net,Sally Supply,non-mis,2026-09-10,01/08/2026"


def write(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    (folder / FILE).write_bytes("\r\n".join(lines).encode(encoding))
    return folder


def test_a_row(tmp_path: Path) -> None:
    listing = read_listing(write(tmp_path, HEADER, ROW))
    assert listing.rows == (
        Listed(
            "6809903",
            "SupplyS@hwbcymru.net",
            "Sally Supply",
            Kind.NON_MIS,
            date(2026, 9, 10),
            date(2026, 8, 1),
            2,
        ),
    )
    assert listing.problems == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_way_of_writing_it(encoding: str, delimiter: str, tmp_path: Path) -> None:
    lines = [
        "Name,School Number,Kind,USERNAME,Expires On",
        "Siân ap Rhys,6809903,Governor,RhysS@hwbcymru.net,",
        ",,,,",
    ]
    listing = read_listing(
        write(tmp_path, *(line.replace(",", delimiter) for line in lines), encoding=encoding)
    )
    assert listing.rows == (
        Listed("6809903", "RhysS@hwbcymru.net", "Siân ap Rhys", Kind.GOVERNOR, None, None, 2),
    )


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("680990,SupplyS,Sally Supply,non-mis,,", "school"),
        ("6809903,,Sally Supply,non-mis,,", "username"),
        ("6809903,Supply S,Sally Supply,non-mis,,", "username"),
        ("6809903,SupplyS,,non-mis,,", "name"),
        ("6809903,SupplyS,Sally Supply,staff,,", "kind"),
        ("6809903,SupplyS,Sally Supply,,,", "kind"),
        ("6809903,SupplyS,Sally Supply,non-mis,31/09/2026,", "expires_on"),
        ("6809903,SupplyS,Sally Supply,non-mis,,soon", "last_signed_in"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_alone(
    row: str, column: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    listing = read_listing(write(tmp_path, HEADER, row, ROW.replace("SupplyS", "OtherO")))
    assert [row.line for row in listing.rows] == [3]
    (problem,) = listing.problems
    for language in ("en", "cy"):
        said = knowledge.catalogue.say(problem.said, language)
        assert "non_mis.csv" in said
        assert "2" in said
        assert column in said
        assert "Sally" not in said
        assert "SupplyS" not in said
        assert knowledge.catalogue.say(problem.hint, language)


def test_a_username_stands_once(tmp_path: Path) -> None:
    listing = read_listing(write(tmp_path, HEADER, ROW, ROW.replace("SupplyS", "supplys")))
    assert len(listing.rows) == 1
    assert [problem.said.key for problem in listing.problems] == ["error.non-mis-twice"]
    assert listing.problems[0].said.values["first"] == 2


@pytest.mark.parametrize(
    "contents", [b"", b"\r\n", b"school,username,name\n", b"\x81\x00", b'school,username,name,kind\n"']
)
def test_a_file_that_cannot_be_read_is_one_known_error(
    contents: bytes, tmp_path: Path, knowledge: Knowledge
) -> None:
    (tmp_path / FILE).write_bytes(contents)
    with pytest.raises(KnownError) as raised:
        read_listing(tmp_path)
    assert raised.value.said.key == "error.non-mis-unreadable"
    said = knowledge.catalogue.say(raised.value.said, "en")
    assert said.startswith("The list of accounts made by hand can't be used. ")
    assert FILE in said


def test_a_folder_in_its_place_is_one_too(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(KnownError):
        read_listing(tmp_path)


def test_the_stamp_changes_with_the_file(tmp_path: Path) -> None:
    assert stamp_of(tmp_path) is None
    first = read_listing(write(tmp_path, HEADER, ROW)).stamp
    assert stamp_of(tmp_path) == first
    write(tmp_path, HEADER)
    assert stamp_of(tmp_path) != first
