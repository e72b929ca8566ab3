"""The board's picture, its alt text and its file; CSV that no spreadsheet can be made to carry out."""

import csv
import io
import re
import struct
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from bot.desk.week_picture import ANSWER, RESOLUTION
from bot.rollover.boards import Board
from bot.rollover.picture import ROWS, STYLES, board_picture
from bot.rollover.screens import board_csv, title_of
from bot.rollover.spoken import alt_text
from bot.slack.csv_files import csv_file, harmless
from bot.slack.voice import Voice
from diagnostics.readiness import Readiness
from diagnostics.stages import STAGES
from diagnostics.verdict import Outcome, Verdict
from knowledge.keydates import derive
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, Bilingual, Language, Text
from provisioning.records.schools import School
from tests.bot.app_fixtures import many_schools
from tests.everything import knowledge as load_everything

NOW = datetime(2026, 8, 26, 9, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def everything() -> Knowledge:
    return load_everything()


@pytest.fixture(params=LANGUAGES)
def voice(everything: Knowledge, request: pytest.FixtureRequest) -> Voice:
    language: Language = request.param
    return Voice(everything.catalogue, language)


def board(*schools: School) -> Board:
    """Schools, each with its stages in another outcome."""
    outcomes = list(Outcome)
    found = [
        Readiness(
            school,
            tuple(
                Verdict(stage, outcomes[(number + place) % len(outcomes)], Text("step.not-reached"))
                for place, stage in enumerate(STAGES)
            ),
            (),
        )
        for number, school in enumerate(schools)
    ]
    return Board(derive(2026), NOW, tuple(found))


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and the uncompressed lines of a PNG, every part of which is whole."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, data, size = 8, b"", (0, 0)
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, body = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        (check,) = struct.unpack(">I", png[place + 8 + length : place + 12 + length])
        assert zlib.crc32(kind + body) == check
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        elif kind == b"IDAT":
            data += body
        place += 12 + length
    return size[0], size[1], zlib.decompress(data)


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1, 3, 30])
def test_the_picture_is_a_whole_png_that_grows_with_the_schools(voice: Voice, count: int) -> None:
    width, height, lines = pixels(board_picture(board(*many_schools(count)), voice))
    assert len(lines) == height * (1 + 4 * width)
    assert width == pytest.approx(144 * 6.7, abs=2)
    assert height == pytest.approx(144 * (3.9 + 0.66 * max(1, count)), abs=2)


@pytest.mark.slow
def test_a_picture_of_very_many_schools_stays_readable(everything: Knowledge) -> None:
    english = Voice(everything.catalogue, "en")
    _, height, _ = pixels(board_picture(board(*many_schools(ROWS)), english))
    _, more, _ = pixels(board_picture(board(*many_schools(999)), english))
    assert height < more < height + 144 / 2  # the number of those left out


def test_the_same_board_is_the_same_picture(voice: Voice) -> None:
    three = board(*many_schools(3))
    assert pixels(board_picture(three, voice)) == pixels(board_picture(three, voice))


@pytest.mark.parametrize("name", ["$x^2$ $", "Ysgol Tŷ Ŵyn", "\\frac{1}{", "S" * 300, ""])
def test_any_name_can_be_drawn(everything: Knowledge, name: str) -> None:
    school = School("6702001", Bilingual(name, name), "670", "primary", "6", "school", "")
    assert pixels(board_picture(board(school), Voice(everything.catalogue, "cy")))


@pytest.mark.parametrize("outcome", Outcome)
def test_each_mark_stands_out_from_its_fill(outcome: Outcome) -> None:
    fill, ink, _ = STYLES[outcome]
    assert contrast(fill, ink) >= 4.5


