"""The words after `/hwb missing`: which of a school's people, which cause, in which form. Pure."""

import re
from collections.abc import Container
from dataclasses import dataclass

from diagnostics.cohort import EVERYBODY, INTAKE, Cohort, Span

UNPLACED = "unplaced"
"""Instead of a cause: people whose rejected rows do not say whether they belong to the cohort."""
CSV = "csv"
"""The word that asks for a file."""
_PAGE = re.compile(r"page([0-9]{1,4})")
_EVERYBODY = frozenset({"all", "pawb"})
_INTAKE = frozenset({"intake", "derbyn", "derbyniad"})
_YEAR = frozenset({"year", "blwyddyn", "flwyddyn", "mlwyddyn"})
_CLASS = frozenset({"class", "dosbarth", "ddosbarth", "nosbarth"})
_RECEPTION = frozenset({"reception", "derbyn"})


@dataclass(frozen=True)
class MissingWords:
    """What the words ask for: which people, a page of the group of `cause`, or a file.

    Without a cause it is the list of all groups, and `page` is 0.
    """

    cohort: Cohort = EVERYBODY
    cause: str = ""
    page: int = 0
    as_csv: bool = False


def words_to_cohort(about: str, causes: Container[str]) -> MissingWords:
    """Parse the words after the verb (`about`); `causes` are the ids by which groups are named."""
    cause, page, as_csv = "", 0, False
    names = []
    for word in about.split():
        folded = word.casefold()
        if folded in causes or folded == UNPLACED:
            cause, page = folded, page or 1
        elif number := _PAGE.fullmatch(folded):
            page = int(number[1])
        elif folded == CSV:
            as_csv = True
        else:
            names.append(word)
    return MissingWords(_cohort(names), cause, page, as_csv)


def words_of(cohort: Cohort) -> str:
    """Return the words that ask for `cohort`."""
    return "" if cohort.span is Span.EVERYBODY else f"{cohort.span} {cohort.name}".strip()


def _cohort(names: list[str]) -> Cohort:
    """Return the people that the words `names` mean; words without a span name a year group or a class."""
    folded = [name.casefold() for name in names]
    if not names or set(folded) <= _EVERYBODY:
        return EVERYBODY
    first, rest = folded[0], " ".join(names[1:])
    if first in _YEAR and rest:
        return Cohort(Span.YEAR, "R" if rest.casefold() in _RECEPTION else rest)
    if first in _CLASS and rest:
        return Cohort(Span.CLASS, rest)
    return INTAKE if set(folded) <= _INTAKE else Cohort(Span.NAMED, " ".join(names))
