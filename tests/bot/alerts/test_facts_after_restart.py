"""A new process begins with the facts in the store, but for schools of which anything has changed meanwhile.

After every change its facts are held against those of a process that looks at all schools.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from unittest.mock import Mock

import pytest

from bot.alerts import written_marks
from bot.alerts.tables import FactsPlaceRow, KnownFactsRow
from bot.people import audit
from bot.people.audit import AuditRecord
from bot.settings_tables import ScheduleGroup
from knowledge.models import LocalDates
from provisioning.manual import reviews
from provisioning.manual.handmade import Term
from provisioning.planning.same_person import fingerprint
from provisioning.portal.external_directory import ClientAndExport
from provisioning.records.people import Kind
from provisioning.records.plans import Doubt, DoubtReason
from provisioning.records.runs import RunStatus
from provisioning.runs.batches import provision_batch
from provisioning.store import dates, decisions, identities, schools
from provisioning.store.tables import AccountRow, CorrectionRow
from tests.bot.alerts.round_builders import ALL, ALYS, NEW, SOON, TOMORROW, Rounds, first_round
from tests.builders import BRYN, GLAN, NANT, NOW, Schools, learner
from tests.provisioning.runs.decision_builders import PUPILS, left, rejects

pytestmark = pytest.mark.integration


@pytest.fixture
def rounds(provisioning: Schools) -> Rounds:
    """The three schools, after the first round of a process that then ends."""
    made = first_round(provisioning)
    made.restarts()
    return made


def test_a_process_that_has_just_started_looks_at_no_school(rounds: Rounds) -> None:
    assert rounds.looked_at() == set()
    assert rounds.looked_at() == set()


# What concerns one school, and those that rest on it


def extract(rounds: Rounds) -> None:
    """A new extract of Bryn."""
    rounds.schools.extracts(BRYN, NEW)


def extract_gone(rounds: Rounds) -> None:
    """No extract of Bryn any more."""
    (rounds.schools.folder / BRYN.number / "learners.csv").unlink()


def quiet_run(rounds: Rounds) -> None:
    """A run at Bryn that finds nothing new."""
    provision_batch(rounds.schools.at(SOON), [BRYN.number], started_by="test")


def failed_run(rounds: Rounds) -> None:
    """A run at Bryn that fails, for its extract is gone."""
    extract_gone(rounds)
    assert rounds.schools.runs(BRYN, at=SOON).failed


@pytest.mark.parametrize("change", [extract, extract_gone, quiet_run, failed_run])
def test_what_concerns_one_school(rounds: Rounds, change: Callable[[Rounds], None]) -> None:
    change(rounds)
    assert rounds.looked_at(SOON + timedelta(minutes=1)) == {BRYN.number}


def test_a_run_that_finds_nothing_new_while_the_process_stays(rounds: Rounds) -> None:
    """The facts stay as they are; what is stored is noted to rest on the new run."""
    rounds.looked_at()
    quiet_run(rounds)
    assert rounds.looked_at(SOON + timedelta(minutes=1)) == set()
    rounds.restarts()
    assert rounds.looked_at(SOON + timedelta(minutes=2)) == set()


def test_an_extract_that_others_rest_on(rounds: Rounds) -> None:
    rounds.schools.extracts(NANT, replace(ALYS, leaving_date=date(2026, 8, 31)))
    assert rounds.looked_at() == {NANT.number, GLAN.number}


def test_a_failed_run_is_not_stored_for_its_error_may_name_a_person(rounds: Rounds) -> None:
    failed_run(rounds)
    rounds.looked_at(SOON + timedelta(minutes=1))
    with rounds.schools.database.reading() as session:
        assert session.get(KnownFactsRow, BRYN.number) is None
    rounds.restarts()
    assert rounds.looked_at(SOON + timedelta(minutes=2)) == {BRYN.number}


def test_refusals_that_are_taken_back(rounds: Rounds) -> None:
    rounds.schools.extracts(GLAN, *left(PUPILS[:30]), *PUPILS[30:])
    held = rounds.schools.runs(GLAN, at=SOON)
    assert held.status is RunStatus.HELD
    rejects(rounds.schools, held, SOON)
    rounds.looked_at()
    rounds.restarts()
    with rounds.schools.database.writing() as session:
        decisions.reconsider(session, GLAN.number)
    assert rounds.looked_at() == {GLAN.number}


# Accounts: which were read is not stored, for they are people's


def run_with_changes(rounds: Rounds) -> None:
    """A run at Bryn that makes an account."""
    extract(rounds)
    rounds.schools.runs(BRYN, at=SOON)


def review(rounds: Rounds) -> None:
    """An account made by hand is reviewed."""
    provisioning = rounds.schools.at()
    account = reviews.find(provisioning, GLAN.number, Kind.NON_MIS, "SupplyS")
    reviews.keep(provisioning, account, Term.YEAR, by="Alys")


def correction(rounds: Rounds) -> None:
    """An account is corrected at a person's request."""
    account = rounds.schools.account(PUPILS[0])
    with rounds.schools.database.writing() as session:
        session.get_one(AccountRow, account.id).surname = "Other"
        said = {"field": "surname", "before": {}, "after": {}, "by": "Alys", "at": NOW}
        session.add(CorrectionRow(account=account.id, **said))


