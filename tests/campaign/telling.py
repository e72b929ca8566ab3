"""Which damage a program can tell, and which it can't: the one place that says so.

A file is evidence, and some damage makes of it a perfectly valid extract of other facts. What such an extract
says is what a school could have written, so no program can know better. These are all the cases, each bound
to the damage that can bring it about and to a row that is whole and in order; everything else must be told.

- *A leaving date on another row.* Rows change their leaving dates, or halves of rows that have one: the row
  is whole, its dates are in order, and it names the person, whose account would be released.
- *An identifier on another row.* The same, where the row names the person as far as the contract believes it:
  one of two names alike, and the dates of birth too where both are known.
- *Both names damaged.* A row under another person's identifier, both of whose names have lost characters or
  were read in the wrong encoding: a damaged name makes no doubt by itself (contract, section 3), whatever its
  other letters say.
- *The present stay is lost*, and an earlier one had ended in the three months before it began: an admission
  date that was wrong and has been mended looks alike.
- *The present stay is lost* from a source that tells stays by enrolments or roles, and so has no admission
  date of the present one by which the loss could be told: the stay that is left has ended.
- *A begin in the place of the end*, in such a source: it may leave the begin out.
- *A blank class.* A cell that lost its content, or a learner who lost the enrolment in a registration group,
  says that the learner is in none. A sheet has no short rows by which lost cells at their end could be told.
- *A registration group that became a lesson*, by a cell that came from another place in the table of classes.
- *Two rows for one person* under two identifiers that are both in the extract: there are people of one name.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta

from provisioning.records.accounts import Account
from provisioning.records.changes import Change
from provisioning.records.people import Learner, Record
from tests.campaign.damage import Damaged
from tests.campaign.people import Made

_MOVES_DATES = frozenset(
    {
        "swapped_identifiers",
        "swapped_leaving_dates",
        "swapped_halves",
        "two_halves_as_a_row",
        "sorted_column",
        "half_lines_joined",
    }
)
"""Damage by which a leaving date, or an identifier, can come to stand on another row."""
_SHIFTS_CELLS = frozenset(
    {"another_cell", "swapped_cells", "lost_cell", "without_a_piece", "lost_delimiters"}
)
"""Damage by which a begin, which those sources may leave out, can come to stand in the place of an end."""
_EMPTIES = frozenset({"blanked_cells", "another_cell", "without_a_piece", "lost_bytes"})
"""Damage by which the cell of a class loses its content, and the row stays whole."""
_MAKES_LESSONS = _MOVES_DATES | {"another_cell", "swapped_cells"}
"""Damage by which a registration group can become a lesson: the cell that tells so is another class's."""
_ROSTERING = ("oneroster", "sds")
BETWEEN_STAYS = timedelta(days=92)
_LOST = re.compile(r"\ufffd+|\?+(?=[^\W\d_])")
"""Characters of a name that stand where others were lost (contract, section 2)."""


_MISREAD = re.compile(r"[Â-ß][\x80-\xbf]")
"""A letter of UTF-8 that was read as Latin-1."""
_HALF = re.compile(r"[ÂÃÄÅâ]\ufffd+")
"""Such a letter, whose second half was no character that can be seen."""


def read_again(name: str) -> str:
    """A name with the letters that were read in the wrong encoding put right, as far as they tell."""
    whole = _MISREAD.sub(lambda found: found[0].encode("latin-1").decode(errors="replace"), name)
    return _HALF.sub("\ufffd", whole)


def folded(name: str) -> str:
    """The letters of a name without case and accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if letter.isalpha())


def _in_common(record: Record, account: Account) -> int:
    """How many names of a record are the account's, in either order; a lost character may have been any."""
    names = read_again(record.surname), read_again(record.forename)
    its = account.surname, account.forename
    return max(sum(map(_is_alike, names, order)) for order in (its, its[::-1]))


def _is_alike(name: str, whole: str) -> bool:
    return any(
        re.fullmatch(".*".join(map(folded, _LOST.split(shown))), folded(other)) is not None
        for shown, other in ((name, whole), (whole, name))
    )


def is_of_one_name(record: Record, account: Account) -> bool:
    """Whether both names of a record are the account's."""
    return _in_common(record, account) == 2


def has_a_name_of(record: Record, account: Account) -> bool:
    """Whether a record has one of the account's names at least, or two damaged ones."""
    names = record.surname, record.forename
    damaged = all(_LOST.search(name) or read_again(name) != name for name in names)
    return damaged or _in_common(record, account) > 0


def is_named(record: Record, account: Account) -> bool:
    """Whether a row names an account's person, as far as the contract believes it."""
    if is_of_one_name(record, account):
        return True
    born = record.date_of_birth if isinstance(record, Learner) else None
    return has_a_name_of(record, account) and (born is None or account.date_of_birth in (None, born))


def may_have_left(change: Change, made: Made, damage: Damaged, source: str) -> bool:
    """Whether the release of a person on roll is of a valid extract of other facts."""
    record, account = change.record, change.account
    assert account is not None
    left = record.leaving_date
    in_order = left is not None and record.joins_on <= left
    if not in_order or not is_named(record, account):
        return False
    earlier = [stay.leaving_date for stay in made.earlier if stay.key == account.key]
    present = next(person.joins_on for person in made.people if person.key == account.key)
    if left in earlier and left + BETWEEN_STAYS >= present:
        return True
    if source in _ROSTERING:
        if left == present and not _SHIFTS_CELLS.isdisjoint(damage.damages):
            return True
        if left in earlier:
            return True
    return not _MOVES_DATES.isdisjoint(damage.damages)


def may_be_without_class(damage: Damaged, source: str, *, line_end: bool) -> bool:
    """Whether an extract validly says of a learner, who had a class, that they are in none.

    `line_end` says whether the school's files end with a line end; where they don't, a cut is not seen.
    """
    if source in _ROSTERING:
        if any("enrollments" in place or "users" in place for place in damage.places):
            return True
        return not _MAKES_LESSONS.isdisjoint(damage.damages) and any(
            "classes" in place for place in damage.places
        )
    empties = _EMPTIES if line_end else _EMPTIES | {"cut", "cut_in_the_last_line"}
    if source in ("xlsx", "ods"):
        empties |= {"cut_rows", "lost_cell", "dropped_line", "dropped_lines"}
    return not empties.isdisjoint(damage.damages)


def may_be_another(account: Account, records: Iterable[Record]) -> bool:
    """Whether a person may have a namesake: a row with the account's own identifier names the person too."""
    return any(row.key == account.key and is_named(row, account) for row in records)
