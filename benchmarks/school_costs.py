"""What is asked about one school, and what each question costs the database."""

from collections.abc import Callable

from benchmarks import nation
from diagnostics.missing import missing
from diagnostics.readiness import readiness
from diagnostics.still_active import still_active
from diagnostics.walk import diagnose
from knowledge.ids import Question
from provisioning.runs.batches import provision_batch
from provisioning.runs.dependencies import Provisioning
from provisioning.store.latest_runs import latest_runs
from tests.costs import Cost, Nation, cost

SECONDARY = nation.PRIMARIES
"""The place of the first secondary, with 1,188 learners."""


def costs_of_a_school(made: Nation, at: Provisioning | None = None) -> dict[str, Cost]:
    """Return what each question about the first secondary costs, in September or with the services `at`."""
    services, school = at or made.in_september, made.numbers[SECONDARY]

    summer = services.clock.now().year - (services.clock.now().month < 9)  # the last that has ended
    learner = nation.in_first_year(nation.places(SECONDARY + 1)[-1], summer)

    def latest() -> None:
        with made.database.reading() as session:
            latest_runs(session, [school])

    asked: dict[str, Callable[[], object]] = {
        "why-missing of a learner": lambda: diagnose(services, Question.WHY_MISSING, learner, school),
        "missing": lambda: missing(services, school),
        "still-active": lambda: still_active(services, school),
        "readiness": lambda: readiness(services, school),
        "its latest run": latest,
        "a run without changes": lambda: provision_batch(services, [school], started_by="benchmark"),
    }
    return {name: cost(made.database, work) for name, work in asked.items()}
