"""The county's history: what each office exported when, and which schools' clients ran when."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.trial.county.cast import Cast, Stages
from bot.trial.county.chance import Chance, Upns
from bot.trial.county.primaries import primaries
from bot.trial.county.rollover import autumn, july
from bot.trial.county.saving import STOPPED_AT, CountyExport
from bot.trial.county.schools import (
    BRO_ALARCH,
    BRYN_BABANOD,
    CAER_EHEDYDD,
    DYFFRYN_EIRLYS,
    PORTH_HALLT,
    SANTES_EURGAN,
    SCHOOLS,
    TRAETH_ARIAN,
)
from bot.trial.county.secondaries import secondaries
from knowledge.texts import UK

STANDS_AT = datetime(2026, 8, 26, 10, 12, tzinfo=UK)
"""Wednesday of rollover week: when the trial opens."""

_JULY, _MONDAY, _TUESDAY, _WEDNESDAY = (2026, 7, 17), (2026, 8, 24), (2026, 8, 25), (2026, 8, 26)
_STOPPED = (STOPPED_AT.year, STOPPED_AT.month, STOPPED_AT.day)
_Day = tuple[int, int, int]
_Pick = Callable[[Stages], CountyExport | None]


@dataclass(frozen=True)
class Saved:
    """An export that an office saved at a moment."""

    at: datetime
    export: CountyExport


@dataclass(frozen=True)
class Ran:
    """Schools whose clients ran at a moment, in one batch."""

    at: datetime
    schools: tuple[str, ...]


@dataclass(frozen=True)
class History:
    """The events in order, every school's stages, and the people's identifiers (see `Cast.who`)."""

    events: tuple[Saved | Ran, ...]
    stages: Mapping[str, Stages]
    who: Mapping[str, str]


def history() -> History:
    """Return the county's history: pure and deterministic."""
    chance, upns = Chance(), Upns()
    before = july(chance, upns)
    cast = Cast(before, autumn(before, chance, upns), chance, upns)
    stages = {number: _as_it_should_be(cast, number) for number in cast.autumn}
    stages |= primaries(cast)
    stages |= secondaries(cast)
    return History(tuple(sorted(_events(stages), key=lambda event: event.at)), stages, cast.who)


def _as_it_should_be(cast: Cast, number: str) -> Stages:
    done = CountyExport(cast.autumn[number])
    return Stages(CountyExport(cast.july[number]) if number in cast.july else None, done, done)


def _events(stages: Mapping[str, Stages]) -> Iterable[Saved | Ran]:
    yield from _morning(stages, _JULY, lambda stage: stage.july)
    stopped = stages[BRYN_BABANOD].early
    if stopped is not None:
        yield Saved(STOPPED_AT, stopped)
    yield from _morning(stages, _MONDAY, lambda stage: stage.early)
    yield from _morning(stages, _TUESDAY, lambda stage: stage.early)
    yield from _morning(stages, _WEDNESDAY, lambda stage: stage.today)
    for number, day, time in (
        (CAER_EHEDYDD, _TUESDAY, (15, 40)),
        (TRAETH_ARIAN, _WEDNESDAY, (8, 15)),
        (SANTES_EURGAN, _WEDNESDAY, (8, 50)),
        (DYFFRYN_EIRLYS, _WEDNESDAY, (9, 20)),
    ):
        export = stages[number].now
        if export is not None:
            yield Saved(_at(day, time), export)


def _morning(stages: Mapping[str, Stages], day: _Day, pick: _Pick) -> Iterable[Saved | Ran]:
    """Yield the events of the morning of `day`, with the exports that `pick` takes from each school's stages.

    Every MIS whose export has not stopped exports at 05:10. The high school's client runs at 05:30, those
    that the authority looks after at 06:00, and that of a third party at 06:15.
    """
    exports = [export for school in SCHOOLS if (export := pick(stages[school.number])) is not None]
    saved = [export for export in exports if export.roll.school != BRYN_BABANOD or day < _STOPPED]
    yield from (Saved(_at(day, (5, 10)), export) for export in saved)
    numbers = [export.roll.school for export in exports]
    others = tuple(number for number in numbers if number not in (BRO_ALARCH, PORTH_HALLT))
    yield Ran(_at(day, (5, 30)), (BRO_ALARCH,))
    yield Ran(_at(day, (6, 0)), others)
    yield Ran(_at(day, (6, 15)), (PORTH_HALLT,))


def _at(day: _Day, time: tuple[int, int]) -> datetime:
    return datetime(*day, *time, tzinfo=UK)
