"""`hwb freeze` on the command line, and what other commands say of a frozen school."""

import pytest

from tests.bot.command_line import CommandLine
from tests.bot.hand_written import PRIMARY

pytestmark = pytest.mark.integration
AT = "--at 2026-08-26T10:00"
FREEZE = f"freeze --school {PRIMARY} --from 2026-08-26 --to 2026-09-04 --reason server-move {AT}"


def test_a_freeze_is_set_listed_and_ended(july: CommandLine) -> None:
    (kept,) = july(f"{FREEZE} --json").shape["freezes"]
    assert (kept["place"], kept["from"], kept["to"]) == (PRIMARY, "2026-08-26", "2026-09-04")
    assert (kept["reason"], kept["state"]) == ("server-move", "now")
    assert july(FREEZE).explains("is frozen already from 26 August 2026 to 4 September 2026")
    assert "server-move" in july(f"freeze list {AT}").out
    assert july(f"freeze end {kept['id']} {AT} --json").shape["freezes"][0]["state"] == "over"
    assert july(f"freeze end {kept['id']} {AT}").explains("is over already", "Hint")
    assert july(f"freeze list {AT} --json").shape == {"freezes": []}
    assert "No freeze holds" in july(f"freeze list {AT}").out
    audited = july("audit --json").out
    assert all(f'"{action}"' in audited for action in ("freeze", "freeze list", "freeze end"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--school 6609999 --from 2026-08-26 --to 2026-08-27 --reason x", ("6609999",)),
        ("--la 999 --from 2026-08-26 --to 2026-08-27 --reason x", ("999",)),
        ("--la 660 --from 2026-08-25 --to 2026-08-27 --reason x", ("can't begin on 25 August 2026",)),
        (
            "--la 660 --from 2026-08-26 --to 2026-09-26 --reason x",
            ("26 August 2026", "25 September 2026", "31"),
        ),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_expected(
    line: str, words: tuple[str, ...], july: CommandLine
) -> None:
    assert july(f"freeze {line} {AT}").explains(*words)


@pytest.mark.parametrize(
    "line", ["", f"--school {PRIMARY}", f"--school {PRIMARY} --la 660 --from 2026-08-26"]
)
def test_what_is_left_out_is_named(line: str, july: CommandLine) -> None:
    said = july(f"freeze {line} {AT}")
    assert said.status == 2
    assert "--reason TEXT" in said.err


def test_commands_about_a_frozen_school_say_so(july: CommandLine) -> None:
    assert july(FREEZE).status == 0
    for line in (f"missing --school {PRIMARY}", f"runs --school {PRIMARY}", f"rollover --school {PRIMARY}"):
        said = july(f"{line} {AT}").out
        assert "runs are frozen until 4 September 2026, that day included (server-move;" in said, line
        assert "hwb freeze end 1" in said, line
    stages = july(f"rollover --school {PRIMARY} {AT}").out
    assert "After 4 September 2026, when runs begin again: " in stages
    frozen = july(f"missing --school {PRIMARY} {AT} --json").shape["frozen"]
    assert (frozen["until"], frozen["reason"]) == ("2026-09-04", "server-move")
    assert july(f"rollover --school {PRIMARY} {AT} --json").shape["schools"][0]["frozen"] == frozen


def test_of_freezes_in_a_row_each_has_to_be_ended(july: CommandLine) -> None:
    """Ending the first alone would have runs begin again for no day."""
    assert july(FREEZE).status == 0
    next_day = "--from 2026-09-05 --to 2026-09-08 --reason more"
    assert july(f"freeze --la 660 {next_day} {AT}").status == 0
    asked = f"runs --school {PRIMARY} {AT}"
    said = july(asked).out
    assert "frozen until 8 September 2026" in said
    assert "to end it before, end each freeze: `hwb freeze end 1`, `hwb freeze end 2`." in said
    assert "rhowch ben ar bob un: `hwb freeze end 1`, `hwb freeze end 2`." in july(f"{asked} --lang cy").out
    assert july(f"freeze end 2 {AT}").status == 0
    assert "`hwb freeze end 1` ends it before." in july(asked).out


def test_a_run_is_refused_and_of_all_schools_it_is_left_out(august: CommandLine) -> None:
    assert august(FREEZE).status == 0
    refused = august(f"provision --school {PRIMARY} {AT}")
    assert refused.status == 1
    assert "frozen until 4 September 2026, that day included (server-move" in refused.err
    assert "hwb freeze end" in refused.err
    ran = august(f"provision --all {AT} --json")
    assert f"Left out, because runs are frozen there: {PRIMARY}." in ran.err
    assert PRIMARY not in {run["school"] for run in ran.shape["runs"]}
    assert august(f"provision --school {PRIMARY} --dry-run {AT} --json").shape["runs"][0]["school"] == PRIMARY
