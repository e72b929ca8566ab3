"""Readiness for the new school year: the stages of a school's rollover, and who acts next."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from diagnostics.case import Case, SchoolRecords
from diagnostics.case_reader import CaseReader
from diagnostics.causes import About, in_mending_order, next_move, people, step_on_cause
from diagnostics.left_behind import left_behind_move, living_on
from diagnostics.lingering import overdue
from diagnostics.mending_runs import of_all, outlook
from diagnostics.portions import AT_ONCE, NONE_WAIT, Portions
from diagnostics.reliance import Reliance, reliance
from diagnostics.rollover import Newcomer, Rollover, finished, ran_in_week
from diagnostics.school_reader import SchoolReader
from diagnostics.school_stages import SchoolStages, is_open, mended_by_a_run
from diagnostics.sought_person import SoughtPerson
from diagnostics.stages import failed_run, stages_of
from diagnostics.verdict import PRESENT, Next, Verdict, is_of_previous, nothing_missing
from diagnostics.walk import is_present, steps_and_causes
from knowledge.ids import Question
from knowledge.loading import Knowledge, NextStep
from provisioning.errors import KnownError
from provisioning.ids import SchoolNumber
from provisioning.manual.endings import HeldList
from provisioning.manual.reviews import Progress, progress_at
from provisioning.manual.upkeep import held_lists
from provisioning.planning.directory import Directory
from provisioning.records.people import Kind, Learner
from provisioning.records.rejections import Rejection
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.rules import class_differs, is_on_roll
from provisioning.runs.dependencies import Provisioning
from provisioning.store import schools as school_store
from provisioning.store.runs import Run

_ADMISSIONS_FROM = (7, 1)
"""Learners admitted from this day of the rollover's year on are its intake."""
LeftOut = Callable[[str, KnownError], None]
"""What is told of a school that can't be looked at: its number, and why."""
_OF_RUNS = ("client-ran", "ran-after-previous-schools")
"""The stages that hold once clients have run."""


@dataclass(frozen=True)
class Awaited:
    """A previous school that has not released all of the intake, and who acts next.

    `undated` of `count` have no leaving date there; `ran` is when its client last ran successfully.
    """

    school: School
    count: int
    undated: int
    ran: datetime | None
    next: Next


@dataclass(frozen=True)
class Readiness(SchoolStages):
    """A school's stages, with its intake; `awaited` are the previous schools that the intake waits for."""

    intake: tuple[Newcomer, ...]
    awaited: tuple[Awaited, ...] = ()

    @property
    def tells_run_times(self) -> bool:
        """Whether a client's next run may change it although that finds nothing new.

        It may while a stage about runs is open, or a learner of the intake is missing, for then it is told
        what has not run since. Before rollover week a run counts for no stage yet.
        """
        missing = any(not nothing_missing(newcomer.cause) for newcomer in self.intake)
        return missing or any(stage.step in _OF_RUNS for stage in self.open)


class Look(NamedTuple):
    """A school's readiness as it was `found`, its latest finished run, and what the readiness rests on."""

    found: Readiness
    latest: Run | None
    rests_on: Reliance


def readiness(provisioning: Provisioning, school: str) -> Readiness:
    """Return how ready a school is for the new school year, by the current records.

    Raises `KnownError` where the school is unknown.
    """
    return readiness_at(provisioning, [school])[0]


def readiness_at(provisioning: Provisioning, numbers: Sequence[str]) -> list[Readiness]:
    """Return what `readiness` returns for each of the schools `numbers`, in order."""
    found = {look.found.school.number: look.found for look in looks(provisioning, numbers)}
    return [found[SchoolNumber(number)] for number in numbers]


def looks(
    provisioning: Provisioning, numbers: Sequence[str], left_out: LeftOut | None = None
) -> Iterator[Look]:
    """Yield a look at each of the schools `numbers`, in any order; they are read together, in portions.

    Memory does not grow with their number. A school that can't be looked at, such as an unknown one, is told
    to `left_out`; without that, its `KnownError` is raised.
    """
    for portion, waiting in _portions(provisioning, numbers):
        try:
            found = looks_together(provisioning, portion, waiting)
        except KnownError:
            if left_out is None:
                raise
            found = _looks_singly(provisioning, portion, left_out)
        waiting.done([*portion, *(look.found.school.number for look in found)])
        yield from found


def _portions(provisioning: Provisioning, numbers: Sequence[str]) -> Iterator[tuple[Sequence[str], Portions]]:
    """Yield the schools `numbers` in portions, each with what is left of them."""
    if len(numbers) <= AT_ONCE:
        yield numbers, Portions(())
        return
    with provisioning.database.reading() as session:
        known = school_store.some(session, numbers)
    if unknown := [number for number in numbers if number not in known]:
        yield unknown, Portions(())
    waiting = Portions(known.values())
    while waiting:
        yield waiting.next(), waiting


