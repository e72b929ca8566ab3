"""Made-up extracts, and what happens to files on their way: all from a seed, so that it can be repeated."""

import csv
import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from provisioning.records.people import Learner, StaffMember
from tests.builders import LEARNERS_HEADER, STAFF_HEADER, TODAY, learner, sheet, staff_member

_SURNAMES = (
    "Evans",
    "Puw",
    "Ŵyn-Jones",
    "O'Neil",
    "Williams",
    "Siôn",
    "Khan",
    "Nguyễn",
    "ap Rhys",
    "Davies, Jr",
)
_FORENAMES = ("Seren", "Mali", "Siân", "Jac", "Ŷ", "Gwenno Haf", "Aled", "Zoë", "Efa", "Ifan")
# Without the former UPN: a class that changes places with a blank cell is blank, and nothing tells of it.
_HEADER = [name for name in LEARNERS_HEADER if name != "former_upn"]
_ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252")
_DELIMITERS = (",", ",", ";", "\t")


@dataclass(frozen=True)
class Made:
    """An extract as its MIS wrote it: the records, and the file of learners and of staff as bytes."""

    learners: Sequence[Learner]
    staff: Sequence[StaffMember]
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Style:
    """How a file is written."""

    encoding: str
    delimiter: str
    newline: str
    line_end: bool
    quoting: Literal[0, 1]


def make(seed: int) -> Made:
    """An extract of a school of 3 to 40 learners, some of whom have left, and 1 to 12 staff."""
    chance = random.Random(seed)
    learners = [_learner(number, chance) for number in range(1, chance.randint(4, 41))]
    staff = [_staff(number, chance) for number in range(1, chance.randint(2, 13))]
    style = Style(
        chance.choice(_ENCODINGS),
        chance.choice(_DELIMITERS),
        chance.choice(("\n", "\r\n")),
        chance.random() < 0.8,
        chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    )
    files = {
        "learners.csv": _written(sheet(_HEADER, learners), style),
        "staff.csv": _written(sheet(STAFF_HEADER, staff), replace(style, encoding="utf-8")),
    }
    return Made(learners, staff, files)


def _learner(number: int, chance: random.Random) -> Learner:
    joined = date(chance.randint(2018, 2025), 9, chance.randint(1, 28))
    left = chance.random() < 0.15
    year = chance.randint(7, 13)
    return learner(
        number,
        surname=chance.choice(_SURNAMES),
        forename=f"{chance.choice(_FORENAMES)} {_letters(number)}",
        admission_date=joined,
        leaving_date=TODAY - timedelta(days=chance.randint(1, 20)) if left else None,
        year_group=str(year),
        class_name=f"{year}{chance.choice('ABC')}",
        date_of_birth=date(2026 - 4 - year, chance.randint(1, 12), chance.randint(1, 28)),
    )


def _staff(number: int, chance: random.Random) -> StaffMember:
    return staff_member(
        f"T{_letters(number)}",
        surname=chance.choice(_SURNAMES),
        forename=f"{chance.choice(_FORENAMES)} {_letters(number)}",
        start_date=date(chance.randint(2000, 2025), 9, 1),
        leaving_date=date(2026, 8, 31) if chance.random() < 0.1 else None,
    )


def _letters(number: int) -> str:
    """A number as letters, so that no two people have both names alike."""
    return f"{'ABCDEFGHIJ'[number // 10 % 10]}{'abcdefghij'[number % 10]}"


def _written(rows: Sequence[Sequence[str]], style: Style) -> bytes:
    file = io.StringIO()
    csv.writer(
        file, delimiter=style.delimiter, lineterminator=style.newline, quoting=style.quoting
    ).writerows(rows)
    text = file.getvalue()
    return (text if style.line_end else text.removesuffix(style.newline)).encode(style.encoding, "replace")


Damage = Callable[[bytes, random.Random], bytes]


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw))]


