"""What the API answers: the JSON of `hwb rollover` and `hwb runs`, of the schools that a token covers.

No person is named: what a run noticed is counted, and a run's error is masked.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.cli.frozen import freeze_json, frozen
from bot.people.permissions import Act, Caller
from bot.rollover.rollover_output import rollover_json
from bot.runs.noticed import noticed
from bot.runs.run_output import runs_json
from bot.services import Services
from bot.stages.known_stages import stages_of
from diagnostics.school_stages import worst_first
from knowledge.texts import Language
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.masking import masked
from provisioning.records.schools import School
from provisioning.store import schools
from provisioning.store.run_listing import newest


@dataclass(frozen=True)
class Asked:
    """A request: the `caller` whose token it has, and the `language` of sentences in the answer."""

    services: Services
    caller: Caller
    language: Language


def board(asked: Asked, authority: str | None = None) -> dict[str, Any]:
    """Return how far the open schools are that the caller may see, or those of an `authority`, worst first.

    Where there is none, `KnownError` is raised, whether or not such an authority exists.
    """
    day = today(asked.services.clock)
    with asked.services.database.reading() as session:
        covered = asked.caller.schools(Act.BOARD, schools.every(session))
    found = [
        school
        for school in covered
        if not school.is_closed(day) and authority in (None, school.local_authority)
    ]
    if not found:
        raise KnownError("api-forbidden")
    return _stages(asked, found)


def readiness(asked: Asked, number: str) -> dict[str, Any]:
    """Return how far a school is with its rollover, stage by stage."""
    return _stages(asked, [_school(asked, Act.BOARD, number)])


def runs(asked: Asked, number: str, last: int) -> dict[str, Any]:
    """Return the `last` runs of a school, newest first, without people."""
    school = _school(asked, Act.LAST_RUN, number)
    with asked.services.database.reading() as session:
        found = list(newest(session, school.number, last))
        by_run = noticed(session, found)
    told = runs_json(found, by_run, asked.services.catalogue, asked.language)
    return {"runs": [_without_people(run) for run in told]}


def _without_people(run: dict[str, Any]) -> dict[str, Any]:
    """Return `run` with its notes counted by what was noticed, and its error masked."""
    noticed_of = Counter((note["note"], note["kind"]) for note in run["notes"])
    notes = [{"note": note, "kind": kind, "count": count} for (note, kind), count in noticed_of.items()]
    return run | {"notes": notes, "error": masked(run["error"]) if run["error"] else None}


def _school(asked: Asked, act: Act, number: str) -> School:
    """Return a school at which the caller may do `act`; of another not even whether it exists is told."""
    with asked.services.database.reading() as session:
        found = schools.some(session, [number]).get(number)
    if found is None or not asked.caller.may(act, found):
        raise KnownError("api-forbidden")
    return found


def _stages(asked: Asked, found: Sequence[School]) -> dict[str, Any]:
    provisioning = asked.services.provisioning
    year = provisioning.knowledge.rollover_in_focus(today(asked.services.clock)).year
    stages = worst_first(stages_of(provisioning, [school.number for school in found]))
    now, catalogue = provisioning.clock.now(), asked.services.catalogue
    shape = rollover_json(stages, year, now, catalogue, asked.language)
    freezes = frozen(asked.services, found)
    for told in shape["schools"]:
        freeze = freezes.get(told["school"])
        if freeze is not None:
            told["frozen"] = freeze_json(freeze) | {"reason": masked(freeze.reason)}
    return shape
