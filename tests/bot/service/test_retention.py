"""What is past its time goes, what is not stays, and nothing that is still needed is harmed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text

from bot.desk.tables import CaseEventRow, CaseRow
from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.outbox.tables import OutboxRow
from bot.people import audit
from bot.people.audit import AuditFilter, AuditRecord
from bot.people.tables import AuditRow
from bot.service.features import VERBS
from bot.service.retention import daily, forget, waiting
from bot.services import Services
from bot.settings import Settings
from bot.settings_tables import RetentionSettings
from provisioning.errors import KnownError
from provisioning.runs.approvals import approve
from provisioning.runs.undo import undo
from provisioning.store import journal
from provisioning.store.database import Database
from provisioning.store.run_listing import newest
from tests.builders import GLAN, NANT, NOW, Schools, learner

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)
LONG_AGO = date(2020, 9, 1)
LONG_AGO_AT = datetime(2020, 9, 1, 6, 0, tzinfo=UTC)
SEREN = learner(1, surname="Blodeuwedd", forename="Seren", admission_date=LONG_AGO)
DYLAN = learner(2, surname="Bowen", forename="Dylan", admission_date=LONG_AGO)
LEFT = NOW - 40 * DAY


def services(provisioning: Schools, at: datetime, **kept: int) -> Services:
    settings = Settings(database_url=str(provisioning.database.url), retention=RetentionSettings(**kept))
    return Services(settings, provisioning.at(at), lambda: VERBS)


def wrote_it_then(database: Database) -> None:
    """Let what is there have been written at the times that it tells, by a clock that was right."""
    written = {
        "runs": "finished_at",
        "outbox": "coalesce(sent_at, created_at)",
        "cases": "resolved_at",
        "requests": "ended_at",
    }
    with database.writing() as session:
        for table, at in written.items():
            session.execute(text(f"UPDATE {table} SET recorded_at = {at}"))


def looked_up(database: Database, subject: str | None, at: datetime, times: int = 1) -> None:
    """Carys has looked a person up, at a time as it was."""
    record = {
        "at": at,
        "recorded_at": at,
        "who": "U0CARYS",
        "entry_point": "slack",
        "action": "why-missing",
        "school": GLAN.number,
        "subject": subject,
        "outcome": "present",
    }
    with database.writing() as session:
        session.execute(insert(AuditRow), [record] * times)


def forget_at(provisioning: Schools, now: datetime, who: str = "schedule") -> dict[str, int]:
    """Retention at a time as it then is."""
    wrote_it_then(provisioning.database)
    return forget(services(provisioning, now), who=who, entry_point=who.partition(":")[0], now=now)


@pytest.fixture
def gone(provisioning: Schools) -> Schools:
    """Seren has left Glan, and her account was released; Dylan is still there."""
    provisioning.extracts(GLAN, SEREN, DYLAN)
    provisioning.runs(GLAN, at=NOW - 60 * DAY)
    provisioning.extracts(GLAN, replace(SEREN, leaving_date=LEFT.date()), DYLAN)
    provisioning.runs(GLAN, at=LEFT)
    return provisioning


def counts(provisioning: Schools, at: datetime) -> dict[str, int]:
    wrote_it_then(provisioning.database)
    return {name: count for name, count in waiting(services(provisioning, at), at).items() if count}


def test_nothing_goes_before_its_time(gone: Schools) -> None:
    """Of the first run, which the second has replaced, only the hash goes of what it has seen."""
    assert counts(gone, NOW) == {"runs": 1}
    assert {name: count for name, count in forget_at(gone, NOW).items() if count} == {"runs": 1}
    with gone.database.reading() as session:
        assert [run.known_id for run in newest(session)] == [2, 1]


def test_a_released_account_can_be_matched_for_three_years_and_is_gone_after_that(
    gone: Schools,
) -> None:
    released = gone.account(SEREN)
    late = LEFT + 1096 * DAY
    assert "accounts" not in counts(gone, late)
    assert counts(gone, late + DAY)["accounts"] == 1
    forget_at(gone, late + DAY)
    assert [account.upn for account in gone.accounts()] == [DYLAN.upn]
    # Another person of that name gets another username.
    gone.extracts(NANT, learner(9, surname="Blodeuwedd", forename="Sara", year_group="6"), at=late + DAY)
    gone.runs(NANT, at=late + 2 * DAY)
    (other,) = gone.accounts(NANT)
    assert released.username.startswith("BlodeuweddS@")
    assert other.username.startswith("BlodeuweddS2@")


def test_an_active_account_is_never_past_its_time(gone: Schools) -> None:
    forget_at(gone, NOW + 9999 * DAY)
    assert [account.upn for account in gone.accounts()] == [DYLAN.upn]


def test_a_leavers_record_goes_and_the_next_run_is_none_the_worse(gone: Schools) -> None:
    late = LEFT + 401 * DAY
    gone.runs(GLAN, at=LEFT + 300 * DAY)
    assert counts(gone, late)["covered_records"] == 1
    forget_at(gone, late)
    assert "covered_records" not in counts(gone, late)
    run = gone.runs(GLAN, at=late)
    assert (run.status, run.counts["create"], run.counts["release"]) == ("succeeded", 0, 0)


def test_what_a_run_changed_goes_and_its_undo_says_so(gone: Schools) -> None:
    late = LEFT + 401 * DAY
    found = counts(gone, late)
    assert found["journal"] == 3
    forget_at(gone, late)
    with gone.database.reading() as session:
        assert journal.of_run(session, 1) == []
    with pytest.raises(KnownError, match="undo-forgotten"):
        undo(gone.at(late), 1, by="U0PRYS")


def test_what_a_run_holds_goes_too_and_is_shown_anew_where_it_is_approved(provisioning: Schools) -> None:
    everybody = [learner(number, admission_date=LONG_AGO) for number in range(1, 31)]
    provisioning.extracts(GLAN, *everybody)
    provisioning.runs(GLAN)
    left = [replace(person, leaving_date=NOW.date()) for person in everybody[5:]]
    provisioning.extracts(GLAN, *everybody[:5], *left)
    assert provisioning.runs(GLAN).status == "held"
    late = NOW + 401 * DAY
    assert counts(provisioning, late)["held_changes"] == 25
    forget_at(provisioning, late)
    provisioning.extracts(GLAN, *everybody[:5], *left, at=late)
    again = approve(provisioning.at(late), 2, by="U0PRYS")
    assert (again.status, again.counts["release"]) == ("held", 0)
    assert len(provisioning.accounts(GLAN)) == 30


def test_letters_go_in_their_own_time(provisioning: Schools) -> None:
    with provisioning.database.writing() as session:
        letters.put(session, [Letter("sent", "U0CARYS", {}), Letter("waits", "U0CARYS", {})], NOW)
        letters.put(session, [Letter("given-up", "U0CARYS", {})], NOW)
        rows = {row.key: row for row in session.scalars(select(OutboxRow))}
        letters.sent(session, rows["sent"].id, NOW, "D1", "1")
        letters.give_up(session, rows["given-up"].id, "user_not_found")
        letters.put(session, [Letter("new", "U0CARYS", {})], NOW + 100 * DAY)
    assert counts(provisioning, NOW + 181 * DAY) == {"outbox": 3}
    forget_at(provisioning, NOW + 181 * DAY)
    with provisioning.database.reading() as session:
        assert [row.key for row in session.scalars(select(OutboxRow))] == ["new"]


def test_the_audit_goes_in_its_own_time_and_says_so(provisioning: Schools) -> None:
    looked_up(provisioning.database, SEREN.upn, LONG_AGO_AT)
    looked_up(provisioning.database, DYLAN.upn, LONG_AGO_AT + 10 * DAY)
    late = LONG_AGO_AT + 401 * DAY
    assert counts(provisioning, late) == {"audit": 1}
    forget_at(provisioning, late, who="cli:root")
    with provisioning.database.reading() as session:
        retention, left = audit.read(session, AuditFilter())
    assert retention == AuditRecord(late, "cli:root", "cli", "retention", None, None, "audit 1")
    assert left.subject == DYLAN.upn


def test_what_a_clock_that_was_set_says_ends_nothing_early(provisioning: Schools) -> None:
    """A look-up, a run and a letter by the clock of 2020 are kept as what they are: of today."""
    provisioning.extracts(GLAN, SEREN, at=LONG_AGO_AT)
    provisioning.runs(GLAN, at=LONG_AGO_AT)
    audit.keep(
        provisioning.database, AuditRecord(LONG_AGO_AT, "cli:root", "cli", "accounts", None, SEREN.upn, "ok")
    )
    with provisioning.database.writing() as session:
        letters.put(session, [Letter("sent", "U0CARYS", {})], LONG_AGO_AT)
        letters.sent(session, 1, LONG_AGO_AT, "D1", "1")
    daily(services(provisioning, NOW))
    with provisioning.database.reading() as session:
        assert len(audit.read(session, AuditFilter(subject=SEREN.upn))) == 1
        assert len(journal.of_run(session, 1)) == 1
        assert len(list(session.scalars(select(OutboxRow)))) == 1


def test_a_clock_in_the_far_future_deletes_nothing(gone: Schools) -> None:
    audit.keep(gone.database, AuditRecord(NOW, "U0CARYS", "slack", "missing", GLAN.number, None, "ok"))
    daily(services(gone, NOW + 9999 * DAY))
    with gone.database.reading() as session:
        assert audit.read(session, AuditFilter(action="missing"))
        assert journal.of_run(session, 1)


def test_what_a_clock_in_the_future_wrote_is_not_kept_the_longer(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN, at=NOW + 9999 * DAY)
    with provisioning.database.writing() as session:
        session.execute(text("UPDATE runs SET recorded_at = :at"), {"at": NOW.isoformat(" ")[:26]})
    assert waiting(services(provisioning, NOW), NOW + 401 * DAY)["journal"] == 1


def test_a_settled_case_goes_with_all_that_hangs_on_it(provisioning: Schools) -> None:
    def case(number: int, resolved_at: datetime | None) -> CaseRow:
        return CaseRow(
            number=number,
            opened_at=NOW,
            opened_by="U0CARYS",
            language="en",
            state="new" if resolved_at is None else "resolved",
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
    forget_at(provisioning, NOW + 401 * DAY)
    with provisioning.database.reading() as session:
        assert list(session.scalars(select(CaseRow.number))) == [2]
        assert list(session.scalars(select(CaseEventRow.case))) == [2]


def test_many_rows_go_in_several_transactions(provisioning: Schools) -> None:
    looked_up(provisioning.database, SEREN.upn, LONG_AGO_AT, times=1201)
    assert forget_at(provisioning, LONG_AGO_AT + 401 * DAY)["audit"] == 1201


def test_the_days_are_settings(provisioning: Schools) -> None:
    looked_up(provisioning.database, SEREN.upn, LONG_AGO_AT)
    late = LONG_AGO_AT + 31 * DAY
    assert waiting(services(provisioning, late), late)["audit"] == 0
    assert waiting(services(provisioning, late, audit=30), late)["audit"] == 1


def test_an_account_released_by_a_clock_that_was_set_is_kept_as_long_as_any(provisioning: Schools) -> None:
    """Seren was released today, in a run that was started with --at 2020."""
    provisioning.extracts(GLAN, SEREN, DYLAN, at=LONG_AGO_AT)
    provisioning.runs(GLAN, at=LONG_AGO_AT)
    left = LONG_AGO_AT + 2 * DAY
    provisioning.extracts(GLAN, replace(SEREN, leaving_date=LONG_AGO + DAY), DYLAN, at=left)
    provisioning.runs(GLAN, at=left)
    assert provisioning.account(SEREN).released_at == left
    daily(services(provisioning, NOW))
    assert {account.upn for account in provisioning.accounts()} == {SEREN.upn, DYLAN.upn}
