"""Everybody on roll at a school without an active account there, by what stands in the way."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from diagnostics.gather import Look, Person
from diagnostics.verdict import Diagnosis, Next
from diagnostics.walk import PRESENT, About, Question, headline, next_move, walk
from knowledge.loading import Knowledge
from knowledge.texts import Text
from provisioning.records import Extract, Kind, Reason, Rejection, School
from provisioning.rules import LEAD_DAYS, is_leaver, is_on_roll
from provisioning.runs import Provisioning


@dataclass(frozen=True)
class Group:
    """People who are missing for one cause; `waiting_for` are the previous schools where it is theirs.

    `reasons` say of each rejected row what is wrong with it.
    """

    cause: str
    identifiers: tuple[str, ...]
    headline: Text
    next: Next
    waiting_for: tuple[School, ...] = ()
    reasons: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True)
class Missing:
    """A school's missing accounts by cause, in the order in which to mend them.

    `problem` says why nobody can tell, where the extract can't be read.
    """

    school: School
    groups: tuple[Group, ...]
    problem: Text | None = None

    @property
    def count(self) -> int:
        """How many people are missing."""
        return sum(len(group.identifiers) for group in self.groups)


def missing(house: Provisioning, school: str) -> Missing:
    """Who is on roll at a school and has no active account there, as the records stand now."""
    with house.database.reading() as session:
        look = Look(house, session, school)
        extract = look.own.extract
        if extract is None:
            group = _group("extract-unreadable", (), look, house.knowledge)
            return Missing(look.school, (group,), look.own.problem)
        directory = look.directory(extract.learners)
        look.look_up(extract.staff)
        cases = [look.case(person, directory) for person in _expected(extract, look.today)]
        walks = [walk(case, Question.WHY_MISSING, house.knowledge) for case in cases]
    by_cause: defaultdict[str, list[Diagnosis]] = defaultdict(list)
    for diagnosis in walks:
        if diagnosis.cause != PRESENT:
            by_cause[diagnosis.cause].append(diagnosis)
    order = sorted(by_cause, key=house.knowledge.mending_order)
    return Missing(
        look.school, tuple(_group(cause, by_cause[cause], look, house.knowledge) for cause in order)
    )


def _expected(extract: Extract, today: date) -> Iterable[Person]:
    """Who is on roll, and whose row is rejected although by what can be read of it they may be."""
    for record in extract.records:
        if is_on_roll(record, today):
            yield Person(record.kind, record.identifier, record)
    rejected: dict[tuple[Kind, str], list[Rejection]] = {}
    for row in extract.rejections:
        if row.reason is not Reason.NOT_MAIN_REGISTRATION and _may_be_on_roll(row, today):
            place = row.identifier or f"{row.file}:{row.line}"
            rejected.setdefault((row.kind, place), []).append(row)
    for (kind, place), rows in rejected.items():
        yield Person(kind, place, None, tuple(rows))


def _may_be_on_roll(row: Rejection, today: date) -> bool:
    joined = row.joins_on is None or row.joins_on <= today + LEAD_DAYS
    return joined and not is_leaver(row, today)


def _group(cause: str, walks: Sequence[Diagnosis], look: Look, knowledge: Knowledge) -> Group:
    identifiers = tuple(diagnosis.identifier for diagnosis in walks)
    previous = tuple({one.previous.number: one.previous for one in walks if one.previous}.values())
    whom = identifiers[0] if len(identifiers) == 1 else Text("missing.people", {"count": len(identifiers)})
    about = About(look.school, whom, previous)
    entry = walks[0].entry if walks else "learner-missing"
    return Group(
        cause=cause,
        identifiers=identifiers,
        headline=headline(cause, about),
        next=next_move(about, knowledge.next_step(cause, entry, look.today), knowledge),
        waiting_for=previous,
        reasons=_reasons(walks) if cause == "row-rejected" else (),
    )


def _reasons(walks: Iterable[Diagnosis]) -> tuple[tuple[str, Text], ...]:
    """Why each of several rows was rejected, which differs from one to the next."""
    return tuple(
        (diagnosis.identifier, verdict.detail)
        for diagnosis in walks
        for verdict in diagnosis.steps
        if verdict.cause == "row-rejected"
    )