@pytest.mark.parametrize("bar", [ANSWER, RESOLUTION])
def test_each_bar_of_the_service_desks_week_stands_out_from_the_paper(bar: str) -> None:
    assert contrast(bar, "white") >= 4.5


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, by WCAG 2.2."""
    dark, light = sorted(luminance(to_rgb(colour)) for colour in (first, second))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: tuple[float, float, float]) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def drawn_texts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """What is written onto pictures from now on, each with its size in points."""
    found, write = list[tuple[str, float]](), Axes.text

    def watched(axes: Axes, x: float, y: float, s: str, **style: Any) -> Any:
        found.append((s, style["fontsize"]))
        return write(axes, x, y, s, **style)

    monkeypatch.setattr(Axes, "text", watched)
    return found


def test_a_long_name_takes_two_lines_and_no_letter_is_under_eleven_points(
    voice: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "St Joseph's Roman Catholic Primary and Nursery School"
    school = School("6702001", Bilingual(name, name), "670", "primary", "6", "school", "")
    written = drawn_texts(monkeypatch)
    board_picture(board(school), voice)
    assert {"St Joseph's Roman Catholic", "Primary and Nursery School"} <= {words for words, _ in written}
    assert min(size for _, size in written) >= 11


def test_the_picture_counts_as_the_board_does(voice: Voice, monkeypatch: pytest.MonkeyPatch) -> None:
    found = board(*many_schools(5))
    written = drawn_texts(monkeypatch)
    board_picture(found, voice)
    words = {" ".join(words.split("\n")) for words, _ in written}
    assert {title_of(found, voice), voice.plain(found.tally.rest)} <= words


def test_alt_text_names_the_open_schools_and_their_stages(everything: Knowledge) -> None:
    said = alt_text(board(*many_schools(2)), Voice(everything.catalogue, "en"))
    assert said == (
        "Rollover 2026 as the records stood on 26 Aug 10:12. 0 of 2 schools ready: 2 open. "
        "School 0, 2 open: MIS end of year, Class information; "
        "2 not known: Run in rollover week, End of leavers' accounts. "
        "School 1, 2 open: Data from the MIS, Staff records; "
        "2 not known: MIS end of year, Class information."
    )


def test_alt_text_counts_the_open_schools_that_it_has_no_room_for(everything: Knowledge) -> None:
    said = alt_text(board(*many_schools(60)), Voice(everything.catalogue, "cy"))
    assert 800 < len(said) <= 1000
    assert "Ysgol 5, 2 ar agor:" in said
    assert re.search(r"Ysgol \d+, \d ar agor: [^.]*\. … \d+ arall$", said)


def test_alt_text_keeps_its_limit(voice: Voice) -> None:
    school = School("6702001", Bilingual("N" * 3000, ""), "670", "primary", "6", "school", "")
    assert len(alt_text(board(school), voice)) <= 1000


def test_the_file_has_a_line_for_each_school_and_a_column_for_each_stage(voice: Voice) -> None:
    text = board_csv(board(*many_schools(3)), voice).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    assert len(header) == 5 + len(STAGES) + 3
    assert [row[0] for row in rows] == ["6702000", "6702001", "6702002"]
    assert {len(row) for row in rows} == {len(header)}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_is_carried_out(start: str) -> None:
    (row,) = csv.reader(
        io.StringIO(csv_file([f"{start}cmd|' /C calc'!A0"], []).decode("utf-8-sig"), newline="")
    )
    assert row == [f"'{start}cmd|' /C calc'!A0"]


def test_a_return_that_would_hide_a_formula_is_a_space_before_it_and_so_no_formula() -> None:
    assert harmless("\r=1+1") == " =1+1"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_any_cell_comes_back_or_is_marked(cells: list[str]) -> None:
    read = next(csv.reader(io.StringIO(csv_file(cells, []).decode("utf-8-sig"), newline="")))
    assert [cell.replace("\r\n", "\n") for cell in read] == [
        harmless(cell).replace("\r\n", "\n") for cell in cells
    ]


def test_welsh_letters_are_known_to_a_spreadsheet() -> None:
    assert csv_file(["Tŷ"], []).startswith(b"\xef\xbb\xbfT\xc5\xb7")
