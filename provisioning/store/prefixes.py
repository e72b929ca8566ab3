"""Rows by the beginning of a text: found by a seek of an index, on either database."""

from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute, Session


def begins(session: Session, column: InstrumentedAttribute[Any], prefix: str) -> ColumnElement[bool]:
    """Return the condition that `column` begins with `prefix`, which is not empty.

    On PostgreSQL its index needs the operator class `varchar_pattern_ops`: its order is else a language's.
    SQLite looks no LIKE with an escape up in an index; its order is that of the code points.
    """
    if session.get_bind().dialect.name == "postgresql":
        return column.startswith(prefix, autoescape=True)
    return and_(column >= prefix, column < prefix[:-1] + chr(ord(prefix[-1]) + 1))
