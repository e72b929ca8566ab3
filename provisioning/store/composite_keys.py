"""Rows by composite keys: each found by a seek of an index, on either database.

SQLite uses no index where a row of columns is looked up in a list (`(a, b) IN (VALUES ...)`); it does where
each key stands as an alternative of its own, and so does PostgreSQL.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal, or_, tuple_

Columns = Sequence[ColumnElement[Any]]


def among(columns: Columns, keys: Sequence[Sequence[Any]]) -> ColumnElement[bool]:
    """Return the condition that `columns` have the values of one of `keys`, of which there are a few hundred.

    An index that begins with the columns serves, and so does a primary key.
    """
    if len(columns) == 1:
        return columns[0].in_([value for (value,) in keys])
    return or_(false(), *(is_key(columns, key) for key in keys))


def is_key(columns: Columns, key: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition that `columns` have the values of `key`."""
    return and_(*(column == value for column, value in zip(columns, key, strict=True)))


def after(columns: Columns, key: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition that `columns` come after `key` in their order: begun at it, and not counted."""
    if len(columns) == 1:
        only: ColumnElement[bool] = columns[0] > key[0]
        return only
    values = (literal(value, column.type) for column, value in zip(columns, key, strict=True))
    # SQLite seeks by a row value here, where it does not in a list.
    later: ColumnElement[bool] = tuple_(*columns) > tuple_(*values)
    return later
