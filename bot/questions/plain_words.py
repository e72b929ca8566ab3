"""What a text in plain words says: the people and schools it names, the question, and its language."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.folding import words_of
from knowledge.search import LONGEST, Finder, Found
from knowledge.texts import Language
from provisioning import upn
from provisioning.records.people import Kind
from provisioning.records.schools import School

_TOKEN = re.compile(r"[A-Za-z0-9]+")
_SCHOOL_NUMBER = re.compile(r"6[678][0-9]{5}")
_CODE = re.compile(r"(?=.*[A-Z])[A-Z0-9]{2,6}")
_YEAR_OR_CLASS = re.compile(r"Y[0-9]{1,2}|[0-9]{1,2}[A-Z]{1,2}|[0-9]+|KS[0-9]|CA[0-9]|[A-Z]")
_BEFORE_A_CODE = frozenset({"code", "cod", "god", "chod"})
_IS = frozenset({"is", "yw", "ydi", "ydy"})
_ANY_SCHOOL = frozenset(
    {"ysgol", "gynradd", "uwchradd", "gyfun", "cyfun", "iau", "babanod", "gymraeg", "y", "yr"}
    | {"school", "primary", "secondary", "high", "comprehensive", "infant", "junior", "community", "the"}
)
"""Words of schools' names that many schools share."""
_LETTERS_OF_A_NAME = 4
_LEARNER = " learner "
"""What stands for a UPN where a wish is looked for."""


@dataclass(frozen=True)
class Understood:
    """What a text says.

    `identifiers` are UPNs and what looks like staff codes, normalised; `schools` are those of the caller's
    schools that it names, `school_numbers` all school numbers in it. `found` is what the search
    of the guide finds; `courtesy` is whether the text is only a greeting or thanks, `thanks` whether it has
    any thanks. `text` is what was read,
    and `wish` the same without names: with words for people and schools in their places.
    """

    identifiers: tuple[str, ...]
    schools: tuple[School, ...]
    school_numbers: tuple[str, ...]
    found: Found
    language: Language
    courtesy: bool
    thanks: bool = False
    text: str = ""
    wish: str = ""

    @property
    def school(self) -> str:
        """The number of the named school; blank where none, or more than one, is named."""
        numbers = dict.fromkeys([*self.school_numbers, *(school.number for school in self.schools)])
        return next(iter(numbers)) if len(numbers) == 1 else ""


def understand(text: str, finder: Finder, schools: Sequence[School], today: date) -> Understood:
    """Return what the first `LONGEST` characters of `text` say; `schools` are those whose names are known."""
    read = text[:LONGEST]
    rest = upn.WRITTEN.sub(" ", read)
    tokens = _TOKEN.findall(rest)
    numbers = [token for token in tokens if _SCHOOL_NUMBER.fullmatch(token)]
    codes, named = list(_codes(tokens, finder)), list(_named(rest, numbers, schools))
    return Understood(
        identifiers=tuple(dict.fromkeys([*upns(read), *codes])),
        schools=tuple(named),
        school_numbers=tuple(dict.fromkeys(numbers)),
        found=finder.find(upn.WRITTEN.sub(lambda found: upn.read(found[0]), read), today),
        language=finder.language(read),
        courtesy=finder.is_courtesy(read),
        thanks=finder.has_thanks(read),
        text=read,
        wish=_without_names(read, codes, named),
    )


def upns(text: str) -> list[str]:
    """Return the UPNs in `text`, normalised, including words that are UPNs with a typing error."""
    whole = [upn.read(found) for found in upn.WRITTEN.findall(text)]
    slips = filter(_is_upn_with_a_slip, _TOKEN.findall(upn.WRITTEN.sub(" ", text)))
    return list(dict.fromkeys([*whole, *(slip.upper() for slip in slips)]))


def school_numbers(text: str) -> list[str]:
    """Return the school numbers in `text`, also those that no school has."""
    return list(dict.fromkeys(filter(_SCHOOL_NUMBER.fullmatch, _TOKEN.findall(upn.WRITTEN.sub(" ", text)))))


def schools_named(text: str, schools: Sequence[School]) -> list[School]:
    """Return every school that `text` may name: by number, or by words of a name that others may have too.

    A name whose own words are few and short is named where all of it is written.
    """
    said, numbers = f" {' '.join(words_of(text))} ", _TOKEN.findall(text)
    return [
        school
        for school in schools
        if school.number in numbers
        or any(
            f" {_own_words(name) or ' '.join(words_of(name))} " in said
            for name in (school.name.en, school.name.cy)
            if words_of(name)
        )
    ]


def kind_of(identifier: str) -> Kind:
    """Return the kind of person that an identifier names: learners by UPN, staff by staff code."""
    return Kind.LEARNER if upn.looks_like(identifier) else Kind.STAFF


def _is_upn_with_a_slip(token: str) -> bool:
    """Return whether `token` is a UPN with a typing error: it has six digits or more, and a letter."""
    digits = sum(letter.isdigit() for letter in token)
    return 6 <= digits < len(token) and upn.looks_like(token)


def _codes(tokens: Sequence[str], finder: Finder) -> Iterator[str]:
    """Yield what looks like staff codes: a few capitals that are no word, or what follows "code"."""
    all_capitals = all(token == token.upper() for token in tokens if token.isalpha())
    before = ""
    for token in tokens:
        if token.casefold() in _IS:
            continue
        announced, before = before in _BEFORE_A_CODE, token.casefold()
        code = token.upper() if announced else token
        if _SCHOOL_NUMBER.fullmatch(token) or not _CODE.fullmatch(code) or _YEAR_OR_CLASS.fullmatch(code):
            continue
        if not finder.knows(code) and (announced or not all_capitals or len(tokens) == 1):
            yield code


def _named(text: str, numbers: Sequence[str], schools: Sequence[School]) -> Iterator[School]:
    """Yield the schools that `text` names: by number, or by words of a name that no other school has."""
    said = f" {' '.join(words_of(text))} "
    own = [(school, {_own_words(name) for name in (school.name.en, school.name.cy)}) for school in schools]
    having = Counter(name for _, names in own for name in names)
    for school, names in own:
        by_name = any(name and having[name] == 1 and f" {name} " in said for name in names)
        if school.number in numbers or by_name:
            yield school


def _without_names(text: str, codes: Sequence[str], schools: Sequence[School]) -> str:
    """Return the words of `text` with words for people and schools in the places of `codes` and names."""
    people = {code.casefold(): "staff" for code in codes}
    said = " ".join(people.get(token.casefold(), token) for token in upn.WRITTEN.sub(_LEARNER, text).split())
    said = f" {' '.join(words_of(said))} "
    names = {_own_words(name) for school in schools for name in (school.name.en, school.name.cy)} - {""}
    for name in sorted(names, key=len, reverse=True):
        said = said.replace(f" {name} ", " school ")
    return said.strip()


def _own_words(name: str) -> str:
    """Return the words that set a school's name apart; blank where they are too short to be sure."""
    words = " ".join(word for word in words_of(name) if word not in _ANY_SCHOOL)
    return words if len(words) >= _LETTERS_OF_A_NAME else ""
