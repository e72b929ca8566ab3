"""A person's decision on whose account it is: kept for good, and carried out by the school's next run."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from provisioning.clock import uk_date
from provisioning.records.plans import IdentityAnswer
from provisioning.runs.dependencies import Provisioning, require_own
from provisioning.runs.school_run import require_open
from provisioning.store import identities, schools
from provisioning.store.identities import IdentityQuestion


def decide(
    provisioning: Provisioning,
    change: int,
    answer: IdentityAnswer,
    *,
    by: str,
    expected: Callable[[IdentityQuestion], bool] = lambda _: True,
) -> IdentityQuestion:
    """Keep what a person decided about a record and an account; the pair is never asked about again.

    An earlier answer may be taken back by the other one. What it changes is in the journal of the run that
    carries it out, and `undo` puts that back. Raises `KnownError` where there is no such question, where it
    is not as `expected` any more, where the school is closed, so that no run carries it out, and where
    accounts live elsewhere.
    """
    require_own(provisioning)
    now = provisioning.clock.now()

    def work(session: Session) -> IdentityQuestion:
        school = schools.get(session, identities.get(session, change).school)
        require_open(session, school, uk_date(now))
        return identities.decide(session, change, answer, by, now, expected)

    return provisioning.database.write(work)
