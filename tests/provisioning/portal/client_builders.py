"""People and readings that tests of client runs share."""

from dataclasses import replace
from datetime import date

from provisioning.store.runs import Run
from tests.builders import learner

LEFT = date(2026, 7, 17)


SEREN = learner(1)


SEREN_LEFT_NANT = replace(SEREN, leaving_date=LEFT, admission_date=date(2019, 9, 1), year_group="6")


def counts(run: Run) -> dict[str, int]:
    return {name: count for name, count in run.counts.items() if count}
