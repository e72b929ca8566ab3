"""The interpretation of a text by the records: person, school, question; what is uncertain is left open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.desk.text_reading import TextContent
from bot.questions.plain_words import kind_of
from knowledge.ids import Question
from knowledge.loading import Knowledge
from provisioning import upn
from provisioning.clock import today
from provisioning.errors import ExtractProblem
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind
from provisioning.records.schools import School
from provisioning.rules import is_on_roll, may_be_on_roll
from provisioning.runs.dependencies import Provisioning
from provisioning.store import accounts, coverage

MOST = 10
"""Cases that one text opens; a text about more people is pasted in parts."""
READ_ALL = 30
"""Schools up to which every extract is read for a UPN; of more, those where an account or a run has it."""


@dataclass(frozen=True)
class Interpretation:
    """The subject of a case, as far as a text makes it certain; what is not certain is None."""

    school: School | None = None
    identifier: str | None = None
    question: Question | None = None
    entry: str | None = None


def interpret(
    provisioning: Provisioning, session: Session, content: TextContent, among: Sequence[School]
) -> list[Interpretation]:
    """Return the subject of each case of a text; `among` are the schools at which its reader works."""
    question = provisioning.knowledge.entries[content.entry].asks if content.entry else None
    entry = content.entry if question is None else None
    extracts = Extracts(provisioning, today(provisioning.clock))
    named = content.schools or (tuple(among) if len(among) == 1 else ())
    found = []
    for identifier in content.identifiers:
        where = _schools_meant(extracts, session, identifier, question, named, among)
        if where or upn.looks_like(identifier):
            fits = question if _fits(question, identifier, provisioning.knowledge) else None
            found.append(Interpretation(where[0] if len(where) == 1 else None, identifier, fits, entry))
    only = named[0] if len(named) == 1 else None
    return found or [Interpretation(only, None, question, entry)]


def _fits(question: Question | None, identifier: str, knowledge: Knowledge) -> bool:
    """Return whether a question can be asked about the kind of person whom an identifier names."""
    return question is None or knowledge.can_ask(question, kind_of(identifier))


class Extracts:
    """The schools' extracts as they are `today`."""

    def __init__(self, provisioning: Provisioning, today: date) -> None:
        self._folder, self.today = provisioning.extract_folder, today

    def of(self, school: School) -> Extract | None:
        """Return the extract of `school`; None where it can't be read."""
        try:
            return self._folder.read(school, self.today)
        except ExtractProblem:
            return None


def _schools_meant(
    extracts: Extracts,
    session: Session,
    identifier: str,
    question: Question | None,
    named: Sequence[School],
    among: Sequence[School],
) -> list[School]:
    """Return the schools that may be meant by an identifier; a single one is certain."""
    if not upn.looks_like(identifier):
        return [school for school in named if _has_code(extracts.of(school), identifier)]
    if len(named) == 1:
        return list(named)
    return _schools_of_learner(extracts, session, upn.normalise(identifier), question, named, among)


def _schools_of_learner(
    extracts: Extracts,
    session: Session,
    number: str,
    question: Question | None,
    named: Sequence[School],
    among: Sequence[School],
) -> list[School]:
    """Return the schools that may be meant by the UPN `number`.

    Where the question is why its account is missing, they are those that have it on roll without an account;
    for another question, those that have the account.
    """
    held: set[str] = {account.school for account in accounts.with_upns(session, [number]) if account.active}
    wanted = named or _likely(session, number, among, held)
    on_roll = [school for school in wanted if _is_on_roll(extracts, school, number)]
    having = [school for school in wanted if school.number in held]
    if question not in (Question.WHY_MISSING, None):
        return having or on_roll
    return [school for school in on_roll if school.number not in held] or on_roll or having


def _likely(session: Session, number: str, among: Sequence[School], held: set[str]) -> Sequence[School]:
    """Return the schools of `among` whose extracts are read for a UPN.

    They are all if these are few; else those that hold its account (`held`), or had it in a run.
    """
    if len(among) <= READ_ALL:
        return among
    known = held | coverage.covering(session, number, [school.number for school in among])
    return [school for school in among if school.number in known]


def _is_on_roll(extracts: Extracts, school: School, number: str) -> bool:
    """Return whether a school's extract has a learner on roll, or a rejected row of one who may be."""
    extract, today = extracts.of(school), extracts.today
    if extract is None:
        return False
    learners = [learner for learner in extract.learners if number in (learner.upn, learner.former_upn)]
    rows = [row for row in extract.rejections if row.kind is Kind.LEARNER and row.identifier == number]
    return any(is_on_roll(learner, today, extract.lead) for learner in learners) or any(
        may_be_on_roll(row, today, extract.lead) for row in rows
    )


def _has_code(extract: Extract | None, code: str) -> bool:
    if extract is None:
        return False
    known: Iterable[str] = (
        *(member.staff_code for member in extract.staff),
        *(row.identifier for row in extract.rejections),
    )
    return any(code.casefold() == identifier.casefold() for identifier in known)
