"""The journal's rows of applied changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TypeVar

from provisioning.flat_json import Value, flat_objects, quoted_columns
from provisioning.records.changes import Change, fingerprints
from provisioning.store.bulk import Row
from provisioning.store.portions import portions

V = TypeVar("V", bound=Value)

Columns = Mapping[str, Sequence[Value]]
"""The values of changes that are alike, by field."""

JOURNALLED = ("run", "account", "kind", "person", "identifier", "fingerprint", "before", "after")
"""The columns of the journal that `journal_rows` yields."""


@dataclass(frozen=True)
class Applied:
    """Applied changes of one kind, one kind of person and equal fields, with the run and account of each.

    `after` are the fields that they set, `before` these fields and those of `stamps` as they were, nothing
    for new accounts; `stamps` are times and origins that were set with them.
    """

    runs: Sequence[int]
    accounts: Sequence[int]
    changes: Sequence[Change]
    after: Mapping[str, Sequence[str | None]]
    before: Columns
    stamps: Columns


def journal_rows(done: Applied) -> Iterator[Row]:
    """Yield the row of each applied change, made some at a time: a server takes in those before meanwhile."""
    kind, person = done.changes[0].kind.value, done.changes[0].record.kind.value
    for some in portions(range(len(done.changes))):
        place = slice(some[0], some[-1] + 1)
        changes, after = done.changes[place], _part(done.after, place)
        rows, said = len(changes), quoted_columns(after)
        who = [change.record.identifier for change in changes]
        prints = fingerprints(changes, after, said)
        told = flat_objects(said | quoted_columns(_part(done.stamps, place)), rows)
        before: Sequence[str | None] = [None] * rows
        if done.before:
            before = flat_objects(quoted_columns(_part(done.before, place)), rows)
        runs, accounts, kinds = done.runs[place], done.accounts[place], repeat(kind, rows)
        people = repeat(person, rows)
        yield from zip(runs, accounts, kinds, people, who, prints, before, told, strict=True)


def _part(columns: Mapping[str, Sequence[V]], place: slice) -> dict[str, Sequence[V]]:
    return {name: column[place] for name, column in columns.items()}
