"""A question that names no school, and one about several people, on the command line."""

from tests.bot.command_line import CommandLine
from tests.bot.hand_written import ANGHARAD, AUGUST, NOBODY, OSIAN, PRIMARY, SECONDARY, SION


def test_the_school_is_the_one_whose_records_know_the_person(ran: CommandLine) -> None:
    shape = ran(f"why-missing {OSIAN} --at {AUGUST} --json").shape
    assert (shape["school"], shape["cause"]) == (PRIMARY, "present")


def test_without_or_with_several_schools_it_is_said_and_asked(ran: CommandLine) -> None:
    assert ran(f"why-missing {NOBODY} --at {AUGUST}").explains(f"{NOBODY} is in no records")
    both = ran(f"why-missing {SION} --at {AUGUST}")
    assert both.explains(f"{SION} is in the records of several schools: ", PRIMARY, SECONDARY)


def test_several_people_are_answered_one_by_one(ran: CommandLine) -> None:
    line = f"why-missing {ANGHARAD},{OSIAN} {SION} --at {AUGUST}"
    first, second, third = ran(f"{line} --json").shape["answers"]
    assert (first["school"], first["cause"]) == (SECONDARY, "present")
    assert second["school"] == PRIMARY
    assert third == {"identifier": SION, "school": None, "known_at": [PRIMARY, SECONDARY]}
    said = ran(line).out
    assert f"{ANGHARAD}  Aberwen High School" in said
    assert "in the records of several schools" in said
