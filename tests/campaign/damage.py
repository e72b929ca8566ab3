"""An extract, damaged: in the rows of a table, in a text or in a file's bytes, by a seed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from tests.campaign.damage_of_rows import ROW_DAMAGES
from tests.campaign.damage_of_texts import BYTE_DAMAGES, TEXT_DAMAGES, encoding_of
from tests.campaign.formats import Format
from tests.campaign.rostering import Files, Tables
from tests.campaign.style import Style

_OF_PEOPLE = {"learners": 3, "staff": 2, "learners.csv": 3, "staff.csv": 2, "users.csv": 3}
_OF_PEOPLE |= {"enrollments.csv": 3, "roles.csv": 3}
"""How much more often than others the tables that name people are damaged."""


@dataclass(frozen=True)
class Damaged:
    """The files of a damaged extract, and what happened to them."""

    files: Files
    damages: tuple[str, ...]
    places: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(
            f"{damage} in {place}" for damage, place in zip(self.damages, self.places, strict=True)
        )


def damaged(format: Format, tables: Tables, style: Style, seed: str) -> Damaged:
    """One damage to an extract or, of one in four, two."""
    chance = random.Random(f"damage {seed}")
    names = [*ROW_DAMAGES, *TEXT_DAMAGES, *BYTE_DAMAGES]
    damages = chance.sample(names, chance.choice((1, 1, 1, 2)))
    damages.sort(key=names.index)
    places = []
    for damage in (name for name in damages if name in ROW_DAMAGES):
        tables, place = _in_rows(tables, damage, chance)
        places.append(place)
    texts = format.texts(tables, style)
    for damage in (name for name in damages if name in TEXT_DAMAGES):
        texts, place = _in_text(texts, damage, chance)
        places.append(place)
    files = format.files(texts, style)
    for damage in (name for name in damages if name in BYTE_DAMAGES):
        place = chance.choice(sorted(files))
        raw = files[place]
        files = {**files, place: BYTE_DAMAGES[damage](raw, chance) if raw else raw}
        places.append(place)
    return Damaged(files, tuple(damages), tuple(places))


def _in_rows(tables: Tables, damage: str, chance: random.Random) -> tuple[Tables, str]:
    place = _chosen(tables, chance)
    header, *rows = tables[place]
    if not rows:
        return tables, place
    return {
        **tables,
        place: [header, *ROW_DAMAGES[damage](header, [list(row) for row in rows], chance)],
    }, place


def _in_text(texts: Files, damage: str, chance: random.Random) -> tuple[Files, str]:
    place = _chosen(texts, chance)
    encoding = encoding_of(texts[place])
    text = texts[place].decode(encoding)
    return {**texts, place: TEXT_DAMAGES[damage](text, chance).encode(encoding, "replace")}, place


def _chosen(parts: Mapping[str, object], chance: random.Random) -> str:
    """One of the parts by chance; what is about people, and the sheets of a workbook, more often."""
    names = sorted(parts)
    weights = [_OF_PEOPLE.get(name, 3 if "/sheet" in name or name.endswith(".xml") else 1) for name in names]
    return chance.choices(names, weights)[0]
