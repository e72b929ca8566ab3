"""Readiness for the new school year: a school's rollover by stages, who acts, and whom its intake awaits."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from diagnostics.case import Case, SchoolRecords
from diagnostics.case_reader import CaseReader, SoughtPerson
from diagnostics.stages import STAGES, Newcomer, Rollover, finished, ran_in_week
from diagnostics.still_active import lingering, overdue
from diagnostics.verdict import Next, Outcome, Verdict, nothing_missing
from diagnostics.walk import About, Question, next_move, walk
from knowledge.loading import Knowledge
from knowledge.texts import Text
from provisioning.manual.housekeeping import MADE_BY_HAND
from provisioning.manual.reviews import review_progress
from provisioning.records import Account, Kind, Learner, School
from provisioning.rules import class_differs, is_on_roll
from provisioning.runs.school_run import Provisioning

_ADMISSIONS_FROM = (7, 1)
"""Whoever is admitted from this day of the rollover's year on belongs to its intake."""
_OPEN = (Outcome.FAILS, Outcome.UNKNOWN)


@dataclass(frozen=True)
class Awaited:
    """A previous school that has not released all of the intake: how many, since when, and whose move it is.

    `undated` of `count` have no leaving date there; `ran` is when its client last ran successfully.
    """

    school: School
    count: int
    undated: int
    ran: datetime | None
    next: Next


@dataclass(frozen=True)
class Readiness:
    """A school's stages, in the order in which they happen.

    `moves` says for each open stage who acts; `awaited` are the previous schools that the intake waits for.
    """

    school: School
    stages: tuple[Verdict, ...]
    intake: tuple[Newcomer, ...]
    awaited: tuple[Awaited, ...] = ()
    moves: Mapping[str, Next] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether every stage that has a bearing on the school holds."""
        return all(stage.outcome in (Outcome.HOLDS, Outcome.NOT_APPLICABLE) for stage in self.stages)

    @property
    def open(self) -> tuple[Verdict, ...]:
        """The stages that fail, or of which nobody can tell: somebody has to see to them."""
        return tuple(one for one in self.stages if one.outcome in _OPEN)

    @property
    def pressing(self) -> Verdict | None:
        """The first stage that fails, in the order of the work; else the first of which nobody can tell."""
        fails_first = sorted(self.open, key=lambda one: one.outcome is not Outcome.FAILS)
        return fails_first[0] if fails_first else None

    @property
    def next(self) -> Next | None:
        """Whose move it is, at the pressing stage."""
        return self.moves.get(self.pressing.step) if self.pressing else None


def readiness(provisioning: Provisioning, school: str) -> Readiness:
    """How ready a school is for the new school year, as the records stand now.

    Raises `KnownError` where the school is unknown.
    """
    with provisioning.database.reading() as session:
        look = CaseReader(provisioning, session, school)
        reviewed = {
            kind: review_progress(session, school, kind, look.calendar.in_focus(look.today).year)
            for kind in MADE_BY_HAND
        }
        found = _gather(provisioning, look, reviewed)
        stages = tuple(stage(found) for stage in STAGES.values())
        awaited = tuple(_awaited(look, found, provisioning.knowledge))
    moves = {
        stage.step: _move(stage, found, provisioning.knowledge) for stage in stages if stage.outcome in _OPEN
    }
    return Readiness(look.school, stages, found.intake, awaited, moves)


def worst_first(found: Iterable[Readiness]) -> list[Readiness]:
    """Schools by how much is open, and of as many those first whose work is at an earlier stage."""

    def place(one: Readiness) -> tuple[int, list[int], str]:
        places = [number for number, stage in enumerate(one.stages) if stage.outcome in _OPEN]
        return -len(places), places, one.school.number

    return sorted(found, key=place)


def _gather(
    provisioning: Provisioning, look: CaseReader, reviewed: Mapping[Kind, tuple[int, int]]
) -> Rollover:
    dates = look.calendar.in_focus(look.today)
    extract = look.own.extract
    learners = extract.learners if extract else ()
    directory = look.directory(learners)
    newcomers, previous = [], {}
    for learner in learners:
        if learner.admission_date < date(dates.year, *_ADMISSIONS_FROM) or not is_on_roll(
            learner, look.today
        ):
            continue
        case = look.case(SoughtPerson(Kind.LEARNER, learner.upn, learner), directory)
        found = walk(case, Question.WHY_MISSING, provisioning.knowledge)
        newcomers.append(Newcomer(found.identifier, found.cause, found.previous))
        origin = _origin(look, case)
        if origin is not None:
            previous[origin.school.number] = origin
    pairs = ((learner, directory.learner(learner)) for learner in learners)
    return Rollover(
        own=look.own,
        dates=dates,
        today=look.today,
        intake=tuple(newcomers),
        previous=tuple(previous[number] for number in sorted(previous)),
        old_classes=sum(_differs(look.school, learner, account) for learner, account in pairs),
        accounts=sum(one.active and one.school == look.school.number for one in directory.accounts),
        reviewed=reviewed,
        lingering=overdue(lingering(look, directory), look),
    )


def _origin(look: CaseReader, case: Case) -> SchoolRecords | None:
    """The school that somebody of the intake comes from, whether or not the account has come over yet."""
    if case.previous is not None:
        return case.previous
    arrived_from = case.account.arrived_from if case.account else None
    return look.records_of(arrived_from) if arrived_from else None


def _differs(school: School, learner: Learner, account: Account | None) -> bool:
    here = account is not None and account.active and account.school == school.number
    return here and account is not None and class_differs(learner, account)


def _awaited(look: CaseReader, found: Rollover, knowledge: Knowledge) -> Iterator[Awaited]:
    """The previous schools that somebody of the intake waits for, the one with most of them first."""
    waiting: defaultdict[str, list[Newcomer]] = defaultdict(list)
    for one in found.intake:
        if one.previous is not None and one.is_waiting:
            waiting[one.previous.number].append(one)
    for number, newcomers in sorted(waiting.items(), key=lambda item: (-len(item[1]), item[0])):
        records = look.records_of(number)
        yield Awaited(
            school=records.school,
            count=len(newcomers),
            undated=sum(one.cause == "previous-school-no-leaving-date" for one in newcomers),
            ran=finished(records),
            next=_move_of_many(newcomers, found, knowledge),
        )


def _move(stage: Verdict, found: Rollover, knowledge: Knowledge) -> Next:
    """Whose move it is at an open stage; at the intake's, that of what stands in most newcomers' way."""
    absent = [one for one in found.intake if not nothing_missing(one.cause)]
    if stage.step == "intake-matched" and absent:
        return _move_of_many(absent, found, knowledge)
    detail = stage.detail.key.removeprefix(f"step.{stage.step}.")
    previous = tuple(one.school for one in found.previous if not ran_in_week(one, found.dates))
    about = About(found.own.school, "", previous)
    return next_move(about, knowledge.stage_step(stage.step, detail), knowledge)


def _move_of_many(people: Sequence[Newcomer], found: Rollover, knowledge: Knowledge) -> Next:
    """Whose move it is for several newcomers: that of the cause which most of them have."""
    cause = Counter(one.cause for one in people).most_common(1)[0][0]
    held_up = [one for one in people if one.cause == cause]
    schools = {one.previous.number: one.previous for one in held_up if one.previous}
    whom = Text("missing.people", {"count": len(held_up)})
    about = About(found.own.school, whom, tuple(schools.values()))
    entry = knowledge.entry_asking(Question.WHY_MISSING, Kind.LEARNER).id
    return next_move(about, knowledge.next_step(cause, entry, found.today), knowledge)
