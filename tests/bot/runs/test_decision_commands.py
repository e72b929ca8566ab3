"""`hwb approve`, `reject`, `undo`, `relax`, `reconsider`, `migrate`: shapes and exits, on both databases."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from knowledge.loading import Knowledge
from provisioning.store.database import Database
from provisioning.store.tables.decisions import RelaxationRow
from tests.bot.command_line import CommandLine
from tests.builders import GLAN, LEARNERS_HEADER, Learner, Schools, learner, sheet, write

RUN = {"id", "school", "status", "started_at", "finished_at", "counts", "held_by", "error"}
PUPILS = [learner(number, year_group="9", admission_date=date(2020, 9, 1)) for number in range(1, 41)]
LEFT = [replace(pupil, leaving_date=date(2026, 7, 17)) for pupil in PUPILS]
ONLY = "--school 6809903"


@pytest.fixture(params=["sqlite", "postgresql"])
def at(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, knowledge: Knowledge
) -> Iterator[CommandLine]:
    """A command line whose installation has a school of forty, all with accounts."""
    url = request.getfixturevalue(f"{request.param}_url")
    monkeypatch.setenv("HWB_DATABASE_URL", url)
    monkeypatch.setenv("HWB_EXTRACTS", str(hwb.folder / "extracts"))
    monkeypatch.setenv("HWB_AT", "2026-09-07T09:00")
    database = Database(url)
    provisioning = Schools(database, hwb.folder / "extracts", knowledge)
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    yield hwb
    database.close()


def exports(hwb: CommandLine, *people: Learner) -> None:
    """The MIS's new export."""
    write(hwb.folder / "extracts" / GLAN.number / "learners.csv", sheet(LEARNERS_HEADER, people))


@pytest.fixture
def held(at: CommandLine) -> CommandLine:
    """Twenty leave at once: run 2 holds their releases."""
    exports(at, *LEFT[:20], *PUPILS[20:])
    assert at(f"provision {ONLY} --json").status == 3
    return at


def the_run(said: Any) -> dict[str, Any]:
    (run,) = said.shape["runs"]
    assert run.keys() >= RUN
    found: dict[str, Any] = run
    return found


def active(at: CommandLine) -> int:
    return sum(account["status"] == "active" for account in at("accounts --json").shape["accounts"])


def test_a_held_run_ends_with_3_and_names_its_numbers(held: CommandLine) -> None:
    run = the_run(held("runs --last 1 --json"))
    assert (run["status"], run["held_by"], run["counts"]["held"]) == (
        "held",
        ["too-many-leavers", "few-but-many"],
        20,
    )
    said = held(f"provision {ONLY}")
    assert said.status == 3
    assert "20 leavers outside the year groups expected to leave, of 40 active accounts" in said.out
    assert "20 leavers outside the final year are half or more of the 40 active accounts" in said.out
    assert held(f"provision {ONLY} --dry-run --json").status == 3


def test_approve(held: CommandLine) -> None:
    said = held("approve 2 --json")
    run = the_run(said)
    assert (said.status, run["id"], run["status"], run["error"]) == (0, 2, "succeeded", None)
    assert (run["counts"]["release"], run["counts"]["held"]) == (20, 0)
    assert active(held) == 20
    assert held("approve 2").explains("2", "6809903")
    assert held("reject 2").explains("2")


@pytest.mark.parametrize(
    ("decision", "language", "says"),
    [
        ("approve", "en", "Approved: what this run had held back has been done."),
        ("approve", "cy", "Cymeradwywyd: mae'r hyn a ddaliwyd"),
        ("reject", "en", "Rejected: what this run had held back is not done"),
        ("reject", "cy", "Gwrthodwyd: ni wneir yr hyn a ddaliwyd"),
    ],
)
def test_once_decided_a_run_says_what_came_of_what_it_held(
    held: CommandLine, decision: str, language: str, says: str
) -> None:
    for said in (held(f"{decision} 2 --lang {language}"), held(f"runs --last 1 --lang {language}")):
        assert says in said.out
        assert not any(words in said.out for words in ("of 40", "limit", "terfyn"))


def test_approve_what_is_no_longer_what_was_shown(held: CommandLine) -> None:
    exports(held, *LEFT[:23], *PUPILS[23:])
    said = held("approve 2 --json")
    run = the_run(said)
    assert (said.status, run["status"], run["counts"]["held"]) == (3, "held", 23)
    assert "3 more" in run["error"]
    assert active(held) == 40
    assert held("approve 2").status == 0
    assert active(held) == 17


def test_approve_without_a_readable_extract(held: CommandLine) -> None:
    (held.folder / "extracts" / GLAN.number / "learners.csv").unlink()
    assert held("approve 2").explains("learners.csv")
    assert active(held) == 40
    assert the_run(held("runs --last 1 --json"))["status"] == "held"


def test_reject_and_reconsider(held: CommandLine) -> None:
    said = held("reject 2 --json")
    assert (said.status, the_run(said)["status"]) == (0, "succeeded")
    assert held(f"provision {ONLY}").status == 0
    assert active(held) == 40
    assert held("reconsider --school 6809903 --json").shape == {"school": "6809903", "forgotten": 20}
    assert held(f"provision {ONLY}").status == 3


