"""The small checks from which the tables of blocks and elements are put together.

A check examines a JSON value and notes the faults that Slack would report. None of them stops at the first
fault.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

Check = Callable[["Faults", Any, str], None]


@dataclass
class Faults:
    """The faults of a message or view, in Slack's words."""

    messages: list[str] = field(default_factory=list)

    def add(self, what: str, pointer: str) -> None:
        """Note one fault at a JSON pointer."""
        self.messages.append(f"[ERROR] {what} [json-pointer:{pointer}]")


@dataclass(frozen=True)
class Shape:
    """An object: its fields, which of them it needs, and sets of which it needs at least one."""

    fields: Mapping[str, Check]
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    def __call__(self, faults: Faults, value: Any, pointer: str) -> None:
        """Check an object against this shape."""
        if not isinstance(value, dict):
            faults.add("must provide an object", pointer)
            return
        for name in self.required:
            if value.get(name) is None:
                faults.add(f"missing required field: {name}", pointer)
        if self.one_of and not any(value.get(name) is not None for name in self.one_of):
            faults.add(f"must provide at least one of: {', '.join(self.one_of)}", pointer)
        for name, item in value.items():
            if name not in self.fields:
                faults.add(f"invalid additional property: {name}", pointer)
            elif item is not None:
                self.fields[name](faults, item, f"{pointer}/{name}")


def string(most: int, least: int = 1) -> Check:
    """Build a check for a bare string, not a text object, of ``least`` to ``most`` characters."""

    def check(faults: Faults, value: Any, pointer: str) -> None:
        if not isinstance(value, str):
            faults.add("must provide a string", pointer)
        elif len(value) < least:
            faults.add(f"must be more than {least - 1} characters", pointer)
        elif len(value) > most:
            faults.add(f"must be less than {most + 1} characters", pointer)

    return check


def any_of(*values: str) -> Check:
    """Build a check for one of the words ``values``."""

    def check(faults: Faults, value: Any, pointer: str) -> None:
        if value not in values:
            faults.add(f"failed to match any allowed value: {', '.join(values)}", pointer)

    return check


def flag(faults: Faults, value: Any, pointer: str) -> None:
    """Check for true or false."""
    if not isinstance(value, bool):
        faults.add("must provide a boolean", pointer)


def number(faults: Faults, value: Any, pointer: str) -> None:
    """Check for a whole number, also one written as text."""
    if isinstance(value, bool) or not (
        isinstance(value, int) or (isinstance(value, str) and value.isdigit())
    ):
        faults.add("must provide an integer", pointer)


def anything(faults: Faults, value: Any, pointer: str) -> None:
    """Let every value pass, because Slack fills it in or ignores it."""


def items(each: Check, most: int, least: int = 1) -> Check:
    """Build a check for a list of ``least`` to ``most`` values that all pass ``each``."""

    def check(faults: Faults, value: Any, pointer: str) -> None:
        if not isinstance(value, list):
            faults.add("must provide an array", pointer)
            return
        if len(value) < least:
            faults.add(f"no fewer than {least} items allowed", pointer)
        if len(value) > most:
            faults.add(f"no more than {most} items allowed", pointer)
        for index, item in enumerate(value):
            each(faults, item, f"{pointer}/{index}")

    return check


def plain(most: int, least: int = 1) -> Check:
    """Build a check for a ``plain_text`` object of ``least`` to ``most`` characters."""
    return _text(("plain_text",), most, least)


def text(most: int, least: int = 1) -> Check:
    """Build a check for a ``plain_text`` or ``mrkdwn`` object of ``least`` to ``most`` characters."""
    return _text(("plain_text", "mrkdwn"), most, least)


def typed(table: Mapping[str, Check], allowed: Collection[str]) -> Check:
    """Build a check for an object of an ``allowed`` type, in the shape that ``table`` has for it."""

    def check(faults: Faults, value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            faults.add("must provide an object", pointer)
            return
        type_ = value.get("type")
        if type_ is None:
            faults.add("missing required field: type", pointer)
        elif type_ not in allowed or type_ not in table:
            faults.add(f"unsupported type: {type_}", f"{pointer}/type")
        else:
            table[type_](faults, value, pointer)

    return check


def unique(faults: Faults, found: list[tuple[str, str]], name: str) -> None:
    """Note each id that stands twice in ``found``, a list of ids and pointers; ``name`` is their field."""
    seen: set[str] = set()
    for id_, pointer in found:
        if id_ in seen:
            faults.add(f"`{name}` already exists: {id_}", pointer)
        seen.add(id_)


def _text(types: tuple[str, ...], most: int, least: int) -> Check:
    fields = {"type": anything, "text": string(most, least), "emoji": flag, "verbatim": flag}
    shape = Shape(fields, required=("text",))

    def check(faults: Faults, value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            faults.add("must provide an object", pointer)
        elif value.get("type") not in types:
            faults.add(f"must be one of the types: {', '.join(types)}", f"{pointer}/type")
        else:
            shape(faults, value, pointer)

    return check
