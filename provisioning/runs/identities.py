"""A person's decision on whose account it is: kept for good, and carried out by the school's next run."""

from functools import partial

from provisioning.records.plans import IdentityAnswer
from provisioning.runs.school_run import Provisioning, require_own
from provisioning.store import identities
from provisioning.store.identities import IdentityQuestion


def decide(provisioning: Provisioning, change: int, answer: IdentityAnswer, *, by: str) -> IdentityQuestion:
    """Keep what a person decided about a record and an account; the pair is never asked about again.

    An earlier answer may be taken back by the other one. What it changes is in the journal of the run that
    carries it out, and `undo` puts that back. Raises `KnownError` where there is no such question, and where
    accounts live elsewhere.
    """
    require_own(provisioning)
    return provisioning.database.write(
        partial(identities.decide, change=change, answer=answer, by=by, at=provisioning.clock.now())
    )
