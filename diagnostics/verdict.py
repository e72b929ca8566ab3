"""The verdict of a step or stage, and the diagnosis that results from all steps of an entry."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from knowledge.texts import Bilingual, Text
from provisioning.records.schools import School
from provisioning.records.values import value


class Outcome(StrEnum):
    """The outcome of a step (contract, section 4)."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    NOT_REACHED = "not-reached"


@value(frozen=True, slots=True)
class Verdict:
    """A step's outcome, its evidence as text, the time of the evidence, and the cause that it finds."""

    step: str
    outcome: Outcome
    detail: Text
    as_of: datetime | date | None = None
    cause: str | None = None


@value(frozen=True, slots=True)
class Step:
    """Builds the verdicts of a step; their texts are `step.<id>.<detail>`."""

    id: str

    def holds(self, detail: str, as_of: datetime | date | None = None, **values: Any) -> Verdict:
        """Say that the step's condition holds; a `cause` among the values makes it an answer (`present`)."""
        return self._verdict(Outcome.HOLDS, detail, as_of, values)

    def fails(self, detail: str, as_of: datetime | date | None = None, **values: Any) -> Verdict:
        """Say that the step's condition fails; `cause` among the values names the cause."""
        return self._verdict(Outcome.FAILS, detail, as_of, values)

    def unknown(self, detail: str, as_of: datetime | date | None = None, **values: Any) -> Verdict:
        """Say that the condition can't be decided from the records."""
        return self._verdict(Outcome.UNKNOWN, detail, as_of, values)

    def not_applicable(self, detail: str, **values: Any) -> Verdict:
        """Say that the step does not apply to this person."""
        return self._verdict(Outcome.NOT_APPLICABLE, detail, None, values)

    def not_reached(self) -> Verdict:
        """Say that an earlier step must hold before this step can be decided."""
        return Verdict(self.id, Outcome.NOT_REACHED, Text("step.not-reached"))

    def _verdict(
        self, outcome: Outcome, detail: str, as_of: datetime | date | None, values: Mapping[str, Any]
    ) -> Verdict:
        words = dict(values)
        cause = words.pop("cause", None)
        return Verdict(self.id, outcome, Text(f"step.{self.id}.{detail}", words), as_of, cause)


PREVIOUS_RUN = "previous-school-run"
"""The step about the previous school's run."""

PRESENT, UP_TO_DATE = "present", "up-to-date"
_ACCOUNT_IS_THERE = frozenset({PRESENT, UP_TO_DATE, "transferred", "new-account"})


def nothing_missing(cause: str) -> bool:
    """Return whether `cause` means that nothing is missing: the account exists, or has this year's class."""
    return cause in (PRESENT, UP_TO_DATE)


def nothing_to_wait_for(cause: str) -> bool:
    """Return whether `cause` means that the account exists, even if its password is still to be reset."""
    return cause in _ACCOUNT_IS_THERE


_IDENTIFIER = re.compile(r"[^\W_][\w./-]{0,19}")
"""What a UPN or a staff code can look like."""


def is_nonsense(identifier: str, cause: str) -> bool:
    """Return whether `identifier`, of which `cause` was found, can be no person's."""
    unknown = cause == "not-in-mis" and _IDENTIFIER.fullmatch(identifier) is None
    return cause == "identifier-invalid" or unknown


@dataclass(frozen=True)
class ExtractAge:
    """When the extract that an answer rests on was written, and whether it is too old to be believed."""

    written_at: datetime
    stale: bool


@dataclass(frozen=True)
class Next:
    """Who acts next, how to reach them, and what they do.

    `at` are the schools, by number, whose people act, where it is known which.
    """

    who: str
    contact: Bilingual
    action: Text
    at: tuple[str, ...] = field(default=(), compare=False)


def is_of_previous(cause: str, steps: Iterable[Verdict]) -> bool:
    """Return whether a cause was found by the step about the previous school's run."""
    return any(step.step == PREVIOUS_RUN and step.cause == cause for step in steps)


@dataclass(frozen=True)
class Before:
    """The cause that has to be mended before the answer can be carried out, its sentence, and who acts."""

    cause: str
    headline: Text
    next: Next


class Outlook(NamedTuple):
    """What is to be known of a run of the previous school before it is started, by `name`.

    It can't release an account now where its extract is `unreadable`, its `client` failed itself, or the
    release is `paused` `until` a day; it can where its file is `mended` since the failed run.
    """

    name: str
    until: date | None = None


@dataclass(frozen=True)
class Diagnosis:
    """The verdicts of an entry's steps, the causes in the order of mending, and who acts next.

    `previous` is the school that held or released the account, `extract` the age of the own school's extract,
    which does not matter where the school is closed. `before` is what blocks a move of an account, and `near`
    are the identifiers of the school that are nearly this one, of which it has no row.
    `runs` are the schools whose runs, one after another, mend the first cause, empty where none can;
    `outlook` is what is to be known of the previous school's. `previous_shows` is a hash by which a change
    of the learner's record there can be told; blank where it can't be read.
    """

    entry: str
    school: School
    identifier: str
    steps: tuple[Verdict, ...]
    causes: tuple[str, ...]
    headlines: tuple[Text, ...]
    next: Next
    previous: School | None = None
    extract: ExtractAge | None = None
    before: Before | None = None
    near: tuple[str, ...] = ()
    runs: tuple[School, ...] = ()
    outlook: Outlook | None = None
    previous_shows: str = ""

    @property
    def cause(self) -> str:
        """The first cause: to be mended first, or the answer where nothing is wrong."""
        return self.causes[0]

    @property
    def of_previous(self) -> bool:
        """Whether it is the previous school's run of which the first cause was found."""
        return is_of_previous(self.cause, self.steps)

    @property
    def headline(self) -> Text:
        """The first cause in a sentence."""
        return self.headlines[0]
