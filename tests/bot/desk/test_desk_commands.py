"""`hwb triage` and `hwb cases`: pasted texts, made into cases without Slack."""

import pytest

from tests.bot.command_line import CommandLine
from tests.bot.hand_written import JULY, OSIAN, PRIMARY, SCHOOLS, write_july

LETTER = f"""Dear Service Desk,

One of our new learners at school {PRIMARY}, {OSIAN}, does not have an account in the portal. Can you help?

Thanks
The school office
"""


@pytest.fixture
def county(hwb: CommandLine) -> CommandLine:
    hwb.write("schools.csv", SCHOOLS)
    write_july(hwb.folder)
    assert hwb("schools import schools.csv").status == 0
    hwb.write("letter.txt", LETTER)
    return hwb


def test_a_letter_becomes_a_case_with_its_reply(county: CommandLine) -> None:
    said = county(f"triage letter.txt --json --at {JULY}")
    assert said.status == 0
    (case,) = said.shape["cases"]
    assert {name: case[name] for name in ("number", "school", "identifier", "cause", "state", "joined")} == {
        "number": 1,
        "school": PRIMARY,
        "identifier": OSIAN,
        "cause": "never-run",
        "state": "new",
        "joined": False,
    }
    assert case["reply"].startswith("Hello,")
    assert OSIAN not in case["reply"]
    again = county(f"triage letter.txt --json --at {JULY}").shape["cases"][0]
    assert (again["number"], again["joined"]) == (1, True)


def test_the_queue(county: CommandLine) -> None:
    county(f"triage letter.txt --at {JULY}")
    assert [case["number"] for case in county("cases --json").shape["cases"]] == [1]
    assert [case["cause"] for case in county(f"cases --school {PRIMARY} --json").shape["cases"]] == [
        "never-run"
    ]
    assert county("cases --state resolved --json").shape == {"cases": []}
    assert "heb ei gymryd eto" in county("cases --lang cy").out
    assert "the client has never run here" in county("cases").out


def test_a_letter_for_people(county: CommandLine) -> None:
    said = county(f"triage letter.txt --at {JULY}")
    assert "Case 1 · the client has never run here" in said.out
    assert "quote case 1" in said.out


def test_nothing_certain_is_a_case_to_be_filled_in(county: CommandLine) -> None:
    county.write("vague.txt", "It does not work, please help")
    (case,) = county("triage vague.txt --json").shape["cases"]
    assert (case["school"], case["cause"], case["next"]) == (None, None, "service-desk")
    assert "So that we can look into this" in case["reply"]


def test_bytes_that_are_no_text_are_no_crash(county: CommandLine) -> None:
    (county.folder / "odd.txt").write_bytes(b"\xff\xfe\x00 \x80 help \x1b[31m")
    assert county("triage odd.txt --json").status == 0


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("triage empty.txt", ("empty.txt", "is empty")),
        ("triage nothing.txt", ("nothing.txt", "can't be opened")),
        ("triage letter.txt --school 6609999", ("6609999",)),
        ("cases --school 6609999", ("6609999",)),
    ],
)
def test_what_is_wrong_is_said(county: CommandLine, line: str, words: tuple[str, ...]) -> None:
    county.write("empty.txt", " \n")
    assert county(line).explains(*words)
