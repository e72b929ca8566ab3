"""The summer day by day: which office exports what, and when.

The default trial stops in the middle of rollover week; this one has its schools and faults too, from July
until everything is put right in September.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from bot.trial.county.cast import Stages
from bot.trial.county.history import History, Saved
from bot.trial.county.saving import save
from bot.trial.county.schools import (
    BRO_ALARCH,
    CAER_EHEDYDD,
    DYFFRYN_EIRLYS,
    LLANFEILLION,
    PENRHYN_GWYN,
    PORTH_HALLT,
    RHYD_Y_GWYLANOD,
    SANTES_EURGAN,
    SCHOOLS,
    TRAETH_ARIAN,
)
from knowledge.texts import UK

FIRST_DAY, LAST_DAY = date(2026, 7, 2), date(2026, 9, 30)
"""The first and last day on which the summer can begin."""
_JULY, _END_OF_TERM = (2026, 7, 1), (2026, 7, 24)
_ROLLED_OVER = {
    BRO_ALARCH: (2026, 8, 14),
    DYFFRYN_EIRLYS: (2026, 8, 17),
    LLANFEILLION: (2026, 8, 18),
    PENRHYN_GWYN: (2026, 8, 19),
    SANTES_EURGAN: (2026, 8, 20),
    CAER_EHEDYDD: (2026, 8, 20),
    PORTH_HALLT: (2026, 8, 21),
}
"""When schools did their end-of-year procedures, if not in July; Rhyd-y-gwylanod forgot them."""
_MENDED = {
    PENRHYN_GWYN: (2026, 8, 27),
    LLANFEILLION: (2026, 8, 28),
    PORTH_HALLT: (2026, 8, 31),
    RHYD_Y_GWYLANOD: (2026, 9, 1),
    BRO_ALARCH: (2026, 9, 2),
    DYFFRYN_EIRLYS: (2026, 9, 10),
}
_WEDNESDAY = (2026, 8, 26)
_Day = tuple[int, int, int]


class SummerStory:
    """Exports still to come; they happen as the clock passes them."""

    def __init__(self, events: Iterable[Saved], folder: Path) -> None:
        self._events, self._folder = sorted(events, key=lambda event: event.at), folder

    @property
    def goes_on(self) -> bool:
        """Whether exports are still to come."""
        return bool(self._events)

    def until(self, now: datetime) -> list[datetime]:
        """Save the exports that were due until `now`; return when each was saved."""
        happened = []
        while self._events and self._events[0].at <= now:
            event = self._events.pop(0)
            save(self._folder, event.export, event.at)
            happened.append(event.at)
        return happened


def summer(past: History) -> tuple[Saved, ...]:
    """Return every export of the summer, in order."""
    return tuple(sorted(_events(past.stages), key=lambda event: event.at))


def _events(stages: Mapping[str, Stages]) -> Iterable[Saved]:
    for number in (school.number for school in SCHOOLS):
        own = stages[number]
        exports = [
            (_JULY, own.now if number == TRAETH_ARIAN else own.july),
            (_ROLLED_OVER.get(number, _END_OF_TERM), None if number == RHYD_Y_GWYLANOD else own.early),
            (_WEDNESDAY, own.now if own.today is None else own.today),
            (_WEDNESDAY, own.now),
            (_MENDED.get(number, _WEDNESDAY), own.mended if number in _MENDED else None),
        ]
        for place, (day, export) in enumerate(exports):
            if export is not None and not (number == RHYD_Y_GWYLANOD and place in (1, 2)):
                hour = 5 if place == 2 else 15
                yield Saved(datetime(*day, hour, 10, tzinfo=UK), export)
