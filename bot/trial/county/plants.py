"""The plants of the county: each problem with the question that finds it, and its cause."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.texts import Bilingual

MISSING, STILL_ACTIVE = "missing", "still-active"
"""The questions about a whole school; all others are words of `knowledge.ids.Question`."""
ABOUT_SCHOOLS = frozenset({MISSING, STILL_ACTIVE})

_FILE = Path(__file__).with_name("plants.toml")


@dataclass(frozen=True)
class Plant:
    """A planted problem: who asks which question about whom at which school, and the cause to be found.

    `identifier` is empty for `ABOUT_SCHOOLS`, where the cause is that of the group that the story is about.
    `edit` names the edit that puts it right; `after`, the mistake whose run must be held first.
    """

    id: str
    question: str
    identifier: str
    school: str
    cause: str
    person: str
    title: Bilingual
    story: Bilingual
    edit: str | None = None
    after: str | None = None


def plants(who: Mapping[str, str], table: str = "plants") -> tuple[Plant, ...]:
    """Return the plants of a table in the order in which to try them; `who` as `Cast.who`."""
    return tuple(
        Plant(
            id=entry["id"],
            question=entry["question"],
            identifier="" if entry["question"] in ABOUT_SCHOOLS else who[entry.get("about", entry["id"])],
            school=entry["school"],
            cause=entry["cause"],
            person=entry["person"],
            title=Bilingual(**entry["title"]),
            story=Bilingual(**entry["story"]),
            edit=entry.get("edit"),
            after=entry.get("after"),
        )
        for entry in tomllib.loads(_FILE.read_text(encoding="utf-8"))[table]
    )
