"""The status of a run, and what its safeguards hold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import product
from typing import Any

from knowledge.texts import Text
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.people import MIS_KINDS, Kind


class RunStatus(StrEnum):
    """The status of a run."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    HELD = "held"
    INTERRUPTED = "interrupted"
    PARTIAL = "partial"
    """It was restricted to some people and has done its work: the school has not run by it."""

    @property
    def came_to_nothing(self) -> bool:
        """Whether a run with this status has failed: by an error, or because it was interrupted."""
        return self in (RunStatus.FAILED, RunStatus.INTERRUPTED)


def used_up(up_to: int, used: int) -> Text:
    """Return that a relaxation of `up_to`, of which some are `used`, does not reach so far."""
    return Text("hold.relaxation-used-up", {"up_to": up_to, "used": used})


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a safeguard holds changes: `measured` of `total` exceeds `percent`.

    `kinds` are the held kinds of change, of one kind of `person` where it is given. `up_to` and `used` are
    those of a relaxation that did not reach so far.
    """

    safeguard: str
    measured: int
    total: int
    percent: int
    kinds: frozenset[ChangeKind]
    person: Kind | None = None
    up_to: int | None = None
    used: int = 0

    @property
    def scope(self) -> frozenset[tuple[ChangeKind, Kind]]:
        """The changes that wait: by what is done, and to which kind of person."""
        return frozenset(product(self.kinds, (self.person,) if self.person else MIS_KINDS))

    def holds(self, change: Change) -> bool:
        """Return whether a change has to wait."""
        return (change.kind, change.record.kind) in self.scope

    @property
    def said(self) -> tuple[Text, ...]:
        """What is held, with its numbers, and that a relaxation is used up, where there is one."""
        numbers = {"measured": self.measured, "total": self.total, "percent": self.percent}
        why = Text(f"hold.{self.safeguard}", {**numbers, "person": self.person.value if self.person else ""})
        return (why,) if self.up_to is None else (why, used_up(self.up_to, self.used))

    def to_json(self) -> dict[str, Any]:
        """Return the hold as plain JSON, for a column in the store."""
        return {**asdict(self), "kinds": sorted(self.kinds)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Hold":
        """Return the hold that `to_json` wrote."""
        person = stored.get("person")
        kinds = frozenset(ChangeKind(kind) for kind in stored["kinds"])
        return cls(**{**stored, "kinds": kinds, "person": Kind(person) if person else None})
