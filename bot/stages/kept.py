"""What is known of a school's stages, and its form in the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from diagnostics.reliance import Reliance
from diagnostics.school_stages import SchoolStages
from diagnostics.verdict import Next, Outcome, Verdict
from knowledge.texts import Bilingual, Text
from provisioning.records.schools import School
from provisioning.store.runs import Run


@dataclass(frozen=True)
class Kept:
    """The stages that were `found` of a school, its latest run if that `failed`, and what they rest on.

    The school's own marks are not part of `rests_on`.
    """

    found: SchoolStages
    failed: Run | None
    rests_on: Reliance


def stages_json(found: SchoolStages) -> dict[str, Any]:
    """Return stages as plain JSON, for a column in the store: in lists, for there are many of them."""
    return {
        "stages": [
            [stage.step, stage.outcome, _day_json(stage.as_of), stage.detail.to_json()]
            for stage in found.stages
        ],
        "moves": {
            stage: [move.who, move.contact.en, move.contact.cy, move.action.to_json()]
            for stage, move in found.moves.items()
        },
        "mending": sorted(found.mending),
    }


def stages_from_json(school: School, stored: Mapping[str, Any]) -> SchoolStages:
    """Return the stages of a `school` that `stages_json` wrote."""
    return SchoolStages(
        school,
        tuple(
            Verdict(step, Outcome(outcome), Text.from_json(detail), _day(as_of))
            for step, outcome, as_of, detail in stored["stages"]
        ),
        moves={
            stage: Next(who, Bilingual(en, cy), Text.from_json(action))
            for stage, (who, en, cy, action) in stored["moves"].items()
        },
        mending=frozenset(stored["mending"]),
    )


def _day_json(day: datetime | date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(stored: str | None) -> datetime | date | None:
    """Return the day or the moment that `_day_json` wrote: the moment has a time."""
    if stored is None:
        return None
    return datetime.fromisoformat(stored) if "T" in stored else date.fromisoformat(stored)
