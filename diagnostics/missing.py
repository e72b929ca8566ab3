"""The people on roll at a school without an active account there, by cause."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from diagnostics.case_reader import CaseReader, SoughtPerson
from diagnostics.cohort import EVERYBODY, Cohort, Roll
from diagnostics.verdict import Diagnosis, Next, nothing_missing
from diagnostics.walk import About, closed_move, headline, next_move, walk
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.texts import Text
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind, Learner
from provisioning.records.rejections import Rejection
from provisioning.records.schools import School
from provisioning.rules import is_on_roll, may_be_on_roll
from provisioning.runs.school_run import Provisioning


@dataclass(frozen=True)
class Missed:
    """A person without an account: the diagnosis, and year group and class where readable."""

    kind: Kind
    diagnosis: Diagnosis
    year_group: str | None = None
    class_name: str | None = None
    nameless: bool = False

    @property
    def identifier(self) -> str:
        """The UPN or staff code; file and line of a row that has none, which is `nameless`."""
        return self.diagnosis.identifier

    @property
    def reason(self) -> Text | None:
        """Why the row is rejected, where it is."""
        return next((step.detail for step in self.diagnosis.steps if step.cause == ROW_REJECTED), None)


@dataclass(frozen=True)
class CauseGroup:
    """The people missing for one cause; `waiting_for` are the previous schools, where the cause is theirs."""

    cause: str
    people: tuple[Missed, ...]
    headline: Text
    next: Next
    waiting_for: tuple[School, ...] = ()

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The UPNs and staff codes."""
        return tuple(missed.identifier for missed in self.people)


@dataclass(frozen=True)
class Missing:
    """A school's missing accounts by cause, in the order in which to mend them.

    `problem` is set where the extract can't be read. `unplaced` are people whose rejected rows don't say
    whether they belong to the `cohort`; `choices` the cohorts that can be asked for.
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
    """Return the people on roll at `school` without an active account there, by the current records.

    Raises `KnownError` for a class or year group that the school does not have.
    """
    with provisioning.database.reading() as session:
        reader = CaseReader(provisioning, session, school)
        extract = reader.own.extract
        if extract is None:
            group = _group("extract-unreadable", (), reader, provisioning.knowledge)
            return Missing(reader.school, (group,), reader.own.problem)
        roll = Roll.of(reader.school, extract)
        cohort = roll.find(among)
        directory = reader.directory(extract.learners)
        reader.read_namesakes(extract.staff)
        found: dict[bool | None, list[Missed]] = {True: [], None: [], False: []}
        for person in _expected(extract, reader.today):
            has = roll.has(cohort, person)
            if has is not False:
                diagnosis = walk(reader.case(person, directory), Question.WHY_MISSING, provisioning.knowledge)
                found[has].append(_missed(person, diagnosis))
    return Missing(
        reader.school,
        _groups(found[True], reader, provisioning.knowledge),
        cohort=cohort,
        unplaced=_groups(found[None], reader, provisioning.knowledge),
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


def _groups(people: Iterable[Missed], reader: CaseReader, knowledge: Knowledge) -> tuple[CauseGroup, ...]:
    by_cause: defaultdict[str, list[Missed]] = defaultdict(list)
    for missed in people:
        if not nothing_missing(missed.diagnosis.cause):
            by_cause[missed.diagnosis.cause].append(missed)
    order = sorted(by_cause, key=knowledge.mending_order)
    return tuple(_group(cause, by_cause[cause], reader, knowledge) for cause in order)


def _expected(extract: Extract, today: date) -> Iterable[SoughtPerson]:
    """Yield the people on roll, and those of rejected rows who may be."""
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


def _group(cause: str, people: Sequence[Missed], reader: CaseReader, knowledge: Knowledge) -> CauseGroup:
    walks = [missed.diagnosis for missed in people]
    identifiers = tuple(diagnosis.identifier for diagnosis in walks)
    previous = tuple(
        {diagnosis.previous.number: diagnosis.previous for diagnosis in walks if diagnosis.previous}.values()
    )
    whom = identifiers[0] if len(identifiers) == 1 else Text("missing.people", {"count": len(identifiers)})
    about = About(reader.school, whom, previous)
    entry = walks[0].entry if walks else knowledge.entry_asking(Question.WHY_MISSING, Kind.LEARNER).id
    return CauseGroup(
        cause=cause,
        people=tuple(people),
        headline=headline(cause, about),
        next=closed_move(reader.own, reader.today, knowledge)
        or next_move(about, knowledge.next_step(cause, entry, reader.today), knowledge),
        waiting_for=previous,
    )
