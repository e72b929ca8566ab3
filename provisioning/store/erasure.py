"""Erasure in the store: what of a person's rows is deleted, and where only their mark in a row is taken out.

A row that is the person's own, by identifier or account, is deleted with what hangs on it. In the rows of
others, such as a text that names several people, their identifiers are masked. A Slack user's own rows are
deleted; where such a user stands in a row that others need, they are taken out of it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Table, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Session

from provisioning.store.composite_keys import among, is_key
from provisioning.store.every_table import METADATA
from provisioning.store.portions import portions
from provisioning.store.retention import NOT_KEPT, own_time
from provisioning.store.subject import Fields, Subject, accounts_of, rows_about, with_usernames, without
from provisioning.store.tables.base import ADDED_TO_ONLY
from provisioning.store.usernames import reserve

_OWN = ("identifier", "upn", "staff_code", "username")
"""Columns by which a row is about one person."""
_ROWS_AT_ONCE = 100
"""Rows that are read again in one statement."""


@dataclass
class Step:
    """What is done to a table: the rows to delete and those to change, by primary key; `kept` are others."""

    table: Table
    delete: list[Fields] = field(default_factory=list)
    change: list[tuple[Fields, Fields]] = field(default_factory=list)
    kept: int = 0


def plan(session: Session, subject: Subject) -> list[Step]:
    """Return what is to be done to erase `subject`, referenced tables before those that refer to them.

    Every table is looked through, which is for a session that reads and keeps no writer waiting.
    """
    subject = with_usernames(session, subject)
    of_person = [account.id for account in accounts_of(session, subject)]
    return _steps(
        subject, of_person, lambda table, keys: rows_about(session, table, subject, of_person, keys)
    )


def plan_again(session: Session, subject: Subject, planned: Sequence[Step]) -> list[Step]:
    """Return the steps that were `planned` for `subject` by the rows as they are now, read by their keys."""
    subject = with_usernames(session, subject)
    of_person = [account.id for account in accounts_of(session, subject)]
    found = {step.table: [*step.delete, *(row for row, _ in step.change)] for step in planned}
    steps = _steps(subject, of_person, lambda table, _keys: _now(session, table, found.get(table, [])))
    return steps + [step for step in planned if step.kept]


def _now(session: Session, table: Table, rows: Sequence[Fields]) -> list[Fields]:
    """Return those of `rows` that are still there, as they are now."""
    key = tuple(table.primary_key)
    found: list[Fields] = []
    for some in portions([tuple(row[column.name] for column in key) for row in rows], _ROWS_AT_ONCE):
        query = select(table).where(among(key, some)).order_by(*key)
        found += [dict(row) for row in session.execute(query).mappings()]
    return found


def _steps(
    subject: Subject,
    of_person: list[int],
    rows_of: Callable[[Table, Mapping[str, Sequence[Any]]], list[Fields]],
) -> list[Step]:
    """Return the steps for the rows of each table, which `rows_of` returns by the keys of deleted rows."""
    deleted: dict[str, list[Any]] = defaultdict(list)
    steps = []
    for table in METADATA.sorted_tables:
        step = Step(table)
        for row in rows_of(table, _keys(deleted, of_person)):
            if table.info == ADDED_TO_ONLY:
                step.kept += 1
            elif _is_own(table, row, subject, of_person, dict(deleted)):
                step.delete.append(row)
                deleted[table.name].append(row[next(iter(table.primary_key)).name])
            elif changed := _changes(table, row, subject):
                step.change.append((row, changed))
        if step.delete or step.change or step.kept:
            steps.append(step)
    return steps


def carry_out(session: Session, steps: Sequence[Step]) -> None:
    """Erase as planned; the usernames of deleted accounts stay reserved, as keyed hashes."""
    for step in reversed(steps):
        if step.table.name == "accounts":
            reserve(session, [row["username"] for row in step.delete])
        for row, changed in step.change:
            session.execute(
                update(step.table).where(_this(step.table, row)).values({**own_time(step.table), **changed})
            )
        for row in step.delete:
            session.execute(delete(step.table).where(_this(step.table, row)))
    session.expire_all()


def _keys(deleted: Mapping[str, list[Any]], of_person: list[int]) -> dict[str, list[Any]]:
    return {"accounts": of_person, **deleted}


def _this(table: Table, row: Fields) -> Any:
    return is_key(tuple(table.primary_key), [row[column.name] for column in table.primary_key])


def _is_own(
    table: Table,
    row: Fields,
    subject: Subject,
    of_person: Collection[int],
    deleted: Mapping[str, Collection[Any]],
) -> bool:
    """Return whether a row is the person's alone, or hangs on one that is deleted."""
    if subject.slack_user:
        return _is_slack_users(table, row, subject.identifiers)
    hangs = any(
        row[key.parent.name] in deleted[key.column.table.name]
        for key in table.foreign_keys
        if key.column.table.name in deleted
    )
    if hangs or (table.name == "accounts" and row["id"] in of_person):
        return True
    if "account" in row and row["account"] in of_person:
        return True
    wanted = {identifier.casefold() for identifier in subject.identifiers}
    return any(str(row.get(name) or "").casefold() in wanted for name in _OWN)


def _is_slack_users(table: Table, row: Fields, users: Collection[str]) -> bool:
    """Return whether a row is a Slack user's own: a letter to them, or one of which they are the key."""
    unique = [table.primary_key, *(c for c in table.constraints if isinstance(c, UniqueConstraint))]
    keys = {column.name for constraint in unique for column in constraint.columns}
    keys |= {column.name for column in table.c if column.unique}
    return (table.name == "outbox" and row["to"] in users) or any(row[name] in users for name in keys)


def _changes(table: Table, row: Fields, subject: Subject) -> dict[str, Any]:
    """Return the columns of a row that others need, without the person."""
    changed: dict[str, Any] = {}
    for column in table.c:
        value = row[column.name]
        if column.primary_key or value is None:
            continue
        if subject.slack_user and isinstance(value, str) and value in subject.identifiers:
            changed[column.name] = None if column.nullable else NOT_KEPT
        elif isinstance(value, str) or isinstance(column.type, JSON):
            masked = without(value, subject, column.name)
            if masked != value:
                changed[column.name] = masked
    if row.get("writer") in subject.identifiers and "text" in row:
        changed["text"] = ""  # it is what they wrote
    if "taken_by" in changed and row.get("state") == "taken":
        changed["state"] = "new"
    return changed