def question(rounds: Rounds) -> None:
    """A person is asked whose an account is."""
    account = rounds.schools.account(PUPILS[0])
    doubt = Doubt(DoubtReason.IDENTITY_DOUBT, PUPILS[0], account, fingerprint(PUPILS[0]))
    with rounds.schools.database.writing() as session:
        identities.ask(session, {GLAN.number: [doubt]}, NOW)


def erasure(rounds: Rounds) -> None:
    """A person is erased."""
    record = AuditRecord(NOW, "Alys", "cli", "erase", None, None, audit.OK)
    audit.keep(rounds.schools.database, record)


def key_date(rounds: Rounds) -> None:
    """An authority moves a date."""
    with rounds.schools.database.writing() as session:
        dates.put(session, "681", 2026, "first_day_of_term", [date(2026, 9, 8)], by="Alys", at=NOW)


def other_contact(rounds: Rounds) -> None:
    """A school has another contact."""
    with rounds.schools.database.writing() as session:
        schools.put(session, [replace(NANT, contact="office@nant.example")])


EVERYWHERE = [run_with_changes, review, correction, question, erasure, key_date, other_contact]


def test_what_may_concern_any_school(rounds: Rounds) -> None:
    for change in EVERYWHERE:
        change(rounds)
        assert rounds.looked_at() == ALL, change.__doc__
        rounds.restarts()
        assert rounds.looked_at() == set()
        rounds.restarts()


def test_what_may_concern_any_school_after_a_round_of_the_new_process(rounds: Rounds) -> None:
    for change in EVERYWHERE:
        assert rounds.looked_at() == set()
        change(rounds)
        assert rounds.looked_at() == ALL, change.__doc__
        rounds.restarts()


# Time


def test_another_day(rounds: Rounds) -> None:
    assert rounds.looked_at(TOMORROW) == set()
    rounds.restarts()
    assert rounds.looked_at(NOW + timedelta(days=7, minutes=1)) == ALL


def test_the_day_that_a_row_names(rounds: Rounds) -> None:
    rounds.schools.extracts(BRYN, replace(NEW, leaving_date=date(2026, 9, 10)))
    rounds.looked_at()
    rounds.restarts()
    assert rounds.looked_at(datetime(2026, 9, 9, 8, tzinfo=UTC)) == set()
    rounds.restarts()
    assert rounds.looked_at(datetime(2026, 9, 10, 8, tzinfo=UTC)) == {BRYN.number}


# The program, the guide, the settings


def test_another_version_of_the_program(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written_marks, "_program", lambda: "another")
    assert rounds.looked_at() == ALL


def test_another_guide(rounds: Rounds) -> None:
    services = rounds.schools.at(SOON)
    causes = dict(list(services.knowledge.causes.items())[::-1])
    guide = replace(services.knowledge, causes=causes)
    assert rounds.looked_at(provisioning=replace(services, knowledge=guide)) == ALL


def test_other_dates_in_the_settings(rounds: Rounds) -> None:
    local = {("680", 2026): LocalDates(first_day_of_term=date(2026, 9, 8))}
    assert rounds.looked_at(provisioning=replace(rounds.schools.at(SOON), local_dates=local)) == ALL


def test_schools_in_other_groups_of_the_schedule(rounds: Rounds) -> None:
    """Which schools run by themselves tells how they stand."""
    rounds.restarts([ScheduleGroup(name="by hand", schools=(BRYN.number,))])
    assert rounds.looked_at() == ALL


def test_accounts_that_live_in_the_portal_are_looked_at_anew(rounds: Rounds) -> None:
    portal = replace(rounds.schools.at(SOON), external_directory=Mock(spec=ClientAndExport))
    assert rounds.looked_at(provisioning=portal) == ALL
    with rounds.schools.database.reading() as session:
        assert session.query(KnownFactsRow).count() == 0
    rounds.restarts()
    assert rounds.looked_at(provisioning=portal) == ALL


# Two processes


def test_a_process_that_comes_back_after_another(rounds: Rounds) -> None:
    """What the other has written is replaced, so that no later process believes a part of it."""
    rounds.looked_at()
    other = Rounds(rounds.schools)
    assert other.looked_at() == set()
    extract(rounds)
    assert other.looked_at() == {BRYN.number}
    rounds.schools.extracts(BRYN, learner(103, year_group="5", admission_date=date(2020, 9, 1)))
    assert rounds.looked_at() == {BRYN.number}
    rounds.restarts()
    assert rounds.looked_at() == set()


def test_a_quiet_round_writes_nothing(rounds: Rounds) -> None:
    rounds.looked_at()
    with rounds.schools.database.reading() as session:
        before = session.get_one(FactsPlaceRow, 1).read_at
    rounds.looked_at()
    with rounds.schools.database.reading() as session:
        assert session.get_one(FactsPlaceRow, 1).read_at == before
