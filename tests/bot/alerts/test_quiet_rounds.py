"""An alert round looks again at the schools at which something has changed, and at no other.

After every change the facts are held against those of a process that looks at all schools.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from bot.alerts import known_facts
from bot.people import audit
from bot.people.audit import AuditRecord
from knowledge.models import LocalDates
from knowledge.texts import Bilingual
from provisioning.manual import reviews, upkeep
from provisioning.manual.handmade import FILE, Term
from provisioning.planning.same_person import fingerprint
from provisioning.portal.external_directory import ClientAndExport
from provisioning.records.people import Kind
from provisioning.records.plans import Doubt, DoubtReason, IdentityAnswer
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.runs.batches import provision_batch
from provisioning.runs.identities import decide
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import dates, decisions, identities, portal, schools
from provisioning.store.portal import StoredReading
from provisioning.store.tables.accounts import AccountRow, CorrectionRow, JournalRow
from provisioning.store.tables.decisions import IdentityDecisionRow
from tests.bot.alerts.round_builders import ALL, ALYS, MOVED_ALYS, NEW, SOON, TOMORROW, Rounds, first_round
from tests.builders import BRYN, GLAN, NANT, NOW, Schools, learner, staff_member, write
from tests.provisioning.manual.review_builders import HEADER, SALLY, listed
from tests.provisioning.runs.decision_builders import PUPILS, approves, left, rejects, undoes

pytestmark = pytest.mark.integration


@pytest.fixture
def rounds(provisioning: Schools) -> Rounds:
    """The three schools, after the first round."""
    return first_round(provisioning)


def test_a_quiet_round_looks_at_no_school(rounds: Rounds) -> None:
    assert rounds.looked_at() == set()
    assert rounds.looked_at(SOON + timedelta(hours=9)) == set()


# Files


def test_a_new_extract(rounds: Rounds) -> None:
    rounds.schools.extracts(BRYN, NEW)
    assert rounds.looked_at() == {BRYN.number}
    assert rounds.looked_at() == set()


def test_an_extract_that_others_rest_on(rounds: Rounds) -> None:
    """Glan waits for Nant, so its own causes change with Nant's leaving date."""
    rounds.schools.extracts(NANT, replace(ALYS, leaving_date=date(2026, 8, 31)))
    assert rounds.looked_at() == {NANT.number, GLAN.number}


def test_an_extract_that_is_gone(rounds: Rounds) -> None:
    (rounds.schools.folder / BRYN.number / "learners.csv").unlink()
    assert rounds.looked_at() == {BRYN.number}


def test_a_school_reads_another_format(rounds: Rounds) -> None:
    with rounds.schools.database.writing() as session:
        schools.put(session, [replace(BRYN, source="oneroster")])
    assert rounds.looked_at() == ALL


# Runs and decisions


def test_a_run(rounds: Rounds) -> None:
    rounds.schools.extracts(BRYN, NEW)
    rounds.looked_at()
    rounds.schools.runs(BRYN, at=SOON)
    assert rounds.looked_at() == {BRYN.number}


def rests(rounds: Rounds, *schools: School) -> None:
    """Run schools as a nightly batch does: where nothing is new, no record is looked at."""
    ran = provision_batch(rounds.schools.at(SOON), [school.number for school in schools], started_by="test")
    assert all(run.rests_on for run in ran.runs)


def test_a_run_that_finds_nothing_new(rounds: Rounds) -> None:
    rests(rounds, BRYN)
    assert rounds.looked_at(SOON + timedelta(minutes=1)) == set()


def test_a_run_that_finds_nothing_new_where_another_school_waits(rounds: Rounds) -> None:
    """Glan is told when Nant ran last."""
    rests(rounds, NANT)
    assert rounds.looked_at(SOON + timedelta(minutes=1)) == {GLAN.number}


def test_a_run_that_finds_nothing_new_but_had_to_be_made(rounds: Rounds) -> None:
    """Its client must run since Monday, and ran on Sunday last: the stage about runs is open."""
    with rounds.schools.database.writing() as session:
        dates.put(session, "681", 2026, "must_run_on", [date(2026, 9, 8)], by="Alys", at=NOW)
    rounds.looked_at(TOMORROW + timedelta(days=1))
    provision_batch(rounds.schools.at(TOMORROW + timedelta(days=1)), [BRYN.number], started_by="test")
    assert rounds.looked_at(TOMORROW + timedelta(days=1, minutes=1)) == {BRYN.number}


def test_a_release_at_another_school(rounds: Rounds) -> None:
    rounds.schools.extracts(NANT, replace(ALYS, leaving_date=date(2026, 8, 31)))
    rounds.looked_at()
    rounds.schools.runs(NANT, at=SOON)
    assert rounds.looked_at() == {NANT.number, GLAN.number}


