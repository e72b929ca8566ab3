"""The command of a verb, filled in with what a question names: a person, school, year group or class."""

import re

from bot.commands import Command, Takes, Verb
from bot.questions.plain_words import Understood
from knowledge.folding import words_of
from knowledge.texts import LANGUAGES, Catalogue, Language

MOST_LOOKED_UP = 3
"""People that are looked up for a question; for more of them there is `/hwb missing`."""
_YEAR = re.compile(r"\b(?:y|yr|year|bl|[bfm]?lwyddyn)\.?\s?([0-9]{1,2}|N[12]|R)s?\b", re.IGNORECASE)
_CLASS = re.compile(
    r"\b(?:class|form|[dn]?dosbarth|nosbarth)\s+([0-9]{1,2}[A-Z]?|[A-Z][0-9]{1,2})\b|\b((?:1[0-3]|[1-9])[A-Z])\b",
    re.IGNORECASE,
)
_RECEPTION = re.compile(r"\b(?:reception|derbyn)\b", re.IGNORECASE)
_INTAKE = re.compile(r"\b(?:intake|derbyniad)\b", re.IGNORECASE)
_CASE = re.compile(
    r"\b(?:case|ticket|achos|tocyn)\s*(?:no\.?|number|rhif|#)?\s*#?([0-9]{1,7})\b", re.IGNORECASE
)
_GOVERNOR = re.compile(r"\b(?:gove?r?n[eo]r|l?lywodraethw)", re.IGNORECASE)
_BY_HAND = re.compile(
    r"\b(?:non[ -]?mis|dim[ -]?mis|supply|agency|manual|by hand|volunteer|llanw|cyflenwi|llaw\b|gwirfoddolw)",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(r"\b6[678][0-9]\b")


def commands_of(verb: Verb, understood: Understood, catalogue: Catalogue) -> tuple[Command, ...]:
    """Return the commands of `verb` for what was `understood`: one for each named person, otherwise one."""
    school, text = understood.school, understood.text
    match verb.takes:
        case Takes.PERSON:
            named = understood.identifiers[:MOST_LOOKED_UP] or ("",)
            return tuple(Command(verb, identifier, school) for identifier in named)
        case Takes.COHORT:
            return (Command(verb, _cohort(text), school),)
        case Takes.KIND:
            return (Command(verb, _kind(text), school),)
        case Takes.SCHOOL:
            return (Command(verb, "", school),)
        case Takes.SCHOOLS:
            return (Command(verb, "" if school else _authority(understood, catalogue), school),)
        case Takes.DATES:
            return (Command(verb, _authority(understood, catalogue)),)
        case Takes.CASE:
            number = _CASE.search(text)
            return (Command(verb, number[1] if number else ""),)
        case _:
            return (Command(verb),)


def typed(command: Command, catalogue: Catalogue, language: Language) -> str:
    """Return `command` as it is typed after `/hwb` in a language."""
    word = command.verb.welsh if language == "cy" else command.verb.word
    keys = ((part, f"ask.typed.{part}") for part in command.about.split())
    about = (catalogue.say(key, language) if key in catalogue else part for part, key in keys)
    return " ".join(part for part in (word, *about, command.school) if part)


def _cohort(text: str) -> str:
    """Return the words that narrow a list to the year group or class that `text` names, or to the intake."""
    if year := _YEAR.search(text):
        return f"year {year[1].upper()}"
    if class_ := _CLASS.search(text):
        return f"class {(class_[1] or class_[2]).upper()}"
    if _INTAKE.search(text):
        return "intake"
    return "year R" if _RECEPTION.search(text) else ""


def _kind(text: str) -> str:
    """Return the word for the kind of accounts made by hand that `text` names; blank where it names none."""
    if _GOVERNOR.search(text):
        return "governors"
    return "non-mis" if _BY_HAND.search(text) else ""


def _authority(understood: Understood, catalogue: Catalogue) -> str:
    """Return the code of the local authority that is named, by its code, its name or one of its schools."""
    if code := _AUTHORITY.search(understood.text):
        return code[0]
    if understood.school:
        return understood.school[:3]
    said = f" {' '.join(words_of(understood.text))} "
    names = (key for key in catalogue.keys() if key.startswith("authority."))  # noqa: SIM118 - no mapping
    return next(
        (
            key.removeprefix("authority.")
            for key in names
            if any(f" {' '.join(words_of(catalogue.say(key, language)))} " in said for language in LANGUAGES)
        ),
        "",
    )
