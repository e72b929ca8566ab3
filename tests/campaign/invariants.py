"""What holds of a database after any race: the journal tells the accounts, and no name is given out twice."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from provisioning.store.journal import REMOVE
from provisioning.store.tables.accounts import AccountRow, JournalRow
from provisioning.store.tables.decisions import RefusalRow
from provisioning.store.tables.reviews import ReviewRow
from provisioning.store.tables.runs import RunRow
from tests.builders import Schools

Refusal = tuple[str, str]
"""A school and the fingerprint of a change that it refused."""


@dataclass
class Memory:
    """What one round remembers for the next: whose each username was, what was refused and journalled."""

    usernames: dict[str, int] = field(default_factory=dict)
    refused: set[Refusal] = field(default_factory=set)
    journalled: int = 0


def require(schools: Schools, memory: Memory) -> None:
    """Require all of it, of a database on which no process is at work."""
    with schools.database.reading() as session:
        _require_nothing_running(session)
        _require_the_journal_tells_the_accounts(session)
        _require_reviews_tell_accounts_made_by_hand(session)
        _require_one_account_for_a_upn(session)
        _require_usernames_for_ever(session, memory)
        _require_nothing_refused_applied(session, memory)
        _require_one_list_of_schools(session)


def _require_nothing_running(session: Session) -> None:
    assert session.scalars(select(RunRow.id).where(RunRow.status == "running")).all() == []
    undone = session.execute(text("SELECT undoes FROM runs WHERE undoes IS NOT NULL")).scalars().all()
    assert len(undone) == len(set(undone))


def _require_the_journal_tells_the_accounts(session: Session) -> None:
    """Every entry begins where the one before it ended, and the last is how the account is."""
    told: dict[int, dict[str, Any]] = {}
    for row in session.scalars(select(JournalRow).order_by(JournalRow.id)):
        if row.before is None:
            assert row.account not in told, f"account {row.account} is made twice"
            told[row.account] = dict(row.after)
        elif row.kind == REMOVE:
            _require_fields(told.pop(row.account), row.before, f"journal row {row.id}")
        else:
            now = told[row.account]
            _require_fields(now, {name: row.before[name] for name in row.before if name in now}, row.id)
            told[row.account] = {**now, **row.after}
    made = {row.id: row for row in session.scalars(select(AccountRow)) if row.kind in ("learner", "staff")}
    assert made.keys() == told.keys()
    for number, fields in told.items():
        _require_fields({name: _plain(getattr(made[number], name)) for name in fields}, fields, number)


def _require_fields(found: Mapping[str, Any], expected: Mapping[str, Any], of: object) -> None:
    for name, value in expected.items():
        assert _plain(found[name]) == _plain(value), f"{name} of {of}"


def _plain(value: Any) -> Any:
    told = value.isoformat() if hasattr(value, "isoformat") else value
    return told.replace("Z", "+00:00") if isinstance(told, str) else told


def _require_reviews_tell_accounts_made_by_hand(session: Session) -> None:
    deeds: defaultdict[int, list[ReviewRow]] = defaultdict(list)
    for row in session.scalars(select(ReviewRow).order_by(ReviewRow.id)):
        deeds[row.account].append(row)
    for number, rows in deeds.items():
        status = "active"
        for row in rows:
            assert (row.before or {}).get("status", status) == status, f"review {row.id}"
            status = row.after.get("status", status)
        account = session.get(AccountRow, number)
        assert account is not None
        assert account.status == status


def _require_one_account_for_a_upn(session: Session) -> None:
    active = select(AccountRow.upn).where(AccountRow.status == "active", AccountRow.upn.is_not(None))
    upns = [upn.upper() for upn in session.scalars(active) if upn]
    assert len(upns) == len(set(upns))


def _require_usernames_for_ever(session: Session, memory: Memory) -> None:
    """No two accounts have one username, and none has that of an account that is no more."""
    found = session.execute(select(AccountRow.username, AccountRow.id)).all()
    names = {username.casefold(): number for username, number in found}
    assert len(names) == len(found)
    for name, number in names.items():
        assert memory.usernames.setdefault(name, number) == number, f"{name} is given out again"


def _require_nothing_refused_applied(session: Session, memory: Memory) -> None:
    """No run applied what was refused before the round and still is, or what was rejected in it."""
    refusals = {(row.school, row.fingerprint): row.run for row in session.scalars(select(RefusalRow))}
    runs = {row.id: row for row in session.scalars(select(RunRow))}
    rejected = {
        refusal for refusal, run in refusals.items() if run in runs and runs[run].decision == "rejected"
    }
    stands = (memory.refused & refusals.keys()) | rejected
    newest = memory.journalled
    for row in session.scalars(select(JournalRow).where(JournalRow.id > memory.journalled)):
        run = runs[row.run]
        newest = max(newest, row.id)
        if run.undoes is None:
            assert (run.school, row.fingerprint) not in stands, f"run {run.id} applied what was refused"
    memory.refused, memory.journalled = set(refusals), newest


def _require_one_list_of_schools(session: Session) -> None:
    """A list is taken in whole: all schools have the contact of one of the lists, and grants are single."""
    contacts = set(session.execute(text("SELECT contact FROM schools")).scalars())
    assert len({contact for contact in contacts if contact.endswith("@hwb.example")}) <= 1
    query = 'SELECT "user", role, scope FROM grants GROUP BY "user", role, scope HAVING count(*) > 1'
    assert session.execute(text(query)).all() == []
