"""Provision this one now: under an answer, for several in a table, undone, and on the command line."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.people.tables import AuditRow
from bot.runs.actions import RunAction
from knowledge.loading import Knowledge
from provisioning.store.database import Database
from tests.bot.app_fixtures import CARYS, JAC, PRYS, SEREN, WYN, Room, buttons, sounding_alike, words
from tests.bot.command_line import CommandLine
from tests.bot.runs.movers import LEFT, MOVER, a_mover_whose_previous_school_has_to_run
from tests.builders import GLAN, NANT, NOW, Schools, learner, upn

ONE, THESE = "Provision this one now", "Provision these now"
WHY = f"why-missing {SEREN.upn}"
TOMOS = learner(2, surname="Rees", forename="Tomos")


def accounts(room: Room) -> set[str]:
    return {account.identifier for account in room.provisioning.accounts() if account.active}


def test_one_learner_by_one_press_and_then_the_answer_again(glan: Room) -> None:
    glan.provisioning.extracts(GLAN, SEREN, TOMOS, JAC)
    assert buttons(glan.answer(CARYS, WHY))[:2] == ["Run now", ONE]
    after = glan.press(CARYS, RunAction.PROVISION)
    assert after is not None
    said = words(after)
    assert "Glan High: 1 account provisioned now" in said
    assert "2 other changes wait for the next run" in said
    assert "nothing is missing" in said
    assert accounts(glan) == {SEREN.upn}
    assert "never run successfully for Glan High" in words(glan.answer(CARYS, "last-run"))


def test_the_answer_names_the_run_that_took_the_account_over_and_not_the_schools_earlier_one(
    here: Room,
) -> None:
    """Glan ran at 05:30, Nant released at 06:00, and at 09:00 the learner alone was provisioned."""
    here.provisioning.extracts(NANT, replace(LEFT, leaving_date=None), at=NOW - timedelta(days=8))
    here.provisioning.runs(NANT, at=NOW - timedelta(days=8))
    here.provisioning.extracts(NANT, LEFT, at=NOW - timedelta(days=1))
    here.provisioning.extracts(GLAN, MOVER, at=NOW - timedelta(days=1))
    here.provisioning.runs(GLAN, at=NOW - timedelta(hours=3, minutes=30))
    here.provisioning.runs(NANT, at=NOW - timedelta(hours=3))
    here.answer(CARYS, f"why-missing {MOVER.upn}")
    after = here.press(CARYS, RunAction.PROVISION)
    assert after is not None
    assert "The client ran for this person, but not for all of Glan High, on 7 Sept 09:00." in words(after)
    assert "It last ran successfully for the school on 7 Sept 05:30." in words(after)
    assert "Yes, for this person" in words(after)
    here.provisioning.runs(GLAN, at=NOW + timedelta(hours=1))
    again = words(here.answer(CARYS, f"why-missing {MOVER.upn}"))
    assert "The client last ran successfully for Glan High on 7 Sept 10:00." in again


def test_in_welsh(glan: Room) -> None:
    assert "Darparu ar gyfer y person hwn nawr" in buttons(glan.answer(WYN, f"pam-ar-goll {SEREN.upn}"))
    after = glan.press(WYN, RunAction.PROVISION)
    assert after is not None
    assert "Ysgol Glan: darparwyd 1 cyfrif nawr" in words(after)
    assert "Mae 1 newid arall yn aros am y rhediad nesaf." in words(after)


def test_the_last_run_tells_it_as_what_it_is_until_the_whole_school_runs(glan: Room) -> None:
    glan.provisioning.extracts(GLAN, SEREN, TOMOS, JAC)
    glan.answer(CARYS, WHY)
    glan.press(CARYS, RunAction.PROVISION)
    said = words(glan.answer(CARYS, "last-run"))
    assert "a run for 1 person alone" in said
    assert "2 other changes wait for the next run" in said
    assert "rhediad ar gyfer 1 person yn unig" in words(glan.answer(WYN, "rhediad-diwethaf"))
    glan.provisioning.runs(GLAN)
    assert "alone" not in words(glan.answer(CARYS, "last-run"))


def test_last_years_class_too(glan: Room) -> None:
    glan.provisioning.runs(GLAN)
    glan.provisioning.extracts(GLAN, replace(SEREN, class_name="7B"), JAC)
    assert ONE in buttons(glan.answer(CARYS, f"old-class {SEREN.upn}"))
    glan.press(CARYS, RunAction.PROVISION)
    assert glan.provisioning.account(SEREN).class_name == "7B"


def test_who_may_undo_runs_undoes_it_where_it_is_told(glan: Room) -> None:
    glan.answer(CARYS, WHY)
    after = glan.press(CARYS, RunAction.PROVISION)
    assert after is not None
    assert "Undo this run" not in buttons(after), "a Digital Champion may not undo runs"
    glan.provisioning.extracts(GLAN, SEREN, TOMOS)
    glan.answer(PRYS, f"why-missing {TOMOS.upn}")
    glan.press(PRYS, RunAction.PROVISION)
    after = glan.press(PRYS, RunAction.UNDO)
    assert after is not None
    assert "run 2 has been undone" in words(after)
    assert accounts(glan) == {SEREN.upn}
    assert "run 2, for 1 person alone, was undone" in words(glan.answer(CARYS, f"last-run {GLAN.number}"))


def test_who_may_not_run_the_school_has_no_such_button_and_can_not_press_it(glan: Room) -> None:
    message = glan.answer(CARYS, WHY)
    forged = glan.pressed(CARYS, message, RunAction.PROVISION)
    glan.take_away(CARYS)
    glan.deliver("interactive", forged)
    assert accounts(glan) == set()


@pytest.mark.parametrize("why", ["another school's run mends it", "nothing is missing"])
def test_it_is_not_offered_where_ones_own_run_mends_nothing(here: Room, why: str) -> None:
    a_mover_whose_previous_school_has_to_run(here)
    school = GLAN if why.startswith("another") else NANT
    assert ONE not in buttons(here.answer(PRYS, f"why-missing {MOVER.upn} {school.number}"))


def test_several_in_a_table_are_provisioned_by_one_press(glan: Room) -> None:
    glan.provisioning.extracts(GLAN, SEREN, TOMOS, JAC)
    answer = glan.answer(CARYS, f"why-missing {SEREN.upn}, {TOMOS.upn}, {upn(9)}")
    assert "Glan High: these wait only for a run" in words(answer)
    assert THESE in buttons(answer)
    after = glan.press(CARYS, f"{RunAction.PROVISION}-0")
    assert after is not None
    assert "2 accounts provisioned now" in words(after)
    assert accounts(glan) == {SEREN.upn, TOMOS.upn}
    assert THESE not in buttons(after), "the third is not in the MIS: no run helps"


def test_of_two_schools_each_has_its_own_press(here: Room) -> None:
    here.provisioning.extracts(GLAN, SEREN)
    here.provisioning.extracts(NANT, TOMOS)
    answer = here.answer(PRYS, f"why-missing {SEREN.upn}, {TOMOS.upn}")
    assert buttons(answer).count(ONE) == 2
    assert sounding_alike(answer["blocks"]) == []
    here.press(PRYS, f"{RunAction.PROVISION}-1")
    assert accounts(here) == {TOMOS.upn}


def test_the_audit_has_who_was_provisioned_and_the_run_has_not(glan: Room) -> None:
    glan.answer(CARYS, WHY)
    glan.press(CARYS, RunAction.PROVISION)
    with glan.services.database.reading() as session:
        query = select(AuditRow.who, AuditRow.school, AuditRow.subject, AuditRow.outcome)
        found = session.execute(query.where(AuditRow.action == "provision-some")).all()
    assert [tuple(row) for row in found] == [
        (CARYS, GLAN.number, SEREN.upn, "begun"),
        (CARYS, GLAN.number, SEREN.upn, "partial"),
    ]


def test_while_the_school_runs_it_is_said_and_nothing_begins(glan: Room) -> None:
    glan.answer(CARYS, WHY)
    with glan.a_run_under_way(GLAN):
        after = glan.press(CARYS, RunAction.PROVISION)
    assert after is not None
    assert "is already under way" in words(after)
    assert accounts(glan) == set()


def test_what_is_held_back_for_the_school_is_said_to_be(glan: Room) -> None:
    """Of forty learners twelve leave: whose class changes is provisioned alone, who leaves is not."""
    pupils = [
        learner(number, year_group="9", admission_date=date(2020, 9, 1), surname=f"Pugh{number}")
        for number in range(10, 50)
    ]
    glan.provisioning.extracts(GLAN, *pupils)
    glan.provisioning.runs(GLAN)
    left = [replace(pupil, leaving_date=date(2026, 7, 17)) for pupil in pupils[:12]]
    glan.provisioning.extracts(GLAN, *left, replace(pupils[12], class_name="9C"), *pupils[13:])
    assert ONE in buttons(glan.answer(CARYS, f"old-class {pupils[12].upn}"))
    after = glan.press(CARYS, RunAction.PROVISION)
    assert after is not None
    assert "12 other changes wait for the next run" in words(after)


@pytest.fixture
def shell(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch, sqlite_url: str, knowledge: Knowledge
) -> Iterator[CommandLine]:
    """A command line whose installation has a school that never ran, with two learners."""
    monkeypatch.setenv("HWB_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("HWB_AT", "2026-09-07T09:00")
    monkeypatch.setenv("HWB_EXTRACTS", str(hwb.folder / "extracts"))
    database = Database(sqlite_url)
    Schools(database, hwb.folder / "extracts", knowledge).extracts(GLAN, SEREN, TOMOS)
    yield hwb
    database.close()


def the_run(said: Any) -> dict[str, Any]:
    (run,) = said.shape["runs"]
    found: dict[str, Any] = run
    return found


def test_only_on_the_command_line(shell: CommandLine) -> None:
    run = the_run(shell(f"provision --school {GLAN.number} --only {SEREN.upn} --json"))
    assert (run["status"], run["only"], run["others_waiting"], run["counts"]["create"]) == (
        "partial",
        1,
        1,
        1,
    )
    assert the_run(shell(f"runs --school {GLAN.number} --json"))["only"] == 1
    told = shell(f"provision --school {GLAN.number} --only {TOMOS.upn}")
    assert "not the whole school" in told.out
    assert shell(f"provision --all --only {SEREN.upn}").status == 2
    assert shell(f"provision --school {GLAN.number} --only {upn(9)}").status == 1


def test_only_as_a_dry_run_shows_their_plan_and_changes_nothing(shell: CommandLine) -> None:
    line = f"provision --school {GLAN.number} --only {SEREN.upn} --dry-run"
    run = the_run(shell(f"{line} --json"))
    assert (run["id"], run["only"], run["others_waiting"]) == (None, 1, 1)
    assert [(change["change"], change["identifier"]) for change in run["changes"]] == [("create", SEREN.upn)]
    told = shell(line).out
    assert SEREN.upn in told
    assert TOMOS.upn not in told
    assert "1 other change waits for the next run" in told
    assert shell("accounts --json").shape["accounts"] == []
    assert shell("runs --json").shape["runs"] == []
    assert shell(f"provision --school {GLAN.number} --only {upn(9)} --dry-run").status == 1
