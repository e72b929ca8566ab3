"""The previous school's run and then one's own, by one press; and runs for whole groups."""

from datetime import timedelta
from typing import Any

import pytest

from bot.people.permissions import Grant, Role
from bot.runs import answers
from bot.runs.actions import RunAction
from provisioning.records.runs import RunStatus
from provisioning.runs.dependencies import Provisioning
from provisioning.store.runs import Run
from tests.bot.app_fixtures import CARYS, HELP, IDRIS, PRYS, SEREN, WYN, Room, buttons, rows, words
from tests.bot.runs.movers import MOVER, a_mover_whose_previous_school_has_to_run
from tests.builders import GLAN, NANT, NOW, learner

BOTH = "Run Nant Primary, then Glan High"


@pytest.fixture
def moving(here: Room) -> Room:
    a_mover_whose_previous_school_has_to_run(here)
    return here


def test_one_press_runs_the_previous_school_then_ones_own_and_the_account_is_there(moving: Room) -> None:
    assert buttons(moving.answer(PRYS, f"why-missing {MOVER.upn}"))[0] == BOTH
    after = moving.press(PRYS, RunAction.RUN_BOTH)
    assert after is not None
    said = words(after)
    assert said.index("has run for Nant Primary") < said.index("has run for Glan High")
    assert "1 released" in said
    assert "1 matched" in said
    assert "nothing is missing" in said
    assert moving.provisioning.account(MOVER).school == GLAN.number


def test_what_came_of_both_runs_is_told_in_words_for_who_pressed(moving: Room) -> None:
    """Prys keeps no records: he reads of records that can't be used, not of rejected rows."""
    moving.provisioning.extracts(GLAN, MOVER, learner(8, surname=""))
    moving.answer(PRYS, f"why-missing {MOVER.upn}")
    after = moving.press(PRYS, RunAction.RUN_BOTH)
    assert after is not None
    assert "1 record can't be used" in words(after)
    assert "row" not in words(after)


def test_while_it_runs_the_message_says_which_school_has_run_and_which_is_running(
    moving: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, provision = list[str](), answers.provision

    def watched(provisioning: Provisioning, number: str, **said: Any) -> Run:
        shown.append(words(moving.server.person(PRYS).messages(HELP)[-1]))
        return provision(provisioning, number, **said)

    monkeypatch.setattr(answers, "provision", watched)
    moving.answer(PRYS, f"why-missing {MOVER.upn}")
    moving.press(PRYS, RunAction.RUN_BOTH)
    first, second = shown
    assert "if that run succeeds, it runs for Glan High too" in first
    assert "has run for Nant Primary" in second
    assert "Now the client is running for Glan High" in second


def test_where_the_previous_schools_run_fails_ones_own_does_not_run_and_that_is_said(moving: Room) -> None:
    moving.answer(PRYS, f"why-missing {MOVER.upn}")
    (moving.provisioning.folder / NANT.number / "learners.csv").unlink()
    before = len(moving.provisioning.statuses())
    after = moving.press(PRYS, RunAction.RUN_BOTH)
    assert after is not None
    assert "has not been run for Glan High, because the run for Nant Primary did not succeed" in words(after)
    assert moving.provisioning.statuses()[before:] == [(NANT.number, "failed")]


def test_where_the_previous_schools_extract_can_not_be_read_that_comes_first_and_no_run(moving: Room) -> None:
    (moving.provisioning.folder / NANT.number / "learners.csv").unlink()
    for line in (f"why-missing {MOVER.upn}", "missing"):
        answer = moving.answer(PRYS, f"{line} {GLAN.number}")
        said = words(answer)
        assert "You can start it" not in said
        assert "First put the data files of Nant Primary right" in said
        assert not {BOTH, "Run both schools", "Run now for Nant Primary", "Run now"} & {*buttons(answer)}
    assert "You can start it" not in words(moving.answer(PRYS, f"still-active {NANT.number}"))


def test_where_ones_own_run_is_held_the_previous_school_runs_alone(moving: Room) -> None:
    many = [learner(number) for number in range(2, 42)]
    moving.provisioning.extracts(GLAN, MOVER, *many)
    moving.provisioning.runs(GLAN)
    moving.provisioning.extracts(GLAN, MOVER, *many[20:], at=NOW + timedelta(minutes=1))
    assert moving.provisioning.runs(GLAN, at=NOW + timedelta(minutes=2)).status is RunStatus.HELD
    assert buttons(moving.answer(PRYS, f"why-missing {MOVER.upn}"))[0] == "Run now for Nant Primary"


def test_who_may_not_run_the_previous_school_can_not_press_it(moving: Room) -> None:
    message = moving.answer(PRYS, f"why-missing {MOVER.upn}")
    forged = moving.pressed(PRYS, message, RunAction.RUN_BOTH)
    forged["user"]["id"] = CARYS
    before = moving.provisioning.statuses()
    moving.deliver("interactive", forged)
    moving.later.settle()
    assert moving.provisioning.statuses() == before


def test_the_whole_group_is_run_by_one_press_and_then_listed_again(moving: Room) -> None:
    listed = moving.answer(PRYS, f"missing {GLAN.number}")
    assert BOTH in buttons(listed)
    after = moving.press(PRYS, RunAction.RUN_BOTH)
    assert after is not None
    assert "Everybody on roll at Glan High has an account there." in words(after)


@pytest.mark.parametrize(("user", "words_"), [(CARYS, "Run now"), (WYN, "Rhedeg nawr")])
def test_a_group_that_waits_for_ones_own_run_has_run_now(user: str, words_: str, glan: Room) -> None:
    assert words_ in buttons(glan.answer(user, "missing"))
    after = glan.press(user, RunAction.RUN_NOW)
    assert after is not None
    assert glan.provisioning.statuses() == [(GLAN.number, "succeeded")]


def test_what_the_reader_can_do_now_is_first_in_the_list_and_told_so(glan: Room) -> None:
    nameless = learner(4, surname="")
    glan.provisioning.extracts(GLAN, nameless, SEREN)
    answer = glan.answer(CARYS, "missing")
    assert [row[0] for row in rows(answer)[1:]] == [SEREN.upn, nameless.upn]
    said = words(answer)
    assert said.index("*You can start it*") < said.index("*The school’s MIS administrator*")


def test_leavers_whose_accounts_live_on_are_ended_by_one_press(here: Room) -> None:
    a_mover_whose_previous_school_has_to_run(here)
    answer = here.answer(PRYS, f"still-active {NANT.number}")
    assert "You can start it" in words(answer)
    after = here.press(PRYS, RunAction.RUN_NOW)
    assert after is not None
    assert "no leaver's account is still active" in words(after)


def test_who_may_not_run_the_previous_school_is_offered_to_ask_who_runs_its_client(moving: Room) -> None:
    moving.grant(Grant(IDRIS, Role.PROVISIONING_MANAGER, NANT.number))
    in_english = buttons(moving.answer(CARYS, f"why-missing {MOVER.upn}"))
    assert "Ask who runs the previous school's client" in in_english
    in_welsh = buttons(moving.answer(WYN, f"pam-ar-goll {MOVER.upn}"))
    assert "Gofyn i'r sawl sy'n rhedeg cleient yr ysgol flaenorol" in in_welsh
