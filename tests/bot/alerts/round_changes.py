"""What happens between two rounds of alerts: to one school, or to any."""

from dataclasses import replace
from datetime import date

from bot.people import audit
from bot.people.audit import AuditRecord
from provisioning.manual import reviews
from provisioning.manual.handmade import Term
from provisioning.planning.same_person import fingerprint
from provisioning.records.people import Kind
from provisioning.records.plans import Doubt, DoubtReason
from provisioning.runs.batches import provision_batch
from provisioning.store import dates, identities, schools
from provisioning.store.tables.accounts import AccountRow, CorrectionRow
from tests.bot.alerts.round_builders import NEW, SOON, Rounds
from tests.builders import BRYN, GLAN, NANT, NOW
from tests.provisioning.runs.decision_builders import PUPILS


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


OF_BRYN = [extract, extract_gone, quiet_run, failed_run]
EVERYWHERE = [run_with_changes, review, correction, question, erasure, key_date, other_contact]
