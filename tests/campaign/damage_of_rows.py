"""What happens to the rows of a table or a sheet before the file is written; the header stays."""

import random
from collections.abc import Callable, Mapping

from tests.campaign.rostering import Rows

RowDamage = Callable[[list[str], Rows, random.Random], Rows]
"""Takes the header and the other rows, which it may change."""

_IDENTIFIERS = ("upn", "staff_code", "userIds", "identifier", "studentNumber", "staffCode", "userSourcedId")
_LEAVING = ("leaving_date", "endDate", "roleEndDate")


def _swapped_cells(_header: list[str], rows: Rows, chance: random.Random) -> Rows:
    """Two cells of a row change places."""
    row = chance.choice(rows)
    place, other = chance.randrange(len(row)), chance.randrange(len(row))
    row[place], row[other] = row[other], row[place]
    return rows


def _swapped_identifiers(header: list[str], rows: Rows, chance: random.Random) -> Rows:
    return _swapped_between(_IDENTIFIERS, header, rows, chance)


def _swapped_leaving_dates(header: list[str], rows: Rows, chance: random.Random) -> Rows:
    return _swapped_between(_LEAVING, header, rows, chance)


def _swapped_between(names: tuple[str, ...], header: list[str], rows: Rows, chance: random.Random) -> Rows:
    """Two rows change with each other a cell that is not blank in both of them."""
    for place in _places(names, header)[:1]:
        filled = [row for row in rows if row[place]]
        if filled:
            row, other = chance.choice(filled), chance.choice(rows)
            row[place], other[place] = other[place], row[place]
    return rows


def _places(names: tuple[str, ...], header: list[str]) -> list[int]:
    return [place for place, name in enumerate(header) if name in names]


def _swapped_halves(_header: list[str], rows: Rows, chance: random.Random) -> Rows:
    """Two rows change their second halves."""
    row, other = chance.choice(rows), chance.choice(rows)
    place = chance.randrange(1, len(row)) if len(row) > 1 else 0
    row[place:], other[place:] = other[place:], row[place:]
    return rows


def _two_halves_as_a_row(_header: list[str], rows: Rows, chance: random.Random) -> Rows:
    """The half of a row and the other half of the next one are all that is left of both."""
    number = chance.randrange(len(rows))
    if number + 1 == len(rows):
        return rows
    place = chance.randrange(1, len(rows[number])) if len(rows[number]) > 1 else 0
    return [*rows[:number], rows[number][:place] + rows[number + 1][place:], *rows[number + 2 :]]


def _sorted_column(header: list[str], rows: Rows, chance: random.Random) -> Rows:
    """A column alone is sorted, as in a spreadsheet in which only that one was marked."""
    place = chance.randrange(len(header))
    cells = sorted((row[place] for row in rows), reverse=chance.random() < 0.5)
    return [[*row[:place], cell, *row[place + 1 :]] for row, cell in zip(rows, cells, strict=True)]


def _lost_present_stay(header: list[str], rows: Rows, chance: random.Random) -> Rows:
    """Of the people who have several rows, each loses the last one."""
    for place in _places(("upn", "staff_code", "userSourcedId"), header)[:1]:
        seen = [row[place] for row in rows]
        return [
            row
            for number, row in enumerate(rows)
            if row[place] in seen[number + 1 :] or seen.count(row[place]) == 1
        ]
    return rows


def _lost_cell(_header: list[str], rows: Rows, chance: random.Random) -> Rows:
    """A cell is deleted, and those behind it move up."""
    row = chance.choice(rows)
    del row[chance.randrange(len(row))]
    return rows


def _another_cell(_header: list[str], rows: Rows, chance: random.Random) -> Rows:
    """A blank cell is put in, and those behind it move on; the last one falls out."""
    row = chance.choice(rows)
    row.insert(chance.randrange(len(row)), "")
    row.pop()
    return rows


def _blanked_cells(_header: list[str], rows: Rows, chance: random.Random) -> Rows:
    for _ in range(chance.randint(1, 5)):
        row = chance.choice(rows)
        row[chance.randrange(len(row))] = ""
    return rows


def _cut_rows(_header: list[str], rows: Rows, chance: random.Random) -> Rows:
    """All rows lose their last columns from some row on."""
    number, width = chance.randrange(len(rows)), chance.randrange(len(rows[0]))
    return [*rows[:number], *(row[:width] for row in rows[number:])]


def _dropped_rows(_header: list[str], rows: Rows, chance: random.Random) -> Rows:
    return [row for row in rows if chance.random() > 0.1]


def _doubled_rows(_header: list[str], rows: Rows, chance: random.Random) -> Rows:
    return [list(row) for row in rows for _ in range(2 if chance.random() < 0.1 else 1)]


def _shuffled_rows(_header: list[str], rows: Rows, chance: random.Random) -> Rows:
    chance.shuffle(rows)
    return rows


ROW_DAMAGES: Mapping[str, RowDamage] = {
    damage.__name__.strip("_"): damage
    for damage in (
        _swapped_cells,
        _swapped_identifiers,
        _swapped_leaving_dates,
        _swapped_halves,
        _two_halves_as_a_row,
        _sorted_column,
        _lost_present_stay,
        _lost_cell,
        _another_cell,
        _blanked_cells,
        _cut_rows,
        _dropped_rows,
        _doubled_rows,
        _shuffled_rows,
    )
}
