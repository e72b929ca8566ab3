"""What is past its time goes, what is not stays, and nothing that is still needed is harmed."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.desk.tables import CaseEventRow, CaseRow
from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.outbox.tables import OutboxRow
from bot.people import audit
from bot.people.audit import AuditFilter, AuditRecord
from bot.service.features import VERBS
from bot.service.retention import daily, forget, waiting
from bot.services import Services
from bot.settings import Settings
from bot.settings_tables import RetentionSettings
from provisioning.errors import KnownError
from provisioning.runs.undo import undo
from provisioning.store import journal
from tests.builders import GLAN, NANT, NOW, Schools, learner

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)
LONG_AGO = date(2020, 9, 1)
SEREN = learner(1, surname="Blodeuwedd", forename="Seren", admission_date=LONG_AGO)
DYLAN = learner(2, surname="Bowen", forename="Dylan", admission_date=LONG_AGO)
LEFT = NOW - 40 * DAY


def services(provisioning: Schools, at: datetime, **kept: int) -> Services:
    settings = Settings(database_url=str(provisioning.database.url), retention=RetentionSettings(**kept))
    return Services(settings, provisioning.at(at), lambda: VERBS)


@pytest.fixture
def gone(provisioning: Schools) -> Schools:
    """Seren has left Glan, and her account was released; Dylan is still there."""
    provisioning.extracts(GLAN, SEREN, DYLAN)
    provisioning.runs(GLAN, at=NOW - 60 * DAY)
    provisioning.extracts(GLAN, replace(SEREN, leaving_date=LEFT.date()), DYLAN)
    provisioning.runs(GLAN, at=LEFT)
    return provisioning


def counts(provisioning: Schools, at: datetime) -> dict[str, int]:
    return {name: count for name, count in waiting(services(provisioning, at)).items() if count}


def test_nothing_goes_before_its_time(gone: Schools) -> None:
    assert counts(gone, NOW) == {}
    assert not any(forget(services(gone, NOW), who="schedule", entry_point="schedule").values())


def test_a_released_account_can_be_matched_for_three_years_and_is_gone_after_that(
    gone: Schools,
) -> None:
    released = gone.account(SEREN)
    late = LEFT + 1096 * DAY
    assert "accounts" not in counts(gone, late)
    assert counts(gone, late + DAY)["accounts"] == 1
    daily(services(gone, late + DAY))
    assert [account.upn for account in gone.accounts()] == [DYLAN.upn]
    # Another person of that name gets another username.
    gone.extracts(NANT, learner(9, surname="Blodeuwedd", forename="Sara", year_group="6"), at=late + DAY)
    gone.runs(NANT, at=late + 2 * DAY)
    (other,) = gone.accounts(NANT)
    assert released.username.startswith("BlodeuweddS@")
    assert other.username.startswith("BlodeuweddS2@")


def test_an_active_account_is_never_past_its_time(gone: Schools) -> None:
    forget(services(gone, NOW + 9999 * DAY), who="schedule", entry_point="schedule")
    assert [account.upn for account in gone.accounts()] == [DYLAN.upn]


def test_a_leavers_record_goes_and_the_next_run_is_none_the_worse(gone: Schools) -> None:
    late = LEFT + 401 * DAY
    assert counts(gone, late)["covered_records"] == 1
    forget(services(gone, late), who="schedule", entry_point="schedule")
    assert "covered_records" not in counts(gone, late)
    run = gone.runs(GLAN, at=late)
    assert (run.status, run.counts["create"], run.counts["release"]) == ("succeeded", 0, 0)


def test_what_a_run_changed_goes_and_its_undo_says_so(gone: Schools) -> None:
    late = LEFT + 401 * DAY
    found = counts(gone, late)
    assert found["journal"] == 3
    forget(services(gone, late), who="schedule", entry_point="schedule")
    with gone.database.reading() as session:
        assert journal.of_run(session, 1) == []
    with pytest.raises(KnownError, match="undo-forgotten"):
        undo(gone.at(late), 1, by="U0PRYS")


def test_what_a_schools_latest_run_holds_stays_until_it_is_decided(provisioning: Schools) -> None:
    everybody = [learner(number) for number in range(1, 31)]
    provisioning.extracts(GLAN, *everybody)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *everybody[:5])
    assert provisioning.runs(GLAN).status == "held"
    late = NOW + 401 * DAY
    forget(services(provisioning, late), who="schedule", entry_point="schedule")
    with provisioning.database.reading() as session:
        assert "held_changes" not in counts(provisioning, late)
        assert len(journal.of_run(session, 1)) == 0


def test_the_audit_and_letters_go_each_in_its_own_time(provisioning: Schools) -> None:
    old = AuditRecord(NOW, "U0CARYS", "slack", "why-missing", GLAN.number, SEREN.upn, "present")
    audit.keep(provisioning.database, old, replace(old, at=NOW + 10 * DAY))
    with provisioning.database.writing() as session:
        letters.put(session, [Letter("sent", "U0CARYS", {}), Letter("waits", "U0CARYS", {})], NOW)
        letters.put(session, [Letter("given-up", "U0CARYS", {})], NOW)
        rows = {row.key: row for row in session.scalars(select(OutboxRow))}
        letters.sent(session, rows["sent"].id, NOW, "D1", "1")
        letters.give_up(session, rows["given-up"].id, "user_not_found")
    assert counts(provisioning, NOW + 181 * DAY) == {"outbox": 2}
    late = NOW + 401 * DAY
    forget(services(provisioning, late), who="cli:root", entry_point="cli")
    with provisioning.database.reading() as session:
        assert [row.key for row in session.scalars(select(OutboxRow))] == ["waits"]
        left = audit.read(session, AuditFilter())
    assert left == [
        AuditRecord(late, "cli:root", "cli", "retention", None, None, "audit 1, outbox 2"),
        replace(old, at=NOW + 10 * DAY),
    ]


def test_a_settled_case_goes_with_all_that_hangs_on_it(provisioning: Schools) -> None:
    def case(number: int, resolved_at: datetime | None) -> CaseRow:
        return CaseRow(
            number=number,
            opened_at=NOW,
            opened_by="U0CARYS",
            language="en",
            state="open" if resolved_at is None else "resolved",
            resolved_at=resolved_at,
            checked_at=NOW,
            revision=1,
        )

    with provisioning.database.writing() as session:
        session.add_all([case(1, NOW), case(2, None)])
        session.flush()
        for number in (1, 2):
            said = CaseEventRow(case=number, kind="opened", at=NOW, by="U0CARYS", said={}, note="")
            session.add(said)
    forget(services(provisioning, NOW + 401 * DAY), who="schedule", entry_point="schedule")
    with provisioning.database.reading() as session:
        assert list(session.scalars(select(CaseRow.number))) == [2]
        assert list(session.scalars(select(CaseEventRow.case))) == [2]


def test_many_rows_go_in_several_transactions(provisioning: Schools) -> None:
    record = AuditRecord(NOW, "U0CARYS", "slack", "missing", GLAN.number, None, "ok")
    audit.keep(provisioning.database, *[record] * 1201)
    assert (
        forget(services(provisioning, NOW + 401 * DAY), who="schedule", entry_point="schedule")["audit"]
        == 1201
    )


def test_the_days_are_settings(gone: Schools) -> None:
    audit.keep(gone.database, AuditRecord(NOW, "U0CARYS", "slack", "missing", GLAN.number, None, "ok"))
    assert waiting(services(gone, NOW + 31 * DAY))["audit"] == 0
    assert waiting(services(gone, NOW + 31 * DAY, audit=30))["audit"] == 1
