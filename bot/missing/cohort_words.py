"""The words after `/hwb missing`: which of a school's people, which cause, in which form. Pure."""

import re
from collections.abc import Container
from dataclasses import dataclass

from diagnostics.cohort import EVERYBODY, INTAKE, Cohort, Span

UNPLACED = "unplaced"
"""Instead of a cause: people whose rejected rows do not say whether they belong to the cohort."""
CSV = "csv"
_PAGE = re.compile(r"page([0-9]{1,4})")
_EVERYBODY = frozenset({"all", "pawb"})
_INTAKE = frozenset({"intake", "derbyn", "derbyniad"})
_YEAR = frozenset({"year", "blwyddyn", "flwyddyn", "mlwyddyn"})
_CLASS = frozenset({"class", "dosbarth", "ddosbarth", "nosbarth"})
_RECEPTION = frozenset({"reception", "derbyn"})


@dataclass(frozen=True)
class MissingWords:
    """The people of a school that are asked for, and the group; page 0 is the list of all groups."""

    cohort: Cohort = EVERYBODY
    cause: str = ""
    page: int = 0
    as_csv: bool = False


def words_to_cohort(about: str, causes: Container[str]) -> MissingWords:
    """Parse the words in `about`; `causes` are the ids by which groups are named."""
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
    folded = [name.casefold() for name in names]
    if not names or set(folded) <= _EVERYBODY:
        return EVERYBODY
    first, rest = folded[0], " ".join(names[1:])
    if first in _YEAR and rest:
        return Cohort(Span.YEAR, "R" if rest.casefold() in _RECEPTION else rest)
    if first in _CLASS and rest:
        return Cohort(Span.CLASS, rest)
    return INTAKE if set(folded) <= _INTAKE else Cohort(Span.NAMED, " ".join(names))
