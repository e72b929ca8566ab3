"""JSON of flat objects, as the `json` module writes it, in less than half of its time.

A nation's rollover writes a million of them, so their speed matters.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import repeat
from json.encoder import encode_basestring_ascii
from typing import cast

Value = str | datetime | None


def quoted_columns(columns: Mapping[str, Sequence[Value]]) -> dict[str, Sequence[str]]:
    """Return `columns`, by name, with their values `quoted`."""
    return {name: quoted(column) for name, column in columns.items()}


def flat_objects(said: Mapping[str, Sequence[str]], rows: int) -> list[str]:
    """Return each of `rows` rows as a JSON object, given their `quoted_columns`.

    The columns' names are this program's own and need no escapes.
    """
    parts: list[Iterable[str]] = [repeat("{", rows)]
    for name, column in said.items():
        parts += (repeat(f'{", " if len(parts) > 1 else ""}"{name}": ', rows), column)
    return joined(*parts, repeat("}", rows))


def joined(*columns: Iterable[str]) -> list[str]:
    """Return the texts of each row, given by column, as a single one: faster by far than a template."""
    return list(map("".join, zip(*columns, strict=True)))


def quoted(column: Sequence[Value]) -> list[str]:
    """Return what `flat_value` returns, for each value of a column."""
    try:  # texts alone, as nearly always
        return list(map(encode_basestring_ascii, cast("Sequence[str]", column)))
    except TypeError:
        return list(map(flat_value, column))


def flat_pairs(fields: Mapping[str, str | None]) -> str:
    """Return `fields`, sorted by name, as a JSON array of pairs; the names need no escapes here either."""
    parts = [
        f'["{name}", {"null" if value is None else encode_basestring_ascii(value)}]'
        for name, value in sorted(fields.items())
    ]
    return "[" + ", ".join(parts) + "]"


def flat_value(value: Value) -> str:
    """Return a text or a moment as a JSON string, and None as null."""
    if value is None:
        return "null"
    return encode_basestring_ascii(value if isinstance(value, str) else value.isoformat())
