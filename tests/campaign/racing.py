"""Three schools whose extracts change from day to day, and what people do about them, all at one moment."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from provisioning.manual.handmade import FILE
from provisioning.records.people import Learner
from provisioning.records.schools import School
from provisioning.store import identities
from provisioning.store.tables.accounts import JournalRow
from provisioning.store.tables.runs import RunRow
from tests.builders import BRYN, GLAN, NANT, NOW, SCHOOLS, Schools, learner, staff_member, upn, write
from tests.campaign.command_forks import Job
from tests.provisioning.manual.review_builders import HEADER, SALLY

LEARNERS = 30
LISTS = ("a.csv", "b.csv")
"""Two lists of these schools; the second has other contacts for all of them."""
_SURNAMES, _FORENAMES = ("Evans", "Puw"), ("Seren", "Mali", "Jac")
_REVIEW = ("review", "non-mis", "--school", GLAN.number)
_JITTER = 0.15
"""Seconds within which the processes of a round begin."""
_COMMANDS = 8
_UNDOABLE = 5
"""A round undoes one of so many runs, the newest that changed something."""
_AS_BEFORE = 0.4
"""The share of extracts that a morning leaves as they were: what is held then can be approved."""

_RUN_BEFORE = 0.6
"""The share of schools that have run when a round begins."""


@dataclass(frozen=True)
class Waiting:
    """What people could decide on before a round: held runs, runs that changed something, questions."""

    held: Sequence[int]
    changed: Sequence[int]
    questions: Sequence[int]


def people(school: School) -> list[Learner]:
    """The learners of a school; names are few, so that all schools give out equal usernames."""
    place = SCHOOLS.index(school)
    return [
        learner(
            number,
            upn=upn(number, issued_by=f"680700{place}"),
            surname=_SURNAMES[number % 2],
            forename=_FORENAMES[number % 3],
            admission_date=date(2019, 9, 1),
            year_group="8" if school is GLAN else "3",
            date_of_birth=date(2014, 1 + number % 12, 5),
        )
        for number in range(LEARNERS)
    ]


def lists(folder: Path) -> None:
    """Write the two lists of schools, and the list of accounts made by hand."""
    header = ("number", "name", "name_cy", "local_authority", "phase", "final_year")
    more = ("provisioning_managed_by", "provisioning_contact")
    for name in LISTS:
        rows = [
            (
                school.number,
                school.name.en,
                school.name.cy,
                school.local_authority,
                school.phase,
                school.final_year or "",
                school.managed_by,
                f"{name}@hwb.example",
            )
            for school in SCHOOLS
        ]
        write(folder / name, [(*header, *more), *rows])
    write(folder / "extracts" / FILE, [HEADER, [*SALLY[:4], "2027-06-30", ""]], NOW - timedelta(days=1))


def write_extracts(schools: Schools, at: datetime, chance: random.Random) -> None:
    """The extracts of a morning: some have left, moved on, joined, changed class, or are another person."""
    left, year_groups = at.date() - timedelta(days=1), {school: people(school) for school in SCHOOLS}
    movers = year_groups[NANT][:3]
    for school in SCHOOLS:
        if chance.random() < _AS_BEFORE:
            continue
        here = year_groups[school]
        happened = chance.choice(["all are back", "most left", "few left", "classes", "joined", "doubt"])
        if happened == "most left":
            here = [replace(person, leaving_date=left) for person in here[:20]] + here[20:]
        elif happened == "few left":
            here = [replace(person, leaving_date=left) for person in here[:3]] + here[3:]
        elif happened == "classes":
            here = [replace(person, class_name=f"{at.day}X") for person in here]
        elif happened == "joined":
            here = here + [
                replace(here[0], upn=upn(100 + at.day * 3 + extra, issued_by=f"68070{school.number[-2:]}"))
                for extra in range(3)
            ]
        elif happened == "doubt":
            other = replace(here[5], surname="Nowak", forename="Zofia", date_of_birth=date(2013, 3, 3))
            here = [*here[:5], other, *here[6:]]
        if school is GLAN and chance.random() < 0.5:
            here = here + [replace(person, year_group="7") for person in movers]
        if school is BRYN and chance.random() < 0.3:
            here = here + movers[:1]
        schools.extracts(school, *here, staff_member("HD", start_date=date(2015, 9, 1)), at=at)


def run_some(schools: Schools, at: datetime, chance: random.Random) -> None:
    """Some schools have run already: what they hold is of this morning's extract."""
    for school in SCHOOLS:
        if chance.random() < _RUN_BEFORE:
            schools.runs(school, at=at)


def waiting(schools: Schools) -> Waiting:
    """What waits for people now; the newest first."""
    with schools.database.reading() as session:
        held = session.scalars(select(RunRow.id).where(RunRow.status == "held").order_by(RunRow.id.desc()))
        changed = session.scalars(select(JournalRow.run).distinct().order_by(JournalRow.run.desc()))
        return Waiting(list(held), list(changed), [question.id for question in identities.waiting(session)])


def jobs(of: Waiting, chance: random.Random) -> list[Job]:
    """Eight commands and a process with threads, about equal runs and schools."""
    numbers = [school.number for school in SCHOOLS]
    tried: list[tuple[str, ...]] = [
        ("provision", "--all"),
        ("provision", "--school", chance.choice(numbers)),
        ("provision", "--school", chance.choice(numbers)),
        ("grants", "add", "U0RACE", "digital-champion", "--school", chance.choice(numbers)),
        ("grants", "remove", "U0RACE"),
        ("schools", "import", "a.csv"),
        ("schools", "import", "b.csv"),
        *(
            ("review", "non-mis", "--school", GLAN.number, deed, SALLY[1])
            for deed in ("--undo", "--deactivate")
        ),
        (*_REVIEW, "--keep", SALLY[1], "--for", "year"),
    ]
    decided: list[tuple[str, ...]] = []
    for run in of.held[:2]:
        decided += [("approve", str(run)), ("approve", str(run)), ("reject", str(run))]
    if of.changed:
        decided += [("undo", str(chance.choice(of.changed[:_UNDOABLE])))] * 2
    for question in of.questions[:1]:
        decided += [("decide", str(question), answer) for answer in ("same", "another")]
    chosen = chance.sample(decided, min(len(decided), _COMMANDS // 2))
    chosen += chance.sample(tried, _COMMANDS - len(chosen))
    acts = [("provision", chance.choice(numbers)), ("sweep",), *decided]
    threads = tuple(chance.sample(acts, min(len(acts), 4)))
    begun = [Job(words=words, after=chance.random() * _JITTER) for words in chosen]
    return [*begun, Job(threads=threads, after=chance.random() * _JITTER)]
