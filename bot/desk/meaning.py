"""Whom a text may mean, and who may therefore read it. Pure.

A text names children by name only, by a school's name that several schools have, or in words that mean
nothing here. It is read only by users who work at a school of everything that it may mean; what it says
of a person or school that is not known here is read only once the Service Desk has said whom it is about.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.desk.text_reading import without_people_greeted
from bot.questions.plain_words import school_numbers, schools_named, upns
from knowledge.search import Finder
from provisioning import upn
from provisioning.records.schools import School

_WORD = re.compile(r"[^\W\d_]+")
_YEAR_OR_CLASS = re.compile(r"\b(?:Y[0-9]{1,2}|[0-9]{1,2}[A-Z]{1,2}|KS[0-9]|CA[0-9])\b")
_INITIAL = 1
"""Letters of a word that is no name by itself."""
_ORDINARY_WORDS = """
    a after afternoon also annwyl apologies april as asked at august best bore but bydd cannot cheers
    cofion cofiwch could da dear december diolch dydd ebrill edrych english every february first friday
    fy gallwch good gorffennaf gweler gyda hefyd helo hello hi hope hydref i if ionawr it january july june
    kind llun mae mai march may mawrth medi mehefin mercher might monday morning my nhw nid november
    october of oes on or our please prynhawn regards ref rhagfyr rwyf rydw rydym sadwrn saturday
    see september shall sorry sul sunday tachwedd tel thank thanks the their there they three thursday
    today told tomorrow tried tuesday two urgent wales wedi wednesday welsh welwch yes yesterday you your
    ysgrifennwch
"""
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
"""Words of letters that are no names, beside those of the guide; a word too few asks the Service Desk."""


class KnownPerson(NamedTuple):
    """A person in the records of a school; `identifier` is a UPN, a staff code or a username."""

    school: str
    identifier: str
    surname: str
    forename: str


@dataclass(frozen=True)
class MayMean:
    """What a text may mean.

    `known` has, for each school and person, the numbers of the schools that know it: the school itself, or
    those with a record or an account of the person. `unclear` is whether a word may be the name of a person
    or school that is not known here.
    """

    known: frozenset[frozenset[str]]
    unclear: bool = False

    def is_read_at(self, schools: Collection[str]) -> bool:
        """Return whether a user who works at `schools` may read it; a text that means nothing is unclear."""
        return bool(self.known) and not self.unclear and all(at.intersection(schools) for at in self.known)


def may_mean(
    text: str,
    finder: Finder,
    schools: Sequence[School],
    holders: Mapping[str, frozenset[str]],
    people: Sequence[KnownPerson] | None,
) -> MayMean:
    """Return what `text` may mean, in an installation with `schools`.

    `holders` are the schools with each of its UPNs; `people` all people of the records, None where these are
    too many to be looked through: then no name is known. The guide's words, by `finder`, are no names.
    """
    named = schools_named(text, schools)
    known: set[frozenset[str]] = {frozenset({school.number}) for school in named}
    numbers = {school.number for school in schools}
    unclear = any(number not in numbers for number in school_numbers(text))
    for number in upns(text):
        if at := holders.get(number):
            known.add(at)
        elif len(named) != 1:
            unclear = True  # of the only school that is named it may be a slip
    written = _Written(text, finder, cased=people is not None)
    by_code = [person for person in people or () if written.has_code_of(person)]
    there = [person for person in by_code if person.school in {school.number for school in named}]
    found = [*(person for person in people or () if written.has_name_of(person)), *(there or by_code)]
    known.update(_schools_of(found))
    explained = {word for person in found for word in _words_of_person(person)}
    explained |= {word for school in named for word in _words_of_school(school)}
    unexplained = written.without_capital - explained
    known.update(_schools_of([person for person in people or () if unexplained & _names_of(person)]))
    return MayMean(frozenset(known), unclear or not explained.issuperset(written.telling))


def _schools_of(found: Sequence[KnownPerson]) -> Iterator[frozenset[str]]:
    """Yield the schools of each person that is `found`; a UPN is of one person alone."""
    for person in found:
        number = person.identifier if upn.looks_like(person.identifier) else None
        yield frozenset({person.school, *(other.school for other in found if other.identifier == number)})


def _words_of_person(person: KnownPerson) -> set[str]:
    return {*_folded(person.surname), *_folded(person.forename), *_folded(person.identifier)}


def _names_of(person: KnownPerson) -> set[str]:
    return {*_folded(person.surname), *_folded(person.forename)}


def _words_of_school(school: School) -> set[str]:
    return {*_folded(school.name.en), *_folded(school.name.cy)}


class _Written:
    """The words of a text, folded; `telling` are those that may be names of people who are not known.

    A name has a capital. Without capitals, with nothing else, or where it is not `cased`, any word may be.
    Of the words `without_capital` the records tell whether they are names.
    """

    def __init__(self, text: str, finder: Finder, *, cased: bool) -> None:
        words = _WORD.findall(_YEAR_OR_CLASS.sub(" ", text))
        cased = cased and any(word[0].isupper() for word in words) and any(word.islower() for word in words)
        self._all = frozenset(_folded(" ".join(words)))
        ordinary = {word for word in self._all if word in _ORDINARY or _is_of_the_guide(word, finder)}
        capital = frozenset(_folded(" ".join(word for word in words if word[0].isupper())))
        self._names = capital | (self._all - ordinary)
        said = _folded(_YEAR_OR_CLASS.sub(" ", without_people_greeted(text)))
        may_be = (capital if cased else self._all) - ordinary
        self.telling = frozenset(word for word in may_be.intersection(said) if len(word) > _INITIAL)
        small = self._all.intersection(said) - ordinary - self.telling
        self.without_capital = frozenset(word for word in small if len(word) > _INITIAL)

    def has_name_of(self, person: KnownPerson) -> bool:
        """Return whether a forename and a surname of `person` are among the words."""
        surname = self._all.intersection(_folded(person.surname))
        forename = self._all.intersection(_folded(person.forename))
        return bool(surname and forename and self._names.intersection(surname | forename))

    def has_code_of(self, person: KnownPerson) -> bool:
        """Return whether the staff code of `person` is among the words that may be names."""
        code = _folded(person.identifier)
        return len(code) == 1 and code[0] in self.telling


def _is_of_the_guide(word: str, finder: Finder) -> bool:
    return finder.knows(word) or finder.knows(word.removesuffix("s"))


def _folded(words: str) -> list[str]:
    """Return the words of a name or text without case and accents."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    return _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
