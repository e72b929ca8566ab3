"""Subject access: everything about one person, from every table, and nothing about another."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.people import audit
from bot.people.audit import AuditRecord
from provisioning.errors import KnownError
from provisioning.runs.undo import undo
from provisioning.store.subject import HeldRows, Subject
from provisioning.subject import subject_access
from tests.builders import BRYN, GLAN, NANT, NOW, Schools, learner, staff_member, upn

pytestmark = pytest.mark.both_databases

SEREN, DYLAN = learner(1), learner(2, surname="Bowen", forename="Dylan")
JAC = staff_member("JEV")


@pytest.fixture
def lived(provisioning: Schools) -> Schools:
    """Seren and Dylan at Glan, and a Jac at each of two schools; one letter names both learners."""
    provisioning.extracts(GLAN, SEREN, DYLAN, JAC)
    provisioning.extracts(NANT, replace(JAC, surname="Davies"))
    for school in (GLAN, NANT):
        provisioning.runs(school)
    with provisioning.database.writing() as session:
        letters.put(session, [Letter("a", "U0CARYS", {"who": [SEREN.upn, DYLAN.upn]})], NOW)
        letters.put(session, [Letter("b", "U0CARYS", {"who": [DYLAN.upn]})], NOW)
        letters.put(session, [Letter("c", "U0CARYS", {"who": "JEV", "school": GLAN.number})], NOW)
        letters.put(session, [Letter("d", "U0DAI", {"who": "JEV", "school": NANT.number})], NOW)
        audit.record(
            session,
            AuditRecord(NOW, "U0CARYS", "slack", "why-missing", GLAN.number, SEREN.upn, "present"),
            AuditRecord(NOW, "U0DAI", "slack", "why-missing", NANT.number, "JEV", "present"),
            AuditRecord(NOW, "U0CARYS", "slack", "why-missing", GLAN.number, "JEV", "present"),
        )
    return provisioning


def held(provisioning: Schools, typed: str, school: str | None = None) -> dict[str, HeldRows]:
    _, found = subject_access(provisioning.at(NOW + timedelta(hours=1)), typed, school)
    return {rows.place: rows for rows in found}


def test_a_learner_is_found_in_every_table_and_alone(lived: Schools) -> None:
    found = held(lived, SEREN.upn)
    assert set(found) == {"extracts", "accounts", "covered_records", "journal", "outbox", "audit"}
    assert all(len(part.rows) == 1 for part in found.values())
    (letter,) = found["outbox"].rows
    assert letter["payload"] == {"who": [SEREN.upn, "***"]}
    assert DYLAN.upn not in str(found)
    assert "Bowen" not in str(found)


def test_nothing_is_shown_of_an_account_that_was_undone_before(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    undo(provisioning.at(), provisioning.runs(GLAN).known_id, by="U0CARYS")
    later = NOW + timedelta(minutes=30)
    provisioning.extracts(GLAN, DYLAN, at=later)
    provisioning.runs(GLAN, at=later)
    assert len(held(provisioning, DYLAN.upn)["journal"].rows) == 1
    assert "Evans" not in str(held(provisioning, DYLAN.upn))


def test_a_staff_code_is_looked_for_at_its_school(lived: Schools) -> None:
    found = held(lived, "JEV", GLAN.number)
    assert {row["school"] for place in ("extracts", "accounts", "audit") for row in found[place].rows} == {
        GLAN.number
    }
    assert len(found["journal"].rows) == 1
    assert [row["key"] for row in found["outbox"].rows] == ["c"]
    with pytest.raises(KnownError, match="subject-school"):
        held(lived, "JEV")


def test_what_stands_under_the_former_upn_is_the_persons_too(lived: Schools) -> None:
    renumbered = replace(SEREN, upn=upn(7), former_upn=SEREN.upn)
    lived.extracts(GLAN, renumbered, DYLAN, JAC, at=NOW + timedelta(minutes=1))
    subject, _ = subject_access(lived.at(NOW + timedelta(hours=1)), upn(7), None)
    assert subject == Subject((upn(7), SEREN.upn), None, by_upn=True)
    assert held(lived, upn(7))["accounts"].rows[0]["upn"] == SEREN.upn


def test_an_extract_that_cannot_be_read_is_named(lived: Schools) -> None:
    (lived.folder / GLAN.number / "learners.csv").write_bytes(b"")
    rows = held(lived, SEREN.upn)["extracts"].rows
    assert rows == ({"school": GLAN.number, "problem": "error.extract-empty"},)


def test_of_a_person_who_is_not_known_nothing_is_held(lived: Schools) -> None:
    assert held(lived, upn(99)) == {}
    assert held(lived, "XYZ", BRYN.number) == {}
