"""People and dates that tests of runs share."""

from datetime import UTC, date, datetime

from provisioning.store.runs import Run
from tests.builders import learner

LEFT = date(2026, 7, 17)


JULY = datetime(2026, 7, 10, 8, 0, tzinfo=UTC)


AUGUST = datetime(2026, 8, 26, 8, 0, tzinfo=UTC)


SEREN = learner(1)


def counts(run: Run) -> dict[str, int]:
    """The counts that are not 0."""
    return {name: count for name, count in run.counts.items() if count}
