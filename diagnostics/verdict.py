"""What a step finds, and what a walk of steps amounts to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from knowledge.texts import Bilingual, Text
from provisioning.records import School


class Outcome(StrEnum):
    """How a step came out (contract, section 4)."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    NOT_REACHED = "not-reached"


@dataclass(frozen=True)
class Verdict:
    """One step's outcome, its evidence in words, when that evidence is from, and the cause it names."""

    step: str
    outcome: Outcome
    detail: Text
    as_of: datetime | date | None = None
    cause: str | None = None


@dataclass(frozen=True)
class Step:
    """A step's voice: builds verdicts whose words stand under `step.<id>.<detail>`."""

    id: str

    def holds(self, detail: str, as_of: datetime | date | None = None, **values: Any) -> Verdict:
        """What should be so is so; a `cause` among the values makes it an answer (`present`)."""
        return self._verdict(Outcome.HOLDS, detail, as_of, values)

    def fails(self, detail: str, as_of: datetime | date | None = None, **values: Any) -> Verdict:
        """What should be so is not; a `cause` among the values names what stands in the way."""
        return self._verdict(Outcome.FAILS, detail, as_of, values)

    def unknown(self, detail: str, as_of: datetime | date | None = None, **values: Any) -> Verdict:
        """It can't be told from the records that we have."""
        return self._verdict(Outcome.UNKNOWN, detail, as_of, values)

    def not_applicable(self, detail: str, **values: Any) -> Verdict:
        """It has no bearing on this person."""
        return self._verdict(Outcome.NOT_APPLICABLE, detail, None, values)

    def not_reached(self) -> Verdict:
        """An earlier step must hold before this one can be judged."""
        return Verdict(self.id, Outcome.NOT_REACHED, Text("step.not-reached"))

    def _verdict(
        self, outcome: Outcome, detail: str, as_of: datetime | date | None, values: Mapping[str, Any]
    ) -> Verdict:
        words = {name: value for name, value in values.items() if name != "cause"}
        return Verdict(self.id, outcome, Text(f"step.{self.id}.{detail}", words), as_of, values.get("cause"))


PRESENT, UP_TO_DATE = "present", "up-to-date"
_ACCOUNT_IS_THERE = frozenset({PRESENT, UP_TO_DATE, "transferred", "new-account"})


def nothing_missing(cause: str) -> bool:
    """Whether a `cause` says that nothing is missing: the account is there, or has this year's class."""
    return cause in (PRESENT, UP_TO_DATE)


def nothing_to_wait_for(cause: str) -> bool:
    """Whether a `cause` says that the account is there, be it that its password is still to be reset."""
    return cause in _ACCOUNT_IS_THERE


@dataclass(frozen=True)
class Next:
    """Whose move it is, how to reach them, and what they do."""

    who: str
    contact: Bilingual
    action: Text


@dataclass(frozen=True)
class Diagnosis:
    """An entry's steps as they came out; the causes in the order in which to mend them; who acts next."""

    entry: str
    school: School
    identifier: str
    steps: tuple[Verdict, ...]
    causes: tuple[str, ...]
    headlines: tuple[Text, ...]
    next: Next
    previous: School | None = None

    @property
    def cause(self) -> str:
        """The first cause: the one to mend first, or the answer where nothing is in the way."""
        return self.causes[0]

    @property
    def headline(self) -> Text:
        """The first cause in one sentence; `headlines` has one for each."""
        return self.headlines[0]
