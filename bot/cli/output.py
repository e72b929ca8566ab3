"""What the output of several commands shares: the console, and parts of the JSON (contract, section 5)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from textwrap import indent
from typing import Any

from rich.console import Console

from diagnostics.verdict import Next, Outcome
from knowledge.texts import UK, Catalogue, Language
from knowledge.visible import seen, seen_in
from provisioning.records.accounts import Account

MARKS = {
    Outcome.HOLDS: "[green]✓[/]",
    Outcome.FAILS: "[red]✗[/]",
    Outcome.UNKNOWN: "[yellow]?[/]",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.NOT_REACHED: "·",
}
"""How the outcome of a step or stage is shown on a console."""


class PlainConsole(Console):
    """A console that obeys nothing in what it prints: control characters of records are left out."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print texts and tables."""
        super().print(*(seen(each) if isinstance(each, str) else each for each in objects), **options)


def moment_json(value: datetime | date | None) -> str | None:
    """Return a moment in UK time, or a day, as ISO 8601."""
    if isinstance(value, datetime):
        return value.astimezone(UK).isoformat(timespec="seconds")
    return value.isoformat() if value else None


def account_json(account: Account) -> dict[str, Any]:
    """Return an account, without the person's name."""
    return {
        "username": account.username,
        "kind": account.kind.value,
        "school": account.school,
        "upn": account.upn,
        "staff_code": account.staff_code,
        "year_group": account.year_group,
        "class": account.class_name,
        "status": account.status.value,
        "released_from": account.released_from,
        "released_at": moment_json(account.released_at),
    }


_ENTRIES_AT_ONCE = 500


def json_list(name: str, entries: Iterable[Any]) -> Iterator[str]:
    """Yield, in pieces, a JSON object with the list `entries` under `name`, as `json.dumps` indents it."""
    left = iter(entries)
    before, opened = "\n", f"{{\n  {json.dumps(name)}: ["
    yield opened
    while some := list(islice(left, _ENTRIES_AT_ONCE)):
        written = (json.dumps(seen_in(entry), ensure_ascii=False, indent=2) for entry in some)
        yield before + ",\n".join(indent(text, " " * 4) for text in written)
        before = ",\n"
    yield "]\n}\n" if before == "\n" else "\n  ]\n}\n"


def next_json(move: Next, catalogue: Catalogue, language: Language) -> dict[str, Any]:
    """Return who acts next, how to reach them, and what they do."""
    return {
        "who": move.who,
        "contact": move.contact.in_(language),
        "action": catalogue.say(move.action, language),
    }


def group_json(
    cause: str, identifiers: Sequence[str], move: Next, catalogue: Catalogue, language: Language
) -> dict[str, Any]:
    """Return people in a group by cause, with who acts next: the shape of `missing` and `still-active`."""
    return {
        "cause": cause,
        "count": len(identifiers),
        "identifiers": list(identifiers),
        "next": next_json(move, catalogue, language),
    }
