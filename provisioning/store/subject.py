"""Subject access in the store: the rows about one person, in every table of the schema."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, Table, Text, and_, cast, false, func, or_, select
from sqlalchemy.orm import Session

from provisioning import upn
from provisioning.masking import MASK
from provisioning.records.accounts import Account
from provisioning.store import accounts
from provisioning.store.tables import Base, RunRow

Fields = Mapping[str, Any]

_NOT_OF_A_PERSON = frozenset({"schools", "runs"})
"""Tables whose rows many people share: a reference to such a row does not make a row personal."""


@dataclass(frozen=True)
class Subject:
    """A person to look up: by UPNs, unique everywhere, or by staff code and usernames at `school`.

    Or a `slack_user`, by their user id: a person who works with the program, not one of its records.
    """

    identifiers: tuple[str, ...]
    school: str | None
    by_upn: bool
    slack_user: bool = False


@dataclass(frozen=True)
class HeldRows:
    """The rows about a person in one table or file, which `place` names."""

    place: str
    rows: tuple[Fields, ...]


def accounts_of(session: Session, subject: Subject) -> list[Account]:
    """Return the accounts of `subject`; a Slack user has none."""
    if subject.slack_user:
        return []
    if subject.by_upn:
        return accounts.with_upns(session, subject.identifiers)
    found = accounts.with_username_keys(
        session, [identifier.casefold() for identifier in subject.identifiers]
    )
    for identifier in subject.identifiers if subject.school else ():
        found += accounts.with_code(session, str(subject.school), identifier)
    return [account for account in found if subject.school in (None, account.school)]


def held_about(session: Session, subject: Subject) -> list[HeldRows]:
    """Return the rows about `subject` in every table, referenced tables before those that refer to them."""
    of_person = [account.id for account in accounts_of(session, subject)]
    found: list[HeldRows] = []
    keys: dict[str, list[Any]] = {"accounts": of_person}
    for table in Base.metadata.sorted_tables:
        rows = rows_about(session, table, subject, of_person, keys)
        if rows:
            found.append(HeldRows(table.name, tuple(_without_others(row, subject) for row in rows)))
            key = next(iter(table.primary_key)).name
            keys.setdefault(table.name, []).extend(row[key] for row in rows)
    return found


def rows_about(
    session: Session,
    table: Table,
    subject: Subject,
    of_person: Sequence[int],
    keys: Mapping[str, Sequence[Any]],
) -> list[Fields]:
    """Return the rows of `table` about `subject`, whose accounts are `of_person`; as they are, unmasked.

    `keys` has the ids of the rows found in tables to which this one may refer, by table.
    """
    query = select(table).where(_about(table, subject, of_person, keys)).order_by(*table.primary_key)
    return [dict(row) for row in session.execute(query).mappings()]


def _about(
    table: Table, subject: Subject, of_person: Sequence[int], keys: Mapping[str, Sequence[Any]]
) -> ColumnElement[bool]:
    """Return the condition for the rows of `table` that are about the person.

    Such a row names them, belongs to one of their accounts, or refers to such a row.
    """
    named = or_(false(), *(_names(column, subject) for column in table.c))
    if subject.slack_user:
        return named  # what hangs on such a row is about others
    if not subject.by_upn:
        named = and_(named, _at_school(table, str(subject.school)))
    hangs = [
        key.parent.in_(keys[key.column.table.name])
        for key in table.foreign_keys
        if key.column.table.name in keys and key.column.table.name not in _NOT_OF_A_PERSON
    ]
    if table.name == "accounts":
        hangs.append(table.c.id.in_(of_person))
    elif "account" in table.c:
        hangs.append(table.c.account.in_(of_person))
    return or_(named, *hangs)


def _at_school(table: Table, school: str) -> ColumnElement[bool]:
    """Return the condition that a row is about `school`: staff codes are unique within a school only."""
    if "school" in table.c:
        return or_(table.c.school == school, table.c.school.is_(None))
    if "run" in table.c:
        return table.c.run.in_(select(RunRow.id).where(RunRow.school == school))
    told = (column for column in table.c if isinstance(column.type, JSON))
    return or_(false(), *(_has(cast(column, Text), f'"{school}"') for column in told))


def _names(column: ColumnElement[Any], subject: Subject) -> ColumnElement[bool]:
    """Return the condition that a column names the person.

    A UPN counts anywhere in it, other identifiers as the whole value, a Slack user also where mentioned.
    """
    if isinstance(column.type, JSON):
        shown = cast(column, Text)
        found = subject.identifiers if subject.by_upn else _as_json(subject.identifiers)
        return or_(*(_has(shown, text) for text in (*found, *_mentions(subject))))
    if not isinstance(column.type, String):
        return false()
    if subject.by_upn:
        return or_(*(_has(column, identifier) for identifier in subject.identifiers))
    written = {*subject.identifiers, *map(upn.normalise, subject.identifiers)}  # the audit has capitals
    return or_(column.in_(sorted(written)), *(_has(column, text) for text in _mentions(subject)))


def _has(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return the condition that `text` stands in a column: as it is, for no sign of it is a wildcard."""
    return func.replace(column, text, "") != column


def _as_json(identifiers: Iterable[str]) -> list[str]:
    """Return identifiers as JSON has them, with other letters than ASCII written out or not."""
    return [json.dumps(text, ensure_ascii=ascii_only) for text in identifiers for ascii_only in (True, False)]


def _mentions(subject: Subject) -> list[str]:
    """Return how texts mention a Slack user."""
    return [f"<@{user}{end}" for user in subject.identifiers for end in ">|"] if subject.slack_user else []


_OF_OTHERS = frozenset(
    [
        "identifier",
        "subject",
        "found",
        "record",
        "sameness",
        "username",
        "person",
        "before",
        "after",
        "payload",
        "why",
    ]
)
"""Columns that hold another person where a Slack user stands in the row."""


def _without_others(row: Fields, subject: Subject) -> Fields:
    """Return a row with the UPNs of other people masked; for a Slack user, whatever is about others."""
    mine = subject.identifiers
    if not subject.slack_user:
        return {name: _mask_except(value, mine) for name, value in row.items()}
    hidden = _OF_OTHERS if row.get("to") not in mine else _OF_OTHERS - {"payload"}
    if "writer" in row and row["writer"] not in mine:
        hidden |= {"text"}
    return {
        name: MASK if name in hidden and value and value not in mine else _mask_except(value, mine)
        for name, value in row.items()
    }


def _mask_except(value: Any, mine: Collection[str]) -> Any:
    if isinstance(value, str):
        return upn.WORD.sub(lambda found: found[0] if found[0] in mine else MASK, value)
    if isinstance(value, Mapping):
        return {_mask_except(name, mine): _mask_except(part, mine) for name, part in value.items()}
    if isinstance(value, Iterable):
        return [_mask_except(part, mine) for part in value]
    return value
