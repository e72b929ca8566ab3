"""Erasure in either database: what is one person's goes, what is others' stays, and no time is renewed."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from bot.desk.tables import CaseEnquiryRow, CaseRow
from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.outbox.tables import OutboxRow
from bot.people import audit
from bot.people.audit import AuditFilter, AuditRecord
from provisioning.store import erasure, runs
from provisioning.store.retention import NOT_KEPT
from provisioning.store.runs import Run
from provisioning.store.tables.accounts import AccountRow
from provisioning.store.tables.runs import RunRow
from provisioning.subject import subject_access
from tests.builders import GLAN, NANT, NOW, Schools, learner, staff_member

pytestmark = pytest.mark.both_databases

SEREN, DYLAN = learner(1, surname="Blodeuwedd"), learner(2, surname="Bowen", forename="Dylan")
JAC = staff_member("J%V")
DAI = "U0DAI77"


@pytest.fixture
def lived(provisioning: Schools) -> Schools:
    """Seren and Dylan at Glan, a Jac with one code at each of two schools; Dai started a run there."""
    provisioning.extracts(GLAN, SEREN, DYLAN, JAC)
    provisioning.extracts(NANT, replace(JAC, surname="Davies"))
    for school in (GLAN, NANT):
        provisioning.runs(school)
    with provisioning.database.writing() as session:
        letters.put(session, [Letter("both", "U0NIA", {"who": [SEREN.upn, DYLAN.upn]})], NOW)
        letters.put(session, [Letter("dais", DAI, {"kind": "x"})], NOW)
        session.execute(text("UPDATE outbox SET recorded_at = created_at"))
        session.execute(text("UPDATE runs SET started_by = :dai, recorded_at = finished_at"), {"dai": DAI})
    audit.keep(
        provisioning.database,
        AuditRecord(NOW, DAI, "slack", "why-missing", GLAN.number, SEREN.upn, "present"),
    )
    return provisioning


def erased(provisioning: Schools, typed: str, school: str | None = None) -> dict[str, tuple[int, int, int]]:
    """What was deleted, changed and kept, by table."""
    subject, _ = subject_access(provisioning.at(NOW), typed, school)
    with provisioning.database.writing() as session:
        steps = erasure.plan(session, subject)
        erasure.carry_out(session, steps)
    return {step.table.name: (len(step.delete), len(step.change), step.kept) for step in steps}


def test_a_learners_rows_go_and_others_keep_theirs(lived: Schools) -> None:
    assert erased(lived, SEREN.upn) == {
        "accounts": (1, 0, 0),
        "covered_records": (1, 0, 0),
        "journal": (1, 0, 0),
        "outbox": (0, 1, 0),
        "audit": (0, 0, 1),
    }
    with lived.database.reading() as session:
        both = letters.posted(session, "both")
        assert both is not None
        assert both.payload == {"who": ["***", DYLAN.upn]}
        assert both.recorded_at == both.created_at  # it is kept no longer for that
        assert [record.subject for record in audit.read(session, AuditFilter())] == [SEREN.upn]
    assert [account.upn for account in lived.accounts(GLAN) if account.upn] == [DYLAN.upn]


def test_a_code_is_erased_at_its_school_alone(lived: Schools) -> None:
    erased(lived, "J%V", GLAN.number)
    assert [account.school for account in lived.accounts() if account.staff_code] == [NANT.number]


def test_a_code_that_is_also_a_class_and_a_word_takes_nothing_from_others(provisioning: Schools) -> None:
    """Nia Eleri Williams signs with NEW; a class is called by it, and a new case is in the state "new"."""
    pupil = replace(SEREN, class_name="NEW")
    provisioning.extracts(GLAN, pupil, staff_member("NEW"))
    provisioning.runs(GLAN)
    opened = {"opened_at": NOW, "opened_by": "U0NIA", "language": "en", "revision": 0, "checked_at": NOW}
    with provisioning.database.writing() as session:
        session.add(CaseRow(number=1, state="new", school=GLAN.number, identifier=pupil.upn, **opened))
        session.flush()
    journal = [after for *_, after in provisioning.journal(run_of(provisioning))]
    for typed in ("NEW", "new"):
        _, held = subject_access(provisioning.at(NOW), typed, GLAN.number)
        assert pupil.upn not in str(held)
        assert "cases" not in {place.place for place in held}
    assert erased(provisioning, "new", GLAN.number)["accounts"] == (1, 0, 0)
    assert [(account.upn, account.class_name) for account in provisioning.accounts()] == [(pupil.upn, "NEW")]
    with provisioning.database.reading() as session:
        assert session.scalars(select(CaseRow.state)).all() == ["new"]
    assert [after for *_, after in provisioning.journal(run_of(provisioning))] == [
        after for after in journal if after.get("upn") == pupil.upn
    ]


def run_of(provisioning: Schools) -> Run:
    with provisioning.database.reading() as session:
        return runs.get(session, 1)


@pytest.mark.parametrize(
    "written",
    [
        SEREN.upn,
        SEREN.upn.lower(),
        f"{SEREN.upn[:4]} {SEREN.upn[4:7]} {SEREN.upn[7:]}",
        f"{SEREN.upn[:7]}-{SEREN.upn[7:]}",
        "BlodeuweddS@hwbcymru.net",
        "blodeuwedds@hwbcymru.net",
    ],
)
def test_a_text_names_a_learner_however_they_are_written(lived: Schools, written: str) -> None:
    """Dylan's number beside it, and a username that only ends alike, are other people's."""
    others = f"{DYLAN.upn.lower()} JonesBlodeuweddS@hwbcymru.net"
    told = {"at": NOW, "by": "U0NIA", "source": "pasted", "language": "en"}
    opened = {"opened_at": NOW, "opened_by": "U0NIA", "language": "en", "revision": 0, "checked_at": NOW}
    with lived.database.writing() as session:
        session.add(CaseRow(number=1, state="new", school=GLAN.number, **opened))
        session.flush()
        session.add(CaseEnquiryRow(case=1, text=f"{written}, {others}", **told))
        session.add(CaseEnquiryRow(case=1, text=others, **told))
    _, held = subject_access(lived.at(NOW), SEREN.upn, None)
    (texts,) = (place.rows for place in held if place.place == "case_askings")
    assert [row["text"] for row in texts] == [f"{written}, *** JonesBlodeuweddS@hwbcymru.net"]
    assert erased(lived, SEREN.upn)["case_askings"] == (0, 1, 0)
    with lived.database.reading() as session:
        kept = session.scalars(select(CaseEnquiryRow.text).order_by(CaseEnquiryRow.id)).all()
    assert kept == [f"***, {others}", others]


def test_the_username_of_an_erased_person_is_not_given_again(lived: Schools) -> None:
    before = lived.account(SEREN).username
    erased(lived, SEREN.upn)
    lived.extracts(NANT, learner(9, surname="Blodeuwedd", forename="Sioned", year_group="6"))
    lived.runs(NANT)
    after = {account.username for account in lived.accounts()}
    assert before.startswith("BlodeuweddS@")
    assert before not in after
    assert any(username.startswith("BlodeuweddS2@") for username in after)


def test_a_username_made_by_hand_is_not_given_to_another_either(provisioning: Schools) -> None:
    """It was never given out by a run, so nothing but the erasure itself can reserve it."""
    username = "BlodeuweddS7@hwbcymru.net"
    names = {"surname": "Blodeuwedd", "forename": "Siôn", "username_key": username.casefold()}
    with provisioning.database.writing() as session:
        session.add(
            AccountRow(kind="governor", school=NANT.number, username=username, status="inactive", **names)
        )
    assert erased(provisioning, username)["accounts"] == (1, 0, 0)
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    assert provisioning.account(SEREN).username.startswith("BlodeuweddS8@")


def test_a_slack_user_is_taken_out_of_the_runs_that_they_started(lived: Schools) -> None:
    assert erased(lived, DAI) == {"outbox": (1, 0, 0), "runs": (0, 2, 0), "audit": (0, 0, 1)}
    with lived.database.reading() as session:
        assert set(session.scalars(select(RunRow.started_by))) == {NOT_KEPT}
        assert all(row.recorded_at == row.finished_at for row in session.scalars(select(RunRow)))
        assert list(session.scalars(select(OutboxRow.key))) == ["both"]
