"""Everybody on roll at a school without an active account there, by what stands in the way."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from diagnostics.case_reader import CaseReader, SoughtPerson
from diagnostics.cohort import EVERYBODY, Cohort, Roll
from diagnostics.verdict import Diagnosis, Next, nothing_missing
from diagnostics.walk import About, Question, closed_move, headline, next_move, walk
from knowledge.loading import Knowledge
from knowledge.texts import Text
from provisioning.records import Extract, Kind, Learner, Rejection, School
from provisioning.rules import is_on_roll, may_be_on_roll
from provisioning.runs.school_run import Provisioning


@dataclass(frozen=True)
class Missed:
    """Somebody who is missing: the diagnosis, and where in the school they are, as far as can be read."""

    kind: Kind
    diagnosis: Diagnosis
    year_group: str | None = None
    class_name: str | None = None
    nameless: bool = False

    @property
    def identifier(self) -> str:
        """The UPN or staff code; file and line of a row without one, which is `nameless`."""
        return self.diagnosis.identifier

    @property
    def reason(self) -> Text | None:
        """What is wrong with a rejected row, which differs from one to the next."""
        return next((one.detail for one in self.diagnosis.steps if one.cause == ROW_REJECTED), None)


@dataclass(frozen=True)
class CauseGroup:
    """People who are missing for one cause; `waiting_for` are the previous schools where it is theirs."""

    cause: str
    people: tuple[Missed, ...]
    headline: Text
    next: Next
    waiting_for: tuple[School, ...] = ()

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The UPNs and staff codes."""
        return tuple(one.identifier for one in self.people)


@dataclass(frozen=True)
class Missing:
    """A school's missing accounts by cause, in the order in which to mend them.

    `problem` says why nobody can tell, where the extract can't be read. `unplaced` are those whose rejected
    rows don't say whether they belong to the `cohort`; `choices` the cohorts that can be asked for.
    """

    school: School
    groups: tuple[CauseGroup, ...]
    problem: Text | None = None
    cohort: Cohort = EVERYBODY
    unplaced: tuple[CauseGroup, ...] = ()
    choices: tuple[Cohort, ...] = ()

    @property
    def count(self) -> int:
        """How many people are missing."""
        return sum(len(group.identifiers) for group in self.groups)


ROW_REJECTED = "row-rejected"


def missing(provisioning: Provisioning, school: str, among: Cohort = EVERYBODY) -> Missing:
    """Who is on roll at a school and has no active account there, as the records stand now.

    A class or year group that the school does not have is a `KnownError`.
    """
    with provisioning.database.reading() as session:
        look = CaseReader(provisioning, session, school)
        extract = look.own.extract
        if extract is None:
            group = _group("extract-unreadable", (), look, provisioning.knowledge)
            return Missing(look.school, (group,), look.own.problem)
        roll = Roll.of(look.school, extract)
        cohort = roll.find(among)
        directory = look.directory(extract.learners)
        look.look_up(extract.staff)
        found: dict[bool | None, list[Missed]] = {True: [], None: [], False: []}
        for person in _expected(extract, look.today):
            has = roll.has(cohort, person)
            if has is not False:
                diagnosis = walk(look.case(person, directory), Question.WHY_MISSING, provisioning.knowledge)
                found[has].append(_missed(person, diagnosis))
    return Missing(
        look.school,
        _groups(found[True], look, provisioning.knowledge),
        cohort=cohort,
        unplaced=_groups(found[None], look, provisioning.knowledge),
        choices=roll.choices(cohort),
    )


def _missed(person: SoughtPerson, diagnosis: Diagnosis) -> Missed:
    rows = [person.record] if isinstance(person.record, Learner) else person.rejections
    return Missed(
        person.kind,
        diagnosis,
        year_group=next((row.year_group for row in rows if row.year_group), None),
        class_name=next((row.class_name for row in rows if row.class_name), None),
        nameless=any(not row.identifier for row in person.rejections),
    )


def _groups(people: Iterable[Missed], look: CaseReader, knowledge: Knowledge) -> tuple[CauseGroup, ...]:
    by_cause: defaultdict[str, list[Missed]] = defaultdict(list)
    for one in people:
        if not nothing_missing(one.diagnosis.cause):
            by_cause[one.diagnosis.cause].append(one)
    order = sorted(by_cause, key=knowledge.mending_order)
    return tuple(_group(cause, by_cause[cause], look, knowledge) for cause in order)


def _expected(extract: Extract, today: date) -> Iterable[SoughtPerson]:
    """Who is on roll, and whose row is rejected although by what can be read of it they may be."""
    for record in extract.records:
        if is_on_roll(record, today):
            yield SoughtPerson(record.kind, record.identifier, record)
    rejected: dict[tuple[Kind, str], list[Rejection]] = {}
    for row in extract.rejections:
        if may_be_on_roll(row, today):
            place = row.identifier or f"{row.file}:{row.line}"
            rejected.setdefault((row.kind, place), []).append(row)
    for (kind, place), rows in rejected.items():
        yield SoughtPerson(kind, place, None, tuple(rows))


def _group(cause: str, people: Sequence[Missed], look: CaseReader, knowledge: Knowledge) -> CauseGroup:
    walks = [one.diagnosis for one in people]
    identifiers = tuple(diagnosis.identifier for diagnosis in walks)
    previous = tuple({one.previous.number: one.previous for one in walks if one.previous}.values())
    whom = identifiers[0] if len(identifiers) == 1 else Text("missing.people", {"count": len(identifiers)})
    about = About(look.school, whom, previous)
    entry = walks[0].entry if walks else knowledge.entry_asking(Question.WHY_MISSING, Kind.LEARNER).id
    return CauseGroup(
        cause=cause,
        people=tuple(people),
        headline=headline(cause, about),
        next=closed_move(look.own, look.today, knowledge)
        or next_move(about, knowledge.next_step(cause, entry, look.today), knowledge),
        waiting_for=previous,
    )
