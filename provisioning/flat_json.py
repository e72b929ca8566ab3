"""JSON of flat objects, as the `json` module writes it, in less than half of its time.

A nation's rollover writes a million of them, so their speed matters.
"""

from collections.abc import Mapping
from datetime import datetime
from json.encoder import encode_basestring_ascii

Value = str | datetime | None


def flat_object(fields: Mapping[str, Value]) -> str:
    """Return `fields` as a JSON object; their names are this program's own and need no escapes."""
    return "{" + ", ".join([f'"{name}": {flat_value(value)}' for name, value in fields.items()]) + "}"


def flat_value(value: Value) -> str:
    """Return a text or a moment as a JSON string, and None as null."""
    if value is None:
        return "null"
    return encode_basestring_ascii(value if isinstance(value, str) else value.isoformat())
