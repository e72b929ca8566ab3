"""Look-ups and changes in Slack are in the audit, with their outcome."""

from typing import Any

import pytest
from sqlalchemy import text

from bot.people import audit
from bot.people.audit import AuditFilter, AuditRecord
from provisioning.records.runs import RunStatus
from tests.bot.app_fixtures import CARYS, DAI, ELIS, PRYS, SEREN, Room, option, words
from tests.builders import GLAN, NANT, NOW, learner, upn


def looked(room: Room, **wanted: Any) -> list[tuple[str, str | None, str | None, str]]:
    """Deed, school, subject and outcome of what the audit holds, oldest first."""
    with room.services.database.reading() as session:
        found = audit.read(session, AuditFilter(**wanted))
    assert all(record.at == NOW and record.entry_point == "slack" for record in found)
    return [(record.action, record.school, record.subject, record.outcome) for record in reversed(found)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"why-missing {SEREN.upn.lower()}", ("why-missing", GLAN.number, SEREN.upn, "never-run")),
        (f"pam-ar-goll {upn(77)}", ("why-missing", GLAN.number, upn(77), "not-in-mis")),
        (f"no-password {SEREN.upn}", ("no-password", GLAN.number, SEREN.upn, "never-run")),
        ("move-account jev", ("move-account", GLAN.number, "JEV", "contact-service-desk")),
        ("why-missing", ("why-missing", None, None, "asked-back")),
        ("missing", ("missing", GLAN.number, None, "ok")),
        ("last-run", ("last-run", GLAN.number, None, "ok")),
        ("forecast", ("forecast", GLAN.number, None, "ok")),
        ("review non-mis", ("review", GLAN.number, None, "ok")),
        ("rollover", ("rollover", GLAN.number, None, "ok")),
        ("dates", ("dates", None, None, "ok")),
        ("faq", ("faq", None, None, "ok")),
        ("faq nonsense", ("faq", None, None, "error:entry-unknown")),
        ("language cymraeg", ("language", None, None, "ok")),
        ("help", ("help", None, None, "ok")),
    ],
)
def test_every_verb_is_recorded_with_its_outcome(line: str, expected: tuple[Any, ...], glan: Room) -> None:
    glan.run(CARYS, line)
    assert looked(glan, who=CARYS) == [expected]


def test_a_run_is_recorded_as_begun_and_with_what_came_of_it(glan: Room) -> None:
    glan.run(CARYS, "run")
    assert looked(glan) == [("run", GLAN.number, None, "begun"), ("run", GLAN.number, None, "succeeded")]


def test_run_now_is_recorded_with_the_question_that_it_asks_again(glan: Room) -> None:
    glan.answer(CARYS, f"why-missing {SEREN.upn}")
    glan.press(CARYS, "run-now")
    assert looked(glan)[1:] == [
        ("run", GLAN.number, None, "begun"),
        ("run", GLAN.number, None, "succeeded"),
        ("why-missing", GLAN.number, SEREN.upn, "present"),
    ]


def test_a_refusal_is_recorded(glan: Room) -> None:
    glan.run(ELIS, f"why-missing {SEREN.upn} {GLAN.number}")
    glan.run(DAI, f"why-missing {SEREN.upn} {GLAN.number}")
    refused = ("why-missing", GLAN.number, SEREN.upn, "refused")
    assert looked(glan) == [refused, refused]


def test_several_schools_ask_back(glan: Room) -> None:
    glan.answer(PRYS, f"why-missing {upn(9)}")
    glan.press(PRYS, "choose-school", selected_option=option(GLAN.number))
    assert looked(glan) == [
        ("why-missing", None, upn(9), "asked-back"),
        ("why-missing", GLAN.number, upn(9), "not-in-mis"),
    ]


def test_a_forged_school_gives_no_access(glan: Room) -> None:
    shown = glan.answer(ELIS, "faq")
    payload = glan.on_message(ELIS, shown, "block_actions", "say:faq")
    value = f"{'6' * 900} why-missing {SEREN.upn}"
    payload["actions"] = [{"type": "button", "action_id": "run-now", "block_id": "x", "value": value}]
    glan.deliver("interactive", payload)
    assert looked(glan)[-1] == ("run", "6" * 7, None, "refused")


def test_home_is_recorded(glan: Room) -> None:
    glan.open_home(CARYS)
    glan.open_home(ELIS)
    assert looked(glan) == [("home", None, None, "ok"), ("home", None, None, "refused")]


def test_what_cannot_be_recorded_is_not_shown(glan: Room) -> None:
    with glan.services.database.writing() as session:
        session.execute(text("DROP TABLE audit"))
    answer = glan.answer(CARYS, f"why-missing {SEREN.upn}")
    assert "reference" in words(answer)
    assert SEREN.upn not in str(answer)
    glan.run(CARYS, "run")
    assert glan.provisioning.statuses() == []


def held_at_nant(room: Room) -> None:
    """A run of Nant that holds what its shrunken extract would do."""
    everybody = [learner(number, year_group="6") for number in range(1, 31)]
    room.provisioning.extracts(NANT, *everybody)
    room.provisioning.runs(NANT)
    room.provisioning.extracts(NANT, *everybody[:5])
    assert room.provisioning.runs(NANT).status is RunStatus.HELD


def test_decisions_are_recorded(here: Room) -> None:
    held_at_nant(here)
    here.answer(PRYS, f"last-run {NANT.number}")
    here.press(PRYS, "held:samples")
    here.press(PRYS, "held:reject")
    deeds = looked(here)[1:]
    assert deeds == [
        ("samples", NANT.number, None, "ok"),
        ("reject", NANT.number, None, "begun"),
        ("reject", NANT.number, None, "ok"),
    ]


def test_a_refused_decision_is_recorded(here: Room) -> None:
    held_at_nant(here)
    shown = here.answer(PRYS, f"last-run {NANT.number}")
    pressed = here.pressed(PRYS, shown, "held:approve")
    here.deliver("interactive", pressed | {"user": pressed["user"] | {"id": DAI}})
    with here.services.database.reading() as session:
        newest = audit.read(session, AuditFilter(who=DAI))
    assert newest == [AuditRecord(NOW, DAI, "slack", "approve", NANT.number, None, "refused")]