def test_an_account_under_a_upn_that_had_none(rounds: Rounds) -> None:
    """Glan has a row of a learner without account anywhere; Bryn is then the first to make one."""
    waiting = learner(111, surname="Rees", forename="Nia")
    rounds.schools.extracts(GLAN, MOVED_ALYS, staff_member(), *PUPILS, waiting)
    rounds.looked_at()
    rounds.schools.extracts(BRYN, replace(waiting, year_group="6", admission_date=date(2019, 9, 1)))
    assert rounds.looked_at() == {BRYN.number}
    rounds.schools.runs(BRYN, at=SOON)
    assert rounds.looked_at() == {BRYN.number, GLAN.number}


def test_an_account_that_another_school_takes_over_under_another_upn(rounds: Rounds) -> None:
    """What Glan had is found neither by its school any more nor by a UPN in Glan's extract."""
    account, run = rounds.schools.account(PUPILS[0]), rounds.schools.runs(BRYN, at=SOON)
    rounds.looked_at()
    taken = {"kind": "match", "person": "learner", "identifier": NEW.upn, "fingerprint": "-", "after": {}}
    with rounds.schools.database.writing() as session:
        row = session.get_one(AccountRow, account.id)
        row.school, row.upn = BRYN.number, NEW.upn
        session.add(JournalRow(run=run.known_id, account=account.id, **taken))
    assert rounds.looked_at() == {BRYN.number, GLAN.number}


@pytest.mark.parametrize("decides", [approves, rejects])
def test_a_held_run_that_is_decided_on(rounds: Rounds, decides: Callable[..., object]) -> None:
    rounds.schools.extracts(GLAN, MOVED_ALYS, staff_member(), *left(PUPILS[:30]), *PUPILS[30:])
    held = rounds.schools.runs(GLAN, at=SOON)
    assert held.status is RunStatus.HELD
    rounds.looked_at()
    decides(rounds.schools, held, SOON)
    assert rounds.looked_at() == {GLAN.number}


def test_a_run_that_is_undone(rounds: Rounds) -> None:
    rounds.schools.extracts(BRYN, NEW)
    made = rounds.schools.runs(BRYN, at=SOON)
    rounds.looked_at()
    undoes(rounds.schools, made, SOON)
    assert rounds.looked_at() == {BRYN.number}


def test_refusals_that_are_taken_back(rounds: Rounds) -> None:
    """The school's runs stay as they are, but the next one will end those accounts."""
    rounds.schools.extracts(GLAN, MOVED_ALYS, staff_member(), *left(PUPILS[:30]), *PUPILS[30:])
    rejects(rounds.schools, rounds.schools.runs(GLAN, at=SOON), SOON)
    rounds.looked_at()
    with rounds.schools.database.writing() as session:
        assert decisions.reconsider(session, GLAN.number) == 30
    assert rounds.looked_at() == {GLAN.number}


def test_a_question_whose_account_it_is_and_its_answer(rounds: Rounds) -> None:
    database, account = rounds.schools.database, rounds.schools.account(PUPILS[0])
    doubt = Doubt(DoubtReason.IDENTITY_DOUBT, PUPILS[0], account, fingerprint(PUPILS[0]))
    with database.writing() as session:
        identities.ask(session, {GLAN.number: [doubt]}, NOW)
        (question,) = identities.waiting(session)
    assert rounds.looked_at() == {GLAN.number}
    decide(rounds.schools.at(), question.id, IdentityAnswer.SAME, by="Alys")
    assert rounds.looked_at() == {GLAN.number}
    with database.writing() as session:
        session.delete(session.get_one(IdentityDecisionRow, question.id))
    assert rounds.looked_at() == {GLAN.number}


# People


def test_a_review_of_an_account_made_by_hand(rounds: Rounds) -> None:
    provisioning = rounds.schools.at()
    account = reviews.find(provisioning, GLAN.number, Kind.NON_MIS, "SupplyS")
    reviews.keep(provisioning, account, Term.YEAR, by="Alys")
    assert rounds.looked_at() == {GLAN.number}


def test_a_list_of_accounts_made_by_hand(rounds: Rounds) -> None:
    listed(rounds.schools, SALLY, [BRYN.number, "PuwM@hwbcymru.net", "Mari Puw", "governor", "", ""], at=NOW)
    assert rounds.looked_at() == {BRYN.number}


def test_a_list_that_is_held(rounds: Rounds) -> None:
    """It would end all six at once: a person is asked, and the stages of reviews say so."""
    many = [
        [BRYN.number, f"Puw{number}@hwbcymru.net", f"Mari Puw {number}", "non-mis", "", "2026-09-01"]
        for number in range(6)
    ]
    listed(rounds.schools, SALLY, *many, at=NOW)
    rounds.looked_at()
    ended = [[*row[:4], "2026-09-01", ""] for row in many]
    write(rounds.schools.folder / FILE, [HEADER, SALLY, *ended], NOW)
    assert len(upkeep.take_in(rounds.schools.at(SOON))) == 1
    assert rounds.looked_at() == {BRYN.number}