def _looks_singly(provisioning: Provisioning, numbers: Sequence[str], left_out: LeftOut) -> list[Look]:
    found = []
    for number in numbers:
        try:
            found += looks_together(provisioning, [number])
        except KnownError as problem:
            left_out(number, problem)
    return found


def looks_together(
    provisioning: Provisioning, numbers: Sequence[str], waiting: Portions = NONE_WAIT
) -> list[Look]:
    """Return a look at each of the schools `numbers`, and at those among `waiting` that their intake is from.

    They are as many as memory has room for.
    """
    with provisioning.database.reading() as session:
        schools = SchoolReader(provisioning, session, of_readiness=True)
        schools.read_ahead(numbers, accounts_too=True)
        readers = [CaseReader(schools, number) for number in numbers]
        origins = set[str]().union(*map(_origins, readers))
        brought = waiting.brought(origins.difference(numbers))
        schools.read_ahead(brought, accounts_too=True)
        of_brought = [CaseReader(schools, number) for number in brought]
        schools.read_ahead(sorted(origins.union(*map(_origins, of_brought))))
        readers += of_brought
        years: dict[str, int] = {
            reader.school.number: reader.calendar.in_focus(reader.today).year for reader in readers
        }
        reviewed = progress_at(session, years)
        held = {found.school: found for found in held_lists(provisioning, session)}
        return [
            _look(
                reader,
                _readiness(
                    provisioning, reader, reviewed[reader.school.number], held.get(reader.school.number)
                ),
            )
            for reader in readers
        ]


def _look(reader: CaseReader, found: Readiness) -> Look:
    return Look(found, reader.own.latest, reliance(reader, run_times=found.tells_run_times))


def _origins(reader: CaseReader) -> set[str]:
    """Return the other schools at which the intake here has its accounts, or had them."""
    extract = reader.own.extract
    if extract is None:
        return set()
    dates = reader.calendar.in_focus(reader.today)
    intake = _intake(extract.learners, dates.year, reader.today, extract.lead)
    found = [account for learner in intake if (account := reader.directory.learner(learner)) is not None]
    schools = {account.school for account in found} - {reader.school.number}
    return schools | {account.arrived_from for account in found if account.arrived_from}


def _readiness(
    provisioning: Provisioning, reader: CaseReader, reviewed: Progress, held_list: HeldList | None
) -> Readiness:
    found = _read_rollover(provisioning, reader, reviewed, held_list)
    stages = stages_of(found)
    awaited = tuple(_awaited(reader, found, provisioning.knowledge))
    moves = {stage.step: _move(stage, found, provisioning.knowledge) for stage in stages if is_open(stage)}
    latest = reader.own.latest
    held_up = latest is not None and (latest.failed or latest.status is RunStatus.HELD)
    mending = mended_by_a_run(stages, moves, found.intake, held_up=held_up)
    return Readiness(
        reader.school,
        stages,
        found.intake,
        awaited,
        moves=moves,
        mending=mending,
        failed_run=failed_run(found),
    )


def _read_rollover(
    provisioning: Provisioning,
    reader: CaseReader,
    reviewed: Progress,
    held_list: HeldList | None,
) -> Rollover:
    dates = reader.calendar.in_focus(reader.today)
    extract = reader.own.extract
    learners = extract.learners if extract else ()
    directory = reader.directory
    newcomers, previous = [], {}
    for learner in _intake(learners, dates.year, reader.today, reader.own.lead):
        case = reader.case(SoughtPerson(Kind.LEARNER, learner.upn, learner), directory)
        newcomers.append(_newcomer(case, provisioning.knowledge))
        origin = _origin(reader, case)
        if origin is not None:
            previous[origin.school.number] = origin
    left = overdue(living_on(reader, directory), reader)
    causes = in_mending_order(left, lambda account: account.cause, provisioning.knowledge)
    return Rollover(
        own=reader.own,
        dates=dates,
        today=reader.today,
        intake=tuple(newcomers),
        previous=tuple(previous[number] for number in sorted(previous)),
        old_classes=_old_classes(reader.school, learners, directory),
        has_accounts=any(
            account.active and account.school == reader.school.number for account in directory.accounts
        ),
        reviewed=reviewed,
        lingering=len(left),
        lingering_causes={cause: len(accounts) for cause, accounts in causes.items()},
        in_portal=reader.in_portal,
        held_list=held_list,
        damaged_staff=_damaged_staff(reader),
    )


def _damaged_staff(reader: CaseReader) -> tuple[Rejection, ...]:
    """Return the rejections of staff on roll whom the planner gives no account, for their names are damaged.

    `missing` and the runs count them too.
    """
    extract = reader.own.extract
    if extract is None:
        return ()
    damaged = (
        member
        for member in extract.staff
        if member.damaged_names and is_on_roll(member, reader.today, extract.lead)
    )
    people = (SoughtPerson(Kind.STAFF, member.staff_code, member) for member in damaged)
    return tuple(row for person in people for row in reader.case(person, reader.directory).rejections)


