"""The accounts that live on at a school although they should have ended, by cause."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from diagnostics.case_reader import CaseReader
from diagnostics.causes import About, closed_text, headline, in_mending_order, move_on_cause, whom
from diagnostics.left_behind import LEFT_BEHIND, left_behind_move, living_on
from diagnostics.lingering import Lingering
from diagnostics.mending_runs import runs_of_own
from diagnostics.school_reader import SchoolReader
from diagnostics.verdict import ExtractAge, Next
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.texts import Text
from provisioning.records.people import Kind
from provisioning.records.schools import School
from provisioning.runs.dependencies import Provisioning


@dataclass(frozen=True)
class LingeringGroup:
    """The accounts that live on for one cause, who acts next, and the `runs` that mend it.

    The latter are as those of a `CauseGroup`.
    """

    cause: str
    people: tuple[Lingering, ...]
    headline: Text
    next: Next
    runs: tuple[tuple[School, ...], ...] = ()

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The UPNs and staff codes."""
        return tuple(account.identifier for account in self.people)


@dataclass(frozen=True)
class StillActive:
    """A school's accounts that should have ended, by cause in the order in which to mend them.

    Where the school's extract can't be read, `problem` says why; else `extract` is its age. `closed` says
    that the school is closed, and then neither matters.
    """

    school: School
    groups: tuple[LingeringGroup, ...]
    problem: Text | None = None
    extract: ExtractAge | None = None
    closed: Text | None = None

    @property
    def count(self) -> int:
        """How many accounts live on."""
        return sum(len(group.people) for group in self.groups)


def still_active(provisioning: Provisioning, school: str) -> StillActive:
    """Return the accounts at the school `school` that should have ended, by the current records.

    Raises `KnownError` where the school is unknown.
    """
    with provisioning.database.reading() as session:
        reader = CaseReader(SchoolReader(provisioning, session), school)
        extract = reader.own.extract
        found = living_on(reader, reader.directory)
        by_cause = in_mending_order(found, lambda account: account.cause, provisioning.knowledge)
        if reader.school.is_closed(reader.today):
            said = closed_text("closed.still-active", reader.own, count=len(found))
            groups = [
                _group_of_closed(cause, people, reader, provisioning) for cause, people in by_cause.items()
            ]
            return StillActive(reader.school, tuple(groups), closed=said)
    if extract is None:
        by_cause = {"extract-unreadable": ()}
    groups = [_group(cause, people, reader, provisioning.knowledge) for cause, people in by_cause.items()]
    return StillActive(reader.school, tuple(groups), reader.own.problem, reader.own.extract_age)


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
        runs=(runs_of_own(cause, reader.own, reader.today),),
    )


def _group_of_closed(
    cause: str, people: Sequence[Lingering], reader: CaseReader, provisioning: Provisioning
) -> LingeringGroup:
    """Return the group of a closed school's accounts: what waits for its successor is that school's move."""
    own, knowledge = reader.own, provisioning.knowledge
    if cause != LEFT_BEHIND and own.successor is not None:
        return replace(_group(cause, people, reader.at(own.successor.number), knowledge), runs=())
    said = whom([account.identifier for account in people])
    return LingeringGroup(
        cause=cause,
        people=tuple(people),
        headline=Text("closed.headline", {"school": own.school.name, "identifier": said}),
        next=left_behind_move(own, in_portal=reader.in_portal, knowledge=knowledge),
    )
