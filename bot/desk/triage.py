"""What somebody wrote, read for whom it is about, where and what is asked; what is not certain stays open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from diagnostics.walk import Question
from knowledge.texts import Language
from provisioning import upn
from provisioning.clock import today
from provisioning.errors import ExtractProblem
from provisioning.records import Extract, School
from provisioning.rules import is_on_roll
from provisioning.runs import Provisioning
from provisioning.store import accounts, runs

MOST = 10
"""Cases that one text opens; what names more people is pasted in parts."""
_READ_ALL = 30
"""Schools whose extracts are all read for a UPN; among more, those that accounts and runs point to."""

QUESTIONS = {
    "learner-missing": Question.WHY_MISSING,
    "staff-missing": Question.WHY_MISSING,
    "learner-no-password": Question.NO_PASSWORD,
    "old-class": Question.OLD_CLASS,
    "staff-move-account": Question.MOVE_ACCOUNT,
}
"""The questions about somebody, by the entry that asks them; others are answered by the guide's words."""


@dataclass(frozen=True)
class Said:
    """What a text says: identifiers and schools that it names, the entry that is meant where that is sure."""

    identifiers: tuple[str, ...]
    schools: tuple[School, ...]
    entry: str | None
    language: Language


@dataclass(frozen=True)
class Meant:
    """One case of a text, as far as it is certain."""

    school: School | None = None
    identifier: str | None = None
    question: Question | None = None
    entry: str | None = None

    @property
    def asks_about_somebody(self) -> bool:
        """Whether a diagnosis can be made."""
        return None not in (self.school, self.identifier, self.question)


def meant(house: Provisioning, session: Session, said: Said, among: Sequence[School]) -> list[Meant]:
    """The cases of a text; schools are looked for among those at which its reader works."""
    question = QUESTIONS.get(said.entry or "")
    entry = said.entry if question is None else None
    shelf = _Shelf(house, today(house.clock))
    named = said.schools or (tuple(among) if len(among) == 1 else ())
    found = []
    for identifier in said.identifiers:
        where = _where(shelf, session, identifier, question, named, among)
        if where or upn.looks_like(identifier):
            found.append(Meant(where[0] if len(where) == 1 else None, identifier, question, entry))
    only = named[0] if len(named) == 1 else None
    return found or [Meant(only, None, question, entry)]


class _Shelf:
    """The extracts of a moment, those that can't be read left out."""

    def __init__(self, house: Provisioning, today: date) -> None:
        self._house, self.today = house, today

    def extract(self, school: School) -> Extract | None:
        try:
            return self._house.shelf.read(school.number, self.today, school.source)
        except ExtractProblem:
            return None


def _where(
    shelf: _Shelf,
    session: Session,
    identifier: str,
    question: Question | None,
    named: Sequence[School],
    among: Sequence[School],
) -> list[School]:
    """The schools that may be meant; a single one is certain."""
    if not upn.looks_like(identifier):
        return [school for school in named if _has_code(shelf.extract(school), identifier)]
    if len(named) == 1:
        return list(named)
    number = upn.normalise(identifier)
    held = {one.school for one in accounts.with_upns(session, [number]) if one.active}
    known = held | runs.covering(session, number, [school.number for school in named or among])
    wanted = named or [one for one in among if len(among) <= _READ_ALL or one.number in known]
    on_roll = [one for one in wanted if _is_on_roll(shelf, one, number)]
    without = [one for one in on_roll if one.number not in held]
    having = [one for one in wanted if one.number in held]
    if question in (Question.WHY_MISSING, None):
        return without or on_roll or having
    return having or on_roll


def _is_on_roll(shelf: _Shelf, school: School, number: str) -> bool:
    extract = shelf.extract(school)
    learners = extract.learners if extract else ()
    return any(number in (one.upn, one.former_upn) and is_on_roll(one, shelf.today) for one in learners)


def _has_code(extract: Extract | None, code: str) -> bool:
    if extract is None:
        return False
    known: Iterable[str] = (*(one.staff_code for one in extract.staff), *_rejected(extract))
    return any(code.casefold() == one.casefold() for one in known)


def _rejected(extract: Extract) -> Iterable[str]:
    return (row.identifier for row in extract.rejections)