def _intake(learners: Iterable[Learner], year: int, today: date, lead: timedelta) -> Iterator[Learner]:
    """Yield the learners admitted for the rollover of `year` who are on roll `today`, by `lead`."""
    first = date(year, *_ADMISSIONS_FROM)
    admitted = (learner for learner in learners if learner.admission_date >= first)
    return (learner for learner in admitted if is_on_roll(learner, today, lead))


def _newcomer(case: Case, knowledge: Knowledge) -> Newcomer:
    """Return a learner of the intake with the cause; of one whose account is here no steps are walked."""
    if is_present(case):
        return Newcomer(case.identifier, PRESENT, None)
    steps, causes = steps_and_causes(case, Question.WHY_MISSING, knowledge)
    previous = case.previous.school if case.previous else None
    of_previous = is_of_previous(causes[0], steps)
    return Newcomer(case.identifier, causes[0], previous, of_previous, outlook(causes[0], case))


def _origin(reader: CaseReader, case: Case) -> SchoolRecords | None:
    """Return the previous school of a newcomer, whether or not the account has been matched yet."""
    if case.previous is not None:
        return case.previous
    arrived_from = case.account.arrived_from if case.account else None
    return reader.records_of(arrived_from) if arrived_from else None


def _old_classes(school: School, learners: Iterable[Learner], directory: Directory) -> int:
    """Return how many of `learners` have an active account at the `school` that shows another class."""
    number, found = school.number, 0
    for learner in learners:
        account = directory.learner(learner)
        if account is not None and account.school == number and account.active:
            found += class_differs(learner, account)
    return found


def _awaited(reader: CaseReader, found: Rollover, knowledge: Knowledge) -> Iterator[Awaited]:
    """Yield the previous schools that newcomers wait for, most newcomers first."""
    waiting: defaultdict[str, list[Newcomer]] = defaultdict(list)
    for newcomer in found.intake:
        if newcomer.previous is not None and newcomer.is_waiting:
            waiting[newcomer.previous.number].append(newcomer)
    for number, newcomers in sorted(waiting.items(), key=lambda item: (-len(item[1]), item[0])):
        records = reader.records_of(number)
        yield Awaited(
            school=records.school,
            count=len(newcomers),
            undated=sum(newcomer.cause == "previous-school-no-leaving-date" for newcomer in newcomers),
            ran=finished(records),
            next=_move_of_many(newcomers, found, knowledge),
        )


def _move(stage: Verdict, found: Rollover, knowledge: Knowledge) -> Next:
    """Return who acts at an open stage.

    At the intake's it is who acts on the most frequent cause, at that of leavers who acts on the one that is
    mended first.
    """
    absent = [newcomer for newcomer in found.intake if not nothing_missing(newcomer.cause)]
    if stage.step == "intake-matched" and absent:
        return _move_of_many(absent, found, knowledge)
    if stage.step == "leavers-ended" and found.is_closed:
        return left_behind_move(found.own, in_portal=found.in_portal, knowledge=knowledge)
    if stage.step == "leavers-ended" and found.lingering_causes:
        return _move_on_leavers(stage, found, knowledge)
    detail = stage.detail.key.removeprefix(f"step.{stage.step}.")
    late = (records for records in found.previous_open if not ran_in_week(records, found.dates))
    previous = tuple(records.school for records in late)
    about = About(found.own.school, "", previous)
    return next_move(about, knowledge.stage_step(stage.step, detail), knowledge)


def _move_on_leavers(stage: Verdict, found: Rollover, knowledge: Knowledge) -> Next:
    """Return who acts on the accounts of leavers, as the list of them says of its first group."""
    about = About(found.own.school, people(found.lingering), ())
    entry = knowledge.entry_asking(Question.WHY_MISSING, Kind.LEARNER).id
    first = step_on_cause(next(iter(found.lingering_causes)), entry, about, found.today, knowledge)
    action = knowledge.stage_step(stage.step, "lingering").action
    return next_move(about, NextStep(first.who, action), knowledge)


def _move_of_many(newcomers: Sequence[Newcomer], found: Rollover, knowledge: Knowledge) -> Next:
    """Return who acts for several `newcomers`: on the cause that most of them have."""
    cause = Counter(newcomer.cause for newcomer in newcomers).most_common(1)[0][0]
    held_up = [newcomer for newcomer in newcomers if newcomer.cause == cause]
    schools = {newcomer.previous.number: newcomer.previous for newcomer in held_up if newcomer.previous}
    of_previous = all(newcomer.of_previous for newcomer in held_up)
    outlook = of_all(newcomer.outlook for newcomer in held_up)
    about = About(found.own.school, people(len(held_up)), tuple(schools.values()), of_previous, outlook)
    entry = knowledge.entry_asking(Question.WHY_MISSING, Kind.LEARNER).id
    return next_move(about, step_on_cause(cause, entry, about, found.today, knowledge), knowledge)
