"""For whom a school waits while its client is at work, beside the clients of other schools."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from provisioning.clock import today
from provisioning.ids import SchoolNumber, Upn
from provisioning.records.extracts import Extract
from provisioning.rules import is_on_roll
from provisioning.runs.dependencies import Provisioning
from provisioning.store import accounts, follow_ups, portal
from provisioning.store.follow_ups import Waits


@dataclass(frozen=True)
class Begun:
    """How a school waited when its client began, and which learners were active elsewhere then."""

    waited: Waits
    blocked: frozenset[Upn]


def begin(provisioning: Provisioning, session: Session, school: str, extract: Extract | None) -> Begun:
    """Note for whom `school` waits by its `extract` as its client begins; without one, that stays.

    The client may look at an account just before the client of another school lets it go. That release has
    to find the wait, for the run itself will not see the account active any more.
    """
    portal.take(session)
    waited = follow_ups.of(session, [school])[school]
    if extract is None:
        return Begun(waited, frozenset())
    blocked = blocked_at(provisioning, session, extract)
    follow_ups.wait(session, {school: (Waits(waited.for_schools), frozenset(blocked.values()))})
    return Begun(waited, frozenset(blocked))


def carried_out(session: Session, school: str, begun: Begun) -> Waits:
    """Return how `school` waits now, with the follow-ups that its run, begun as `begun`, has carried out.

    They are those from before its client began, and also later ones where the client has taken over all
    learners who were blocked.
    """
    now = follow_ups.of(session, [school])[school]
    found = accounts.for_planning(session, school, begun.blocked) if begun.blocked else []
    taken_over = {account.upn for account in found if account.active and account.school == school}
    return now if begun.blocked <= taken_over else replace(now, follow_ups=begun.waited.follow_ups)


def blocked_at(provisioning: Provisioning, session: Session, extract: Extract) -> dict[Upn, SchoolNumber]:
    """Return the learners on roll by `extract` whose account is still active elsewhere, with that school."""
    day = today(provisioning.clock)
    upns = {learner.upn for learner in extract.learners if is_on_roll(learner, day, extract.lead)}
    found = accounts.for_planning(session, extract.school, upns)
    return {
        account.upn: account.school
        for account in found
        if account.active and account.school != extract.school and account.upn is not None
        if account.upn in upns
    }
