"""Subject access in the store: the rows about one person, in every table of the schema."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, Table, Text, and_, cast, false, func, or_, select
from sqlalchemy.orm import Session

from provisioning import upn
from provisioning.masking import MASK
from provisioning.records.accounts import Account
from provisioning.store import accounts
from provisioning.store.every_table import METADATA
from provisioning.store.retention import NOT_KEPT
from provisioning.store.tables.runs import RunRow

Fields = Mapping[str, Any]

_NOT_OF_A_PERSON = frozenset({"schools", "runs"})
"""Tables whose rows many people share: a reference to such a row does not make a row personal."""
_OF_CODES = frozenset({"identifier", "staff_code", "subject", "username", "username_key"})
"""Columns in which a staff code is one: elsewhere it may be a word, or the name of a class."""
_OF_NO_CODES = frozenset(
    {"class", "class_name", "forename", "key", "kind", "language", "status", "surname", "year_group"}
)
"""Names in JSON whose values are no staff codes, though they may be spelt so."""
_ADDRESS = re.compile(r"(?<![\w.'+-])[\w.'+-]++@[\w-]++(?:\.[\w-]++)*+")
"""A username in a text, as a word of its own."""


@dataclass(frozen=True)
class Subject:
    """A person to look up: by UPNs, unique everywhere, or by staff code and usernames at `school`.

    Or a `slack_user`, by their user id: a person who works with the program, not one of its records.
    `usernames` are those of the accounts, as `with_usernames` finds them.
    """

    identifiers: tuple[str, ...]
    school: str | None
    by_upn: bool
    slack_user: bool = False
    usernames: tuple[str, ...] = field(default=(), compare=False)


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
        found += accounts.with_code(session, [str(subject.school)], identifier)
    return [account for account in found if subject.school in (None, account.school)]


def with_usernames(session: Session, subject: Subject) -> Subject:
    """Return `subject` with the usernames of their accounts, and those known before, which texts may name."""
    found = {*subject.usernames, *(account.username for account in accounts_of(session, subject))}
    if not (subject.by_upn or subject.slack_user):
        found |= {identifier for identifier in subject.identifiers if "@" in identifier}
    return replace(subject, usernames=tuple(sorted(found)))


def held_about(session: Session, subject: Subject) -> list[HeldRows]:
    """Return the rows about `subject` in every table, referenced tables before those that refer to them."""
    subject = with_usernames(session, subject)
    of_person = [account.id for account in accounts_of(session, subject)]
    found: list[HeldRows] = []
    keys: dict[str, list[Any]] = {"accounts": of_person}
    for table in METADATA.sorted_tables:
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

    Such a row names them, belongs to one of their accounts, or refers to such a row. `keys` has the ids of
    the rows found in tables to which this one may refer, by table.
    """
    named = or_(false(), *(_may_name(column, subject) for column in table.c))
    if not (subject.by_upn or subject.slack_user):
        named = and_(named, _at_school(table, str(subject.school)))
    # What hangs on a row that names a Slack user is about others.
    hangs = false() if subject.slack_user else _hangs(table, of_person, keys)
    query = select(table).order_by(*table.primary_key)
    found = {_key(table, row): dict(row) for row in session.execute(query.where(hangs)).mappings()}
    for row in session.execute(query.where(named)).mappings():
        if any(without(value, subject, name) != value for name, value in row.items()):
            found[_key(table, row)] = dict(row)
    return [found[key] for key in sorted(found)]


