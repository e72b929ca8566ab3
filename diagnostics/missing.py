"""The people on roll at a school without an active account there, by cause."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from diagnostics.case_reader import CaseReader
from diagnostics.causes import About, closed_text, headline, in_mending_order, move_on_cause, whom
from diagnostics.causes import people as people_in_words
from diagnostics.cohort import EVERYBODY, Cohort, Roll
from diagnostics.mending_runs import of_all
from diagnostics.school_reader import SchoolReader
from diagnostics.sought_person import SoughtPerson
from diagnostics.verdict import Diagnosis, ExtractAge, Next, nothing_missing
from diagnostics.walk import is_present, walk
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.texts import Text
from provisioning.records.extracts import Extract
from provisioning.records.people import Key, Kind, Learner
from provisioning.records.rejections import Rejection
from provisioning.records.schools import School
from provisioning.rules import is_on_roll, may_be_on_roll
from provisioning.runs.dependencies import Provisioning


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
    def called(self) -> str | Text:
        """How lists call the person: the UPN or staff code, or in words where their record has none."""
        if not self.nameless:
            return self.identifier
        file, _, line = self.identifier.rpartition(":")
        return Text("missing.nameless", {"kind": self.kind.value, "file": file, "line": line})

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

    @property
    def runs(self) -> tuple[tuple[School, ...], ...]:
        """The runs that mend the cause for its people, each different way once; empty for whom none can."""
        return tuple(dict.fromkeys(missed.diagnosis.runs for missed in self.people))


@dataclass(frozen=True)
class Missing:
    """A school's missing accounts by cause, in the order in which to mend them.

    `problem` is set where the extract can't be read; `closed` where the school is closed, so that its people
    are looked for elsewhere. `unplaced` are people whose rejected rows don't say
    whether they belong to the `cohort`; `choices` the cohorts that can be asked for; `extract` the age of the
    school's extract.
    """

    school: School
    groups: tuple[CauseGroup, ...]
    problem: Text | None = None
    cohort: Cohort = EVERYBODY
    unplaced: tuple[CauseGroup, ...] = ()
    choices: tuple[Cohort, ...] = ()
    extract: ExtractAge | None = None
    closed: Text | None = None

    @property
    def count(self) -> int:
        """How many people are missing."""
        return sum(len(group.identifiers) for group in self.groups)


ROW_REJECTED = "row-rejected"


def missing(provisioning: Provisioning, school: str, among: Cohort = EVERYBODY) -> Missing:
    """Return the people of the cohort `among` who are on roll at `school` and have no active account there.

    Raises `KnownError` for a class or year group that the school does not have.
    """
    return missing_at(provisioning, [school], among)[0]


def missing_at(
    provisioning: Provisioning, numbers: Sequence[str], among: Cohort = EVERYBODY
) -> list[Missing]:
    """Return what `missing` returns for each of the schools `numbers`, in order; they are read together."""
    with provisioning.database.reading() as session:
        schools = SchoolReader(provisioning, session)
        schools.read_ahead(numbers, accounts_too=True)
        readers = [CaseReader(schools, number) for number in numbers]
        schools.read_ahead(sorted(set[str]().union(*(reader.elsewhere() for reader in readers))))
        return [_missing(reader, among, provisioning.knowledge) for reader in readers]


def _missing(reader: CaseReader, among: Cohort, knowledge: Knowledge) -> Missing:
    extract = reader.own.extract
    if reader.school.is_closed(reader.today):
        return Missing(reader.school, (), closed=closed_text("closed.missing", reader.own))
    if extract is None:
        group = _group("extract-unreadable", (), reader, knowledge)
        return Missing(reader.school, (group,), reader.own.problem)
    roll = Roll.of(reader.school, extract)
    cohort = roll.find(among)
    found: dict[bool | None, list[Missed]] = {True: [], None: []}
    for person in _expected(extract, reader.today):
        belongs = roll.has(cohort, person)
        if belongs is False:
            continue
        case = reader.case(person, reader.directory)
        if not is_present(case):  # as nearly all are, and then the steps need not be walked
            found[belongs].append(_missed(person, walk(case, Question.WHY_MISSING, knowledge)))
    return Missing(
        reader.school,
        _groups(found[True], reader, knowledge),
        cohort=cohort,
        unplaced=_groups(found[None], reader, knowledge),
        choices=roll.choices(cohort),
        extract=reader.own.extract_age,
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
    without = (missed for missed in people if not nothing_missing(missed.diagnosis.cause))
    by_cause = in_mending_order(without, lambda missed: missed.diagnosis.cause, knowledge)
    return tuple(_group(cause, missed, reader, knowledge) for cause, missed in by_cause.items())


def _expected(extract: Extract, today: date) -> Iterable[SoughtPerson]:
    """Yield the people on roll, and those of rejected rows who may be, with all their rejected rows."""
    for record in extract.records:
        if is_on_roll(record, today, extract.lead):
            yield SoughtPerson(record.kind, record.identifier, record)
    rejected: dict[Key, list[Rejection]] = {}
    for row in extract.rejections:
        key = row.key if row.identifier else (row.kind, _place(row))
        rejected.setdefault(key, []).append(row)
    for rows in rejected.values():
        expected = [row for row in rows if may_be_on_roll(row, today, extract.lead)]
        if expected:
            others = [row for row in rows if row not in expected]
            first = expected[0]
            yield SoughtPerson(first.kind, first.identifier or _place(first), None, (*expected, *others))


def _place(row: Rejection) -> str:
    """Return where a row without identifier stands: file and line."""
    return f"{row.file}:{row.line}"


def _group(cause: str, people: Sequence[Missed], reader: CaseReader, knowledge: Knowledge) -> CauseGroup:
    found = [missed.diagnosis for missed in people]
    schools = {diagnosis.previous.number: diagnosis.previous for diagnosis in found if diagnosis.previous}
    previous = tuple(schools.values())
    of_previous = bool(found) and all(diagnosis.of_previous for diagnosis in found)
    outlook = of_all(diagnosis.outlook for diagnosis in found)
    alone_and_nameless = len(people) == 1 and people[0].nameless
    called = people_in_words(1) if alone_and_nameless else whom([missed.identifier for missed in people])
    about = About(reader.school, called, previous, of_previous, outlook)
    entry = found[0].entry if found else knowledge.entry_asking(Question.WHY_MISSING, Kind.LEARNER).id
    return CauseGroup(
        cause=cause,
        people=tuple(people),
        headline=headline(cause, about),
        next=move_on_cause(cause, entry, about, reader.own, reader.today, knowledge),
        waiting_for=previous,
    )
