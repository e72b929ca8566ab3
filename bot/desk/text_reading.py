"""The reading of an enquiry's text: identifiers, schools, and the question where that is certain."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from bot.desk.case import Enquiry, EnquirySource
from bot.questions.plain_words import kind_of, understand
from bot.services import Services
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.search import Finder
from knowledge.texts import Language
from knowledge.visible import seen
from provisioning import upn
from provisioning.clock import uk_date
from provisioning.records.schools import School

_NO_ANSWER = "contacts"
"""The FAQ entry that is no answer to a user who has found the service desk."""
_UPN_OR_NEARLY = re.compile(r"[A-Z][0-9]{10,12}[A-Z]?|[A-Z][0-9]{13}|[1-9][0-9]{11,12}")
_GREETING = re.compile(r"(dear|hi|hiya|hello|helo|annwyl|bore da|p\S*awn da|good \w+)\b", re.IGNORECASE)
_CLOSING = re.compile(
    r"((many|kind|best|warm|yours)\b.*|thanks|thank you|regards|cheers|diolch|cofion|dymuniadau|yn gywir)\b",
    re.IGNORECASE,
)
_LINE_OF_COURTESY = 6
"""Words of the longest line that counts as a salutation or as the beginning of a signature."""
_WORDS_OF_A_NAME = 3
"""Words of the longest line that counts as a salutation or a signature and as nothing else."""


@dataclass(frozen=True)
class TextContent:
    """The content of a text: identifiers and schools that it names, and the FAQ entry where that is certain.

    `likely` is the question with which a form is filled beforehand where `entry` is None.
    """

    identifiers: tuple[str, ...]
    schools: tuple[School, ...]
    entry: str | None
    likely: Question | None
    language: Language


def read(text: str, finder: Finder, schools: Sequence[School], day: date) -> TextContent:
    """Return the content of `text` on `day`; `schools` are those whose names are looked for."""
    understood, asked = understand(text, finder, schools, day), without_courtesies(text)
    identifiers = tuple(filter(_may_identify, understood.identifiers))
    found = finder.find(asked, day)
    if identifiers and not found.sure:
        found = finder.find(asked, day, among=_about(identifiers, finder.knowledge))
    best = found.best
    return TextContent(
        identifiers,
        understood.schools,
        best.id if best is not None and best.id != _NO_ANSWER else None,
        finder.knowledge.entries[found.matches[0].id].asks if found.matches else None,
        understood.language,
    )


def enquiry_of(
    services: Services,
    text: str,
    by: str,
    source: EnquirySource,
    among: Sequence[School],
    named: Sequence[School] = (),
    writer: str | None = None,
) -> tuple[Enquiry, TextContent]:
    """Return the enquiry of `by` about `text`, and what the text says.

    `among` are the schools whose names are looked for; `named`, if given, are taken for its schools instead.
    """
    now, text = services.clock.now(), seen(text)
    content = read(text, services.finder, among, uk_date(now))
    if named:
        content = replace(content, schools=tuple(named))
    return Enquiry(now, by, source, content.language, writer, text.strip(), uuid4().hex), content


def without_courtesies(text: str) -> str:
    """Return a text without salutation, signature and quotations, which say nothing about the question."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if len(lines) > 1 and _is_short(lines[0]) and _GREETING.match(lines[0]):
        lines = lines[1:]
    end = next(
        (index for index, line in enumerate(lines) if index and _is_short(line) and _CLOSING.match(line)),
        len(lines),
    )
    return "\n".join(line for line in lines[:end] if not line.startswith(">"))


def without_people_greeted(text: str) -> str:
    """Return a text without the names of the people whom it greets, and of the writer who signs it.

    Only these are left out, for what follows a signature may name people again.
    """
    lines = [line.strip() for line in text.strip().splitlines()]
    kept, signed = [], False
    for index, line in enumerate(lines):
        name = len(line.split()) <= _WORDS_OF_A_NAME
        if not (name and (signed or (index == 0 and len(lines) > 1 and _GREETING.match(line)))):
            kept.append(line)
        signed = bool(index and _is_short(line) and _CLOSING.match(line)) or (signed and not line)
    return "\n".join(kept)


def _is_short(line: str) -> bool:
    return len(line.split()) <= _LINE_OF_COURTESY


def _may_identify(identifier: str) -> bool:
    """Return whether `identifier` can be a staff code or a UPN, perhaps mistyped.

    Else it is a phone or ticket number, which e-mails are full of.
    """
    return not upn.looks_like(identifier) or _UPN_OR_NEARLY.fullmatch(identifier) is not None


def _about(identifiers: Sequence[str], knowledge: Knowledge) -> set[str]:
    """Return the FAQ entries about the kinds of people whom a text names."""
    kinds = {kind_of(identifier) for identifier in identifiers}
    return {entry.id for entry in knowledge.entries.values() if entry.asks and entry.about in kinds}