def _key(table: Table, row: Mapping[Any, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def _hangs(table: Table, of_person: Sequence[int], keys: Mapping[str, Sequence[Any]]) -> ColumnElement[bool]:
    """Return the condition for the rows that belong to one of the accounts, or refer to a row of `keys`."""
    hangs = [
        key.parent.in_(keys[key.column.table.name])
        for key in table.foreign_keys
        if key.column.table.name in keys and key.column.table.name not in _NOT_OF_A_PERSON
    ]
    if table.name == "accounts":
        hangs.append(table.c.id.in_(of_person))
    elif "account" in table.c:
        hangs.append(table.c.account.in_(of_person))
    return or_(false(), *hangs)


def _at_school(table: Table, school: str) -> ColumnElement[bool]:
    """Return the condition that a row is about `school`: staff codes are unique within a school only."""
    if "school" in table.c:
        return or_(table.c.school == school, table.c.school.is_(None))
    if "run" in table.c:
        return table.c.run.in_(select(RunRow.id).where(RunRow.school == school))
    told = (column for column in table.c if isinstance(column.type, JSON))
    return or_(false(), *(_has(cast(column, Text), f'"{school}"') for column in told))


def _may_name(column: ColumnElement[Any], subject: Subject) -> ColumnElement[bool]:
    """Return the condition that a column may name the person; whether it does, `without` tells."""
    is_json = isinstance(column.type, JSON)
    if not (is_json or isinstance(column.type, String)):
        return false()
    shown = cast(column, Text) if is_json else column
    anywhere = [*(subject.identifiers if subject.by_upn else ()), *subject.usernames]
    found = [_has(_folded(shown), _fold(text)) for text in anywhere]
    found += [_has(shown, text) for text in _mentions(subject)]
    if is_json and not subject.by_upn:
        found += [_has(shown, text) for text in _as_json(subject.identifiers)]
    elif subject.slack_user or column.key in _OF_CODES:
        found.append(column.in_(sorted(_as_written(subject))))
    return or_(false(), *found)


def _folded(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return a column as `_fold` returns a text."""
    return func.replace(func.replace(func.upper(column), " ", ""), "-", "")


def _fold(text: str) -> str:
    """Return a UPN or username in capitals without spaces and hyphens, in which people write it."""
    return text.upper().replace(" ", "").replace("-", "")


def _as_written(subject: Subject) -> set[str]:
    return {*subject.identifiers, *map(upn.normalise, subject.identifiers)}  # the audit has capitals


def without(value: Any, subject: Subject, column: str) -> Any:
    """Return the text or JSON of a `column` with the person's identifiers masked.

    A UPN counts anywhere in it, however it is written, a username as a word, a staff code alone where an
    identifier may stand. A Slack user counts as a whole value or where mentioned, and leaves lists of users.
    """
    return _without(value, subject, is_code=not isinstance(value, str) or column in _OF_CODES)


def _without(value: Any, subject: Subject, *, is_code: bool) -> Any:
    """Return a value as `without` does; `is_code` is whether a text in it may be a staff code as a whole."""
    if isinstance(value, str):
        return (
            _slack_masked(value, subject) if subject.slack_user else _masked(value, subject, is_code=is_code)
        )
    if isinstance(value, Mapping):
        return {
            name: _without(part, subject, is_code=name not in _OF_NO_CODES) for name, part in value.items()
        }
    if isinstance(value, list):
        gone = subject.identifiers if subject.slack_user else ()
        return [_without(part, subject, is_code=is_code) for part in value if part not in gone]
    return value


def _slack_masked(text: str, subject: Subject) -> str:
    if text in subject.identifiers:
        return NOT_KEPT
    for user in subject.identifiers:
        text = text.replace(f"<@{user}", "<@-")
    return text


def _masked(text: str, subject: Subject, *, is_code: bool) -> str:
    if subject.by_upn:
        for identifier in subject.identifiers:
            text = text.replace(identifier, MASK)
        mine = subject.identifiers
        text = upn.WRITTEN.sub(lambda found: MASK if upn.read(found[0]) in mine else found[0], text)
    elif is_code and text in _as_written(subject):
        return MASK
    usernames = {username.casefold() for username in subject.usernames}
    return _ADDRESS.sub(lambda found: MASK if found[0].casefold() in usernames else found[0], text)


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
        return upn.WRITTEN.sub(lambda found: found[0] if upn.read(found[0]) in mine else MASK, value)
    if isinstance(value, Mapping):
        return {_mask_except(name, mine): _mask_except(part, mine) for name, part in value.items()}
    if isinstance(value, Iterable):
        return [_mask_except(part, mine) for part in value]
    return value
