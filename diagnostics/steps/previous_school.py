"""Steps about the previous school: its leaving date, and whether its client has run and released the account.

They name the school, what it must do and whether the account has been released. Of its records they disclose
only whether there is a leaving date: no date, class or name.
"""

from diagnostics.case import Case, SchoolRecords
from diagnostics.steps.last_run import was_on_roll
from diagnostics.verdict import Step, Verdict
from provisioning.clock import uk_date
from provisioning.records.people import Kind
from provisioning.rules import is_leaver


def previous_school_leaving_date(case: Case) -> Verdict:
    """Guide 2020, FAQs, Learner Users, question 1, step 3.

    "their MIS pupil record has been updated with a leaving date".
    """
    step = Step("previous-school-leaving-date")
    previous = _still_at(case)
    in_portal, decided = case.own.accounts_as_of is not None, case.is_refused or case.of_another is not None
    if previous is None and case.account is None and was_on_roll(case) and in_portal and not decided:
        if case.own.run_not_seen or case.unread_row is not None:
            # The account may be there: the export has to be written again before a person is asked.
            return step.unknown("nowhere-yet", case.own.accounts_as_of)
        return step.unknown("nowhere", case.own.accounts_as_of, cause="previous-school-unknown")
    if previous is None:
        return _not_elsewhere(case, step)
    said = {"previous": previous.school.name}
    if previous.problem is not None:
        return step.unknown("unreadable", None, **said)
    record = case.previous_record
    cause = "previous-school-no-leaving-date"
    if record is None:
        return step.fails("no-record", previous.read_at, cause=cause, **said)
    if record.leaving_date is None:
        return step.fails("none", previous.read_at, cause=cause, **said)
    if not is_leaver(record, case.today):
        return step.fails("to-come", previous.read_at, cause=cause, **said)
    return step.holds("entered", previous.read_at, **said)


def previous_school_run(case: Case) -> Verdict:
    """Guide 2020, FAQs, Learner Users, question 1, "Please note".

    "The Hwb Provisioning Client needs to have run for the previous school to 'release' the learner's
    account".
    """
    step = Step("previous-school-run")
    previous = _still_at(case)
    if previous is None:
        return _not_elsewhere(case, step)
    latest, last = previous.latest, previous.last_success
    ran = latest.finished_at if latest else None
    said = {"previous": previous.school.name}
    record = case.previous_record
    if previous.problem is None and (record is None or not is_leaver(record, case.today)):
        return step.not_reached()
    if previous.problem is not None:
        return step.fails("unreadable", ran, cause="previous-school-run-failed", **said)
    if previous.latest_failed:
        return step.fails("failed", ran, cause="previous-school-run-failed", ran=ran, **said)
    if previous.latest_held:
        return step.fails("held", ran, cause="previous-school-run-held", ran=ran, **said)
    if case.is_refused_before:
        return step.fails("refused", ran, cause="previous-school-run-held", **said)
    until = case.release_paused_until
    if until is not None:
        return step.fails("paused", None, cause="previous-school-not-run", until=until, **said)
    if last is None:
        return step.fails("never", None, cause="previous-school-not-run", **said)
    ran = last.finished_at
    if previous.run_not_seen and _had_left(case, previous):
        seen = previous.accounts_as_of
        return step.unknown("not-seen", seen, cause="export-unseen", ran=ran, seen=seen, **said)
    return step.fails("before-leaving-date", ran, cause="previous-school-not-run", ran=ran, **said)


def _still_at(case: Case) -> SchoolRecords | None:
    """Return the other school at which the account is still active, where this school may claim it."""
    at_another = case.account is not None and not case.account_is_free and case.account_here is None
    claimed = case.known_here and not case.registered_elsewhere and not case.has_left and case.doubt is None
    return case.previous if at_another and claimed else None


def _had_left(case: Case, previous: SchoolRecords) -> bool:
    """Return whether the previous school's last successful run had a leaving date that was reached."""
    account, last = case.account, previous.last_success
    if account is None or last is None or last.finished_at is None:
        return False
    covered = previous.covered.get((Kind.LEARNER, account.identifier))
    return covered is not None and is_leaver(covered, uk_date(last.finished_at))


def _not_elsewhere(case: Case, step: Step) -> Verdict:
    """Return the verdict of both steps where the account is active at no other school."""
    if not case.known_here:
        return step.not_reached()
    if case.registered_elsewhere:
        return step.not_applicable("registered-elsewhere")
    if case.has_left and case.previous is not None:
        return step.not_applicable("left")
    if case.doubt is not None:
        return step.not_applicable("in-doubt")
    if case.account is None:
        return step.not_applicable("no-account")
    if case.account_here is None and case.previous is not None:
        closed_on = case.previous.school.closed_on
        if case.account.active:
            return step.holds("closed", closed_on, previous=case.previous.school.name, on=closed_on)
        released = case.account.released_at
        return step.holds("released", released, previous=case.previous.school.name, released=released)
    return step.not_applicable("here")