def test_a_correction_of_an_account(rounds: Rounds) -> None:
    """As `hwb correct` makes it: the account and a row of its own, without a run."""
    account = rounds.schools.account(PUPILS[0])
    with rounds.schools.database.writing() as session:
        session.get_one(AccountRow, account.id).surname = "Other"
        session.add(
            CorrectionRow(account=account.id, field="surname", before={}, after={}, by="Alys", at=NOW)
        )
    assert rounds.looked_at() == {GLAN.number}


@pytest.mark.parametrize("action", ["erase", "retention"])
def test_people_who_are_erased_or_past_their_time(rounds: Rounds, action: str) -> None:
    """What is deleted leaves no mark but its audit record, so all schools are looked at."""
    audit.keep(rounds.schools.database, AuditRecord(NOW, "Alys", "cli", action, None, None, audit.OK))
    assert rounds.looked_at() == ALL
    assert rounds.looked_at() == set()


# Time


def test_a_week_after_a_run(rounds: Rounds) -> None:
    """A client that has not run for a week is not expected to run by itself: to the minute."""
    week = timedelta(days=7)
    rounds.looked_at(NOW + week - timedelta(minutes=1))
    assert rounds.looked_at(NOW + week) == set()
    assert rounds.looked_at(NOW + week + timedelta(minutes=1)) == ALL


# Schools, dates and settings


def test_a_school_that_closes(rounds: Rounds) -> None:
    with rounds.schools.database.writing() as session:
        schools.put(session, [replace(BRYN, closed_on=date(2026, 9, 1), successor=NANT.number)])
    assert rounds.looked_at() == {NANT.number, GLAN.number}


def test_a_school_with_another_name(rounds: Rounds) -> None:
    with rounds.schools.database.writing() as session:
        schools.put(session, [replace(NANT, name=Bilingual("Nant School", "Ysgol Nant"))])
    assert rounds.looked_at() == ALL


def test_a_school_that_is_new(rounds: Rounds) -> None:
    new = School("6809904", Bilingual("New", "Newydd"), "680", "primary", "6", "school", "")
    with rounds.schools.database.writing() as session:
        schools.put(session, [new])
    assert rounds.looked_at() == {*ALL, new.number}


@pytest.mark.parametrize("name", ["first_day_of_term", "class_updates_off"])
def test_a_date_that_an_authority_moves(rounds: Rounds, name: str) -> None:
    """Also the day from which class updates pause."""
    with rounds.schools.database.writing() as session:
        dates.put(session, "681", 2026, name, [date(2026, 9, 8)], by="Alys", at=NOW)
    assert rounds.looked_at() == ALL
    with rounds.schools.database.writing() as session:
        dates.remove(session, "681", 2026, name)
    assert rounds.looked_at() == ALL


@pytest.mark.parametrize(
    "other",
    [
        {"local_dates": {("680", 2026): LocalDates(first_day_of_term=date(2026, 9, 8))}},
        {"external_directory": Mock(spec=ClientAndExport)},
        {"extract_folder": ExtractFolder(Path("elsewhere"))},
    ],
    ids=["dates in the settings", "accounts in the portal", "another folder of extracts"],
)
def test_settings(rounds: Rounds, other: Mapping[str, Any]) -> None:
    services = replace(rounds.schools.at(SOON), **other)
    assert rounds.looked_at(provisioning=services) == ALL
    assert rounds.looked_at(provisioning=services) == set()


def test_other_knowledge(rounds: Rounds) -> None:
    services = rounds.schools.at(SOON)
    services = replace(services, knowledge=replace(services.knowledge, words={}))
    assert rounds.looked_at(provisioning=services) == ALL


def test_an_export_of_the_portal(rounds: Rounds) -> None:
    """Accounts that live in the portal change by its export, which may be of any school."""
    with rounds.schools.database.writing() as session:
        portal.mark(session, {BRYN.number: StoredReading("a stamp", NOW, None, True)})
    assert rounds.looked_at() == ALL


# Which schools can have alerts


def test_out_of_season_a_school_with_open_alerts_or_an_old_extract(provisioning: Schools) -> None:
    november = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    for school in (NANT, BRYN, GLAN):
        provisioning.extracts(school, learner(), at=november)
    out = Rounds(provisioning)
    assert out.looked_at(november) == set()
    assert out.looked_at(november, with_alerts=frozenset({BRYN.number})) == {BRYN.number}
    provisioning.extracts(GLAN, learner(), at=november - timedelta(days=60))
    assert out.looked_at(november) == {GLAN.number}
    assert out.looked_at(november) == set()


# A round that goes wrong


def test_a_round_that_breaks_off_is_made_up_for(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OSError("the disk is away")

    rounds.schools.extracts(BRYN, NEW)
    with monkeypatch.context() as patch:
        patch.setattr(known_facts, "facts", away)
        with pytest.raises(OSError, match="away"):
            rounds.looked_at()
    assert rounds.looked_at() == ALL
