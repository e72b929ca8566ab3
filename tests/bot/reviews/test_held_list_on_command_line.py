"""A list of accounts made by hand that is held: commands say so where people look, until it is decided."""

import pytest

from tests.bot.command_line import CommandLine
from tests.bot.hand_written import PRIMARY
from tests.bot.hand_written import SCHOOLS as SCHOOL_LIST

pytestmark = pytest.mark.integration

FILE = "data/extracts/non_mis.csv"
HEADER = "school,username,name,kind,expires_on,last_signed_in\n"
HELD = (
    "I have held back non_mis.csv since 2 September 2026",
    "6 of the 6",
    PRIMARY,
    "Digital Champion",
    "hwb relax",
)
HELD_CY = (
    "Rwyf wedi dal non_mis.csv yn ôl ers 2 Medi 2026",
    "6 o'r 6",
    PRIMARY,
    "Bencampwyr Digidol",
    "hwb relax",
)


def listed(ends: str) -> str:
    """Six governors, whose accounts end on a day."""
    return HEADER + "".join(f"{PRIMARY},Gov{number},Gwen Llyw,governor,{ends},\n" for number in range(6))


@pytest.fixture
def held(hwb: CommandLine) -> CommandLine:
    """On 2 September a list is seen that would end all six accounts."""
    hwb.write("schools.csv", SCHOOL_LIST)
    hwb("schools import schools.csv")
    hwb.write(FILE, listed("2027-08-31"))
    hwb(f"review governors --school {PRIMARY} --at 2026-09-01T09:00")
    hwb.write(FILE, listed("2026-08-01"))
    hwb(f"review governors --school {PRIMARY} --at 2026-09-02T09:00")
    return hwb


def said_in(text: str, words: tuple[str, ...] = HELD) -> bool:
    return all(word in text for word in words)


@pytest.mark.parametrize("day", ["2026-09-03", "2026-09-04"])
def test_provision_notes_it_each_time_on_standard_error(held: CommandLine, day: str) -> None:
    run = held(f"provision --school {PRIMARY} --at {day}T09:00")
    assert said_in(run.err)
    assert not said_in(run.out)


@pytest.mark.parametrize(("language", "words"), [("en", HELD), ("cy", HELD_CY)])
def test_check_warns_of_it_and_its_status_stays(
    held: CommandLine, language: str, words: tuple[str, ...]
) -> None:
    as_json = held(f"check --json --lang {language} --at 2026-09-03T09:00")
    (warning,) = [warning for warning in as_json.shape["warnings"] if "non_mis.csv" in warning]
    assert said_in(warning, words)
    assert (as_json.status, as_json.shape["ok"]) == (0, True)
    assert said_in(held(f"check --lang {language} --at 2026-09-03T09:00").out, words)


def test_review_has_a_line_and_json_the_numbers(held: CommandLine) -> None:
    assert said_in(held(f"review governors --school {PRIMARY} --at 2026-09-03T09:00").out)
    as_json = held(f"review governors --school {PRIMARY} --json --at 2026-09-03T09:00")
    assert as_json.shape["held"] == [
        {
            "file": "non_mis.csv",
            "school": PRIMARY,
            "count": 6,
            "total": 6,
            "since": "2026-09-02T09:00:00+01:00",
        }
    ]
    assert said_in(as_json.err)


def test_the_stages_of_the_rollover_have_it_in_their_details(held: CommandLine) -> None:
    (school,) = held(f"rollover --school {PRIMARY} --json --at 2026-09-03T09:00").shape["schools"]
    details = {stage["stage"]: stage["detail"] for stage in school["stages"]}
    assert [stage for stage, detail in details.items() if said_in(detail)] == [
        "non-mis-reviewed",
        "governors-reviewed",
    ]


def test_once_it_is_taken_in_or_replaced_nothing_is_said(held: CommandLine) -> None:
    held.write(FILE, listed("2027-08-31"))
    assert "non_mis.csv" not in held("check --json --at 2026-09-03T09:00").out
    held.write(FILE, listed("2026-08-01"))
    relax = f"relax {PRIMARY} list-ends-many --up-to 6 --until 2026-09-30 --at 2026-09-03T09:00"
    assert held(relax, "--why", "they have left").status == 0
    said = held(f"review governors --school {PRIMARY} --at 2026-09-03T10:00")
    assert "non_mis.csv" not in said.out + said.err
    assert "non_mis.csv" not in held("check --json --at 2026-09-03T10:00").out
