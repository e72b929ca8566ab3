"""What is known of a school's stages, and its form in the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from diagnostics.causes import contact_at
from diagnostics.reliance import Reliance
from diagnostics.school_stages import SchoolStages
from diagnostics.verdict import Next, Outcome, Verdict
from knowledge.loading import Knowledge
from knowledge.models import Who
from knowledge.texts import Text
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
    """Return stages as plain JSON, for a column in the store: in lists, for there are many of them.

    Contacts are left out, for they may be people's names: they stand in the list of schools.
    """
    return {
        "stages": [
            [stage.step, stage.outcome, _day_json(stage.as_of), stage.detail.to_json()]
            for stage in found.stages
        ],
        "moves": {
            stage: [move.who, list(move.at), move.action.to_json()] for stage, move in found.moves.items()
        },
        "mending": sorted(found.mending),
        "failed_run": found.failed_run,
    }


def stages_from_json(
    number: str, stored: Mapping[str, Any], schools: Mapping[str, School], knowledge: Knowledge
) -> SchoolStages:
    """Return the stages of the school `number` that `stages_json` wrote; `schools` are all, by number."""

    def move(who: Who, at: Sequence[str], action: Mapping[str, Any]) -> Next:
        contact = contact_at([schools[other] for other in at], who, knowledge)
        return Next(who, contact, Text.from_json(action), tuple(at))

    return SchoolStages(
        schools[number],
        tuple(
            Verdict(step, Outcome(outcome), Text.from_json(detail), _day(as_of))
            for step, outcome, as_of, detail in stored["stages"]
        ),
        moves={stage: move(*parts) for stage, parts in stored["moves"].items()},
        mending=frozenset(stored["mending"]),
        failed_run=stored["failed_run"],
    )


def _day_json(day: datetime | date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(stored: str | None) -> datetime | date | None:
    """Return the day or the moment that `_day_json` wrote: the moment has a time."""
    if stored is None:
        return None
    return datetime.fromisoformat(stored) if "T" in stored else date.fromisoformat(stored)
