"""What somebody wrote, read for whom it is about, where and what is asked; what is not certain stays open."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.desk.case import Enquiry, EnquirySource
from bot.questions.plain_words import kind_of, understand
from bot.services import Services
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.search import Finder
from knowledge.texts import Language
from provisioning import upn
from provisioning.clock import today, uk_date
from provisioning.errors import ExtractProblem
from provisioning.records import Extract, Kind, School
from provisioning.rules import is_on_roll, may_be_on_roll
from provisioning.runs.school_run import Provisioning
from provisioning.store import accounts, runs

MOST = 10
"""Cases that one text opens; what names more people is pasted in parts."""
_READ_ALL = 30
"""Schools whose extracts are all read for a UPN; among more, those that accounts and runs point to."""

_NO_ANSWER = "contacts"
"""The part of the guide that is no answer to somebody who has found the desk."""
_UPN_OR_NEARLY = re.compile(r"[A-Z][0-9]{10,12}[A-Z]?|[A-Z][0-9]{13}|[1-9][0-9]{11,12}")
_GREETING = re.compile(r"(dear|hi|hiya|hello|helo|annwyl|bore da|p\S*awn da|good \w+)\b", re.IGNORECASE)
_CLOSING = re.compile(
    r"((many|kind|best|warm|yours)\b.*|thanks|thank you|regards|cheers|diolch|cofion|dymuniadau|yn gywir)\b",
    re.IGNORECASE,
)
_LINE_OF_COURTESY = 6
"""Words of the longest line that is nothing but a salutation or the beginning of a signature."""


@dataclass(frozen=True)
class Said:
    """What a text says: identifiers and schools that it names, the entry that is meant where that is sure.

    `likely` is the question that a form may be filled with where it is not.
    """

    identifiers: tuple[str, ...]
    schools: tuple[School, ...]
    entry: str | None
    likely: Question | None
    language: Language


@dataclass(frozen=True)
class Interpretation:
    """One case of a text, as far as it is certain."""

    school: School | None = None
    identifier: str | None = None
    question: Question | None = None
    entry: str | None = None


def read(text: str, finder: Finder, schools: Sequence[School], day: date) -> Said:
    """What a text says."""
    found, asked = understand(text, finder, schools, day), message(text)
    identifiers = tuple(one for one in found.identifiers if _may_be_somebody(one))
    asks = finder.find(asked, day)
    if identifiers and not asks.sure:
        asks = finder.find(asked, day, among=_about(identifiers, finder.knowledge))
    best = asks.best
    return Said(
        identifiers,
        found.schools,
        best.id if best is not None and best.id != _NO_ANSWER else None,
        finder.knowledge.entries[asks.matches[0].id].asks if asks.matches else None,
        found.language,
    )


def enquiry_of(
    services: Services,
    text: str,
    by: str,
    door: EnquirySource,
    among: Sequence[School],
    named: Sequence[School] = (),
    writer: str | None = None,
) -> tuple[Enquiry, Said]:
    """Somebody's asking with what its text says; `named` are its schools where somebody has said so."""
    now = services.clock.now()
    said = read(text, services.finder, among, uk_date(now))
    if named:
        said = replace(said, schools=tuple(named))
    return Enquiry(now, by, door, said.language, writer, text.strip(), uuid4().hex), said


