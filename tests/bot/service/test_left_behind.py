"""No person is left behind: what outlived its purpose for years goes in its time, and only then."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, insert, select, update

from bot.alerts.tables import AlertRow
from bot.people.tables import AuditRow, GrantRow, PreferenceRow, UserGroupRow
from bot.requests.tables import RequestAskRow, RequestRecordRow, RequestRow
from bot.watches.tables import WatchRow
from provisioning.runs.undo import undo
from provisioning.store import runs
from provisioning.store.database import Database
from provisioning.store.past_times import of_accounts
from provisioning.store.retention import NOT_KEPT, count
from provisioning.store.runs import Run
from provisioning.store.tables.accounts import AccountRow
from provisioning.store.tables.base import Base
from provisioning.store.tables.decisions import RefusalRow, RelaxationRow
from provisioning.store.tables.files import CoveredRow, PortalReadingRow, PortalUnreadRow
from provisioning.store.tables.reviews import ReviewRow
from provisioning.store.tables.runs import RunRow
from provisioning.store.tables.schools import LocalDateRow, SchoolRow
from tests.bot.service.test_retention import DAY, LONG_AGO, counts, forget_at
from tests.builders import GLAN, NANT, NOW, Schools, learner

pytestmark = pytest.mark.both_databases

EIRLYS = learner(1, surname="Blodeuwedd", forename="Eirlys", admission_date=LONG_AGO)
LATE = NOW + 401 * DAY


def put(database: Database, *rows: Base) -> None:
    with database.writing() as session:
        session.add_all(rows)


def left(database: Database, row: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(row)) or 0


def run_of(provisioning: Schools) -> Run:
    with provisioning.database.reading() as session:
        return runs.get(session, 1)


def goes(provisioning: Schools, row: type[Base], late: datetime) -> None:
    """Nothing of the table goes two days before; its row does when its time is over."""
    table = str(row.__table__)
    assert table not in counts(provisioning, late - 2 * DAY)
    assert counts(provisioning, late)[table] == 1
    forget_at(provisioning, late)
    assert left(provisioning.database, row) == 0


def made_by_hand(provisioning: Schools, **fields: object) -> int:
    """An account of a governor, with the review that noted it."""
    account = AccountRow(
        kind="governor",
        school=NANT.number,
        username="BlodeuweddE7@hwbcymru.net",
        username_key="blodeuwedde7@hwbcymru.net",
        surname="Blodeuwedd",
        forename="Eirlys",
        status="inactive",
        **fields,
    )
    with provisioning.database.writing() as session:
        session.add(account)
        session.flush()
        noted = {"account": account.id, "school": NANT.number, "username": account.username, "by": "U0PRYS"}
        session.add(ReviewRow(**noted, choice="deactivate", at=NOW, after={}))
        return account.id


def test_an_account_made_by_hand_goes_three_years_after_it_was_ended_with_its_reviews(
    provisioning: Schools,
) -> None:
    made_by_hand(provisioning, expires_on=NOW.date())
    goes(provisioning, AccountRow, NOW + 1098 * DAY)
    assert left(provisioning.database, ReviewRow) == 0
    # Its username is not given to another.
    heir = learner(9, surname="Blodeuwedd", forename="Elen", year_group="6")
    provisioning.extracts(NANT, heir, at=NOW + 1099 * DAY)
    provisioning.runs(NANT, at=NOW + 1099 * DAY)
    assert provisioning.account(heir).username.startswith("BlodeuweddE8@")


def test_an_active_account_made_by_hand_stays_with_its_reviews(provisioning: Schools) -> None:
    number = made_by_hand(provisioning)
    with provisioning.database.writing() as session:
        session.execute(update(AccountRow).where(AccountRow.id == number).values(status="active"))
    forget_at(provisioning, NOW + 5000 * DAY)
    assert (left(provisioning.database, AccountRow), left(provisioning.database, ReviewRow)) == (1, 1)


def test_an_account_of_the_portal_goes_only_where_its_export_tells_nothing_any_more(
    provisioning: Schools,
) -> None:
    made_by_hand(provisioning, expires_on=NOW.date())
    before = NOW + 1 * DAY
    with provisioning.database.writing() as session:
        over, _ = of_accounts(before, external_directory=True)
        assert count(session, over) == 1
        session.add(PortalReadingRow(school=NANT.number, as_of=before))
        session.flush()
        assert count(session, over) == 0


def refused(provisioning: Schools) -> None:
    """Prys has undone the release of Eirlys, who had left."""
    provisioning.extracts(GLAN, EIRLYS)
    provisioning.runs(GLAN, at=NOW - 2 * DAY)
    provisioning.extracts(GLAN, replace(EIRLYS, leaving_date=(NOW - DAY).date()))
    run = provisioning.runs(GLAN, at=NOW - DAY)
    undo(provisioning.at(NOW), run.known_id, by="U0PRYS")
    assert left(provisioning.database, RefusalRow) == 1


def test_a_refusal_holds_while_the_account_that_it_keeps_is_active(provisioning: Schools) -> None:
    refused(provisioning)
    forget_at(provisioning, LATE)
    assert left(provisioning.database, RefusalRow) == 1


def test_a_refusal_goes_once_neither_record_nor_account_is_there(provisioning: Schools) -> None:
    refused(provisioning)
    with provisioning.database.writing() as session:
        session.execute(update(AccountRow).values(status="inactive"))
    forget_at(provisioning, LATE - 5 * DAY)
    assert left(provisioning.database, RefusalRow) == 1
    forget_at(provisioning, LATE)
    assert left(provisioning.database, RefusalRow) == 0


def test_the_records_of_a_closed_school_go(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, EIRLYS)
    provisioning.runs(GLAN)
    with provisioning.database.writing() as session:
        closed = (NOW - 390 * DAY).date()
        session.execute(update(SchoolRow).where(SchoolRow.number == GLAN.number).values(closed_on=closed))
    assert "covered_records" not in counts(provisioning, NOW + 9 * DAY)
    assert counts(provisioning, NOW + 11 * DAY)["covered_records"] == 1


def test_the_records_of_a_school_that_runs_no_more_go(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, EIRLYS)
    provisioning.runs(GLAN)
    goes(provisioning, CoveredRow, LATE)


def test_who_started_and_decided_a_run_is_emptied_and_the_run_stays(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, EIRLYS)
    provisioning.runs(GLAN)
    with provisioning.database.writing() as session:
        session.execute(
            update(RunRow).values(started_by="U0PRYS", decided_by="cli:prys", taken_back_by="U0PRYS")
        )
    forget_at(provisioning, LATE - 2 * DAY)
    assert run_of(provisioning).started_by == "U0PRYS"
    forget_at(provisioning, LATE)
    run = run_of(provisioning)
    assert {run.started_by, run.decided_by, run.taken_back_by} == {NOT_KEPT}
    assert run.status == "succeeded"
    assert not any(forget_at(provisioning, LATE).values())


def test_a_run_by_schedule_is_left_as_it_is(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, EIRLYS)
    provisioning.runs(GLAN)
    with provisioning.database.writing() as session:
        session.execute(update(RunRow).values(started_by="schedule"))
    forget_at(provisioning, LATE)
    assert run_of(provisioning).started_by == "schedule"


def test_the_reason_of_a_relaxation_goes_after_its_last_day(provisioning: Schools) -> None:
    why = {"why": "Eirlys has left", "by": "U0PRYS", "at": NOW}
    row = RelaxationRow(school=GLAN.number, safeguard="few-but-many", up_to=3, until=NOW.date(), **why)
    put(provisioning.database, row)
    goes(provisioning, RelaxationRow, LATE)


def test_a_key_date_stays_and_who_set_it_does_not(provisioning: Schools) -> None:
    key = {"local_authority": "680", "year": 2026, "name": "lockdown"}
    put(provisioning.database, LocalDateRow(**key, days=["2026-07-01"], by="U0PRYS", at=NOW))
    forget_at(provisioning, LATE)
    with provisioning.database.reading() as session:
        row = session.scalars(select(LocalDateRow)).one()
        assert (row.days, row.by) == (["2026-07-01"], NOT_KEPT)


def test_an_unread_row_of_the_export_goes_where_no_export_is_read_any_more(provisioning: Schools) -> None:
    unread = PortalUnreadRow(
        reading="", school=GLAN.number, identifier=EIRLYS.upn, username="BlodeuweddE", line=2, problem={}
    )
    put(provisioning.database, unread, PortalReadingRow(school=NANT.number, as_of=NOW))
    goes(provisioning, PortalUnreadRow, LATE)


def test_a_watch_that_could_never_be_ended_goes(provisioning: Schools) -> None:
    about = {"school": GLAN.number, "question": "why-missing", "identifier": EIRLYS.upn, "cause": "no-row"}
    put(provisioning.database, WatchRow(user="U0DAI", since=NOW, **about))
    goes(provisioning, WatchRow, NOW + 181 * DAY)


def test_a_request_that_never_ended_goes_with_its_askers_and_records(provisioning: Schools) -> None:
    request = RequestRow(
        school=GLAN.number, cause="not-run", asked_at=NOW, to=["U0PRYS"], passed=[], revision=0
    )
    with provisioning.database.writing() as session:
        session.add(request)
        session.flush()
        session.add(RequestAskRow(request=request.id, user="U0DAI", school=GLAN.number, people=1, at=NOW))
        about = {"school": GLAN.number, "identifier": EIRLYS.upn, "stays": False}
        session.add(RequestRecordRow(request=request.id, **about))
        session.flush()
        session.execute(update(RequestRow).values(recorded_at=NOW))
    goes(provisioning, RequestRow, LATE)
    assert left(provisioning.database, RequestAskRow) == 0
    assert left(provisioning.database, RequestRecordRow) == 0


def alert(resolved_at: datetime | None, year: int) -> AlertRow:
    return AlertRow(
        kind="extract-stale", school=GLAN.number, year=year, text={}, action={}, who="school",
        due=NOW.date(), raised_at=NOW, since=NOW, level=0, urgent=False, acknowledged_by="U0DAI",
        resolved_at=resolved_at, revision=0,
    )  # fmt: skip


def test_a_resolved_alert_goes_with_the_users_who_had_it(provisioning: Schools) -> None:
    put(provisioning.database, alert(NOW, 2026))
    goes(provisioning, AlertRow, LATE)


def test_an_open_alert_stays(provisioning: Schools) -> None:
    put(provisioning.database, alert(None, 2026))
    forget_at(provisioning, LATE)
    assert left(provisioning.database, AlertRow) == 1


def test_a_role_that_has_ended_goes_in_the_time_of_the_audit(provisioning: Schools) -> None:
    role = {"role": "school-coordinator", "scope": GLAN.number, "granted_at": NOW - 900 * DAY}
    put(provisioning.database, GrantRow(user="U0DAI", ends_on=NOW.date(), **role))
    goes(provisioning, GrantRow, NOW + 402 * DAY)


def test_a_role_without_an_end_stays(provisioning: Schools) -> None:
    put(provisioning.database, GrantRow(user="U0DAI", role="administrator", scope="*", granted_at=NOW))
    forget_at(provisioning, NOW + 5000 * DAY)
    assert left(provisioning.database, GrantRow) == 1


def test_the_members_of_a_group_without_a_role_go_at_once(provisioning: Schools) -> None:
    group = {"members": ["U0DAI"], "asked_at": NOW}
    grant = GrantRow(user="S0DESK", role="service-desk", scope="*", granted_at=NOW)
    put(provisioning.database, UserGroupRow(id="S0OLD", **group), UserGroupRow(id="S0DESK", **group), grant)
    forget_at(provisioning, NOW)
    with provisioning.database.reading() as session:
        assert list(session.scalars(select(UserGroupRow.id))) == ["S0DESK"]


def test_the_language_of_a_user_goes_with_their_last_audit_record(provisioning: Schools) -> None:
    put(provisioning.database, *(PreferenceRow(user=user, language="cy") for user in ("U0DAI", "U0GONE")))
    seen = {"at": NOW, "recorded_at": NOW, "who": "U0DAI", "entry_point": "slack", "action": "faq"}
    with provisioning.database.writing() as session:
        session.execute(insert(AuditRow), [{**seen, "outcome": "ok"}])
    forget_at(provisioning, NOW)
    with provisioning.database.reading() as session:
        assert list(session.scalars(select(PreferenceRow.user))) == ["U0DAI"]
