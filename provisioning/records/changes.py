"""A change to an account."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import repeat
from operator import attrgetter

from provisioning.flat_json import flat_pairs, flat_value, joined, quoted, quoted_columns
from provisioning.ids import Fingerprint
from provisioning.records.accounts import Account
from provisioning.records.people import Kind, Record, key_of
from provisioning.records.values import value


class ChangeKind(StrEnum):
    """The kinds of change to an account, in the order in which a run applies them."""

    RELEASE = "release"
    MATCH = "match"
    REACTIVATE = "reactivate"
    CREATE = "create"
    UPDATE = "update"


CHANGE_ORDER = {kind: place for place, kind in enumerate(ChangeKind)}


@value(frozen=True, slots=True)
class Change:
    """A proposed change to an account, for a record.

    `account` is None for a create. `after` has only the fields that the change sets, with their new values.
    """

    kind: ChangeKind
    record: Record
    account: Account | None
    after: Mapping[str, str | None]

    @property
    def fingerprint(self) -> Fingerprint:
        """A hash of the change; an equal change, asked for again by an equal date, has an equal one.

        Staff codes are compared without case.
        """
        after = columns([self])
        return fingerprints([self], after, quoted_columns(after))[0]

    @property
    def undated_fingerprint(self) -> Fingerprint:
        """The hash without the date, as refusals had it before migration 0015."""
        return _hash(self._asked(self.after))

    @property
    def fingerprints(self) -> frozenset[Fingerprint]:
        """The hash, and those that refusals of the change may have: undated, or with the code as written."""
        as_written = _hash(f"{self._asked(self.after)} {self._by_date}")
        return frozenset((self.fingerprint, self.undated_fingerprint, as_written))

    @property
    def _by_date(self) -> str:
        """The date by which the change is asked for: a release in another year is another change."""
        if self.kind is ChangeKind.UPDATE:
            return ""
        return str(self.record.leaving_date if self.kind is ChangeKind.RELEASE else self.record.joins_on)

    def _asked(self, after: Mapping[str, str | None]) -> str:
        person, identifier = self.record.key
        return f'["{self.kind}", "{person}", {flat_value(identifier)}, {flat_pairs(after)}]'


def in_order(changes: Iterable[Change]) -> Iterator[Change]:
    """Yield changes in the order of a plan: by kind of change, kind of person, identifier."""
    groups: defaultdict[tuple[ChangeKind, Kind], list[Change]] = defaultdict(list)
    for change in changes:
        groups[change.kind, change.record.kind].append(change)
    for _, group in sorted(groups.items(), key=lambda group: (CHANGE_ORDER[group[0][0]], group[0][1])):
        yield from sorted(group, key=attrgetter("record.identifier"))


def columns(alike: Sequence[Change]) -> dict[str, Sequence[str | None]]:
    """Return, by field, the values that changes set which set equal fields in one order."""
    rows = [change.after.values() for change in alike]
    return dict(zip(alike[0].after, zip(*rows, strict=True), strict=True))


def fingerprints(
    alike: Sequence[Change], after: Mapping[str, Sequence[str | None]], said: Mapping[str, Iterable[str]]
) -> list[Fingerprint]:
    """Return the fingerprint of each of some changes of one kind, one kind of person and equal fields.

    `after` are their `columns`, and `said` these columns quoted.
    """
    first, rows = alike[0], len(alike)
    identifiers = quoted([change.record.key[1] for change in alike])
    parts = [repeat(f'["{first.kind}", "{first.record.kind}", ', rows), identifiers, repeat(", [", rows)]
    for place, name in enumerate(sorted(after)):
        values = said[name]
        if name == "staff_code":
            values = quoted([code and key_of(Kind.STAFF, code)[1] for code in after[name]])
        parts += (repeat(f'{", " if place else ""}["{name}", ', rows), values, repeat("]", rows))
    dates = [change._by_date for change in alike]
    return list(map(_hash, joined(*parts, repeat("]] ", rows), dates)))


def _hash(asked: str) -> Fingerprint:
    return Fingerprint(hashlib.sha256(asked.encode()).hexdigest())


def digest(fingerprints: Iterable[str]) -> str:
    """Return a hash of a set of changes by their fingerprints, independent of their order."""
    return hashlib.sha256("\n".join(sorted(fingerprints)).encode()).hexdigest()
