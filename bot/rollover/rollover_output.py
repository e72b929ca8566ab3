"""Stages of schools and key dates as JSON: what `hwb rollover` and `hwb dates` print, and the API answers."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from bot.cli.output import moment_json
from diagnostics.school_stages import SchoolStages
from diagnostics.tally import SchoolState, standing
from knowledge.keydates import events
from knowledge.models import KeyDates
from knowledge.texts import Catalogue, Language


def rollover_json(
    found: Sequence[SchoolStages], year: int, now: datetime, catalogue: Catalogue, language: Language
) -> dict[str, Any]:
    """Return schools as JSON, by the stages of their rollover, in the order of `found`."""
    return {
        "year": year,
        "as_of": moment_json(now),
        "schools": [
            {
                "school": school.school.number,
                "ready": standing(school, ()).state is SchoolState.READY,
                "stages": [
                    {
                        "stage": stage.step,
                        "outcome": stage.outcome.value,
                        "detail": catalogue.say(stage.detail, language),
                    }
                    for stage in school.stages
                ],
            }
            for school in found
        ],
    }


def dates_json(
    dates: KeyDates,
    own: frozenset[str],
    authority: str | None,
    day: date,
    catalogue: Catalogue,
    language: Language,
) -> dict[str, Any]:
    """Return a rollover's key dates as JSON: what each asks of whom; `own` are those that `authority` set."""
    return {
        "year": dates.year,
        "local_authority": authority,
        "source": dates.source.in_(language),
        "dates": [
            {
                "date": event.id,
                "day": event.day.isoformat(),
                "until": moment_json(event.until),
                "who": event.who,
                "what": catalogue.say(f"date.{event.id}.what", language, **event.values),
                "past": event.is_past(day),
                "own": bool(event.names & own),
            }
            for event in events(dates)
        ],
    }