def test_undo(held: CommandLine) -> None:
    held("approve 2")
    said = held("undo 2 --json")
    run = the_run(said)
    assert (said.status, run["status"], run["undoes"], run["left"]) == (0, "succeeded", 2, [])
    assert run["counts"]["release"] == 20
    assert active(held) == 40
    for words in ("undo 2", "undo 3"):  # once is enough, and an undo is not undone
        assert held(words).explains("2")
    assert active(held) == 40
    assert len(held("runs --json").shape["runs"]) == 3


def test_undo_lists_what_has_changed_since(at: CommandLine) -> None:
    exports(at, *PUPILS, learner(98), learner(99))
    at(f"provision {ONLY}")
    exports(at, *PUPILS, learner(98), replace(learner(99), class_name="7 Derwen"))
    at(f"provision {ONLY}")
    said = at("undo 2 --json")
    assert (said.status, the_run(said)["left"]) == (0, [learner(99).upn])
    assert active(at) == 41


def test_undo_of_nothing(at: CommandLine) -> None:
    at(f"provision {ONLY}")
    assert at("undo 2").explains("2")


def test_a_run_that_is_not_there(at: CommandLine) -> None:
    for command in ("approve", "reject", "undo"):
        assert at(f"{command} 99").explains("99")
        assert at(f"{command} 99999999999999999999").explains("99999999999999999999")
        assert at(f"{command} two").status == 2
        assert at(command).status == 2


def test_what_cannot_be_seen_in_the_reason_is_not_kept(at: CommandLine) -> None:
    at("relax 6809903 too-many-leavers --up-to 25 --until 2026-09-30 --why", "the site\ncloses\x1b[2J\u202e")
    database = Database(os.environ["HWB_DATABASE_URL"])
    with database.reading() as session:
        assert session.scalars(select(RelaxationRow.why)).all() == ["the site closes[2J"]
    database.close()


def test_relax(at: CommandLine) -> None:
    said = at("relax 6809903 too-many-leavers --up-to 25 --until 2026-09-30 --json --why", "the site closes")
    assert said.status == 0
    (relaxed,) = said.shape["relaxations"]
    assert (
        relaxed["school"],
        relaxed["safeguard"],
        relaxed["until"],
        relaxed["why"],
        relaxed["up_to"],
        relaxed["used"],
    ) == (
        "6809903",
        "too-many-leavers",
        "2026-09-30",
        "the site closes",
        25,
        0,
    )
    exports(at, *LEFT[:19], *PUPILS[19:])
    assert at(f"provision {ONLY}").status == 0
    assert active(at) == 21


WRONG = (
    "relax 6809903 too-many-leavers --up-to 5 --why x",
    "relax 6809903 no-such-thing --up-to 5 --until 2026-09-30 --why x",
    "relax 6809903 year-jump --up-to 5 --until tomorrow --why x",
    "relax 6809903 year-jump --up-to 5 --until 2026-09-30",
    "relax 6809903 year-jump --until 2026-09-30 --why x",
    "relax 6809903 year-jump --up-to 0 --until 2026-09-30 --why x",
    "reconsider",
)


def test_what_is_asked_for_wrongly(hwb: CommandLine) -> None:
    for words in WRONG:
        assert hwb(words).status == 2


def test_a_school_that_is_not_there(at: CommandLine) -> None:
    assert at("relax 6609999 year-jump --up-to 5 --until 2026-09-30 --why x").explains("6609999")
    assert at("reconsider --school 6609999").explains("6609999")


def test_a_safeguard_is_not_relaxed_until_a_day_that_is_over(at: CommandLine) -> None:
    relax = "relax 6809903 too-many-leavers --up-to 5 --why x --until"
    assert at(f"{relax} 2026-09-06").explains("6 September 2026, is over", "today or a later day")
    assert at(f"{relax} 2026-09-07").status == 0


# The database


COMMANDS = ("accounts", "provision --all", "approve 1", "undo 1", "why-missing X --school 6809903", "migrate")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_server_that_is_not_there(hwb: CommandLine, command: str) -> None:
    said = hwb(f"{command} --database postgresql://hwb:secret@localhost:1/hwb")
    assert said.explains("localhost:1/hwb")
    assert "secret" not in said.err


def test_a_server_whose_tables_are_behind_is_migrated_when_asked(
    hwb: CommandLine, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(postgresql_url.replace("+psycopg", "")) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    monkeypatch.setenv("HWB_DATABASE_URL", postgresql_url)
    assert hwb("schools list").explains("hwb migrate")
    assert hwb("check").status == 1
    assert hwb("migrate").status == 0
    assert hwb("migrate").status == 0
    assert hwb("schools list --json").shape == {"schools": []}
    assert hwb("check").status == 0


def test_a_database_of_a_newer_version(at: CommandLine) -> None:
    database = Database(os.environ["HWB_DATABASE_URL"])
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    for command in COMMANDS:
        assert at(command).explains("newer")
