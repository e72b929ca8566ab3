"""The runs that mend a cause: of which schools, one after another, as far as they can succeed. Pure."""

from collections.abc import Iterable
from datetime import date

from diagnostics.case import Case, Failure, SchoolRecords
from diagnostics.verdict import Outlook
from provisioning.records.schools import School

OWN_RUN = frozenset({"never-run", "run-failed", "not-run-since-record", "not-run-since-release"})
"""The causes that the next run of the own school removes."""
PREVIOUS_RUN = frozenset({"previous-school-not-run", "previous-school-run-failed"})
"""The causes that the next run of the previous school removes."""


def runs_that_mend(cause: str, case: Case) -> tuple[School, ...]:
    """Return the schools whose runs, one after another, mend `cause` in `case`; empty where no run can.

    After the previous school's run the own one has to follow, which is left out where it can't succeed.
    """
    if cause in OWN_RUN:
        return runs_of_own(cause, case.own, case.today)
    if cause not in PREVIOUS_RUN or case.previous is None or case.release_paused_until is not None:
        return ()
    able = [records.school for records in (case.previous, case.own) if records.can_run(case.today)]
    return tuple(able) if case.previous.school in able else ()


def runs_of_own(cause: str, own: SchoolRecords, today: date) -> tuple[School, ...]:
    """Return the school of the records `own`, if its run `today` mends `cause`; else nothing."""
    return (own.school,) if cause in OWN_RUN and own.can_run(today) else ()


def outlook(cause: str, case: Case) -> Outlook | None:
    """Return what is to be known of a run of the previous school before it is started to mend `cause`."""
    if cause not in PREVIOUS_RUN or case.previous is None:
        return None
    if case.previous.extract is None:
        return Outlook("unreadable")
    until, failure = case.release_paused_until, case.previous.failure
    if until is not None and failure is not Failure.CLIENT:
        return Outlook("paused", until)
    return None if failure is None else Outlook(failure)


def of_all(found: Iterable[Outlook | None]) -> Outlook | None:
    """Return the outlook that all of `found` are; None where they differ."""
    first, *others = set(found) or {None}
    return None if others else first
