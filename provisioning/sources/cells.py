"""What stands in a cell, without what spreadsheets and exports put around it."""

import re
import unicodedata
from collections.abc import Iterable

from provisioning.misreading import mark_unseen

_WRAPPED = re.compile(r'="(.*)"')
_SPACES = frozenset({"Zs", "Zl", "Zp"})
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def is_clean(text: str) -> bool:
    """Return whether nothing but plain spaces has to be taken from cells, given the text of a whole row.

    True for nearly every row, so that only the others are looked at cell by cell.
    """
    return text.isprintable() and "'" not in text and '="' not in text


def clean(cell: str) -> str:
    """Return a cell without surrounding and invisible characters, and without what marks it as text.

    Spreadsheets mark text by a leading apostrophe or an `="..."` wrapper. Spaces of other kinds and line
    breaks inside become plain spaces.
    """
    if not cell.isprintable():
        cell = "".join(map(_visible, mark_unseen(cell)))
    cell = cell.strip()
    if not cell.startswith(("'", '="')):
        return cell
    if found := _WRAPPED.fullmatch(cell):
        cell = found.group(1).strip()
    if cell.startswith("'"):
        cell = cell[1:].strip()
        if found := _WRAPPED.fullmatch(cell):
            cell = found.group(1).strip()
    return cell


def _visible(character: str) -> str:
    if character in "\t\r\n\v\f":
        return " "
    category = unicodedata.category(character)
    if category in _SPACES:
        return " "
    return "" if category in _INVISIBLE else character


_WHO = (
    "(?:pupils?|learners?|students?|staff|teachers?|records?|rows?"
    "|disgybl(?:ion)?|dysgwyr|athrawon|cofnodion)"
)
_SUM = r"(?:sub[ -]?)?totals?|(?:is-?)?[cg]yfansw?m"
# A total or footer line, in English or Welsh, by how one of its cells begins.
_FOOTER = re.compile(
    rf"(?:grand |overall )?(?:{_SUM})\b|count(?: ?[:=]| of\b| [0-9])|nifer\b|"
    r"(?:source|filters?|records|cofnodion|ffynhonnell|hidlydd) ?[:=]|"
    rf"{_WHO} (?:{_SUM}|count)\b|{_WHO}(?: on roll)? ?[:=] ?[0-9]*$|"
    r"(?:number|no\.?) of\b|(?:page|tudalen):? ?[0-9]|[0-9]+ (?:of|o) [0-9]+$|"
    r"(?:print(?:ed)?|run) (?:on|date|by)\b|printed\b|argraffwyd\b|reports?\b|adroddiad\b|end of\b|diwedd\b|"
    r"date (?:printed|of)\b|dyddiad (?:argraffu|allforio|yr adroddiad)\b|"
    r"generated\b|produced\b|exported\b|created\b|cynhyrchwyd\b|allforiwyd\b|crëwyd\b|"
    rf"\(?[0-9]+ (?:{_WHO}|o |disgybl|dysgwr|cofnod|rhes)|"
    r"[*=-]{3,}",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[0-9.,:/ %-]+")
_COUNT = re.compile(r"\(?[0-9]{1,3}(?:[, ]?[0-9]{3})?(?:\.0+)?%?\)?")
_FEW = 3


def is_total_line(cells: Iterable[str]) -> bool:
    """Return whether the cells of a row that is no usable record are those of a total or footer line.

    One of them begins as such lines do, and beside it stand at most two others, or numbers alone; or there
    is only one, which is a sentence; or there is none at all.
    """
    filled = [cell for cell in cells if cell]
    if not filled:
        return True
    if len(filled) == 1 and (len(filled[0].split()) > _FEW or filled[0].endswith(":")):
        return True
    footers = [cell for cell in filled if _FOOTER.match(cell)]
    others = [cell for cell in filled if not _FOOTER.match(cell)]
    return bool(footers) and (len(filled) <= _FEW or all(_NUMBER.fullmatch(cell) for cell in others))


def is_line_of_counts(cells: Iterable[str]) -> bool:
    """Return whether the cells of a row without an identifier are counts: one alone, or two that are equal.

    An admission number beside a year group is none: those may be a person's whose other cells are blank.
    """
    filled = [cell for cell in cells if cell]
    counts = all(_COUNT.fullmatch(cell) for cell in filled)
    return counts and (len(filled) == 1 or len(set(filled)) < len(filled))