def message(text: str) -> str:
    """A letter without salutation, signature and what it quotes: they say nothing of what is asked."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if len(lines) > 1 and _is_short(lines[0]) and _GREETING.match(lines[0]):
        lines = lines[1:]
    end = next(
        (place for place, line in enumerate(lines) if place and _is_short(line) and _CLOSING.match(line)),
        len(lines),
    )
    return "\n".join(line for line in lines[:end] if not line.startswith(">"))


def interpretation(
    provisioning: Provisioning, session: Session, said: Said, among: Sequence[School]
) -> list[Interpretation]:
    """The cases of a text; schools are looked for among those at which its reader works."""
    question = provisioning.knowledge.entries[said.entry].asks if said.entry else None
    entry = said.entry if question is None else None
    extract_folder = _Extracts(provisioning, today(provisioning.clock))
    named = said.schools or (tuple(among) if len(among) == 1 else ())
    found = []
    for identifier in said.identifiers:
        where = _where(extract_folder, session, identifier, question, named, among)
        if where or upn.looks_like(identifier):
            fits = question if _fits(question, identifier, provisioning.knowledge) else None
            found.append(Interpretation(where[0] if len(where) == 1 else None, identifier, fits, entry))
    only = named[0] if len(named) == 1 else None
    return found or [Interpretation(only, None, question, entry)]


def _is_short(line: str) -> bool:
    return len(line.split()) <= _LINE_OF_COURTESY


def _may_be_somebody(identifier: str) -> bool:
    """Whether it can be a staff code, or a UPN with a slip: letters bring phone and ticket numbers too."""
    return not upn.looks_like(identifier) or _UPN_OR_NEARLY.fullmatch(identifier) is not None


def _about(identifiers: Sequence[str], knowledge: Knowledge) -> set[str]:
    """The entries about somebody that can be meant of those whom a text names."""
    kinds = {kind_of(one) for one in identifiers}
    return {entry.id for entry in knowledge.entries.values() if entry.asks and entry.about in kinds}


def _fits(question: Question | None, identifier: str, knowledge: Knowledge) -> bool:
    """Whether a question can be asked about whom an identifier names."""
    return question is None or knowledge.can_ask(question, kind_of(identifier))


class _Extracts:
    """The extracts of a moment, those that can't be read left out."""

    def __init__(self, provisioning: Provisioning, today: date) -> None:
        self._house, self.today = provisioning, today

    def extract(self, school: School) -> Extract | None:
        try:
            return self._house.extract_folder.read(school, self.today)
        except ExtractProblem:
            return None


def _where(
    extract_folder: _Extracts,
    session: Session,
    identifier: str,
    question: Question | None,
    named: Sequence[School],
    among: Sequence[School],
) -> list[School]:
    """The schools that may be meant; a single one is certain."""
    if not upn.looks_like(identifier):
        return [school for school in named if _has_code(extract_folder.extract(school), identifier)]
    if len(named) == 1:
        return list(named)
    return _where_learner(extract_folder, session, upn.normalise(identifier), question, named, among)


def _where_learner(
    extract_folder: _Extracts,
    session: Session,
    number: str,
    question: Question | None,
    named: Sequence[School],
    among: Sequence[School],
) -> list[School]:
    """The schools that may be meant for a UPN: those that lack the account if that is the question."""
    held: set[str] = {account.school for account in accounts.with_upns(session, [number]) if account.active}
    wanted = named or _likely(session, number, among, held)
    on_roll = [school for school in wanted if _is_on_roll(extract_folder, school, number)]
    having = [school for school in wanted if school.number in held]
    if question not in (Question.WHY_MISSING, None):
        return having or on_roll
    return [school for school in on_roll if school.number not in held] or on_roll or having


def _likely(session: Session, number: str, among: Sequence[School], held: set[str]) -> Sequence[School]:
    """The schools whose extracts are worth reading for a UPN: all if few, else those that knew it."""
    if len(among) <= _READ_ALL:
        return among
    known = held | runs.covering(session, number, [school.number for school in among])
    return [school for school in among if school.number in known]


def _is_on_roll(extract_folder: _Extracts, school: School, number: str) -> bool:
    """Whether a school expects a learner to have an account there, be their row usable or not."""
    extract, today = extract_folder.extract(school), extract_folder.today
    if extract is None:
        return False
    own = [one for one in extract.learners if number in (one.upn, one.former_upn)]
    rows = [one for one in extract.rejections if one.kind is Kind.LEARNER and one.identifier == number]
    return any(is_on_roll(one, today) for one in own) or any(may_be_on_roll(one, today) for one in rows)


def _has_code(extract: Extract | None, code: str) -> bool:
    if extract is None:
        return False
    known: Iterable[str] = (*(one.staff_code for one in extract.staff), *_rejected(extract))
    return any(code.casefold() == one.casefold() for one in known)


def _rejected(extract: Extract) -> Iterable[str]:
    return (row.identifier for row in extract.rejections)
