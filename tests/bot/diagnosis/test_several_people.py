"""A question about several people at once, each at the school whose records know them."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from bot.people.tables import AuditRow
from tests.bot.app_fixtures import CARYS, JAC, PRYS, SEREN, WYN, Room, buttons, option, rows, words
from tests.builders import GLAN, NANT, learner, upn

MAIR = learner(2)
GWEN = learner(7)
TWO = f"{SEREN.upn} {upn(9)}"


@pytest.fixture
def nant(glan: Room) -> Room:
    """Glan has Seren and Jac, Nant has Mair in its extract; both have a Jac with the code JEV."""
    glan.provisioning.extracts(NANT, MAIR, JAC)
    return glan


def table(room: Room, user: str, line: str) -> list[list[str]]:
    return rows(room.answer(user, line))


def test_each_person_has_a_row_what_stands_in_the_way_whose_move_and_what_to_do(glan: Room) -> None:
    answer = glan.answer(CARYS, f"why-missing {TWO}")
    head, seren, nobody = rows(answer)
    assert head[:4] == ["UPN or staff code", "What stands in the way", "Who", "What to do"]
    assert seren[:3] == [SEREN.upn, "the client has never run here", "You can start it"]
    assert nobody[:2] == [upn(9), "not in the school's MIS"]
    assert "2 people looked up" in words(answer)


def test_a_press_gives_the_whole_answer_about_one_and_the_table_stays(glan: Room) -> None:
    answer = glan.answer(CARYS, f"why-missing {TWO}")
    assert buttons(answer)[:2] == [SEREN.upn, upn(9)]
    whole = glan.press(CARYS, "say:person-0")
    assert whole is not None
    assert "What was checked" in words(whole)
    assert whole["ts"] != answer["ts"]


def test_in_welsh(glan: Room) -> None:
    _, seren, nobody = table(glan, WYN, f"pam-ar-goll {TWO}")
    assert seren[1:3] == ["nid yw'r cleient erioed wedi rhedeg yma", "Gallwch chi ei gychwyn"]
    assert nobody[1] == "heb fod ym MIS yr ysgol"


def test_more_than_twenty_are_asked_about_in_parts(glan: Room) -> None:
    many = ", ".join(upn(number) for number in range(1, 22))
    assert "I answer 20 at once" in words(glan.answer(CARYS, f"why-missing {many}"))


def test_the_audit_has_each_of_them_with_what_was_found(glan: Room) -> None:
    glan.answer(CARYS, f"why-missing {TWO}")
    with glan.services.database.reading() as session:
        found = session.execute(select(AuditRow.subject, AuditRow.school, AuditRow.outcome)).all()
    assert {tuple(row) for row in found} >= {
        (SEREN.upn, GLAN.number, "never-run"),
        (upn(9), GLAN.number, "not-in-mis"),
    }


def test_an_officer_is_answered_at_the_school_whose_extract_has_the_learner(nant: Room) -> None:
    assert "never run successfully for Nant" in words(nant.answer(PRYS, f"why-missing {MAIR.upn}"))
    assert "never run successfully for Glan High" in words(nant.answer(PRYS, f"why-missing {SEREN.upn}"))


def test_a_rejected_row_says_the_school_and_so_does_an_account_alone(nant: Room) -> None:
    nant.provisioning.extracts(GLAN, SEREN, replace(GWEN, admission_date=None))
    assert "Glan High" in words(nant.answer(PRYS, f"why-missing {GWEN.upn}"))
    nant.provisioning.runs(NANT)
    nant.provisioning.extracts(NANT, learner(3))
    assert "Which one do you mean?" not in words(nant.answer(PRYS, f"why-missing {MAIR.upn}"))


def test_where_several_schools_know_a_code_only_they_are_offered(nant: Room) -> None:
    asked = nant.answer(PRYS, f"why-missing {JAC.staff_code}")
    assert f"Several of your schools have {JAC.staff_code} in their records" in words(asked)
    answer = nant.press(PRYS, "choose-school", selected_option=option(GLAN.number))
    assert answer is not None
    assert "Is the staff record complete" in words(answer)


def test_where_no_school_knows_a_upn_that_is_said_and_the_school_asked(nant: Room) -> None:
    assert f"I find {upn(9)} in no records of your schools" in words(
        nant.answer(PRYS, f"why-missing {upn(9)}")
    )


def test_a_school_without_a_role_is_never_told(nant: Room) -> None:
    said = words(nant.answer(CARYS, f"why-missing {MAIR.upn}")) + words(
        nant.answer(CARYS, f"why-missing {MAIR.upn} {SEREN.upn}")
    )
    assert "Nant" not in said


def test_of_several_each_is_answered_at_its_own_school(nant: Room) -> None:
    answer = nant.answer(PRYS, f"why-missing {SEREN.upn}, {MAIR.upn}, {JAC.staff_code}, {upn(9)}")
    _, seren, mair, jac, nobody = rows(answer)
    assert [seren[-1], mair[-1], jac[-1], nobody[-1]] == ["Glan High", "Nant Primary", "–", "–"]
    assert jac[1].startswith(f"{JAC.staff_code} is in the records of several schools: Nant")
    assert "no records" in nobody[1]


def test_of_a_mover_it_is_the_new_school_not_the_one_that_holds_the_account(nant: Room) -> None:
    nant.provisioning.runs(NANT)
    nant.provisioning.extracts(NANT, learner(2, year_group="6", leaving_date=date(2026, 8, 31)))
    nant.provisioning.extracts(GLAN, SEREN, replace(MAIR, year_group="7"))
    said = words(nant.answer(PRYS, f"why-missing {MAIR.upn}"))
    assert "never run successfully for Glan High" in said


def test_a_similar_upn_of_the_school_is_a_button(glan: Room) -> None:
    wrong = SEREN.upn[:-1] + ("1" if SEREN.upn[-1] != "1" else "2")
    answer = glan.answer(CARYS, f"why-missing {wrong}")
    assert f"Look up {SEREN.upn}" in buttons(answer)
    found = glan.press(CARYS, "say:suggested-0")
    assert found is not None
    assert "never run successfully for Glan High" in words(found)