def _cut_in_the_last_row(raw: bytes, chance: random.Random) -> bytes:
    return raw[: len(raw) - chance.randint(1, min(60, len(raw) - 1))]


def _without_a_piece(raw: bytes, chance: random.Random) -> bytes:
    """A piece of one row is lost; of two, the half rows may make a whole one that nothing tells apart."""
    lines = raw.split(b"\n")
    number = chance.randrange(len(lines))
    line = lines[number]
    start = chance.randrange(len(line) + 1)
    lines[number] = line[:start] + line[start + chance.randint(1, 60) :]
    return b"\n".join(lines)


def _lost_delimiter(raw: bytes, chance: random.Random) -> bytes:
    places = [place for place, byte in enumerate(raw) if byte in b",;\t"]
    if not places:
        return raw
    place = chance.choice(places)
    return raw[:place] + raw[place + 1 :]


def _swapped_cells(raw: bytes, chance: random.Random) -> bytes:
    """Two cells of one row change places."""
    lines = raw.split(b"\n")
    number = chance.randrange(len(lines))
    delimiter = max((b",", b";", b"\t"), key=raw.count)
    cells = lines[number].rstrip(b"\r").split(delimiter)
    place, other = chance.randrange(len(cells)), chance.randrange(len(cells))
    cells[place], cells[other] = cells[other], cells[place]
    return b"\n".join([*lines[:number], delimiter.join(cells), *lines[number + 1 :]])


def _dropped_lines(raw: bytes, chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    return b"\n".join(line for line in lines if chance.random() > 0.1)


def _doubled_lines(raw: bytes, chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    return b"\n".join(again for line in lines for again in [line] * (2 if chance.random() < 0.1 else 1))


def _shuffled_lines(raw: bytes, chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def _another_encoding(raw: bytes, chance: random.Random) -> bytes:
    text = raw.decode("utf-8", "replace")
    return text.encode(chance.choice(("cp1252", "utf-16", "utf-8-sig", "latin-1", "utf-16-le")), "replace")


def _half_in_another_encoding(raw: bytes, chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    half = chance.randrange(len(lines))
    return b"\n".join(
        [
            *lines[:half],
            *(line.decode("utf-8", "replace").encode("cp1252", "replace") for line in lines[half:]),
        ]
    )


def _read_in_the_wrong_encoding(raw: bytes, chance: random.Random) -> bytes:
    return raw.decode("latin-1").encode("utf-8")


def _other_bytes(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 6)):
        changed[chance.randrange(len(changed))] = chance.choice(
            (chance.randrange(256), *b'"",;\n\r0123456789')
        )
    return bytes(changed)


def _stray_quotation_marks(raw: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(raw))
        raw = raw[:place] + b'"' + raw[place:]
    return raw


DAMAGES: Mapping[str, Damage] = {
    damage.__name__.strip("_"): damage
    for damage in (
        _cut,
        _cut_in_the_last_row,
        _without_a_piece,
        _lost_delimiter,
        _swapped_cells,
        _dropped_lines,
        _doubled_lines,
        _shuffled_lines,
        _another_encoding,
        _half_in_another_encoding,
        _read_in_the_wrong_encoding,
        _other_bytes,
        _stray_quotation_marks,
    )
}


def damaged(made: Made, seed: int) -> tuple[str, Mapping[str, bytes]]:
    """What happened to an extract, in words, and its files afterwards: one or two damages to one file."""
    chance = random.Random(f"damage {seed}")
    name = chance.choice(("learners.csv", "learners.csv", "learners.csv", "staff.csv"))
    raw, told = made.files[name], []
    for damage in chance.sample(list(DAMAGES), chance.choice((1, 1, 1, 2))):
        if raw:
            raw = DAMAGES[damage](raw, chance)
            told.append(damage)
    return f"seed {seed}: {name}: {', '.join(told)}", {**made.files, name: raw}
