"""The accounts that live on at a school although they should have ended, by cause."""

from collections.abc import Sequence
from dataclasses import dataclass

from diagnostics.case import SchoolRecords
from diagnostics.case_reader import CaseReader
from diagnostics.causes import About, headline, in_mending_order, move_on_cause, whom
from diagnostics.lingering import Lingering, lingering
from diagnostics.verdict import Next
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.texts import Text
from provisioning.records.people import Kind
from provisioning.records.schools import School
from provisioning.runs.school_run import Provisioning


@dataclass(frozen=True)
class LingeringGroup:
    """The accounts that live on for one cause, and who acts next."""

    cause: str
    people: tuple[Lingering, ...]
    headline: Text
    next: Next

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The UPNs and staff codes."""
        return tuple(account.identifier for account in self.people)


@dataclass(frozen=True)
class StillActive:
    """A school's accounts that should have ended, by cause in the order in which to mend them.

    `records` are those of the school; where its extract can't be read, `records.problem` says why.
    """

    school: School
    groups: tuple[LingeringGroup, ...]
    records: SchoolRecords

    @property
    def count(self) -> int:
        """How many accounts live on."""
        return sum(len(group.people) for group in self.groups)

    @property
    def problem(self) -> Text | None:
        """Why the extract can't be read, so that no account can be named; None where it can."""
        return self.records.problem


def still_active(provisioning: Provisioning, school: str) -> StillActive:
    """Return the accounts at the school `school` that should have ended, by the current records.

    Raises `KnownError` where the school is unknown.
    """
    with provisioning.database.reading() as session:
        reader = CaseReader(provisioning, session, school)
        extract = reader.own.extract
        found = lingering(reader, reader.directory(extract.learners if extract else ()))
    knowledge = provisioning.knowledge
    if extract is None:
        groups: tuple[LingeringGroup, ...] = (_group("extract-unreadable", (), reader, knowledge),)
    else:
        by_cause = in_mending_order(found, lambda account: account.cause, knowledge)
        groups = tuple(_group(cause, people, reader, knowledge) for cause, people in by_cause.items())
    return StillActive(reader.school, groups, reader.own)


def _group(
    cause: str, people: Sequence[Lingering], reader: CaseReader, knowledge: Knowledge
) -> LingeringGroup:
    about = About(reader.school, whom([account.identifier for account in people]), ())
    entry = knowledge.entry_asking(Question.WHY_MISSING, Kind.LEARNER).id
    return LingeringGroup(
        cause=cause,
        people=tuple(people),
        headline=headline(cause, about),
        next=move_on_cause(cause, entry, about, reader.own, reader.today, knowledge),
    )
