"""A change to an account."""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum

from provisioning.flat_json import flat_pairs, flat_value
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
    def order(self) -> tuple[int, str, str]:
        """The sort key in a plan: kind of change, kind of person, identifier."""
        return CHANGE_ORDER[self.kind], self.record.kind, self.record.identifier

    @property
    def fingerprint(self) -> Fingerprint:
        """A hash of the change; an equal change, asked for again by an equal date, has an equal one.

        Staff codes are compared without case.
        """
        code = self.after.get("staff_code")
        after = {**self.after, "staff_code": key_of(Kind.STAFF, code)[1]} if code else self.after
        return _hash(f"{self._asked(after)} {self._by_date}")

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


def _hash(asked: str) -> Fingerprint:
    return Fingerprint(hashlib.sha256(asked.encode()).hexdigest())


def digest(fingerprints: Iterable[str]) -> str:
    """Return a hash of a set of changes by their fingerprints, independent of their order."""
    return hashlib.sha256("\n".join(sorted(fingerprints)).encode()).hexdigest()
