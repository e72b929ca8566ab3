"""The day on which each stage of a school's rollover closed, year by year: what reports compare.

Alerts are deleted after a time, and a stage that never failed has none. These rows hold no person, and stay.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.alerts.tables import StageDayRow
from diagnostics.verdict import Outcome
from provisioning.store.portions import portions


@dataclass(frozen=True)
class StageDay:
    """How a stage stands: whether it `applies` at its school, and when it closed; None while it is open."""

    applies: bool
    closed_on: date | None


@dataclass(frozen=True)
class StageOutcomes:
    """The outcomes of a school's stages in the rollover of `year`, as a look has found them.

    Each of the `outcomes` is a stage's id, how it stands, and the day by which it is due.
    """

    school: str
    year: int
    in_season: bool
    outcomes: tuple[tuple[str, Outcome, date], ...]


def stands(
    before: StageDay | None, outcome: Outcome, day: date, due: date, *, in_season: bool
) -> StageDay | None:
    """Return how a stage stands on `day` after it stood as `before`; None while nothing is known of it.

    A stage that was never seen open, and holds after the day by which it was `due`, was late by nothing that
    is known: when it closed, if it was open at all, was not seen.

    Out of season an open stage can still close, but none opens: a stage that fails in winter is no part of
    the rollover.
    """
    if outcome is Outcome.HOLDS:
        if before is None:
            return StageDay(True, day) if in_season and day <= due else None
        seen = before.applies and before.closed_on is None
        return StageDay(True, day) if seen or (not before.applies and day <= due) else before
    if not in_season:
        return before
    if outcome is Outcome.FAILS:
        return StageDay(True, None)
    return StageDay(False, None) if outcome is Outcome.NOT_APPLICABLE else before


class StageKeeper:
    """Keeps the days of stages; what this process has written it does not look at again."""

    def __init__(self) -> None:
        self._written: dict[str, StageOutcomes] = {}

    def changed(self, found: Mapping[str, StageOutcomes]) -> list[StageOutcomes]:
        """Return those of `found` that are not as this process wrote them last."""
        written = self._written
        return [
            stages
            for school, stages in found.items()
            if (last := written.get(school)) is not stages and last != stages
        ]

    def wrote(self, stages: Iterable[StageOutcomes]) -> None:
        """Note that `stages` have been written."""
        self._written.update({each.school: each for each in stages})


def keep(session: Session, found: Sequence[StageOutcomes], day: date) -> None:
    """Keep how the stages of schools stand on `day`, where that is not as it was."""
    by_year: defaultdict[int, list[StageOutcomes]] = defaultdict(list)
    for stages in found:
        by_year[stages.year].append(stages)
    for year, some in by_year.items():
        for portion in portions(some):
            _keep(session, year, portion, day)


def _keep(session: Session, year: int, found: Sequence[StageOutcomes], day: date) -> None:
    numbers = [stages.school for stages in found]
    query = select(StageDayRow).where(StageDayRow.year == year, StageDayRow.school.in_(numbers))
    rows = {(row.school, row.stage): row for row in session.scalars(query)}
    for stages in found:
        for stage, outcome, due in stages.outcomes:
            row = rows.get((stages.school, stage))
            before = StageDay(row.applies, row.closed_on) if row else None
            now = stands(before, outcome, day, due, in_season=stages.in_season)
            if now is None or now == before:
                continue
            if row is None:
                row = StageDayRow(school=stages.school, year=year, stage=stage)
                session.add(row)
            row.applies, row.closed_on = now.applies, now.closed_on
    session.flush()
